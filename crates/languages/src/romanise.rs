//! Brahmic scripts to Latin letters, after ISO 15919 without its diacritics.
//!
//! The Unicode blocks from Devanagari to Malayalam follow ISCII's order, 128 places each, so one
//! table of places serves them all.

use unicode_normalization::UnicodeNormalization;

const FIRST_BLOCK: u32 = 0x0900;
const LAST_PLACE: u32 = 0x0D7F;
const BLOCK: u32 = 0x80;

const NUKTA: u32 = 0x3C;
const VIRAMA: u32 = 0x4D;

enum Sign {
    /// Stands alone.
    Vowel(&'static str),
    /// Carries an inherent a.
    Consonant(&'static str),
    /// Replaces the inherent a.
    Matra(&'static str),
    /// Follows a vowel: nasals and the visarga.
    Tail(&'static str),
    Virama,
    Nukta,
}

fn sign(place: u32) -> Option<Sign> {
    use Sign::{Consonant, Matra, Nukta, Tail, Virama, Vowel};
    Some(match place {
        0x00..=0x02 => Tail("n"),
        0x03 => Tail("h"),
        0x04 | 0x05 => Vowel("a"),
        0x06 => Vowel("aa"),
        0x07 => Vowel("i"),
        0x08 => Vowel("ii"),
        0x09 => Vowel("u"),
        0x0A => Vowel("uu"),
        0x0B | 0x60 => Vowel("ri"),
        0x0C | 0x61 => Vowel("li"),
        0x0D..=0x0F => Vowel("e"),
        0x10 => Vowel("ai"),
        0x11..=0x13 => Vowel("o"),
        0x14 => Vowel("au"),
        0x15 => Consonant("k"),
        0x16 | 0x59 => Consonant("kh"),
        0x17 | 0x5A => Consonant("g"),
        0x18 => Consonant("gh"),
        0x19 | 0x1E | 0x23 | 0x28 | 0x29 => Consonant("n"),
        0x1A => Consonant("ch"),
        0x1B => Consonant("chh"),
        0x1C => Consonant("j"),
        0x1D => Consonant("jh"),
        0x1F | 0x24 => Consonant("t"),
        0x20 | 0x25 => Consonant("th"),
        0x21 | 0x26 => Consonant("d"),
        0x22 | 0x27 => Consonant("dh"),
        0x2A => Consonant("p"),
        0x2B => Consonant("ph"),
        0x2C => Consonant("b"),
        0x2D => Consonant("bh"),
        0x2E => Consonant("m"),
        0x2F | 0x5F => Consonant("y"),
        0x30 | 0x31 | 0x5C | 0x70 => Consonant("r"),
        0x32..=0x34 => Consonant("l"),
        0x35 | 0x71 => Consonant("v"),
        0x36 | 0x37 => Consonant("sh"),
        0x38 => Consonant("s"),
        0x39 => Consonant("h"),
        NUKTA => Nukta,
        0x3E => Matra("aa"),
        0x3F => Matra("i"),
        0x40 => Matra("ii"),
        0x41 => Matra("u"),
        0x42 => Matra("uu"),
        0x43 | 0x44 => Matra("ri"),
        0x45..=0x47 => Matra("e"),
        0x48 => Matra("ai"),
        0x49..=0x4B => Matra("o"),
        0x4C | 0x57 => Matra("au"),
        VIRAMA => Virama,
        0x4E => Consonant("t"), // Bengali khanda ta; its virama is implied
        0x58 => Consonant("q"),
        0x5B => Consonant("z"),
        0x5D => Consonant("rh"),
        0x5E => Consonant("f"),
        _ => return None,
    })
}

/// What a nukta makes of a consonant: sounds of Persian, and the flapped r.
fn dotted(consonant: &str) -> Option<&'static str> {
    Some(match consonant {
        "k" => "q",
        "j" => "z",
        "ph" => "f",
        "d" => "r",
        "dh" => "rh",
        "y" => "y",
        _ => return None,
    })
}

/// The text with every Brahmic letter in Latin; all else stays. Inherent vowels are written: `कमल` is `kamala`.
pub fn romanise(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    let mut pending: Option<&'static str> = None;
    for character in text.nfc() {
        let code = u32::from(character);
        let found = (FIRST_BLOCK..=LAST_PLACE)
            .contains(&code)
            .then(|| sign(code % BLOCK))
            .flatten();
        match (found, pending) {
            (Some(Sign::Nukta), Some(consonant)) => pending = Some(dotted(consonant).unwrap_or(consonant)),
            (Some(Sign::Virama), Some(consonant)) => {
                latin.push_str(consonant);
                pending = None;
            }
            (Some(Sign::Matra(vowel)), Some(consonant)) => {
                latin.push_str(consonant);
                latin.push_str(vowel);
                pending = None;
            }
            (found, _) => {
                settle(&mut latin, &mut pending);
                match found {
                    Some(Sign::Consonant(consonant)) if code % BLOCK == 0x4E => latin.push_str(consonant),
                    Some(Sign::Consonant(consonant)) => pending = Some(consonant),
                    Some(Sign::Vowel(letter) | Sign::Tail(letter) | Sign::Matra(letter)) => {
                        latin.push_str(letter);
                    }
                    Some(Sign::Nukta | Sign::Virama) => {}
                    None => latin.push(character),
                }
            }
        }
    }
    settle(&mut latin, &mut pending);
    latin
}

fn settle(latin: &mut String, pending: &mut Option<&'static str>) {
    if let Some(consonant) = pending.take() {
        latin.push_str(consonant);
        latin.push('a');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_script_is_read_by_the_same_table() {
        for (native, latin) in [
            ("मधुबनी", "madhubanii"),
            ("মধুবনী", "madhubanii"),
            ("மதுபனி", "matupani"),
            ("మధుబని", "madhubani"),
            ("ज़रदोज़ी", "zaradozii"),
            ("साड़ी", "saarii"),
            ("শাড়ি", "shaari"),
            ("কাঁথা", "kaanthaa"),
            ("bowl कटोरा", "bowl kataoraa".replace("tao", "to").as_str()),
        ] {
            assert_eq!(romanise(native), latin, "{native}");
        }
    }

    proptest! {
        #[test]
        fn nothing_brahmic_is_left(text in "[\u{0905}-\u{0939}\u{093e}-\u{094d}\u{0995}-\u{09b9}\u{0b85}-\u{0bb9}]{0,20}") {
            let latin = romanise(&text);
            prop_assert!(latin.chars().all(|c| u32::from(c) < FIRST_BLOCK || sign(u32::from(c) % BLOCK).is_none()));
        }
    }
}
