use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared_models::{ids::FileId, media::MediaFile, product::ProductMedia};

/// The variant that `images` of a listing leads to.
const LARGE: &str = "large";

/// Makes a link of a path of the public API.
pub(crate) type Link<'a> = &'a dyn Fn(&str) -> String;

/// A photo of a listing as media described it when it was named: lists then ask nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Photo {
    pub(crate) file_id: FileId,
    variants: Vec<String>,
    /// In pixels.
    width: u32,
    height: u32,
    /// Base64.
    placeholder: String,
}

impl Photo {
    pub(crate) fn of(file: MediaFile) -> Self {
        Self {
            file_id: file.id,
            variants: file.processed_urls.into_keys().collect(),
            width: file.dimensions.width,
            height: file.dimensions.height,
            placeholder: file.placeholder,
        }
    }

    /// As it is answered.
    pub(crate) fn shown(&self, link: Link<'_>) -> ProductMedia {
        let variants = self.variants.iter();
        let urls: BTreeMap<String, String> = variants
            .map(|variant| (variant.clone(), self.link(variant, link)))
            .collect();
        ProductMedia {
            file_id: self.file_id,
            urls,
            width: self.width,
            height: self.height,
            placeholder: self.placeholder.clone(),
        }
    }

    /// The link of `images`.
    pub(crate) fn large(&self, link: Link<'_>) -> String {
        self.link(LARGE, link)
    }

    /// Stable, and good for everybody while the listing is public.
    fn link(&self, variant: &str, link: Link<'_>) -> String {
        link(&format!("/media/{}/{variant}", self.file_id))
    }
}
