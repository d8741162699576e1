use std::collections::BTreeMap;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{
    ids::{ProductId, UserId},
    money::{Amount, Currency},
    product::{
        DimensionsInput, Text,
        rules::{self, line, not_negative},
        text,
    },
    text::Language,
};

/// The facts of a piece. All may be left out; what is not known is not spoken of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DescriptionRequest {
    /// Chooses among wordings, so that listings do not read alike; the title does when it is left out.
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// The same.
    #[garde(skip)]
    pub id: Option<ProductId>,
    /// The caller's own, or nothing.
    #[garde(skip)]
    pub artisan_id: Option<UserId>,
    /// At most 200 characters in each language.
    #[garde(inner(custom(rules::title)))]
    #[schema(schema_with = title)]
    pub title: Option<Text>,
    /// The artisan's own words, at most 5,000 characters in each language. Clients send whole listings; these words
    /// are left as they are, and nothing is taken from them.
    #[garde(inner(custom(rules::description)))]
    #[schema(schema_with = description)]
    pub description: Option<Text>,
    /// In which the free texts are written; when left out, one that is written in the title's script.
    #[garde(skip)]
    pub language: Option<Language>,
    /// A slug of `/products/categories`, or a name of at most 64 characters in any of the languages.
    #[garde(inner(custom(line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub category: Option<String>,
    /// Like `category`.
    #[garde(inner(custom(line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub subcategory: Option<String>,
    /// Like `category`; when left out, the subcategory if that is a craft.
    #[garde(inner(custom(line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub craft: Option<String>,
    /// At most 50, of 1 to 100 characters each, in any of the languages.
    #[garde(length(max = 50), inner(custom(line(100))))]
    #[schema(schema_with = text::materials)]
    pub materials: Vec<String>,
    /// At most 10, of 1 to 40 characters each, in any of the languages.
    #[garde(length(max = 10), inner(custom(line(40))))]
    #[schema(schema_with = colours)]
    pub colours: Vec<String>,
    #[garde(dive)]
    pub dimensions: DimensionsInput,
    /// 1 gram to 10 tonnes.
    #[garde(range(min = 1, max = 10_000_000))]
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub weight_grams: Option<u32>,
    /// At most 200 characters: `5 days`.
    #[garde(inner(custom(line(200))))]
    #[schema(min_length = 1, max_length = 200)]
    pub production_time: Option<String>,
    /// Hours of work, above 0 and at most 10,000, if buyers shall read them.
    #[garde(range(min = f64::MIN_POSITIVE, max = 10_000.0))]
    #[schema(exclusive_minimum = 0, maximum = 10_000)]
    pub labor_hours: Option<f64>,
    /// At most 64 characters, in any of the languages.
    #[garde(inner(custom(line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub region: Option<String>,
    /// At most 200 characters.
    #[garde(inner(custom(line(200))))]
    #[schema(min_length = 1, max_length = 200)]
    pub cultural_origin: Option<String>,
    /// How to look after it; at most 11.
    #[garde(length(max = 11))]
    #[schema(max_items = 11)]
    pub care: Vec<Care>,
    /// Pieces on offer, at most 1,000,000.
    #[garde(range(max = 1_000_000))]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub quantity: Option<u32>,
    /// Not spoken of: prices change.
    #[garde(inner(custom(not_negative)))]
    pub price: Option<Amount>,
    /// Not spoken of.
    #[garde(skip)]
    pub currency: Option<Currency>,
}

fn title() -> RefOr<Schema> {
    or_null(text::title())
}

fn description() -> RefOr<Schema> {
    or_null(text::description())
}

/// Text in the API document, which may be null as if it were left out.
fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::OneOf(mut either)) => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            either.items.push(null.into());
            RefOr::T(Schema::OneOf(either))
        }
        other => other,
    }
}

fn colours() -> RefOr<Schema> {
    let colour = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(40));
    ArrayBuilder::new().items(colour).max_items(Some(10)).into()
}

/// A piece in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Description {
    /// In English.
    pub primary_description: String,
    pub translations: Translations,
    /// At most 15, in English and the artisan's language, the most telling first.
    pub seo_keywords: Vec<String>,
    /// Of the primary description: Flesch reading ease, 0 to 100, 100 is easiest.
    pub readability_score: f64,
    /// Of every text, with the method.
    pub readability: BTreeMap<Language, Readability>,
    /// Who wrote the texts: `local`, or the name of a remote provider.
    pub provider: String,
    /// How they were written.
    pub method: String,
}

/// The other languages. Each is written from the facts, none is translated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Translations {
    pub hi: String,
    pub bn: String,
    pub ta: String,
    pub te: String,
    pub mr: String,
}

/// How easily a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Readability {
    /// 0 to 100, 100 is easiest; two decimals.
    pub score: f64,
    pub method: ReadabilityMethod,
}

/// How readability was measured. Scores of two methods do not compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadabilityMethod {
    /// Flesch's formula of 1948, clamped to 0 to 100; English only.
    FleschReadingEase,
    /// Akshara in a word, conjuncts, words in a sentence: a rule of thumb, not a standard.
    IndicHeuristic,
}

/// How to look after a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    HandWash,
    DryClean,
    WipeClean,
    KeepDry,
    NoDirectSun,
    NoBleach,
    NoMicrowave,
    NoDishwasher,
    LowIron,
    Polish,
    HandleGently,
}

impl Care {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::HandWash,
        Self::DryClean,
        Self::WipeClean,
        Self::KeepDry,
        Self::NoDirectSun,
        Self::NoBleach,
        Self::NoMicrowave,
        Self::NoDishwasher,
        Self::LowIron,
        Self::Polish,
        Self::HandleGently,
    ];
}
