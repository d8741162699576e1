//! Names from one script to another.
//!
//! Brahmic scripts share their places ([`crate::romanise`]), so a letter goes to the same place of the other
//! block; what that script lacks goes to its nearest sound (Tamil has one letter for each row of stops, Bengali
//! no v). From Latin there is no way back: romanised spellings do not say which letter was meant.

use unicode_normalization::UnicodeNormalization;

use crate::{romanise::romanise, script::Script};

const BLOCK: u32 = 0x80;
const NUKTA: u32 = 0x3C;
const VIRAMA: u32 = 0x4D;

/// A name in another script; Latin letters stay as they are.
///
/// Nothing when the name has letters of a script that has no such way, or the script is none of the five.
pub fn into_script(name: &str, script: Script) -> Option<String> {
    let foreign = |c: char| c.is_alphabetic() && Script::of(c).is_none();
    if name.chars().any(foreign) {
        return None;
    }
    match script {
        Script::Latin => Some(in_latin(name)),
        Script::OtherBrahmic => None,
        Script::Devanagari => Some(in_block(name, 0x0900, script)),
        Script::Bengali => Some(in_block(name, 0x0980, script)),
        Script::Tamil => Some(in_block(name, 0x0B80, script)),
        Script::Telugu => Some(in_block(name, 0x0C00, script)),
    }
}

