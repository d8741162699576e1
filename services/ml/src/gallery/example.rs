use backends::documents::{Batch, Collection, Precondition};
use images::Likeness;
use serde::{Deserialize, Serialize};
use shared_models::ids::{FileId, ProductId, UserId};

use crate::vision::Features;

pub(super) const NAME: &str = "examples";

/// One document a listing with a photo, under its id; every process follows them.
pub(crate) const EXAMPLES: Collection = Collection {
    name: NAME,
    indexes: &[],
    followed: true,
};

/// The first photo of a listing, and what its artisan called the piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Example {
    pub(crate) artisan_id: UserId,
    pub(crate) file_id: FileId,
    pub(crate) category: String,
    pub(crate) subcategory: String,
    pub(crate) features: Features,
    /// Two perceptual hashes in hexadecimal: of the photo and of its mirror image; nothing for a plain area.
    #[serde(default)]
    pub(crate) hashes: Option<[String; 2]>,
}

impl Example {
    /// Adds it to a batch, instead of what was known of the listing.
    pub(crate) fn keep(&self, batch: &mut Batch, listing: ProductId) -> backends::Result<()> {
        batch.put(NAME, listing.to_string(), self).map(drop)
    }

    /// The listing confirms nothing any more.
    pub(crate) fn forget(batch: &mut Batch, listing: ProductId) {
        batch.delete(NAME, listing.to_string(), Precondition::None);
    }

    /// The hashes as they are stored.
    pub(crate) fn hashes(likeness: Likeness) -> [String; 2] {
        [likeness.hash, likeness.mirrored].map(|hash| format!("{hash:016x}"))
    }

    /// By which the same photo is known again.
    pub(crate) fn likeness(&self) -> Option<Likeness> {
        let [hash, mirrored] = self.hashes.as_ref()?;
        Some(Likeness {
            hash: u64::from_str_radix(hash, 16).ok()?,
            mirrored: u64::from_str_radix(mirrored, 16).ok()?,
        })
    }
}
