use std::collections::BTreeMap;

use shared_models::text::{Language, Localized};

use super::{
    facts::{Facts, Matter},
    sentences::sentences,
};

/// A piece in the six languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptions {
    /// In every language.
    pub texts: Localized,
}

impl Descriptions {
    /// The text in a language.
    pub fn text(&self, language: Language) -> &str {
        self.texts.0.get(&language).map_or("", String::as_str)
    }
}

/// Describes a piece in every language, each from the facts.
pub fn describe(facts: &Facts) -> Descriptions {
    let matter = Matter::of(facts);
    let texts: BTreeMap<Language, String> = Language::ALL
        .into_iter()
        .map(|language| (language, text(&matter, language)))
        .collect();
    Descriptions {
        texts: Localized(texts),
    }
}

fn text(matter: &Matter, language: Language) -> String {
    let sentences = sentences(matter, language)
        .into_iter()
        .map(|sentence| sentence.text);
    sentences.collect::<Vec<_>>().join(" ")
}
