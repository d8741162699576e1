use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use languages::{script::Script, sound::Keys, words};

/// Titles and their words, counted, by how they begin.
#[derive(Debug, Default)]
pub(super) struct Suggestions {
    /// A title or word in lower case: how many listings have it.
    counts: BTreeMap<Box<str>, u32>,
    /// By sound, for what is typed in another script.
    by_sound: BTreeMap<Box<str>, HashMap<Box<str>, u32>>,
}

/// Shorter words are no help.
const LEAST: usize = 3;

impl Suggestions {
    pub(super) fn add(&mut self, title: &str) {
        for phrase in phrases(title) {
            if let Some(keys) = Keys::of(&phrase) {
                let known = self.by_sound.entry(keys.full.into()).or_default();
                *known.entry(phrase.as_str().into()).or_default() += 1;
            }
            *self.counts.entry(phrase.into()).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, title: &str) {
        for phrase in phrases(title) {
            if let Some(count) = self.counts.get_mut(phrase.as_str()) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(phrase.as_str());
                }
            }
            self.forget_sound(&phrase);
        }
    }

    /// What begins as it is typed, then what begins so by its sound.
    pub(super) fn complete(&self, typed: &str, limit: usize) -> Vec<String> {
        let typed = words::folded(typed.trim_start());
        if typed.is_empty() {
            return Vec::new();
        }
        let from = (Bound::Included(typed.as_str()), Bound::Unbounded);
        let same = self
            .counts
            .range::<str, _>(from)
            .take_while(|(phrase, _)| phrase.starts_with(&typed));
        let mut found = most(same.map(|(phrase, count)| (&**phrase, *count)), limit);
        if found.len() < limit {
            let missing = limit - found.len();
            let sounding = most(self.sounding(&typed), limit);
            let fresh: Vec<String> = sounding
                .into_iter()
                .filter(|phrase| !found.contains(phrase))
                .collect();
            found.extend(fresh.into_iter().take(missing));
        }
        found
    }

    fn sounding<'a>(&'a self, typed: &str) -> impl Iterator<Item = (&'a str, u32)> {
        let whole = typed.chars().filter(|c| Script::of(*c).is_some()).count() >= LEAST;
        let key = Keys::of(typed)
            .filter(|_| whole)
            .map(|keys| keys.full)
            .unwrap_or_default();
        let range = self
            .by_sound
            .range::<str, _>((Bound::Included(key.as_str()), Bound::Unbounded));
        range
            .take_while(move |(sound, _)| !key.is_empty() && sound.starts_with(key.as_str()))
            .flat_map(|(_, phrases)| phrases.iter().map(|(phrase, count)| (&**phrase, *count)))
    }

    fn forget_sound(&mut self, phrase: &str) {
        let Some(keys) = Keys::of(phrase) else {
            return;
        };
        if let Some(known) = self.by_sound.get_mut(keys.full.as_str()) {
            if let Some(count) = known.get_mut(phrase) {
                *count -= 1;
                if *count == 0 {
                    known.remove(phrase);
                }
            }
            if known.is_empty() {
                self.by_sound.remove(keys.full.as_str());
            }
        }
    }
}

/// A title and each of its words, in lower case.
fn phrases(title: &str) -> Vec<String> {
    let mut phrases: Vec<String> = words::words(title).map(|(_, word)| word).collect();
    phrases.retain(|word| word.chars().count() >= LEAST && !super::stopwords::is_stopword(word));
    phrases.push(words::folded(title.trim()));
    phrases.sort_unstable();
    phrases.dedup();
    phrases
}

/// Those that most listings have; the shorter among equals.
fn most<'a>(found: impl Iterator<Item = (&'a str, u32)>, limit: usize) -> Vec<String> {
    let mut found: Vec<(&str, u32)> = found.collect();
    let order = |a: &(&str, u32), b: &(&str, u32)| {
        b.1.cmp(&a.1)
            .then_with(|| a.0.len().cmp(&b.0.len()))
            .then_with(|| a.0.cmp(b.0))
    };
    if found.len() > limit && limit > 0 {
        found.select_nth_unstable_by(limit - 1, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.into_iter().map(|(phrase, _)| phrase.to_owned()).collect()
}
