use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use images::{Photo, Picture, Variant};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    ids::{FileId, ProductId, UserId},
    media::{MediaFile, PixelSize, RenditionFormat},
};

/// The name of the photo itself among its pictures.
pub(crate) const ORIGINAL: &str = "original";
/// What a file's name may have, in characters.
const MAX_NAME: usize = 200;

/// A photo as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) id: FileId,
    pub(crate) owner_id: UserId,
    pub(crate) filename: Option<String>,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Base64.
    pub(crate) placeholder: String,
    /// Hexadecimal.
    pub(crate) phash: Option<String>,
    /// By name; the original is one of them.
    pub(crate) pictures: BTreeMap<String, Stored>,
    pub(crate) uploaded_at: DateTime<Utc>,
    /// What a later version wrote.
    #[serde(flatten)]
    pub(crate) unknown: Map<String, Value>,
}

/// One picture in the bucket, whose name there follows from the file's id and its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) content_type: String,
    pub(crate) size: u64,
    /// Of the bytes.
    pub(crate) digest: String,
    /// Made on request, beyond the eight.
    #[serde(default)]
    pub(crate) requested: bool,
}

/// Who sent what, as the sender says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) id: FileId,
    pub(crate) owner_id: UserId,
    pub(crate) filename: Option<String>,
    pub(crate) product_id: Option<ProductId>,
}

impl File {
    pub(crate) fn of(
        origin: Origin,
        photo: &Photo,
        pictures: BTreeMap<String, Stored>,
        now: DateTime<Utc>,
    ) -> Self {
        use base64::{Engine, engine::general_purpose::STANDARD};
        Self {
            id: origin.id,
            owner_id: origin.owner_id,
            filename: origin.filename,
            product_id: origin.product_id,
            width: photo.original.width,
            height: photo.original.height,
            placeholder: STANDARD.encode(&photo.placeholder),
            phash: photo.likeness.map(|likeness| format!("{:016x}", likeness.hash)),
            pictures,
            uploaded_at: now,
            unknown: Map::new(),
        }
    }

    pub(crate) fn original(&self) -> Option<&Stored> {
        self.pictures.get(ORIGINAL)
    }

    /// The eight and those made on request.
    pub(crate) fn processed(&self) -> impl Iterator<Item = (&str, &Stored)> {
        let all = self.pictures.iter().map(|(name, stored)| (name.as_str(), stored));
        all.filter(|(name, _)| *name != ORIGINAL)
    }

    /// As it is answered, with these links.
    pub(crate) fn answer(
        &self,
        original_url: Option<String>,
        processed_urls: BTreeMap<String, String>,
    ) -> MediaFile {
        let original = self.original();
        MediaFile {
            id: self.id,
            artisan_id: self.owner_id,
            filename: self.filename.clone().filter(|_| original_url.is_some()),
            content_type: original.map_or_else(String::new, |stored| stored.content_type.clone()),
            size: original.map_or(0, |stored| stored.size),
            dimensions: PixelSize {
                width: self.width,
                height: self.height,
            },
            original_url,
            processed_urls,
            product_id: self.product_id,
            placeholder: self.placeholder.clone(),
            uploaded_at: self.uploaded_at,
        }
    }
}

/// The pictures of a photo under their names.
pub(crate) fn pictures(photo: &Photo) -> impl Iterator<Item = (&'static str, &Picture)> {
    let variants = photo.variants.iter();
    variants
        .map(|(variant, picture)| (Variant::name(*variant), picture))
        .chain([(ORIGINAL, &photo.original)])
}

/// The name of a picture made on request.
pub(crate) fn rendition(width: u32, quality: u8, format: RenditionFormat) -> String {
    let suffix = match format {
        RenditionFormat::Jpeg => "",
        RenditionFormat::Webp => "_webp",
    };
    format!("w{width}_q{quality}{suffix}")
}

/// A sender's name for a file: the last part of a path, without what no name has.
pub(crate) fn named(filename: &str) -> Option<String> {
    let last = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_NAME)
        .collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(named("C:\\Users\\me\\bowl.jpg").as_deref(), Some("bowl.jpg"));
        assert_eq!(named("../../etc/passwd\0").as_deref(), Some("passwd"));
        assert_eq!(named("  \n").as_deref(), None);
        assert_eq!(named(&"é".repeat(500)).unwrap().chars().count(), 200);
    }
}
