//! Scripts, by Unicode's blocks.

/// A script that the marketplace reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// English, and every romanised name.
    Latin,
    /// Hindi and Marathi.
    Devanagari,
    /// Bengali.
    Bengali,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Gurmukhi, Gujarati, Odia, Kannada or Malayalam: romanised by the same table.
    OtherBrahmic,
}

impl Script {
    /// The script of a letter or sign; nothing for digits, punctuation and other scripts.
    pub fn of(character: char) -> Option<Self> {
        match u32::from(character) {
            0x0900..=0x097F => Some(Self::Devanagari),
            0x0980..=0x09FF => Some(Self::Bengali),
            0x0B80..=0x0BFF => Some(Self::Tamil),
            0x0C00..=0x0C7F => Some(Self::Telugu),
            0x0A00..=0x0B7F | 0x0C80..=0x0D7F => Some(Self::OtherBrahmic),
            _ if character.is_ascii_alphabetic() => Some(Self::Latin),
            0x00C0..=0x024F | 0x1E00..=0x1EFF => Some(Self::Latin),
            _ => None,
        }
    }

    /// The script that most letters of a text are of; the earlier wins among equals.
    pub fn dominant(text: &str) -> Option<Self> {
        let mut counts: Vec<(Self, usize)> = Vec::new();
        for script in text.chars().filter_map(Self::of) {
            match counts.iter_mut().find(|(known, _)| *known == script) {
                Some((_, count)) => *count += 1,
                None => counts.push((script, 1)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max()?;
        counts
            .into_iter()
            .find(|(_, count)| *count == most)
            .map(|(script, _)| script)
    }

    /// Whether its letters carry an inherent a.
    pub fn is_brahmic(self) -> bool {
        self != Self::Latin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_letters_decide() {
        assert_eq!(
            Script::dominant("मधुबनी painting पर चित्र"),
            Some(Script::Devanagari)
        );
        assert_eq!(Script::dominant("12 – !"), None);
        assert_eq!(Script::dominant("é"), Some(Script::Latin));
    }
}
