use backends::documents::Collection;
use serde::{Deserialize, Serialize};
use shared_models::ids::{FileId, UserId};

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
}
