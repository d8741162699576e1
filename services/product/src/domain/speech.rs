use shared_models::text::Language;

/// Who wrote a text that does not say its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Speaker {
    /// The language of her profile; `None` while auth cannot be asked.
    pub(crate) profile: Option<Language>,
}

impl Speaker {
    /// The language to store her text under: her profile's, else the one that its script suggests.
    pub(crate) fn language_of(self, text: &str) -> Language {
        self.profile.unwrap_or_else(|| by_script(text))
    }
}

/// The language that most letters belong to; English when there are none. Marathi shares its script with
/// Hindi, so it is never guessed.
fn by_script(text: &str) -> Language {
    const SCRIPTS: [(Language, u32, u32); 4] = [
        (Language::Hi, 0x0900, 0x097f), // Devanagari
        (Language::Bn, 0x0980, 0x09ff), // Bengali
        (Language::Ta, 0x0b80, 0x0bff), // Tamil
        (Language::Te, 0x0c00, 0x0c7f), // Telugu
    ];
    let letters_of = |first: u32, last: u32| {
        text.chars()
            .filter(|c| (first..=last).contains(&u32::from(*c)))
            .count()
    };
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    SCRIPTS
        .into_iter()
        .map(|(language, first, last)| (language, letters_of(first, last)))
        .filter(|(_, letters)| *letters > latin)
        .max_by_key(|(_, letters)| *letters)
        .map_or(Language::En, |(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_decides_and_the_script_stands_in() {
        let known = Speaker {
            profile: Some(Language::Mr),
        };
        assert_eq!(known.language_of("Bowl"), Language::Mr);
        let unknown = Speaker { profile: None };
        for (text, language) in [
            ("मिट्टी का कटोरा", Language::Hi),
            ("মাটির বাটি", Language::Bn),
            ("மண் கிண்ணம்", Language::Ta),
            ("మట్టి గిన్నె", Language::Te),
            ("Clay bowl", Language::En),
            ("Clay bowl (कटोरा)", Language::En),
            ("10 × 20", Language::En),
        ] {
            assert_eq!(unknown.language_of(text), language, "{text}");
        }
    }
}
