use languages::{script::Script, transliterate::into_script};
use shared_models::text::Language;
use unicode_normalization::UnicodeNormalization;

use crate::words::{
    facts::{Matter, Named},
    numbers::digit,
};

/// A name as a language has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    pub(crate) text: String,
    /// Before a postposition or case ending.
    pub(crate) oblique: String,
    /// Whether the lexicon has it; other names are not inflected.
    pub(crate) known: bool,
}

impl Wording {
    /// A name in a language; none when it cannot be written there.
    pub(crate) fn of(named: &Named, language: Language) -> Option<Self> {
        match named {
            Named::Known(term) => {
                let name = term.name(language);
                Some(Self {
                    text: name.text.to_owned(),
                    oblique: name.oblique.to_owned(),
                    known: true,
                })
            }
            Named::Kept(text) => {
                let text = written(text, language)?;
                Some(Self {
                    oblique: text.clone(),
                    text,
                    known: false,
                })
            }
        }
    }
}

/// What can be said of a piece in a language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spoken {
    pub(crate) craft: Option<Wording>,
    pub(crate) materials: Vec<Wording>,
    pub(crate) colours: Vec<Wording>,
    pub(crate) place: Option<Wording>,
    pub(crate) origin: Option<Wording>,
}

impl Spoken {
    pub(crate) fn of(matter: &Matter, language: Language) -> Self {
        let one = |named: &Option<Named>| named.as_ref().and_then(|named| Wording::of(named, language));
        let all = |named: &[Named]| {
            named
                .iter()
                .filter_map(|named| Wording::of(named, language))
                .collect()
        };
        Self {
            craft: one(&matter.craft),
            materials: all(&matter.materials),
            colours: all(&matter.colours),
            place: one(&matter.region),
            origin: one(&matter.origin),
        }
    }
}

/// A name outside the lexicon in the script of a language, without signs that are no part of names; Latin stays
/// Latin. None when it cannot be written, or nothing is left.
pub(crate) fn written(name: &str, language: Language) -> Option<String> {
    let plain: String = name
        .nfkc()
        .map(|c| if is_of_names(c) { c } else { ' ' })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_matches(|c: char| c.is_ascii_punctuation());
    let own =
        |c: &char| Script::of(*c).is_none_or(|found| found == script(language) || found == Script::Latin);
    let text: String = into_script(plain, script(language))?
        .chars()
        .filter(own)
        .collect();
    text.chars().any(is_letter).then_some(text)
}

/// A letter or digit, no sign that only stands on one.
fn is_letter(c: char) -> bool {
    let brahmic = Script::of(c).is_some_and(Script::is_brahmic);
    c.is_alphanumeric()
        && (!brahmic || matches!(u32::from(c) % 0x80, 0x04..=0x39 | 0x58..=0x61 | 0x66..=0x6F))
}

/// Letters, the signs on them, digits, joiners, and punctuation within names.
fn is_of_names(c: char) -> bool {
    let sign = Script::of(c).is_some() && u32::from(c) % 0x80 < 0x64 && !c.is_numeric();
    let joiner = matches!(c, '\u{200c}' | '\u{200d}');
    let mark = matches!(c, '-' | '\'' | '’' | '&' | '.' | ',' | '/');
    c.is_alphabetic() || digit(c).is_some() || sign || joiner || mark
}

/// The script that a language is written in.
pub(crate) const fn script(language: Language) -> Script {
    match language {
        Language::En => Script::Latin,
        Language::Hi | Language::Mr => Script::Devanagari,
        Language::Bn => Script::Bengali,
        Language::Ta => Script::Tamil,
        Language::Te => Script::Telugu,
    }
}

/// A language that a text may be written in, by its script; Devanagari is taken for Hindi.
pub(crate) fn language_of(text: &str) -> Language {
    match Script::dominant(text) {
        Some(Script::Devanagari) => Language::Hi,
        Some(Script::Bengali) => Language::Bn,
        Some(Script::Tamil) => Language::Ta,
        Some(Script::Telugu) => Language::Te,
        Some(Script::Latin | Script::OtherBrahmic) | None => Language::En,
    }
}
