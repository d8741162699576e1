//! Languages, and text that exists in several of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The six languages of the marketplace.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Hindi.
    Hi,
    /// Bengali.
    Bn,
    /// Tamil.
    Ta,
    /// Telugu.
    Te,
    /// Marathi.
    Mr,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 6] = [Self::En, Self::Hi, Self::Bn, Self::Ta, Self::Te, Self::Mr];

    /// The BCP 47 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Hi => "hi",
            Self::Bn => "bn",
            Self::Ta => "ta",
            Self::Te => "te",
            Self::Mr => "mr",
        }
    }

    /// The language of a BCP 47 tag; `hi-IN` is Hindi.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }
}

/// The same text in one or more languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<Language, String>);

impl Localized {
    /// Text in one language.
    pub fn of(language: Language, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language, text.into())]))
    }

    /// Only the text of the first wanted language that is stored; English, then any, when none is.
    #[must_use]
    pub fn narrowed(&self, wanted: &[Language]) -> Self {
        let chosen = wanted
            .iter()
            .chain(&[Language::En])
            .find_map(|language| self.0.get_key_value(language))
            .or_else(|| self.0.iter().next());
        Self(
            chosen
                .map(|(language, text)| (*language, text.clone()))
                .into_iter()
                .collect(),
        )
    }
}

/// The languages of an `Accept-Language` header that the marketplace speaks, best first (RFC 9110, 12.5.4).
pub fn accepted_languages(header: &str) -> Vec<Language> {
    let mut weighted: Vec<(Language, f32)> = header
        .split(',')
        .filter_map(|range| {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = match parameters.trim().strip_prefix("q=") {
                Some(q) => q.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q))?,
                None => 1.0,
            };
            Some((Language::from_tag(tag.trim())?, weight))
        })
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    weighted.sort_by(|a, b| b.1.total_cmp(&a.1)); // stable: the earlier wins among equals
    weighted.into_iter().map(|(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_order_the_accepted_languages() {
        assert_eq!(
            accepted_languages("fr, ta;q=0.5, hi-IN;q=0.9, bn;q=0"),
            [Language::Hi, Language::Ta]
        );
    }

    #[test]
    fn an_unstored_language_falls_back_to_english() {
        let text = Localized(BTreeMap::from([
            (Language::En, "bowl".into()),
            (Language::Hi, "कटोरा".into()),
        ]));
        assert_eq!(
            text.narrowed(&[Language::Ta]),
            Localized::of(Language::En, "bowl")
        );
        assert_eq!(
            text.narrowed(&[Language::Hi]),
            Localized::of(Language::Hi, "कटोरा")
        );
    }
}
