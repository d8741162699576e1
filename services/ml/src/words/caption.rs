use shared_models::text::Language;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    facts::{Facts, Matter},
    keywords::in_language,
    sentences::{About, Sentence, sentences},
};

/// How much a caption says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// What the piece is.
    Short,
    /// What it is, and what makes it: colours, size, time.
    Medium,
}

/// A caption of whole sentences from the facts, at most so many graphemes long; none when not even one fits.
///
/// Leave room for hashtags and links by asking for less than the network allows.
pub fn caption(facts: &Facts, language: Language, size: Size, graphemes: usize) -> Option<String> {
    let said = sentences(&Matter::of(facts), language);
    let mut caption = String::new();
    for sentence in said.iter().filter(|sentence| belongs(sentence, size)) {
        let longer = if caption.is_empty() {
            sentence.text.clone()
        } else {
            format!("{caption} {}", sentence.text)
        };
        if longer.graphemes(true).count() <= graphemes {
            caption = longer;
        }
    }
    (!caption.is_empty()).then_some(caption)
}

/// Stock and care are no news.
fn belongs(sentence: &Sentence, size: Size) -> bool {
    match sentence.about {
        About::Name | About::Piece => true,
        About::Colours | About::Origin | About::Time | About::Hours | About::Size => size == Size::Medium,
        About::Weight | About::Quantity | About::Care => false,
    }
}

/// Hashtags in a language, without the sign #: words run together, at most so many.
///
/// Networks end a tag at a joiner or a sign, so names with those are left out.
pub fn hashtags(facts: &Facts, language: Language, most: usize) -> Vec<String> {
    let matter = Matter::of(facts);
    let mut tags: Vec<String> = Vec::new();
    for word in in_language(&matter, language) {
        let tag: String = word.split([' ', '-']).collect();
        let plain = tag
            .chars()
            .all(|c| c.is_alphanumeric() || languages::script::Script::of(c).is_some());
        if plain && !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.truncate(most);
    tags
}
