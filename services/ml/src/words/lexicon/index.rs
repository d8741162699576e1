use std::collections::HashMap;

use languages::{sound::Keys, stem::singular, words::words};

use super::{Kind, Term, fold, fold::folded_words, inflection::bases};

/// Shorter sound keys make words meet that have nothing to do with each other.
const LEAST_SOUND: usize = 5;

/// The longest names have this many words.
const MOST_WORDS: usize = 9;

/// Terms by their spellings.
pub(super) struct Index {
    by_form: HashMap<String, Vec<usize>>,
    by_sound: HashMap<String, Vec<usize>>,
}

/// A name in a text, and what it may stand for.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) terms: Vec<&'static Term>,
    /// The folded words.
    pub(crate) words: String,
}

impl Index {
    pub(super) fn of(terms: &[Term]) -> Self {
        let mut index = Self {
            by_form: HashMap::new(),
            by_sound: HashMap::new(),
        };
        for (at, term) in terms.iter().enumerate() {
            for form in term.forms() {
                insert(&mut index.by_form, fold(form), at);
                if let Some(key) = sound(term.kind, form) {
                    insert(&mut index.by_sound, key, at);
                }
            }
        }
        index
    }

    pub(super) fn exact(&self, terms: &'static [Term], kind: Kind, folded: &str) -> Option<&'static Term> {
        of_kind(terms, self.by_form.get(folded), kind)
    }

    pub(super) fn find(&self, terms: &'static [Term], kind: Kind, text: &str) -> Option<&'static Term> {
        let folded = fold(text);
        self.exact(terms, kind, &folded)
            .or_else(|| self.exact(terms, kind, &in_singular(&folded)))
            .or_else(|| of_kind(terms, self.by_sound.get(&sound(kind, text)?), kind))
    }

    pub(super) fn scan(&self, terms: &'static [Term], text: &str) -> Vec<Found> {
        let words = folded_words(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.longest(terms, &words[at..]) {
                Some((ids, length)) => {
                    found.push(Found {
                        terms: ids.iter().map(|id| &terms[*id]).collect(),
                        words: words[at..at + length].join(" "),
                    });
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest name that the words begin with, and how many words it has.
    fn longest(&self, terms: &[Term], words: &[String]) -> Option<(Vec<usize>, usize)> {
        let most = words.len().min(MOST_WORDS);
        (1..=most).rev().find_map(|length| {
            let phrase = words[..length].join(" ");
            self.as_written(&phrase, &words[..length])
                .or_else(|| self.as_heard(terms, &phrase, length))
                .map(|ids| (ids, length))
        })
    }

    /// By form, else with its last word inflected.
    fn as_written(&self, phrase: &str, words: &[String]) -> Option<Vec<usize>> {
        if let Some(ids) = self.by_form.get(phrase) {
            return Some(ids.clone());
        }
        let (last, before) = words.split_last()?;
        let mut ids: Vec<usize> = Vec::new();
        for base in bases(last) {
            let phrase = before
                .iter()
                .chain([&base])
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ");
            ids.extend(self.by_form.get(&phrase).into_iter().flatten());
        }
        (!ids.is_empty()).then_some(ids)
    }

    /// By sound: single words, and proper names only, for materials sound like ordinary words (শিল্পের, silver).
    fn as_heard(&self, terms: &[Term], phrase: &str, length: usize) -> Option<Vec<usize>> {
        let key = Keys::of(phrase).filter(|_| length == 1)?.full;
        let ids = self.by_sound.get(&key).filter(|_| key.len() >= LEAST_SOUND)?;
        let proper = ids
            .iter()
            .copied()
            .filter(|id| matches!(terms[*id].kind, Kind::Craft | Kind::Place));
        Some(proper.collect::<Vec<_>>()).filter(|ids| !ids.is_empty())
    }
}

fn insert(map: &mut HashMap<String, Vec<usize>>, key: String, at: usize) {
    let ids = map.entry(key).or_default();
    if !ids.contains(&at) {
        ids.push(at);
    }
}

fn of_kind(terms: &'static [Term], ids: Option<&Vec<usize>>, kind: Kind) -> Option<&'static Term> {
    let mut found = ids.into_iter().flatten().map(|id| &terms[*id]);
    found.find(|term| term.kind == kind)
}

/// The key of a name of one word; colours and kinds of pieces are ordinary words, which sound alike too often.
fn sound(kind: Kind, form: &str) -> Option<String> {
    if !matches!(kind, Kind::Material | Kind::Craft | Kind::Place) {
        return None;
    }
    let mut all = words(form);
    let (_, word) = all.next()?;
    if all.next().is_some() {
        return None;
    }
    let key = Keys::of(&word)?.full;
    (key.len() >= LEAST_SOUND).then_some(key)
}

fn in_singular(phrase: &str) -> String {
    match phrase.rsplit_once(' ') {
        Some((before, last)) => format!("{before} {}", singular(last)),
        None => singular(phrase),
    }
}
