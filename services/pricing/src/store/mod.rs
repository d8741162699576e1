//! Domain verbs over the documents port; nobody else knows the collections.

mod competitors;
mod floors;
mod pieces;
mod sales;

use backends::documents::Collection;
pub(crate) use competitors::Competitors;
pub(crate) use floors::{Floors, Table};
pub(crate) use pieces::{Known, Pieces};
pub(crate) use sales::{SalesBook, Sold};

/// The collections of this service.
pub(crate) const COLLECTIONS: &[Collection] = &[
    pieces::PIECES,
    floors::FLOORS,
    floors::TABLES,
    competitors::PRICES,
    sales::SALES,
];

/// The pieces of a market: of one category, in one currency.
fn shelf(category: &str, currency: shared_models::money::Currency) -> String {
    format!("{category}:{}", currency.code())
}
