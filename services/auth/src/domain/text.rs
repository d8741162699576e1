//! One line of text in any script: names, places, crafts.

use unicode_normalization::UnicodeNormalization;

use super::Refused;

/// The most characters of a name, a place or a craft.
pub(crate) const LINE: usize = 80;

/// Text in normal form C, trimmed, with single spaces; refuses what cannot be seen, since it serves to deceive.
pub(crate) fn line(pointer: &str, text: &str, max: usize) -> Result<String, Refused> {
    let refused = |detail| Err(Refused::invalid(pointer, detail));
    if text.chars().any(|c| c.is_control() || is_hidden(c)) {
        return refused("must not hold control or invisible characters");
    }
    let spaced: Vec<&str> = text.split_whitespace().collect();
    let line: String = spaced.join(" ").nfc().collect();
    if !line.chars().any(char::is_alphanumeric) {
        return refused("must hold a letter or a digit");
    }
    if line.chars().count() > max {
        return refused("is too long");
    }
    Ok(line)
}

/// The same for a field that may be left out.
pub(crate) fn optional_line(
    pointer: &str,
    text: Option<&str>,
    max: usize,
) -> Result<Option<String>, Refused> {
    text.map(|text| line(pointer, text, max)).transpose()
}

/// Characters without a picture of their own. The joiners U+200C and U+200D are left: Indic scripts need them.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Result<String, Refused> {
        line("/display_name", text, LINE)
    }

    #[test]
    fn names_of_all_scripts_are_names() {
        for text in ["Sita Devi", "सीता देवी", "সীতা", "ক্‌ষ", "சீதா", "సీత", "O'Neil-Łuka 2"]
        {
            assert!(name(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for text in [
            "a\u{202e}b",
            "a\u{200b}",
            "\u{feff}a",
            "a\nb",
            "a\u{0}",
            " ",
            "",
            "\u{3164}",
            "--",
            "a\u{e0041}",
        ] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_same_name_is_the_same_text() {
        assert_eq!(name("  Jose\u{301}   Sita ").unwrap(), "Jos\u{e9} Sita");
    }

    proptest! {
        #[test]
        fn an_accepted_line_is_accepted_unchanged(text in "\\PC{0,100}") {
            if let Ok(once) = name(&text) {
                prop_assert_eq!(name(&once).unwrap(), once);
            }
        }
    }
}
