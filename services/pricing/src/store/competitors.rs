use std::collections::HashSet;

use backends::documents::{
    Batch, Collection, Direction, Document, Filter, Index, MAX_PAGE, Precondition, Query, Store,
};
use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared_models::money::Currency;

use super::shelf;
use crate::domain::CompetitorPrice;

const NAME: &str = "competitor_prices";
/// Prices of one commit.
const AT_ONCE: usize = 500;

/// One document a price of a day, under a digest of what it says: loading it again changes nothing.
pub(super) const PRICES: Collection = Collection {
    name: NAME,
    indexes: &[
        Index::on(&["shelf"]).by("date", Direction::Descending),
        Index::on(&[]).by("date", Direction::Ascending),
    ],
    followed: false,
};

/// Competitors' prices in the store.
pub(crate) struct Competitors {
    store: Store,
}

#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    price: &'a CompetitorPrice,
    shelf: String,
}

impl Competitors {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The newest of a category since a day, in one currency; of one piece only the newest.
    pub(crate) async fn since(
        &self,
        category: &str,
        currency: Currency,
        day: NaiveDate,
    ) -> backends::Result<Vec<CompetitorPrice>> {
        let newest = Query::all(NAME)
            .equals("shelf", shelf(category, currency))
            .filter(Filter::AtLeast("date".to_owned(), day.to_string().into()))
            .ordered("date", Direction::Descending)
            .limit(MAX_PAGE);
        let documents = self.store.query(&newest).await?;
        let prices: backends::Result<Vec<CompetitorPrice>> = documents.iter().map(Document::read).collect();
        let mut seen = HashSet::new();
        let mut prices = prices?;
        prices.retain(|price| {
            price.title.is_none() || seen.insert((price.source.clone(), price.title.clone()))
        });
        Ok(prices)
    }

    /// Keeps prices; those that are there already stay as they are.
    pub(crate) async fn keep(&self, prices: &[CompetitorPrice]) -> backends::Result<()> {
        for page in prices.chunks(AT_ONCE) {
            let mut batch = Batch::new();
            let mut seen = HashSet::new();
            for price in page {
                let id = digest(price)?;
                if seen.insert(id.clone()) {
                    let shelf = shelf(&price.category, price.price.currency);
                    batch.put(NAME, id, &Stored { price, shelf })?;
                }
            }
            self.store.commit(batch).await?;
        }
        Ok(())
    }

    /// Forgets some prices from before a day; says whether more are left.
    pub(crate) async fn forget_before(&self, day: NaiveDate) -> backends::Result<bool> {
        let old = Query::all(NAME)
            .filter(Filter::Below("date".to_owned(), day.to_string().into()))
            .ordered("date", Direction::Ascending)
            .limit(AT_ONCE);
        let found = self.store.query(&old).await?;
        let mut batch = Batch::new();
        for document in &found {
            batch.delete(NAME, document.id.clone(), Precondition::None);
        }
        if !found.is_empty() {
            self.store.commit(batch).await?;
        }
        Ok(found.len() == AT_ONCE)
    }
}

fn digest(price: &CompetitorPrice) -> backends::Result<String> {
    let said = serde_json::to_vec(price).map_err(|error| backends::Error::Invalid(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(said)))
}
