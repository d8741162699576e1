use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};
use utoipa::{
    PartialSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{AdditionalProperties, SchemaType, Type},
    },
};

use super::rules;
use crate::text::Language;

/// Text in a request: plain, which is stored under the language of the caller's profile, or by language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// In the caller's own language.
    Plain(String),
    /// `{lang: text}`; in a patch, null takes a language away.
    In(BTreeMap<Language, Option<String>>),
}

impl Text {
    /// Every text in it.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (plain, localized) = match self {
            Self::Plain(text) => (Some(text), None),
            Self::In(texts) => (None, Some(texts.values().flatten())),
        };
        plain
            .into_iter()
            .chain(localized.into_iter().flatten())
            .map(String::as_str)
    }
}

/// By hand, since an untagged enum would not say what is wrong, nor where.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// A title in the API document.
pub(crate) fn title() -> RefOr<Schema> {
    schema(rules::TITLE)
}

/// A description in the API document.
pub(crate) fn description() -> RefOr<Schema> {
    schema(rules::DESCRIPTION)
}

/// Materials in the API document.
pub(crate) fn materials() -> RefOr<Schema> {
    let material = words(100, SchemaType::new(Type::String));
    ArrayBuilder::new().items(material).max_items(Some(50)).into()
}

/// Text of at most so many characters in each language.
fn schema(most: usize) -> RefOr<Schema> {
    let words = |kind| words(most, kind);
    let nullable = words([Type::String, Type::Null].into_iter().collect());
    let by_language = ObjectBuilder::new()
        .property_names(Some(Language::schema()))
        .additional_properties(Some(AdditionalProperties::RefOr(nullable.into())));
    OneOfBuilder::new()
        .item(words(SchemaType::new(Type::String)))
        .item(by_language)
        .into()
}

fn words(most: usize, kind: SchemaType) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(kind)
        .min_length(Some(1))
        .max_length(Some(most))
}

const UNKNOWN: &str = "is none of the languages en, hi, bn, ta, te and mr";

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or text by language such as {\"en\": \"Bowl\"}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Plain(text.to_owned()))
    }

    /// Keys are read as strings, which errors can then name.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((code, text)) = map.next_entry::<String, Option<String>>()? {
            let known = Language::from_tag(&code).filter(|language| language.code() == code);
            let language = known.ok_or_else(|| de::Error::custom(format_args!("`{code}` {UNKNOWN}")))?;
            texts.insert(language, text);
        }
        Ok(Text::In(texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_plain_or_by_language() {
        let read = |json: &str| serde_json::from_str::<Text>(json).map_err(|error| error.to_string());
        assert_eq!(read("\"Bowl\""), Ok(Text::Plain("Bowl".into())));
        let by_language = BTreeMap::from([(Language::Hi, Some("कटोरा".to_owned())), (Language::En, None)]);
        assert_eq!(read(r#"{"hi":"कटोरा","en":null}"#), Ok(Text::In(by_language)));
        assert!(read(r#"{"fr":"bol"}"#).unwrap_err().starts_with("`fr` is none"));
        assert!(read("7").unwrap_err().contains("expected text"));
    }
}
