//! Domain verbs over the documents port; nobody else knows the collections.

mod files;
mod likenesses;
mod uploads;

use backends::documents::{Collection, Direction, Index};
pub(crate) use files::{Files, Kept, Made};
pub(crate) use uploads::Uploads;

/// Photos.
const FILES: &str = "files";
/// Which listing shows which photos, as product's events say.
const LISTINGS: &str = "listings";
/// What photos look like, under the photo's id.
const LOOKS: &str = "looks";
/// Pairs that look alike.
const DUPLICATES: &str = "duplicates";
/// Resumable uploads, under the id of the photo to be.
const UPLOADS: &str = "uploads";
/// Accounts that were erased: nothing of them is taken in any more.
const ERASED: &str = "erased";

/// The collections of this service.
pub(crate) const COLLECTIONS: &[Collection] = &[
    Collection {
        name: FILES,
        indexes: &[Index::on(&["owner_id"])],
        followed: false,
    },
    Collection {
        name: LISTINGS,
        indexes: &[Index::on(&["artisan_id"]).containing("image_ids")],
        followed: false,
    },
    Collection {
        name: LOOKS,
        indexes: &[Index::on(&[]).containing("bands")],
        followed: false,
    },
    Collection {
        name: DUPLICATES,
        indexes: &[
            Index::on(&[]).by("found_at", Direction::Descending),
            Index::on(&[])
                .containing("parties")
                .by("found_at", Direction::Descending),
            Index::on(&[]).containing("files"),
        ],
        followed: false,
    },
    Collection {
        name: UPLOADS,
        indexes: &[
            Index::on(&["owner_id"]),
            Index::on(&[]).by("expires_at", Direction::Ascending),
        ],
        followed: false,
    },
    Collection::keyed(ERASED),
];
