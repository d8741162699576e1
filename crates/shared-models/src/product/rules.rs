//! What text, slugs and amounts may be.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde hands values and context over by reference"
)]

use garde::{Error, Result};

use super::Text;
use crate::money::Amount;

/// The longest title, in characters.
pub(super) const TITLE: usize = 200;
/// The longest description, in characters.
pub(super) const DESCRIPTION: usize = 5_000;
/// The longest slug, in bytes, which are characters.
const SLUG: usize = 64;

/// Whether it is a slug: 1 to 64 of `a-z`, `0-9`, `-` and `_`, not at an end.
pub fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (1..=SLUG).contains(&text.len())
        && bytes
            .iter()
            .all(|byte| plain(*byte) || matches!(byte, b'-' | b'_'))
        && bytes.first().is_some_and(|byte| plain(*byte))
        && bytes.last().is_some_and(|byte| plain(*byte))
}

pub(crate) fn slug(text: &str, (): &()) -> Result {
    if is_slug(text) {
        return Ok(());
    }
    Err(Error::new(
        "must be a slug: 1 to 64 of a-z, 0-9, - and _, such as pottery",
    ))
}

pub(crate) fn title(text: &Text, (): &()) -> Result {
    each(text, |text| within(text, TITLE, false))
}

pub(crate) fn description(text: &Text, (): &()) -> Result {
    each(text, |text| within(text, DESCRIPTION, true))
}

/// One line of text of at most `most` characters.
pub(crate) fn line(most: usize) -> impl FnOnce(&str, &()) -> Result {
    move |text, ()| within(text, most, false)
}

pub(crate) fn not_negative(amount: &Amount, (): &()) -> Result {
    if amount.is_negative() {
        return Err(Error::new("must not be negative"));
    }
    Ok(())
}

fn each(text: &Text, check: impl Fn(&str) -> Result) -> Result {
    if text.texts().next().is_none() {
        return Err(Error::new("must have text in at least one language"));
    }
    text.texts().try_for_each(check)
}

fn within(text: &str, most: usize, lines: bool) -> Result {
    if text.trim().is_empty() {
        return Err(Error::new("must not be blank"));
    }
    if text.chars().count() > most {
        return Err(Error::new(format!("must have at most {most} characters")));
    }
    if text.chars().any(|c| is_control(c) && !(lines && c == '\n')) {
        return Err(Error::new("must not have control characters"));
    }
    Ok(())
}

/// Control characters (Unicode `Cc`), line and paragraph separators, and those that turn the direction of
/// what follows (UAX 9): they make a text look like another. Joiners stay, since Indic scripts need them.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        for good in ["pottery", "blue-pottery", "a", "x_1", &"s".repeat(64)] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "Pottery", "a b", "-a", "a-", "मिट्टी", "a/b", &"s".repeat(65)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn what_makes_text_look_like_another_is_refused() {
        for bad in [
            "a\u{0}",
            "a\u{7}",
            "a\nb",
            "a\u{85}",
            "a\u{202e}b",
            "a\u{2066}",
            "\u{feff}a",
            " ",
            "",
        ] {
            assert!(within(bad, 10, false).is_err(), "{bad:?}");
        }
        // Zero-width joiners shape Indic letters.
        for good in ["क\u{94d}\u{200d}ष", "ক\u{9cd}\u{200c}ষ", "bowl", "🏺"] {
            assert!(within(good, 10, false).is_ok(), "{good:?}");
        }
        assert!(within("one\ntwo", 10, true).is_ok());
        assert!(within("०१२३४५६७८९०", 10, false).is_err());
    }
}
