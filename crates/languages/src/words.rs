//! Words, as an index sees them.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// The words of a text, in lower case and NFC, with their byte offsets in the text (UAX #29).
///
/// Zero-width joiners are dropped: they change how a word looks, not which word it is.
pub fn words(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.unicode_word_indices().map(|(at, word)| (at, folded(word)))
}

/// A word in lower case and NFC, without joiners and apostrophes' tails (`weaver's` is `weaver`).
pub fn folded(word: &str) -> String {
    let word = word
        .strip_suffix("'s")
        .or_else(|| word.strip_suffix("’s"))
        .unwrap_or(word);
    let visible = word.chars().filter(|c| !matches!(c, '\u{200c}' | '\u{200d}'));
    visible.nfc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indic_words_stay_whole() {
        let found: Vec<String> = words("हाथ से बनी मधुबनी, a Weaver's bowl")
            .map(|(_, word)| word)
            .collect();
        assert_eq!(found, ["हाथ", "से", "बनी", "मधुबनी", "a", "weaver", "bowl"]);
    }
}
