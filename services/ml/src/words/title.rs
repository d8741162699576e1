//! What a title says: what the piece is, and whether it has a name of its own.

use shared_models::text::{Language, Localized};

use super::{
    grammar,
    lexicon::{self, Kind, Term, fold, folded_words},
};

/// What ends the noun phrase in an English title: `Bowl with lid`, `Saree from Banaras`.
const AFTER: &[&str] = &[
    "with",
    "for",
    "of",
    "from",
    "in",
    "by",
    "on",
    "and",
    "to",
    "featuring",
];

const BREAKS: &[char] = &[',', ':', '|', '(', '–', '—', ';', '/', '।'];

/// Words that make no name.
const PLAIN: &[&str] = &[
    "a",
    "an",
    "the",
    "and",
    "with",
    "of",
    "for",
    "from",
    "in",
    "by",
    "on",
    "to",
    "hand",
    "made",
    "handmade",
    "handcrafted",
    "handwoven",
    "crafted",
    "woven",
    "painted",
    "handpainted",
    "carved",
    "traditional",
    "craft",
    "art",
    "piece",
    "work",
    "print",
    "block",
    "small",
    "large",
    "big",
    "new",
    "pure",
    "set",
    "का",
    "की",
    "के",
    "से",
    "और",
    "में",
    "बना",
    "बनी",
    "हाथ",
    "हस्तनिर्मित",
    "चा",
    "ची",
    "चे",
    "आणि",
    "ও",
    "এবং",
    "থেকে",
    "তৈরি",
    "হাতে",
    "மற்றும்",
    "మరియు",
    "తో",
    "చేసిన",
];

/// The kind of piece that the last noun of a title names; a plural is no single piece, so it names none.
pub(crate) fn head(title: &Localized) -> Option<&'static Term> {
    title
        .0
        .iter()
        .find_map(|(language, text)| head_of(*language, text))
}

fn head_of(language: Language, text: &str) -> Option<&'static Term> {
    let first = text.split(BREAKS).find(|part| !part.trim().is_empty())?;
    let first = first.split(" - ").next()?;
    let mut words = folded_words(first);
    if language == Language::En {
        let end = words
            .iter()
            .skip(1)
            .position(|word| AFTER.contains(&word.as_str()));
        words.truncate(end.map_or(words.len(), |end| end + 1));
    }
    (1..=words.len().min(3)).rev().find_map(|length| {
        let last = words[words.len() - length..].join(" ");
        lexicon::named(Kind::Object, &last)
    })
}

/// The title as a name in a language: only where it says more than the lexicon's terms, and can be written.
pub(crate) fn name(title: &Localized, language: Language) -> Option<String> {
    let own = title.0.get(&language);
    let text = own
        .or_else(|| title.0.get(&Language::En))
        .or_else(|| title.0.values().next())?;
    if !is_name(text) {
        return None;
    }
    grammar::written(text, language)
}

fn is_name(text: &str) -> bool {
    let known: Vec<String> = lexicon::scan(text).into_iter().map(|found| found.words).collect();
    let known = known.join(" ");
    let known: Vec<&str> = known.split(' ').collect();
    folded_words(text)
        .iter()
        .any(|word| !known.contains(&word.as_str()) && !PLAIN.iter().any(|plain| fold(plain) == *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(language: Language, text: &str) -> Localized {
        Localized::of(language, text)
    }

    #[test]
    fn the_head_is_the_last_noun_of_the_first_phrase() {
        for (language, text, slug) in [
            (Language::En, "Blue Pottery Bowl", "bowl"),
            (Language::En, "Bowl with brass lid", "bowl"),
            (Language::En, "Saree from Banaras – red", "saree"),
            (Language::En, "Bowl stand", ""),
            (Language::En, "Set of 4 bowls", ""),
            (Language::En, "Terracotta bowls", ""),
            (Language::En, "Lac bangles", "bangles"),
            (Language::En, "Wall hanging", "wall-hanging"),
            (Language::Hi, "नीली मिट्टी का कटोरा", "bowl"),
            (Language::Bn, "পোড়ামাটির ঘোড়া", "horse"),
            (Language::Ta, "காஞ்சிபுரம் பட்டுப் புடவை", "saree"),
        ] {
            let found = head(&titled(language, text)).map_or("", |term| term.slug);
            assert_eq!(found, slug, "{text}");
        }
    }

    #[test]
    fn a_title_of_known_words_is_no_name() {
        assert_eq!(
            name(&titled(Language::En, "Handmade terracotta bowl"), Language::En),
            None
        );
        assert_eq!(
            name(&titled(Language::En, "Sunrise Bowl"), Language::Hi).as_deref(),
            Some("Sunrise Bowl")
        );
        assert_eq!(
            name(&titled(Language::Hi, "उषा कटोरा"), Language::Bn).as_deref(),
            Some("উষা কটোরা")
        );
        assert_eq!(name(&titled(Language::En, "شال"), Language::Hi), None);
    }
}
