use std::collections::BTreeSet;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Language;

/// Something to be written from facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextRequest {
    #[garde(skip)]
    pub language: Language,
    /// What is to be written, for a language model: `a greeting card of two sentences`. At most 2,000 characters.
    #[garde(length(chars, min = 1, max = 2_000))]
    #[schema(min_length = 1, max_length = 2_000)]
    pub task: String,
    /// All that may be said; at most 40, each name once.
    #[garde(length(max = 40), custom(names_once), dive)]
    #[schema(max_items = 40)]
    pub facts: Vec<Fact>,
    /// How it reads without a language model: text with the facts' names in braces, `{title} from {region}`. At most
    /// 4,000 characters.
    #[garde(length(chars, min = 1, max = 4_000))]
    #[schema(min_length = 1, max_length = 4_000)]
    pub template: String,
    /// Characters of the text at most: 20 to 8,000.
    #[garde(range(min = 20, max = 8_000))]
    #[schema(minimum = 20, maximum = 8_000)]
    pub max_characters: u32,
}

/// Something that may be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// 1 to 64 letters, digits and underscores.
    #[garde(length(chars, min = 1, max = 64), custom(plain))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_]+$")]
    pub name: String,
    /// At most 2,000 characters.
    #[garde(length(chars, min = 1, max = 2_000))]
    #[schema(min_length = 1, max_length = 2_000)]
    pub value: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn plain(name: &str, (): &()) -> garde::Result {
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.chars().all(fits) {
        Ok(())
    } else {
        Err(garde::Error::new("must be letters, digits and underscores"))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn names_once(facts: &[Fact], (): &()) -> garde::Result {
    let names: BTreeSet<&str> = facts.iter().map(|fact| fact.name.as_str()).collect();
    if names.len() == facts.len() {
        Ok(())
    } else {
        Err(garde::Error::new("must have each name once"))
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextAnswer {
    pub text: String,
    pub language: Language,
    /// Who wrote it: `local`, or the name of a remote provider.
    pub provider: String,
    /// How.
    pub method: String,
}

/// Texts to be compared by their meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingsRequest {
    /// At most 64, of 1 to 8,000 characters each.
    #[garde(length(min = 1, max = 64), inner(length(chars, min = 1, max = 8_000)))]
    #[schema(schema_with = texts_schema)]
    pub texts: Vec<String>,
}

fn texts_schema() -> utoipa::openapi::Array {
    use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Type};
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(8_000));
    ArrayBuilder::new()
        .items(text)
        .min_items(Some(1))
        .max_items(Some(64))
        .build()
}

/// One vector a text, of length 1: their product is how alike two texts are. Vectors of different providers or
/// dimensions cannot be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EmbeddingsAnswer {
    pub embeddings: Vec<Vec<f32>>,
    pub dimensions: u32,
    /// Who made them: `local`, or the name of a remote provider.
    pub provider: String,
    /// How.
    pub method: String,
}

/// Text to be put into another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranslateRequest {
    /// Of 1 to 8,000 characters.
    #[garde(length(chars, min = 1, max = 8_000))]
    #[schema(min_length = 1, max_length = 8_000)]
    pub text: String,
    #[garde(skip)]
    pub from: Language,
    #[garde(skip)]
    pub to: Language,
}

/// The same in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Translated {
    pub text: String,
    pub from: Language,
    pub to: Language,
    /// Who translated: `local`, or the name of a remote provider.
    pub provider: String,
    /// How.
    pub method: String,
}
