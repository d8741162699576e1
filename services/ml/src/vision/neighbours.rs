//! What a piece is, by the listings that look most like it.

use std::collections::BTreeMap;

use super::Features;

/// Neighbours that vote.
const VOTERS: usize = 7;
/// Listings that must be known before a vote means anything.
const NEEDED: usize = 12;
/// A neighbour farther away than this shows something else.
const FAR: f32 = 0.25;
/// The share of the votes that decides.
const MAJORITY: f32 = 0.6;
/// Equal photos do not outvote all others.
const CLOSE: f32 = 0.02;

/// What an artisan called the piece on a photo of hers.
#[derive(Debug, Clone, PartialEq)]
pub struct Example<'a> {
    pub features: &'a Features,
    pub category: &'a str,
    pub subcategory: &'a str,
}

/// What the vote came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Enough of them agree. The subcategory comes first, when they agree on it, too.
    Recognised {
        names: Vec<String>,
        known: usize,
        nearest: f32,
    },
    /// Too few listings are known.
    TooFew { known: usize },
    /// Nothing that is known looks like it.
    TooFar { known: usize, nearest: f32 },
    /// Those that look like it are called different things.
    Divided { known: usize, agreed: f32 },
}

impl Verdict {
    /// What the piece is called; empty when that is not sure.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Recognised { names, .. } => names.clone(),
            _ => Vec::new(),
        }
    }

    /// How it was found out, or why it was not.
    pub fn said(&self) -> String {
        match self {
            Self::Recognised { known, nearest, .. } => {
                format!(
                    "objects by the {VOTERS} nearest of {known} confirmed listings, the nearest at {nearest:.2}"
                )
            }
            Self::TooFew { known } => {
                format!("objects: abstained, {known} confirmed listings are known and {NEEDED} are needed")
            }
            Self::TooFar { known, nearest } => format!(
                "objects: abstained, the nearest of {known} confirmed listings is at {nearest:.2}, beyond {FAR:.2}"
            ),
            Self::Divided { known, agreed } => format!(
                "objects: abstained, of the nearest of {known} confirmed listings only {:.0}% agree",
                agreed * 100.0
            ),
        }
    }
}

/// Asks the nearest examples, each weighing as much as it is near.
pub fn recognise<'a>(seen: &Features, examples: impl Iterator<Item = Example<'a>>) -> Verdict {
    let mut near: Vec<(f32, Example<'a>)> = examples
        .map(|example| (seen.distance(example.features), example))
        .collect();
    let known = near.len();
    if known < NEEDED {
        return Verdict::TooFew { known };
    }
    near.sort_by(|one, other| one.0.total_cmp(&other.0));
    let nearest = near[0].0;
    near.truncate(VOTERS);
    near.retain(|(distance, _)| *distance <= FAR);
    if near.is_empty() {
        return Verdict::TooFar { known, nearest };
    }
    let (category, agreed) = elected(
        near.iter()
            .map(|(distance, example)| (example.category, *distance)),
    );
    if agreed < MAJORITY {
        return Verdict::Divided { known, agreed };
    }
    let within = near.iter().filter(|(_, example)| example.category == category);
    let (subcategory, closer) = elected(within.map(|(distance, example)| (example.subcategory, *distance)));
    let finer = (closer >= MAJORITY && subcategory != category).then(|| subcategory.to_owned());
    Verdict::Recognised {
        names: finer.into_iter().chain([category.to_owned()]).collect(),
        known,
        nearest,
    }
}

/// Who has the most votes, and their share.
fn elected<'a>(votes: impl Iterator<Item = (&'a str, f32)>) -> (&'a str, f32) {
    let (mut counted, mut all) = (BTreeMap::new(), 0.0);
    for (name, distance) in votes {
        let vote = 1.0 / (distance + CLOSE);
        *counted.entry(name).or_insert(0.0) += vote;
        all += vote;
    }
    let most = counted.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
    most.map_or(("", 0.0), |(name, votes)| (name, votes / all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{Raster, look};

    fn photo(seed: u64, colour: [u8; 3], size: usize) -> Features {
        let mut rng = fastrand::Rng::with_seed(seed);
        let rgb = (0..100 * 100).flat_map(|at: usize| {
            let stripe = (at % 100 / size + at / 100 / size).is_multiple_of(2);
            colour.map(|value| if stripe { value } else { value / 2 }.saturating_add(rng.u8(0..16)))
        });
        look(&Raster::new(100, 100, rgb.collect()).unwrap()).features
    }

    const CLAY: [u8; 3] = [170, 90, 50];
    const INDIGO: [u8; 3] = [20, 50, 110];

    fn known() -> Vec<(Features, &'static str, &'static str)> {
        let pots = (0..8).map(|seed| (photo(seed, CLAY, 50), "pottery", "terracotta"));
        let cloth = (0..8).map(|seed| (photo(100 + seed, INDIGO, 8), "textiles", "ajrakh"));
        pots.chain(cloth).collect()
    }

    fn asked(seen: &Features, known: &[(Features, &str, &str)]) -> Verdict {
        recognise(
            seen,
            known.iter().map(|(features, category, subcategory)| Example {
                features,
                category,
                subcategory,
            }),
        )
    }

    #[test]
    fn a_piece_is_called_what_its_neighbours_are() {
        let known = known();
        assert_eq!(
            asked(&photo(50, CLAY, 50), &known).names(),
            ["terracotta", "pottery"]
        );
        assert_eq!(
            asked(&photo(51, INDIGO, 8), &known).names(),
            ["ajrakh", "textiles"]
        );
    }

    #[test]
    fn what_is_like_nothing_is_called_nothing() {
        let verdict = asked(&photo(52, [60, 250, 60], 100), &known());
        assert!(matches!(verdict, Verdict::TooFar { .. }), "{verdict:?}");
        assert!(verdict.names().is_empty() && verdict.said().contains("abstained"));
    }

    #[test]
    fn a_handful_of_listings_is_not_enough() {
        let few = &known()[..5];
        assert_eq!(asked(&photo(53, CLAY, 50), few), Verdict::TooFew { known: 5 });
    }

    #[test]
    fn neighbours_who_disagree_say_nothing() {
        let names = ["pottery", "textiles", "metal", "wood"];
        let known: Vec<_> = (0..16)
            .map(|seed| {
                (
                    photo(seed, CLAY, 50),
                    names[usize::try_from(seed).unwrap() % 4],
                    "other",
                )
            })
            .collect();
        let verdict = asked(&photo(54, CLAY, 50), &known);
        assert!(matches!(verdict, Verdict::Divided { .. }), "{verdict:?}");
    }
}
