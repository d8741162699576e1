//! Photos: what media answers and takes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Array, ArrayBuilder, ObjectBuilder, Type},
};

use crate::ids::{FileId, ProductId, UserId};

/// What became of the files of one upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Uploaded {
    /// In the order in which they were sent.
    pub uploaded_files: Vec<UploadedFile>,
}

/// One photo as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadedFile {
    pub file_id: FileId,
    /// For its owner: upright and without metadata. The link ends after an hour or two.
    pub original_url: String,
    /// By variant: `thumb`, `small`, `medium`, `large`, and the same with `_webp`. Private ones end after an hour or two.
    pub processed_urls: BTreeMap<String, String>,
    pub metadata: FileMetadata,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileMetadata {
    /// As the sender called it.
    #[serde(default)]
    #[schema(required)]
    pub filename: Option<String>,
    /// From the bytes, whatever the sender called it.
    pub content_type: String,
    /// Bytes of the original.
    pub size: u64,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// A tiny preview (`ThumbHash`, base64).
    pub placeholder: String,
    /// A perceptual hash (64 bits in hexadecimal); null for a plain area.
    #[serde(default)]
    #[schema(required)]
    pub phash: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub product_id: Option<ProductId>,
    pub uploaded_at: DateTime<Utc>,
}

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MediaFile {
    pub id: FileId,
    pub artisan_id: UserId,
    /// As the sender called it; null for others than the owner.
    #[serde(default)]
    #[schema(required)]
    pub filename: Option<String>,
    pub content_type: String,
    /// Bytes of the original.
    pub size: u64,
    pub dimensions: PixelSize,
    /// Null for others than the owner.
    #[serde(default)]
    #[schema(required)]
    pub original_url: Option<String>,
    /// By variant. Stable once an active listing shows the photo.
    pub processed_urls: BTreeMap<String, String>,
    #[serde(default)]
    #[schema(required)]
    pub product_id: Option<ProductId>,
    /// A tiny preview (`ThumbHash`, base64).
    pub placeholder: String,
    pub uploaded_at: DateTime<Utc>,
}

/// In pixels, upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PixelSize {
    pub width: u32,
    pub height: u32,
}

/// Longer sides that a rendition may have, in pixels.
pub const WIDTHS: [u32; 6] = [320, 480, 640, 960, 1280, 1920];
/// Qualities that a rendition may have.
pub const QUALITIES: [u8; 4] = [60, 70, 80, 90];

/// How a rendition is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RenditionFormat {
    Jpeg,
    Webp,
}

/// More pictures of a photo: one for each width and format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OptimizeRequest {
    /// Of the longer side; 320, 480, 640, 960, 1280 or 1920. A photo is never enlarged.
    #[garde(length(min = 1, max = 6), inner(custom(one_of_the_widths)))]
    #[schema(schema_with = widths)]
    pub widths: Vec<u32>,
    #[garde(length(min = 1, max = 2))]
    #[schema(min_items = 1, max_items = 2)]
    #[serde(default = "both_formats")]
    pub formats: Vec<RenditionFormat>,
    /// 60, 70, 80 or 90.
    #[garde(custom(one_of_the_qualities))]
    #[schema(minimum = 60, maximum = 90)]
    #[serde(default = "usual_quality")]
    pub quality: u8,
}

fn widths() -> Array {
    let width = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(WIDTHS[0]))
        .maximum(Some(WIDTHS[5]));
    ArrayBuilder::new()
        .items(width)
        .min_items(Some(1))
        .max_items(Some(6))
        .build()
}

fn both_formats() -> Vec<RenditionFormat> {
    vec![RenditionFormat::Jpeg, RenditionFormat::Webp]
}

fn usual_quality() -> u8 {
    80
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn one_of_the_widths(width: &u32, (): &()) -> garde::Result {
    one_of(&WIDTHS, width)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn one_of_the_qualities(quality: &u8, (): &()) -> garde::Result {
    one_of(&QUALITIES, quality)
}

fn one_of<T: PartialEq + std::fmt::Debug>(allowed: &[T], value: &T) -> garde::Result {
    if allowed.contains(value) {
        Ok(())
    } else {
        Err(garde::Error::new(format!("must be one of {allowed:?}")))
    }
}

/// All pictures of a photo that were made on request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Optimized {
    pub file_id: FileId,
    /// By name, such as `w640_q80_webp`; those of earlier requests, too.
    pub optimized_urls: BTreeMap<String, String>,
}

/// A photo that looks like one of another artisan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Duplicate {
    /// The later of the two.
    pub file_id: FileId,
    pub artisan_id: UserId,
    /// The earlier of the two.
    pub similar_file_id: FileId,
    pub similar_artisan_id: UserId,
    /// Bits of 64 in which their hashes differ, whichever way round: 0 to 8.
    pub distance: u32,
    pub found_at: DateTime<Utc>,
}

/// Something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileMessage {
    pub message: String,
}
