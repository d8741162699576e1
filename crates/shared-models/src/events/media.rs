use serde::{Deserialize, Serialize};

use super::{EventBody, Topic};
use crate::ids::{FileId, UserId};

/// A photo was taken in; its variants can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaUploaded {
    pub file_id: FileId,
    pub artisan_id: UserId,
    /// Of the original.
    pub content_type: String,
    /// In pixels, upright.
    pub width: i32,
    /// In pixels, upright.
    pub height: i32,
}

impl EventBody for MediaUploaded {
    const TOPIC: Topic = Topic::MediaUploaded;
}
