//! Whether a model kept to the facts.

use shared_models::{
    ml::Fact,
    text::{Language, Localized},
};

use crate::words::{self, Facts, Invention};

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfaithful {
    #[error("it has {0} characters")]
    TooLong(usize),
    #[error(transparent)]
    Invented(#[from] Invention),
}

/// Checks what can be checked without understanding: length, script, and every number, material, place, craft and
/// colour.
pub(super) fn check(text: &str, language: Language, most: usize, facts: &[Fact]) -> Result<(), Unfaithful> {
    let length = text.chars().count();
    if length > most {
        return Err(Unfaithful::TooLong(length));
    }
    let said: Vec<&str> = facts.iter().map(|fact| fact.value.as_str()).collect();
    let facts = Facts {
        title: Localized::of(language, said.join(". ")),
        language,
        ..Facts::default()
    };
    Ok(words::check(&facts, text, language)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str, language: Language) -> Result<(), Unfaithful> {
        let facts = [
            ("title", "Blue bowl of clay, 20 cm"),
            ("price", "1,499.50"),
            ("place", "Jaipur"),
        ];
        let facts = facts.map(|(name, value)| Fact {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        check(text, language, 80, &facts)
    }

    #[test]
    fn what_the_facts_say_may_be_said() {
        assert_eq!(checked("A clay bowl of 20 cm from Jaipur.", Language::En), Ok(()));
        assert_eq!(checked("२० सेमी का मिट्टी का कटोरा", Language::Hi), Ok(()));
    }

    #[test]
    fn what_they_do_not_say_may_not() {
        for (text, language) in [
            ("Made in 300 hours.", Language::En),
            ("A bowl of silver.", Language::En),
            ("A bowl from Bastar.", Language::En),
            ("३०० घंटे", Language::Hi),
            ("चाँदी का कटोरा", Language::Hi),
            ("A bowl.", Language::Ta),
        ] {
            assert!(
                matches!(checked(text, language), Err(Unfaithful::Invented(_))),
                "{text}"
            );
        }
        assert_eq!(
            checked(&"a bowl ".repeat(20), Language::En),
            Err(Unfaithful::TooLong(140))
        );
    }
}
