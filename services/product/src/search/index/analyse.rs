use languages::{script::Script, sound::Keys, stem::singular, words};
use rust_stemmers::{Algorithm, Stemmer};

use super::stopwords::is_stopword;

/// Longer words are cut: nobody types them, and they would fill the index.
const LONGEST: usize = 48;

/// A word as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// In lower case, as typed.
    pub(super) word: String,
    pub(super) stem: String,
    pub(super) keys: Option<Keys>,
}

/// The words of a text and their stems, without stopwords.
pub(super) fn stems(text: &str) -> impl Iterator<Item = (String, String)> {
    let words = words::words(text).map(|(_, word)| word);
    words.filter(|word| !is_stopword(word)).map(|word| {
        let stem = stem(&word);
        (word, stem)
    })
}

/// The words of a question; its stopwords only when there is nothing else.
pub(super) fn question(text: &str) -> Vec<Asked> {
    let words: Vec<String> = words::words(text).map(|(_, word)| word).collect();
    let telling: Vec<String> = words.iter().filter(|word| !is_stopword(word)).cloned().collect();
    let chosen = if telling.is_empty() { words } else { telling };
    chosen.into_iter().map(asked).collect()
}

fn asked(word: String) -> Asked {
    Asked {
        stem: stem(&word),
        keys: Keys::of(&word),
        word,
    }
}

/// The stem of a word in lower case: Snowball's English stemmer for Latin letters, plurals elsewhere.
pub(super) fn stem(word: &str) -> String {
    let word: String = word.chars().take(LONGEST).collect();
    match Script::dominant(&word) {
        Some(Script::Latin) => Stemmer::create(Algorithm::English).stem(&word).into_owned(),
        _ => singular(&word),
    }
}
