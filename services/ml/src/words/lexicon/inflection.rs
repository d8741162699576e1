//! Endings that names take in running text: cases, plurals, adjectives.
//!
//! A word is traced back to the forms it may come from; only forms that a table has count, so the lists are
//! generous. They follow the grammars named in the message files.

use languages::script::Script;

/// A stem keeps at least this many letters.
const LEAST: usize = 2;

/// The words that an inflected word may come from.
pub(super) fn bases(word: &str) -> Vec<String> {
    match Script::dominant(word) {
        Some(Script::Latin) => stripped(word, LATIN),
        Some(Script::Devanagari) => stripped(word, DEVANAGARI),
        Some(Script::Bengali) => stripped(word, BENGALI),
        Some(Script::Tamil) => tamil(word),
        Some(Script::Telugu) => stripped(word, TELUGU),
        _ => Vec::new(),
    }
}

fn stripped(word: &str, endings: &[(&str, &str)]) -> Vec<String> {
    let base = |(ending, instead): &(&str, &str)| {
        let stem = word.strip_suffix(ending)?;
        (stem.chars().count() >= LEAST).then(|| format!("{stem}{instead}"))
    };
    endings.iter().filter_map(base).collect()
}

const LATIN: &[(&str, &str)] = &[
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("en", ""),
    ("n", ""),
    ("an", ""),
    ("i", ""),
    ("i", "a"),
    ("ese", ""),
    ("y", ""),
];

/// Hindi cases and plurals, Marathi postpositions on the oblique stem; folded, so without nukta and candrabindu.
const DEVANAGARI: &[(&str, &str)] = &[
    ("े", "ा"),
    ("े", ""),
    ("ों", "ा"),
    ("ों", ""),
    ("ें", ""),
    ("ियों", "ी"),
    ("ियां", "ी"),
    ("ी", ""),
    ("ी", "ा"),
    ("िया", ""),
    ("ा", ""),
    ("ाचा", ""),
    ("ाची", ""),
    ("ाचे", ""),
    ("ाच्या", ""),
    ("चा", ""),
    ("ची", ""),
    ("चे", ""),
    ("च्या", ""),
    ("ेचा", ""),
    ("ेची", ""),
    ("ेचे", ""),
    ("ेच्या", ""),
    ("ातील", ""),
    ("तील", ""),
    ("ामधील", ""),
    ("मधील", ""),
    ("ामध्ये", ""),
    ("मध्ये", ""),
    ("ात", ""),
    ("त", ""),
    ("ाने", ""),
    ("ने", ""),
    ("ेने", ""),
    ("ापासून", ""),
    ("पासून", ""),
    ("ेपासून", ""),
    ("ाहून", ""),
    ("हून", ""),
    ("ातून", ""),
    ("तून", ""),
    ("ाला", ""),
    ("ला", ""),
    ("ांचा", ""),
    ("ांची", ""),
    ("ांचे", ""),
];

const BENGALI: &[(&str, &str)] = &[
    ("র", ""),
    ("ের", ""),
    ("য়ের", ""),
    ("যের", ""),
    ("ে", ""),
    ("তে", ""),
    ("য", ""),
    ("কে", ""),
    ("টি", ""),
    ("টির", ""),
    ("গুলি", ""),
    ("ি", ""),
    ("ী", ""),
    ("ই", ""),
    ("ও", ""),
];

const TELUGU: &[(&str, &str)] = &[
    ("తో", ""),
    ("లో", ""),
    ("లోని", ""),
    ("లోనూ", ""),
    ("కు", ""),
    ("కి", ""),
    ("ను", ""),
    ("ని", ""),
    ("లు", ""),
    ("ల", "లు"),
    ("లతో", ""),
    ("లతో", "లు"),
    ("లకు", "లు"),
    ("లలో", "లు"),
    ("పు", "ం"),
    ("పు", ""),
    ("నుండి", ""),
    ("నుంచి", ""),
    ("ీ", ""),
    ("ీయ", ""),
    ("ానికి", "ం"),
    ("ంలో", "ం"),
    ("ంతో", "ం"),
    ("ాలు", "ం"),
];

/// Case endings after a consonant; nouns in -am take -att-, those in a vowel a glide.
const TAMIL_CASES: &[&str] = &[
    "ில்",
    "ிலான",
    "ிலிருந்து",
    "ிலுள்ள",
    "ின்",
    "ினால்",
    "ால்",
    "ாலான",
    "ிற்கு",
    "ுக்கு",
    "ை",
    "ைச்",
    "ைப்",
    "ைக்",
    "ைத்",
    "ும்",
    "ோடு",
    "ுடன்",
];

fn tamil(word: &str) -> Vec<String> {
    let mut bases = Vec::new();
    for case in TAMIL_CASES {
        let Some(stem) = word.strip_suffix(case) else {
            continue;
        };
        bases.push(format!("{stem}்"));
        bases.push(format!("{stem}ு"));
        bases.extend(stem.strip_suffix("த்த").map(|stem| format!("{stem}ம்")));
        bases.extend(stem.strip_suffix('ய').map(str::to_owned));
        bases.extend(stem.strip_suffix('வ').map(str::to_owned));
        bases.extend(undoubled(stem));
    }
    for (ending, instead) in [
        ("ி", "்"),
        ("கள்", ""),
        ("ங்கள்", "ம்"),
        ("ிய", "்"),
        ("ீய", "்"),
        ("ிய", "ியா"),
    ] {
        bases.extend(word.strip_suffix(ending).map(|stem| format!("{stem}{instead}")));
    }
    // Hard consonants double before the next word; attributes in -am lose their -m.
    for link in ["க்", "ச்", "த்", "ப்"] {
        if let Some(stem) = word.strip_suffix(link) {
            bases.push(stem.to_owned());
            bases.push(format!("{stem}ம்"));
        }
    }
    bases.push(format!("{word}ம்"));
    bases.retain(|base| base.chars().count() > LEAST);
    bases
}

/// `குஜராத்த` to `குஜராத்`.
fn undoubled(stem: &str) -> Option<String> {
    let last = stem.chars().last()?;
    let rest = stem.strip_suffix(last)?;
    let before = rest.strip_suffix('்')?;
    before.ends_with(last).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_are_traced_back() {
        for (word, base) in [
            ("राजस्थानी", "राजस्थान"),
            ("लाकडापासून", "लाकडा"),
            ("राजस्थानातील", "राजस्थान"),
            ("রাজস্থানের", "রাজস্থান"),
            ("பீகாரில்", "பீகார்"),
            ("கேரளத்தைச்", "கேரளம்"),
            ("பட்டால்", "பட்டு"),
            ("குஜராத்தில்", "குஜராத்"),
            ("மரப்", "மரம்"),
            ("కాగితపు", "కాగితం"),
            ("రాజస్థాన్లో", "రాజస్థాన్"),
            ("rajasthani", "rajasthan"),
        ] {
            assert!(
                bases(word).iter().any(|found| found == base),
                "{word}: {:?}",
                bases(word)
            );
        }
    }
}