/// As names are written in English: `मधुबनी` is Madhubani.
fn in_latin(name: &str) -> String {
    let words = name.split(' ').map(|word| match Script::dominant(word) {
        None | Some(Script::Latin) => word.to_owned(),
        Some(script) => english_spelling(word, script),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn english_spelling(word: &str, script: Script) -> String {
    let latin = romanise(word);
    // Hindi, Marathi and Bengali do not pronounce a final inherent a.
    let silent = matches!(script, Script::Devanagari | Script::Bengali)
        && latin.ends_with('a')
        && !latin.ends_with("aa")
        && latin.len() > 3;
    let heard = if silent { &latin[..latin.len() - 1] } else { &latin };
    let short = heard.replace("aa", "a").replace("ii", "i").replace("uu", "u");
    let mut letters = short.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn in_block(name: &str, start: u32, script: Script) -> String {
    let letters: Vec<char> = name.nfc().collect();
    let mut text = String::with_capacity(name.len());
    for (at, letter) in letters.iter().enumerate() {
        let code = u32::from(*letter);
        if !(0x0900..0x0D80).contains(&code)
            || matches!(code, 0x0964 | 0x0965)
            || code / BLOCK == start / BLOCK
        {
            text.push(*letter);
            continue;
        }
        let next = letters.get(at + 1).map(|next| u32::from(*next) % BLOCK);
        let before = at.checked_sub(1).map(|at| u32::from(letters[at]) % BLOCK);
        for place in places(code, before, next, script) {
            text.extend(char::from_u32(if place < BLOCK { start + place } else { place }));
        }
    }
    text
}

/// The places of the other script that a letter goes to; what is above the block is a character of its own.
fn places(code: u32, before: Option<u32>, next: Option<u32>, script: Script) -> Vec<u32> {
    let place = match code {
        0x09CE => return vec![0x24, VIRAMA], // khanda ta
        0x09F0 => 0x30,                      // Assamese ra
        0x09F1 => 0x35,                      // Assamese va
        0x0A70 => 0x02,                      // Gurmukhi tippi
        0x0A71 | 0x0C55 | 0x0C56 => return Vec::new(),
        _ => code % BLOCK,
    };
    match place {
        0x01 | 0x02 => nasal(place, next, script),
        0x66..=0x6F => vec![u32::from('0') + place - 0x66],
        NUKTA => match (script, before) {
            (Script::Devanagari | Script::Bengali, Some(0x21 | 0x22)) => vec![NUKTA],
            _ => Vec::new(),
        },
        0x57 => vec![0x4C],
        // Signs that are no letters of names: currency, fractions, accents.
        0x50..=0x54 | 0x64.. => Vec::new(),
        _ if script == Script::Tamil => tamil(place),
        _ => vec![other(lengthened(place, script), script)],
    }
}

/// Short e and o, and the vowels of English words, where a script has long ones only.
fn lengthened(place: u32, script: Script) -> u32 {
    match (place, script) {
        (0x0E | 0x12 | 0x46 | 0x4A, Script::Telugu) => place,
        (0x0D | 0x0E, _) => 0x0F,
        (0x11 | 0x12, _) => 0x13,
        (0x45 | 0x46, _) => 0x47,
        (0x49 | 0x4A, _) => 0x4B,
        _ => place,
    }
}

/// Letters that some scripts have beside those of all.
fn other(place: u32, script: Script) -> u32 {
    match (place, script) {
        (0x29, _) => 0x28,
        (0x31, _) => 0x30,
        (0x5F, _) => 0x2F,
        (0x35, Script::Bengali) => 0x2C,
        (0x33 | 0x34, Script::Bengali) => 0x32,
        (0x34, _) => 0x33,
        _ => place,
    }
}

/// A nasal sign: Telugu and Devanagari write it, the others the nasal of what follows.
fn nasal(place: u32, next: Option<u32>, script: Script) -> Vec<u32> {
    let of_row = match next {
        Some(0x15..=0x19) => Some(0x19),
        Some(0x1A..=0x1E) => Some(0x1E),
        Some(0x1F..=0x23) => Some(0x23),
        Some(0x24..=0x28) => Some(0x28),
        Some(0x2A..=0x2E) => Some(0x2E),
        _ => None,
    };
    match (script, of_row) {
        (Script::Devanagari, _) => vec![place],
        (Script::Bengali, _) if place == 0x01 => vec![0x01],
        (Script::Telugu, _) | (Script::Bengali, None) => vec![0x02],
        (Script::Tamil, None) => vec![0x2E, VIRAMA],
        (_, Some(letter)) => vec![letter, VIRAMA],
        (_, None) => Vec::new(),
    }
}

/// One letter for each row of stops; no visarga, no vocalic r.
fn tamil(place: u32) -> Vec<u32> {
    let letter = match place {
        0x03 => return Vec::new(),
        0x0B | 0x60 => return vec![0x30, 0x3F],
        0x43 | 0x44 => return vec![VIRAMA, 0x30, 0x41],
        0x0C | 0x61 | 0x62 | 0x63 => 0x32,
        0x0D => 0x0E,
        0x11 => 0x12,
        0x45 => 0x46,
        0x49 => 0x4A,
        0x16..=0x18 => 0x15,
        0x1B => 0x1A,
        0x1D => 0x1C,
        0x20..=0x22 => 0x1F,
        0x25..=0x27 => 0x24,
        0x2B..=0x2D => 0x2A,
        0x36 => 0x37,
        0x5F => 0x2F,
        _ => place,
    };
    vec![letter]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_goes_to_the_same_place_or_to_the_nearest_sound() {
        for (name, script, expected) in [
            ("मधुबनी", Script::Bengali, "মধুবনী"),
            ("मधुबनी", Script::Telugu, "మధుబనీ"),
            ("मधुबनी", Script::Tamil, "மதுபநீ"),
            ("सुंदर", Script::Bengali, "সুন্দর"),
            ("अंबा", Script::Tamil, "அம்பா"),
            ("কাঁথা", Script::Devanagari, "काँथा"),
            ("শাড়ি", Script::Devanagari, "शाड़ि"),
            ("కొండపల్లి", Script::Devanagari, "कोंडपल्लि"),
            ("வள்ளி", Script::Telugu, "వళ్ళి"),
            ("Sunrise कमल", Script::Bengali, "Sunrise কমল"),
        ] {
            assert_eq!(into_script(name, script).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn in_english_names_are_spelt_without_doubled_vowels() {
        for (name, expected) in [
            ("मधुबनी", "Madhubani"),
            ("कमल", "Kamal"),
            ("Sunrise कमल", "Sunrise Kamal"),
        ] {
            assert_eq!(into_script(name, Script::Latin).unwrap(), expected);
        }
    }

    #[test]
    fn other_scripts_are_not_guessed() {
        assert_eq!(into_script("شال", Script::Devanagari), None);
        assert_eq!(into_script("कमल", Script::OtherBrahmic), None);
    }

    proptest! {
        #[test]
        fn nothing_of_another_brahmic_script_is_left(
            name in "[\u{0905}-\u{0939}\u{093e}-\u{094d}\u{0995}-\u{09a8}\u{0c15}-\u{0c28}\u{0b95}]{0,16}",
            script in prop::sample::select(vec![Script::Devanagari, Script::Bengali, Script::Tamil, Script::Telugu]),
        ) {
            let text = into_script(&name, script).unwrap();
            prop_assert!(text.chars().all(|c| Script::of(c).is_none_or(|found| found == script)), "{text}");
        }
    }
}
