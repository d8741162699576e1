use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    CostsInput, DimensionsInput, Text,
    rules::{self, line, not_negative},
    text,
};
use crate::{
    ids::{FileId, ProductId, UserId},
    money::{Amount, Currency},
};

/// Photos that one listing may show.
pub const MAX_IMAGES: usize = 20;

/// The status that an owner chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PublishStatus {
    /// Seen by its owner only.
    Draft,
    /// Seen by everybody.
    #[default]
    Active,
}

/// A request with all fields of a listing that its owner edits, after `own` ones.
macro_rules! with_editable_fields {
    ($(#[$meta:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// At most 200 characters in each language.
            #[garde(custom(rules::title))]
            #[schema(schema_with = text::title)]
            pub title: Text,
            /// At most 5,000 characters in each language.
            #[garde(custom(rules::description))]
            #[schema(schema_with = text::description)]
            pub description: Text,
            /// A slug of 1 to 64; those of `/products/categories` have labels.
            #[garde(custom(rules::slug))]
            #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
            pub category: String,
            /// A slug of 1 to 64.
            #[garde(custom(rules::slug))]
            #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
            pub subcategory: String,
            #[garde(custom(not_negative))]
            pub price: Amount,
            /// INR by default.
            #[serde(default)]
            #[garde(skip)]
            pub currency: Currency,
            /// At most 50, of 1 to 100 characters each.
            #[garde(length(max = 50), inner(custom(line(100))))]
            #[schema(schema_with = text::materials)]
            pub materials: Vec<String>,
            #[garde(dive)]
            pub dimensions: DimensionsInput,
            /// 1 gram to 10 tonnes.
            #[serde(default)]
            #[garde(range(min = 1, max = 10_000_000))]
            #[schema(minimum = 1, maximum = 10_000_000)]
            pub weight_grams: Option<u32>,
            /// At most 200 characters: `5 days`.
            #[garde(custom(line(200)))]
            #[schema(min_length = 1, max_length = 200)]
            pub production_time: String,
            /// At most 64 characters; those of `/products/categories` have labels.
            #[serde(default)]
            #[garde(inner(custom(line(64))))]
            #[schema(min_length = 1, max_length = 64)]
            pub region: Option<String>,
            /// At most 200 characters.
            #[serde(default)]
            #[garde(inner(custom(line(200))))]
            #[schema(min_length = 1, max_length = 200)]
            pub cultural_origin: Option<String>,
            /// Read by the owner only.
            #[serde(default)]
            #[garde(dive)]
            pub costs: Option<CostsInput>,
            /// Photos of the artisan's own, in the order in which they are shown; at most 20. Media took them in before.
            #[serde(default)]
            #[garde(length(max = MAX_IMAGES))]
            #[schema(max_items = 20)]
            pub image_ids: Vec<FileId>,
            /// When left out: active when created, unchanged when replaced.
            #[serde(default)]
            #[garde(skip)]
            pub status: Option<PublishStatus>,
        }
    };
}

with_editable_fields! {
    /// A new listing. The artisan comes from the token.
    ProductCreate {
        /// Chosen by the client, who may be offline; made when left out.
        #[serde(default)]
        #[garde(skip)]
        pub id: Option<ProductId>,
        /// The caller's own, or nothing.
        #[serde(default)]
        #[garde(skip)]
        pub artisan_id: Option<UserId>,
        /// Pieces in stock, at most 1,000,000; 1 by default.
        #[serde(default)]
        #[garde(range(max = 1_000_000))]
        #[schema(minimum = 0, maximum = 1_000_000)]
        pub quantity: Option<u32>,
    }
}

with_editable_fields! {
    /// Everything of a listing that its owner edits.
    ProductReplace {}
}

impl ProductCreate {
    /// The fields that can be edited later, too.
    pub fn editable(self) -> ProductReplace {
        ProductReplace {
            title: self.title,
            description: self.description,
            category: self.category,
            subcategory: self.subcategory,
            price: self.price,
            currency: self.currency,
            materials: self.materials,
            dimensions: self.dimensions,
            weight_grams: self.weight_grams,
            production_time: self.production_time,
            region: self.region,
            cultural_origin: self.cultural_origin,
            costs: self.costs,
            image_ids: self.image_ids,
            status: self.status,
        }
    }
}

/// How many pieces there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryUpdate {
    /// All pieces, those that are reserved among them; at most 1,000,000.
    #[garde(range(max = 1_000_000))]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub quantity: u32,
}

/// Why a listing is suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionOrder {
    /// At most 500 characters, for the audit log.
    #[garde(custom(line(500)))]
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}
