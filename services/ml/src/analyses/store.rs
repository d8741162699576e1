use backends::documents::{Batch, Collection, Precondition, Store};
use shared_models::{ids::ProductId, ml::ListingAnalysis};

const NAME: &str = "analyses";

/// One document a listing, under its id.
pub(crate) const ANALYSES: Collection = Collection::keyed(NAME);

/// Analyses in the store.
pub(crate) struct Analyses {
    store: Store,
}

/// What is known of a listing, and what must still be so when something is written because of it.
pub(super) struct Known {
    pub(super) analysis: Option<ListingAnalysis>,
    pub(super) unchanged: Precondition,
}

impl Analyses {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(super) async fn find(&self, id: ProductId) -> backends::Result<Known> {
        let document = self.store.get(NAME, &id.to_string()).await?;
        let Some(document) = document else {
            return Ok(Known {
                analysis: None,
                unchanged: Precondition::Absent,
            });
        };
        Ok(Known {
            analysis: Some(document.read()?),
            unchanged: Precondition::Version(document.version),
        })
    }
}

impl Known {
    pub(super) fn becomes(&self, batch: &mut Batch, analysis: &ListingAnalysis) -> backends::Result<()> {
        let id = analysis.product_id.to_string();
        batch.write(NAME, id, self.unchanged.clone(), analysis).map(drop)
    }

    pub(super) fn is_forgotten(&self, batch: &mut Batch, id: ProductId) {
        if self.analysis.is_some() {
            batch.delete(NAME, id.to_string(), self.unchanged.clone());
        }
    }

    /// Whether the same was made of the same listing before; when it was made does not matter.
    pub(super) fn says(&self, analysis: &ListingAnalysis) -> bool {
        self.analysis.as_ref().is_some_and(|known| {
            let same_time = ListingAnalysis {
                analyzed_at: known.analyzed_at,
                ..analysis.clone()
            };
            *known == same_time
        })
    }
}
