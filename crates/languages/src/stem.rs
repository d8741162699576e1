//! Plurals to singulars: light, by rule, so that a listing of bowls is found by bowl.
//!
//! English by the S-stemmer of Harman (1991, "How effective is suffixing?"); Hindi and Marathi by the
//! plural endings of the light stemmer of Ramanathan and Rao (2003); Bengali, Tamil and Telugu by
//! their regular plural endings.

use crate::script::Script;

/// A stem keeps at least this many letters.
const LEAST: usize = 2;

/// The word without its plural ending.
pub fn singular(word: &str) -> String {
    let endings: &[(&str, &str)] = match Script::dominant(word) {
        Some(Script::Latin) => return english(word),
        Some(Script::Devanagari) => &[
            ("ियाँ", "ी"),
            ("ियां", "ी"),
            ("ियों", "ी"),
            ("ाएँ", "ा"),
            ("ाएं", "ा"),
            ("ाओं", "ा"),
            ("ुओं", "ु"),
            ("ों", "ा"),
            ("ें", ""),
            ("े", "ा"),
        ],
        Some(Script::Bengali) => &[("গুলি", ""), ("গুলো", ""), ("সমূহ", ""), ("রা", "")],
        Some(Script::Tamil) => &[("ங்கள்", "ம்"), ("க்கள்", ""), ("கள்", "")],
        Some(Script::Telugu) => &[("ములు", "ము"), ("లు", "")],
        _ => &[],
    };
    let stem = |(ending, instead): &(&str, &str)| {
        let stem = word.strip_suffix(ending)?;
        (stem.chars().count() >= LEAST).then(|| format!("{stem}{instead}"))
    };
    endings.iter().find_map(stem).unwrap_or_else(|| word.to_owned())
}

/// Harman's three rules.
fn english(word: &str) -> String {
    let unless = |endings: &[&str]| !endings.iter().any(|ending| word.ends_with(ending));
    if word.chars().count() <= LEAST + 1 {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies")
        && unless(&["eies", "aies"])
    {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && ["sh", "ch", "ss", "x", "zz"]
            .iter()
            .any(|ending| stem.ends_with(ending))
    {
        return stem.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if unless(&["us", "ss", "is"]) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_find_their_singulars() {
        for (plural, one) in [
            ("bowls", "bowl"),
            ("sarees", "saree"),
            ("dishes", "dish"),
            ("boxes", "box"),
            ("potteries", "pottery"),
            ("vases", "vase"),
            ("brass", "brass"),
            ("lotus", "lotus"),
            ("साड़ियाँ", "साड़ी"),
            ("कटोरे", "कटोरा"),
            ("কাপড়গুলি", "কাপড়"),
            ("புடவைகள்", "புடவை"),
            ("బొమ్మలు", "బొమ్మ"),
        ] {
            assert_eq!(singular(plural), one, "{plural}");
        }
    }
}
