//! Domain verbs over the documents port; nobody else knows the collections.

mod dismissals;
mod listings;
mod order;
mod paging;
mod seek;
mod settle;

use backends::documents::{Collection, Direction, Index};
pub(crate) use dismissals::Dismissals;
pub(crate) use listings::{Kept, Listings};
pub(crate) use order::Sort;
pub(crate) use paging::{Shelf, Wanted};

/// What owners edit, with what it is found by under `index`.
const LISTINGS: &str = "listings";
/// How many pieces there are, under the listing's id.
const STOCK: &str = "stock";

/// Filters that every order of a list can be combined with; indexes of one order add up.
macro_rules! filters_by {
    ($field:literal, $direction:ident) => {
        [
            Index::on(&["index.status"]).by($field, Direction::$direction),
            Index::on(&["index.deleted"]).by($field, Direction::$direction),
            Index::on(&["index.artisan_id"]).by($field, Direction::$direction),
            Index::on(&["index.category"]).by($field, Direction::$direction),
            Index::on(&["index.subcategory"]).by($field, Direction::$direction),
            Index::on(&["index.region"]).by($field, Direction::$direction),
            Index::on(&["index.currency"]).by($field, Direction::$direction),
            Index::on(&[])
                .containing("index.materials")
                .by($field, Direction::$direction),
        ]
    };
}

const NEWEST: [Index; 8] = filters_by!("index.created", Descending);
const CHEAPEST: [Index; 8] = filters_by!("index.price", Ascending);
const DEAREST: [Index; 8] = filters_by!("index.price", Descending);

const LISTING_INDEXES: &[Index] = &{
    let [n0, n1, n2, n3, n4, n5, n6, n7] = NEWEST;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = CHEAPEST;
    let [d0, d1, d2, d3, d4, d5, d6, d7] = DEAREST;
    let in_band = Index::on(&["index.band"]).by("index.created", Direction::Descending);
    let of_artisan = Index::on(&["index.artisan_id"]);
    let withheld = Index::on(&["index.artisan_id", "index.withheld"]);
    let with_image = Index::on(&[]).containing("index.images");
    [
        n0, n1, n2, n3, n4, n5, n6, n7, c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7,
        in_band, of_artisan, withheld, with_image,
    ]
};

/// The collections of this service.
pub(crate) const COLLECTIONS: &[Collection] = &[
    Collection {
        name: LISTINGS,
        indexes: LISTING_INDEXES,
        followed: true,
    },
    Collection::keyed(STOCK),
    dismissals::DISMISSALS,
    crate::likes::LIKES,
    crate::accounts::ACCOUNTS,
    crate::enrichment::ENRICHMENTS,
];
