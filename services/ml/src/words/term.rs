use shared_models::text::Language;

use super::lexicon::{self, Kind};

/// What a term of the trade is called in another language; nothing for what the lexicon does not have.
pub(crate) fn term(text: &str, language: Language) -> Option<&'static str> {
    let kinds = [
        Kind::Object,
        Kind::Material,
        Kind::Craft,
        Kind::Colour,
        Kind::Place,
        Kind::Category,
    ];
    let found = kinds.into_iter().find_map(|kind| lexicon::named(kind, text));
    found.map(|term| term.name(language).text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_go_from_any_language_to_any_other() {
        assert_eq!(term("clay", Language::Hi), Some("मिट्टी"));
        assert_eq!(term("मिट्टी", Language::En), Some("clay"));
        assert_eq!(term("a gift for kings", Language::Hi), None);
    }
}
