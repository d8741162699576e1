use serde::{Deserialize, Serialize};

use super::{EventBody, Topic};
use crate::ids::{FileId, ProductId, UserId};

/// A listing was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCreated {
    pub product_id: ProductId,
    pub artisan_id: UserId,
    pub category: String,
    /// The media files that the listing shows.
    #[serde(default)]
    pub image_ids: Vec<FileId>,
    /// `draft`, `active`, or `sold_out` when there is no piece yet.
    pub status: String,
}

impl EventBody for ProductCreated {
    const TOPIC: Topic = Topic::ProductCreated;
}

/// The owner edited or deleted a listing, or its status changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductUpdated {
    pub product_id: ProductId,
    pub artisan_id: UserId,
    /// The names of the fields that changed.
    #[serde(default)]
    pub changed_fields: Vec<String>,
    /// The media files that the listing shows now.
    #[serde(default)]
    pub image_ids: Vec<FileId>,
    /// `draft`, `active`, `sold_out`, `suspended` or `deleted`.
    pub status: String,
}

impl EventBody for ProductUpdated {
    const TOPIC: Topic = Topic::ProductUpdated;
}
