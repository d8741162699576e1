use std::collections::BTreeSet;

use serde::Serialize;
use shared_models::{
    ids::{FileId, UserId},
    money::Currency,
    product::ProductStatus,
};
use unicode_normalization::UnicodeNormalization;

use super::{Bands, Listing};
use crate::catalogue;

/// What listings are found by; stored with each under `index`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Keys {
    pub(crate) status: ProductStatus,
    pub(crate) deleted: bool,
    pub(crate) withheld: bool,
    pub(crate) artisan_id: UserId,
    pub(crate) category: String,
    pub(crate) subcategory: String,
    /// The slug of a known region, else the folded text.
    pub(crate) region: Option<String>,
    /// Folded.
    pub(crate) materials: BTreeSet<String>,
    /// The photos that it shows; what is deleted shows none.
    pub(crate) images: BTreeSet<FileId>,
    pub(crate) currency: Currency,
    /// In ten-thousandths of a major unit, so that amounts of all currencies compare as numbers.
    pub(crate) price: i64,
    pub(crate) band: usize,
    /// Microseconds since 1970: text of times does not sort.
    pub(crate) created: i64,
}

impl Keys {
    pub(crate) fn of(listing: &Listing) -> Self {
        let content = &listing.content;
        let price = content.price.amount().tenthousandths();
        let deleted = listing.deleted_at.is_some();
        let photos = content.photos.iter().filter(|_| !deleted);
        Self {
            status: listing.status(),
            deleted,
            withheld: listing.withheld,
            artisan_id: listing.artisan_id,
            category: content.category.clone(),
            subcategory: content.subcategory.clone(),
            region: content.region.as_deref().map(catalogue::region_key),
            materials: content.materials.iter().map(|material| fold(material)).collect(),
            images: photos.map(|photo| photo.file_id).collect(),
            currency: content.price.currency,
            price,
            band: Bands::of(price),
            created: listing.created_at.timestamp_micros(),
        }
    }
}

/// The form in which texts are compared: `West Bengal`, `west_bengal` and `west-bengal` are one.
pub(crate) fn fold(text: &str) -> String {
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_together() {
        for text in ["West Bengal", "west-bengal", " WEST  bengal ", "west_bengal"] {
            assert_eq!(fold(text), "west-bengal");
        }
    }
}
