use backends::documents::{
    Batch, Collection, Direction, Document, Filter, Index, MAX_PAGE, Precondition, Query, Store,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use shared_models::ids::ProductId;

use crate::domain::Sales;

const NAME: &str = "sales";
/// Pages of a category that are read: five thousand days of pieces.
const PAGES: usize = 5;

/// One document a piece and day: how many were in completed orders.
pub(super) const SALES: Collection = Collection {
    name: NAME,
    indexes: &[
        Index::on(&["product_id"]).by("day", Direction::Ascending),
        Index::on(&["category"]).by("day", Direction::Descending),
    ],
    followed: false,
};

/// Sales in the store.
pub(crate) struct SalesBook {
    store: Store,
}

/// What was sold of a piece on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sold {
    pub(crate) product_id: ProductId,
    pub(crate) category: String,
    pub(crate) day: NaiveDate,
    pub(crate) units: u64,
}

impl SalesBook {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Of one piece, from the beginning; at most a thousand days.
    pub(crate) async fn of_piece(&self, id: ProductId) -> backends::Result<Sales> {
        let days = Query::all(NAME)
            .equals("product_id", id.to_string())
            .ordered("day", Direction::Ascending);
        Ok(book(&read(&self.store.query(&days).await?)?))
    }

    /// Of a category, since a day.
    pub(crate) async fn of_category(&self, category: &str, since: NaiveDate) -> backends::Result<Sales> {
        let mut days = Query::all(NAME)
            .equals("category", category)
            .filter(Filter::AtLeast("day".to_owned(), since.to_string().into()))
            .ordered("day", Direction::Descending)
            .limit(MAX_PAGE);
        let mut sold = Vec::new();
        for _ in 0..PAGES {
            let page = self.store.query(&days).await?;
            sold.extend(read(&page)?);
            let Some(last) = page.last().filter(|_| page.len() == MAX_PAGE) else {
                break;
            };
            days.after = Some(days.position_of(last));
        }
        Ok(book(&sold))
    }

    /// Adds what was sold to `batch`, on top of what was sold that day before.
    pub(crate) async fn add(&self, batch: &mut Batch, sold: &Sold) -> backends::Result<()> {
        let id = format!("{}.{}", sold.product_id, sold.day);
        let before = self.store.get(NAME, &id).await?;
        let (units, when) = match before {
            None => (0, Precondition::Absent),
            Some(document) => (
                document.read::<Sold>()?.units,
                Precondition::Version(document.version),
            ),
        };
        let sold = Sold {
            units: units + sold.units,
            ..sold.clone()
        };
        batch.write(NAME, id, when, &sold).map(drop)
    }
}

fn read(documents: &[Document]) -> backends::Result<Vec<Sold>> {
    documents.iter().map(Document::read).collect()
}

fn book(sold: &[Sold]) -> Sales {
    let mut book = Sales::default();
    for sold in sold {
        *book.0.entry(sold.day).or_default() += sold.units;
    }
    book
}
