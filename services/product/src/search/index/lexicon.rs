use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use languages::{sound::Keys, stem::singular};
use rapidfuzz::distance::osa;

use super::analyse::Asked;

/// A stem's number.
pub(super) type Term = u32;

/// How an asked word met a stem, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    Same,
    Sound,
    Beginning,
    Skeleton,
    OneError,
    TwoErrors,
}

impl Tier {
    /// What a hit of this tier is worth beside an exact one. Small enough that repeating a word that
    /// only sounds alike does not outrank the word itself: BM25 saturates at 2.2.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Sound => 0.25,
            Self::Beginning => 0.2,
            Self::Skeleton | Self::OneError => 0.12,
            Self::TwoErrors => 0.06,
        }
    }
}

/// Beginnings and typing errors may reach many stems; more than this many say nothing.
const MOST_EXPANSIONS: usize = 64;
/// Shorter beginnings complete to anything.
const LEAST_BEGINNING: usize = 3;

/// All stems, and the ways to reach them.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    numbers: BTreeMap<Box<str>, Term>,
    by_sound: HashMap<Box<str>, Vec<Term>>,
    by_skeleton: HashMap<Box<str>, Vec<Term>>,
    /// For typing errors: whole words by their number of letters, with their stems.
    by_length: Vec<BTreeMap<Box<str>, Term>>,
}

impl Lexicon {
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of a word's stem, new if need be.
    pub(super) fn number(&mut self, word: &str, stem: &str) -> Term {
        let term = self.number_of(stem);
        self.spell(word, term);
        self.spell(&singular(word), term);
        term
    }

    /// Keeps a spelling for those who mistype it.
    fn spell(&mut self, word: &str, term: Term) {
        let letters = word.chars().count();
        if self.by_length.len() <= letters {
            self.by_length.resize_with(letters + 1, BTreeMap::new);
        }
        if !self.by_length[letters].contains_key(word) {
            self.by_length[letters].insert(word.into(), term);
        }
    }

    fn number_of(&mut self, stem: &str) -> Term {
        if let Some(term) = self.numbers.get(stem) {
            return *term;
        }
        let term = Term::try_from(self.numbers.len()).unwrap_or(Term::MAX);
        self.numbers.insert(stem.into(), term);
        if let Some(Keys { full, skeleton }) = Keys::of(stem) {
            self.by_sound.entry(full.into()).or_default().push(term);
            if let Some(skeleton) = skeleton {
                self.by_skeleton.entry(skeleton.into()).or_default().push(term);
            }
        }
        term
    }

    /// The number of a known stem.
    pub(super) fn find(&self, stem: &str) -> Option<Term> {
        self.numbers.get(stem).copied()
    }

    /// Every stem that an asked word may mean, each in its best tier.
    pub(super) fn meanings(&self, asked: &Asked, last: bool) -> Vec<(Term, Tier)> {
        let mut met: HashMap<Term, Tier> = HashMap::new();
        let mut meet = |terms: &[Term], tier: Tier| {
            for term in terms {
                let best = met.entry(*term).or_insert(tier);
                *best = (*best).min(tier);
            }
        };
        meet(self.find(&asked.stem).as_slice(), Tier::Same);
        if let Some(keys) = &asked.keys {
            let sounding = self.by_sound.get(keys.full.as_str());
            meet(sounding.map_or(&[], Vec::as_slice), Tier::Sound);
            let skeleton = keys
                .skeleton
                .as_deref()
                .and_then(|skeleton| self.by_skeleton.get(skeleton));
            meet(skeleton.map_or(&[], Vec::as_slice), Tier::Skeleton);
        }
        if last {
            meet(&self.beginning_with(&asked.word), Tier::Beginning);
        }
        if met.is_empty() {
            return self.near(&asked.word);
        }
        met.into_iter().collect()
    }

    fn beginning_with(&self, word: &str) -> Vec<Term> {
        if word.chars().count() < LEAST_BEGINNING {
            return Vec::new();
        }
        let from = (Bound::Included(word), Bound::Unbounded);
        let range = self.numbers.range::<str, _>(from);
        let terms = range
            .take_while(|(stem, _)| stem.starts_with(word))
            .map(|(_, term)| *term);
        terms.take(MOST_EXPANSIONS).collect()
    }

    /// Words within the typing errors that the asked word's length allows: none up to three letters, one up
    /// to seven, then two. Swapped neighbours count as one error.
    fn near(&self, word: &str) -> Vec<(Term, Tier)> {
        let letters = word.chars().count();
        let allowed = match letters {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let asked: Vec<char> = word.chars().collect();
        let comparer = osa::BatchComparator::new(asked.iter().copied());
        let cutoff = osa::Args::default().score_cutoff(allowed);
        let lengths = letters - allowed..=letters + allowed;
        let candidates = lengths.filter_map(|length| self.by_length.get(length)).flatten();
        let mut near: Vec<(usize, Term)> = candidates
            .filter_map(|(word, term)| Some((comparer.distance_with_args(word.chars(), &cutoff)?, *term)))
            .collect();
        near.sort_unstable();
        near.dedup_by_key(|(_, term)| *term);
        let tier = |errors| {
            if errors <= 1 {
                Tier::OneError
            } else {
                Tier::TwoErrors
            }
        };
        near.into_iter()
            .take(MOST_EXPANSIONS)
            .map(|(errors, term)| (term, tier(errors)))
            .collect()
    }
}
