//! Photos of listings, under the names that their artisans gave the pieces.

mod example;
mod follow;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

pub(crate) use example::{EXAMPLES, Example};
pub(crate) use follow::follow;
use shared_models::ids::ProductId;

use crate::vision::{self, Features, Verdict};

type Examples = BTreeMap<ProductId, Example>;

/// The examples of this process, asked by many and fed by one that follows the store.
#[derive(Clone, Default)]
pub(crate) struct Gallery(Arc<RwLock<Examples>>);

/// A listing that looks like something, and how much: from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Similar {
    pub(crate) product_id: ProductId,
    pub(crate) likeness: f32,
    /// Whether it shows the same photo.
    pub(crate) same_photo: bool,
}

impl Gallery {
    /// What the piece on a photo is; its own listing is not asked.
    pub(crate) fn recognise(&self, seen: &Features, own: Option<ProductId>) -> Verdict {
        let examples = self.read();
        let others = examples.iter().filter(|(product, _)| Some(**product) != own);
        let comparable = others.filter(|(_, example)| example.features.is_current());
        vision::recognise(
            seen,
            comparable.map(|(_, example)| vision::Example {
                features: &example.features,
                category: &example.category,
                subcategory: &example.subcategory,
            }),
        )
    }

    /// The listings that look most like a photo, by colour, texture and hash; its own is left out.
    pub(crate) fn similar(
        &self,
        seen: &Features,
        likeness: Option<&images::Likeness>,
        own: Option<ProductId>,
        most: usize,
    ) -> Vec<Similar> {
        let examples = self.read();
        let others = examples.iter().filter(|(product, _)| Some(**product) != own);
        let comparable = others.filter(|(_, example)| example.features.is_current());
        let mut similar: Vec<Similar> = comparable
            .map(|(product_id, example)| {
                let hashes = likeness.zip(example.likeness());
                let same_photo = hashes.is_some_and(|(one, other)| one.distance(&other) <= images::ALIKE);
                let near = (1.0 - seen.distance(&example.features)).clamp(0.0, 1.0);
                Similar {
                    product_id: *product_id,
                    likeness: if same_photo { 1.0 } else { near },
                    same_photo,
                }
            })
            .collect();
        similar.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
        similar.truncate(most);
        similar
    }

    /// The listings that look most like another.
    pub(crate) fn like(&self, piece: ProductId, most: usize) -> Vec<Similar> {
        let example = self.read().get(&piece).cloned();
        example.map_or_else(Vec::new, |example| {
            self.similar(&example.features, example.likeness().as_ref(), Some(piece), most)
        })
    }

    /// The newest listings: ids are in the order of time.
    pub(crate) fn newest(&self, most: usize) -> Vec<ProductId> {
        self.read().keys().rev().take(most).copied().collect()
    }

    /// How far a photo is from each of those of a category; of all, when none is named.
    pub(crate) fn distances(&self, seen: &Features, category: Option<&str>) -> Vec<f32> {
        let examples = self.read();
        let comparable = examples.values().filter(|example| {
            example.features.is_current() && category.is_none_or(|category| example.category == category)
        });
        comparable
            .map(|example| seen.distance(&example.features))
            .collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Examples> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, changes: Vec<(ProductId, Option<Example>)>) {
        let mut examples = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (product, example) in changes {
            match example {
                Some(example) => examples.insert(product, example),
                None => examples.remove(&product),
            };
        }
    }

    fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
