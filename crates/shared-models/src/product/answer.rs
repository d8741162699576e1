use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Costs, Dimensions, Nullable, nullable::present};
use crate::{
    ids::{FileId, ProductId, UserId},
    ml::ProductAnalysis,
    money::{Amount, Currency},
    pricing::SuggestedPrice,
    text::{Language, Localized},
};

/// What a listing is to those who look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// Seen by its owner only.
    Draft,
    /// On offer.
    Active,
    /// Public, but no piece is free.
    SoldOut,
    /// Hidden by an admin, or with its artisan's account.
    Suspended,
    /// Gone.
    Deleted,
}

impl ProductStatus {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::SoldOut => "sold_out",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }

    /// Whether everybody may see the listing.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Active | Self::SoldOut)
    }
}

/// A listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Product {
    pub id: ProductId,
    pub artisan_id: UserId,
    /// By language; lists have one language only.
    pub title: Localized,
    /// By language; lists have one language only. The artisan's words, and a machine's in languages that she did
    /// not write.
    pub description: Localized,
    /// The languages of `description` that a machine wrote.
    #[serde(default)]
    #[schema(required)]
    pub machine_written: Vec<Language>,
    pub category: String,
    pub subcategory: String,
    pub price: Amount,
    pub currency: Currency,
    /// Null until it is known, and in lists.
    #[serde(default)]
    #[schema(required)]
    pub ai_suggested_price: Option<SuggestedPrice>,
    /// Links to the large variant of each photo.
    #[serde(default)]
    #[schema(required)]
    pub images: Vec<String>,
    /// The photos with all their variants.
    #[serde(default)]
    #[schema(required)]
    pub media: Vec<ProductMedia>,
    pub materials: Vec<String>,
    pub dimensions: Dimensions,
    #[serde(default)]
    #[schema(required)]
    pub weight_grams: Option<u32>,
    pub production_time: String,
    #[serde(default)]
    #[schema(required)]
    pub region: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub cultural_origin: Option<String>,
    /// Null until it is told.
    #[serde(default)]
    #[schema(required)]
    pub cultural_story: Option<String>,
    /// Null until it is known, and in lists.
    #[serde(default)]
    #[schema(required)]
    pub ai_analysis: Option<ProductAnalysis>,
    /// Null until it is certified.
    #[serde(default)]
    #[schema(required, value_type = Option<Object>)]
    pub provenance: Option<Value>,
    pub status: ProductStatus,
    /// Whether it can be bought now.
    pub available: bool,
    pub created_at: DateTime<Utc>,
    /// When its owner last changed it.
    pub updated_at: DateTime<Utc>,
    /// For its owner only, who gets null when she gave none; others do not get the field. Not in lists.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<Costs>)]
    pub costs: Option<Nullable<Costs>>,
}

/// One photo of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductMedia {
    pub file_id: FileId,
    /// By variant: `thumb`, `small_webp`.
    pub urls: BTreeMap<String, String>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// A tiny preview (`ThumbHash`, base64).
    pub placeholder: String,
}

/// Which listings show a photo, drafts among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageUse {
    /// At most 100.
    pub product_ids: Vec<ProductId>,
    /// Whether everybody may see one of them.
    #[serde(default)]
    #[schema(required)]
    pub public: bool,
}

/// How many pieces of a listing there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Inventory {
    pub product_id: ProductId,
    /// All pieces, those that are reserved among them.
    pub quantity: u32,
    /// Pieces in a checkout under way; never more than `quantity`.
    pub reserved: u32,
    pub updated_at: DateTime<Utc>,
}

/// Whether the caller likes a listing, and how many do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Like {
    pub product_id: ProductId,
    pub liked: bool,
    pub likes: u64,
}

/// Whether an admin suspended a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suspension {
    pub product_id: ProductId,
    pub suspended: bool,
    /// Null when it is not suspended.
    #[serde(default)]
    #[schema(required)]
    pub reason: Option<String>,
    /// Null when it is not suspended.
    #[serde(default)]
    #[schema(required)]
    pub suspended_at: Option<DateTime<Utc>>,
}

/// What was done, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    pub message: String,
}
