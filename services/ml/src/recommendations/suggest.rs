//! Which pieces are suggested, and why.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared_models::{
    ids::{ProductId, UserId},
    ml::RecommendationReason as Reason,
};

use super::{Tastes, baskets::of_user};
use crate::gallery::Gallery;

/// Interests of a person that are looked at, the latest.
const INTERESTS: usize = 12;

/// A piece, how strongly it is suggested, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Suggested {
    pub(super) product_id: ProductId,
    pub(super) score: f64,
    pub(super) reason: Reason,
    /// The piece that it is suggested because of.
    pub(super) because_of: Option<ProductId>,
}

/// To go with one piece: what is bought with it, then what looks like it.
pub(super) fn beside(
    tastes: &Tastes,
    gallery: &Gallery,
    piece: ProductId,
    most: usize,
    now: DateTime<Utc>,
) -> Vec<Suggested> {
    let together = tastes.read(|affinity| affinity.beside(piece, now));
    let together = together.into_iter().map(|(product_id, score)| Suggested {
        product_id,
        score,
        reason: Reason::BoughtOrLikedTogether,
        because_of: Some(piece),
    });
    let alike = gallery.like(piece, most).into_iter().map(|similar| Suggested {
        product_id: similar.product_id,
        score: f64::from(similar.likeness),
        reason: Reason::LooksSimilar,
        because_of: Some(piece),
    });
    distinct(together.chain(alike), &[piece], most)
}

/// For one person: what goes with her interests, then what looks like them, then what is new.
pub(super) fn for_person(
    tastes: &Tastes,
    gallery: &Gallery,
    person: UserId,
    most: usize,
    now: DateTime<Utc>,
) -> Vec<Suggested> {
    let interests: Vec<ProductId> = tastes.read(|affinity| {
        let items = affinity.items(&of_user(person)).iter();
        items.take(INTERESTS).map(|item| item.product_id).collect()
    });
    let mut strongest: BTreeMap<ProductId, Suggested> = BTreeMap::new();
    for interest in &interests {
        for suggested in beside(tastes, gallery, *interest, most, now) {
            let known = strongest
                .entry(suggested.product_id)
                .or_insert_with(|| suggested.clone());
            if rank(&suggested) > rank(known) {
                *known = suggested;
            }
        }
    }
    let mut suggested: Vec<Suggested> = strongest.into_values().collect();
    suggested.sort_by(|one, other| {
        let (one, other) = (rank(one), rank(other));
        other.0.cmp(&one.0).then(other.1.total_cmp(&one.1))
    });
    let newest = gallery
        .newest(most + interests.len())
        .into_iter()
        .map(|product_id| Suggested {
            product_id,
            score: 0.0,
            reason: Reason::New,
            because_of: None,
        });
    distinct(suggested.into_iter().chain(newest), &interests, most)
}

/// What people did says more than what pieces look like.
fn rank(suggested: &Suggested) -> (bool, f64) {
    (suggested.reason == Reason::BoughtOrLikedTogether, suggested.score)
}

/// Each piece once, and none that is known already.
fn distinct(suggested: impl Iterator<Item = Suggested>, known: &[ProductId], most: usize) -> Vec<Suggested> {
    let mut kept: Vec<Suggested> = Vec::new();
    for one in suggested {
        let again = kept.iter().any(|other| other.product_id == one.product_id);
        if !again && !known.contains(&one.product_id) {
            kept.push(one);
        }
        if kept.len() == most {
            break;
        }
    }
    kept
}
