//! Photos of listings, under the names that their artisans gave the pieces.

mod example;
mod follow;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

pub(crate) use example::{EXAMPLES, Example};
pub(crate) use follow::follow;
use shared_models::ids::ProductId;

use crate::vision::{self, Features, Verdict};

/// The examples of this process, asked by many and fed by one that follows the store.
#[derive(Clone, Default)]
pub(crate) struct Gallery(Arc<RwLock<BTreeMap<ProductId, Example>>>);

impl Gallery {
    /// What the piece on a photo is; its own listing is not asked.
    pub(crate) fn recognise(&self, seen: &Features, own: Option<ProductId>) -> Verdict {
        let examples = self.0.read().unwrap_or_else(PoisonError::into_inner);
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
