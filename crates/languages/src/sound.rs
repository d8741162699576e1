//! Keys under which spellings of one name meet.

use unicode_normalization::UnicodeNormalization;

use crate::{romanise::romanise, script::Script};

/// Fewer consonants than this make too many words meet.
const LEAST_SKELETON: usize = 3;

/// The keys of one word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keys {
    /// Consonant classes and vowel classes.
    pub full: String,
    /// Consonant classes only; nothing when there are fewer than three.
    pub skeleton: Option<String>,
}

impl Keys {
    /// The keys of a word in any script; nothing when it has no letter that sounds.
    pub fn of(word: &str) -> Option<Self> {
        let brahmic = word
            .chars()
            .any(|c| Script::of(c).is_some_and(Script::is_brahmic));
        let latin = if brahmic { romanise(word) } else { word.to_owned() };
        let plain: String = latin
            .nfd()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase();
        let full = without_final_a(&classes(&plain));
        if full.is_empty() {
            return None;
        }
        let skeleton: String = squeezed(full.chars().filter(|c| !is_vowel(*c)));
        let skeleton = (skeleton.len() >= LEAST_SKELETON).then_some(skeleton);
        Some(Self { full, skeleton })
    }
}

/// Longest first: what stands for one sound in romanised names, and its class.
///
/// Classes are k (k g q), s (s sh c ch j z: Tamil writes them all with one letter), t (t d), p (p b f v w:
/// Bengali has no v), n, m, r, l, h, y, and the vowels a, i (i e y ai), u (u o au).
const SOUNDS: &[(&str, &str)] = &[
    ("chh", "s"),
    ("tch", "s"),
    ("shh", "s"),
    ("ksh", "ks"),
    ("eau", "u"),
    ("aa", "a"),
    ("aw", "a"),
    ("ah", "a"),
    ("ai", "i"),
    ("ay", "i"),
    ("ei", "i"),
    ("ey", "i"),
    ("ee", "i"),
    ("ea", "i"),
    ("ie", "i"),
    ("ii", "i"),
    ("au", "u"),
    ("ou", "u"),
    ("ow", "u"),
    ("oo", "u"),
    ("uu", "u"),
    ("ch", "s"),
    ("sh", "s"),
    ("jh", "s"),
    ("zh", "l"), // Tamil and Malayalam ழ
    ("kh", "k"),
    ("gh", "k"),
    ("ck", "k"),
    ("th", "t"),
    ("dh", "t"),
    ("ph", "p"),
    ("bh", "p"),
    ("rh", "r"),
    ("lh", "l"),
    ("nh", "n"),
    ("mh", "m"),
    ("wh", "p"),
    ("mb", "mp"),
    ("nb", "mp"),
    ("np", "mp"),
    ("a", "a"),
    ("b", "p"),
    ("c", "k"),
    ("d", "t"),
    ("e", "i"),
    ("f", "p"),
    ("g", "k"),
    ("h", "h"),
    ("i", "i"),
    ("j", "s"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("o", "u"),
    ("p", "p"),
    ("q", "k"),
    ("r", "r"),
    ("s", "s"),
    ("t", "t"),
    ("u", "u"),
    ("v", "p"),
    ("w", "p"),
    ("x", "ks"),
    ("y", "i"),
    ("z", "s"),
];

fn classes(plain: &str) -> String {
    let mut rest = plain;
    let mut folded = String::with_capacity(plain.len());
    while let Some((spelling, class)) = SOUNDS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
        // `ah` and `aw` are vowels only before a consonant or at the end: `maheshwari`, `jawahar`.
        let after = rest[spelling.len()..].chars().next();
        let vowel_follows = after.is_some_and(|c| "aeiou".contains(c));
        if matches!(*spelling, "ah" | "aw" | "ay" | "ey" | "ow") && vowel_follows {
            folded.push_str(if spelling.starts_with('a') { "a" } else { "u" });
            rest = &rest[1..];
            continue;
        }
        folded.push_str(class);
        rest = &rest[spelling.len()..];
    }
    squeezed(folded.chars())
}

/// Doubled letters once.
fn squeezed(letters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for letter in letters {
        if !text.ends_with(letter) {
            text.push(letter);
        }
    }
    text
}

/// A final short a is heard in some languages and not in others.
fn without_final_a(key: &str) -> String {
    match key.strip_suffix('a') {
        Some(rest) if rest.len() > 1 => rest.to_owned(),
        _ => key.to_owned(),
    }
}

fn is_vowel(class: char) -> bool {
    matches!(class, 'a' | 'i' | 'u')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full(word: &str) -> String {
        Keys::of(word).unwrap().full
    }

    fn skeleton(word: &str) -> String {
        Keys::of(word).unwrap().skeleton.unwrap()
    }

    #[test]
    fn one_name_has_one_key_in_every_script() {
        for spelling in [
            "madhubani",
            "Madhubanee",
            "मधुबनी",
            "মধুবনী",
            "మధుబని",
            "மதுபனி",
            "Madhūbanī",
        ] {
            assert_eq!(full(spelling), full("madhubani"), "{spelling}");
        }
        for spelling in ["शाल", "shaal", "shawl", "শাল"] {
            assert_eq!(full(spelling), full("shal"), "{spelling}");
        }
    }

    #[test]
    fn schwa_deletion_and_other_vowels_meet_in_the_skeleton() {
        for (one, other) in [
            ("banarasi", "benarsi"),
            ("kolkata", "কলকাতা"),
            ("kalamkari", "कलमकारी"),
            ("kanchipuram", "காஞ்சிபுரம்"),
            ("maheshwari", "महेश्वरी"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn short_words_have_no_skeleton() {
        assert_eq!(Keys::of("eri").unwrap().skeleton, None);
        assert_eq!(Keys::of("123"), None);
    }

    proptest! {
        #[test]
        fn any_text_has_keys_of_the_classes(word in "\\PC{0,24}") {
            if let Some(keys) = Keys::of(&word) {
                prop_assert!(keys.full.chars().all(|c| "kstpnmrlhaiu".contains(c)));
            }
        }
    }
}
