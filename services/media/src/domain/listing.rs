use serde::{Deserialize, Serialize};
use shared_models::ids::{FileId, UserId};

/// What is known of a listing: which photos it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) artisan_id: UserId,
    pub(crate) image_ids: Vec<FileId>,
    pub(crate) status: String,
    /// Of the event that said so; an older event never overwrites a newer.
    pub(crate) revision: u64,
}

impl Listing {
    /// Whether anybody may see it: what is sold out is still shown.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self.status.as_str(), "active" | "sold_out")
    }

    /// A deleted one shows nothing any more.
    pub(crate) fn heard(mut self) -> Self {
        if self.status == "deleted" {
            self.image_ids.clear();
        }
        self
    }
}
