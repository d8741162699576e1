use shared_models::text::Language;

use super::{
    facts::{Facts, Matter},
    grammar::Spoken,
    lexicon::fold,
};

const MOST: usize = 15;

/// What buyers may search for: in English and in the artisan's language, at most fifteen, the most telling first.
pub fn keywords(facts: &Facts) -> Vec<String> {
    let matter = Matter::of(facts);
    let english = in_language(&matter, Language::En);
    let own = match facts.language {
        Language::En => Vec::new(),
        language => in_language(&matter, language),
    };
    let mut chosen: Vec<String> = Vec::new();
    let mut known = Vec::new();
    for keyword in interleaved(english, own) {
        let folded = fold(&keyword);
        if !folded.is_empty() && !known.contains(&folded) {
            known.push(folded);
            chosen.push(keyword);
        }
    }
    chosen.truncate(MOST);
    chosen
}

/// Craft with piece, piece, craft, materials with piece, place, colours, category.
pub(super) fn in_language(matter: &Matter, language: Language) -> Vec<String> {
    let spoken = Spoken::of(matter, language);
    let piece = matter.object.map(|object| object.name(language).text);
    let mut words: Vec<String> = Vec::new();
    if let Some(craft) = &spoken.craft {
        words.extend(
            piece
                .filter(|piece| !craft.text.contains(piece))
                .map(|piece| format!("{} {piece}", craft.text)),
        );
        words.push(craft.text.clone());
    }
    words.extend(piece.map(str::to_owned));
    for material in spoken.materials.iter().take(3) {
        // Only English and Telugu simply put one noun before the other.
        if matches!(language, Language::En | Language::Te) {
            words.extend(piece.map(|piece| format!("{} {piece}", material.text)));
        }
        words.push(material.text.clone());
    }
    words.extend(spoken.place.into_iter().map(|place| place.text));
    words.extend(spoken.origin.into_iter().map(|origin| origin.text));
    words.extend(spoken.colours.into_iter().take(2).map(|colour| colour.text));
    words.extend(
        matter
            .category
            .map(|category| category.name(language).text.to_owned()),
    );
    if language == Language::En {
        return words.into_iter().map(|word| word.to_lowercase()).collect();
    }
    words
}

/// One of English, one of the artisan's language, and so on.
fn interleaved(english: Vec<String>, own: Vec<String>) -> Vec<String> {
    let (mut english, mut own) = (english.into_iter(), own.into_iter());
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(english.by_ref().take(1));
        all.extend(own.by_ref().take(1));
        if all.len() == before {
            return all;
        }
    }
}
