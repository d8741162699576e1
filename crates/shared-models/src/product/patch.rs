use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CostsPatch, DimensionsPatch, Nullable, PublishStatus, Text, nullable::present, text};
use crate::{
    ids::FileId,
    money::{Amount, Currency},
};

/// Changes of a listing (RFC 7396): what is left out stays, null takes an optional field away, objects merge
/// and arrays replace. The result has the limits of `ProductReplace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ProductPatch {
    /// Plain text replaces all languages by the caller's own.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(schema_with = text::title)]
    pub title: Option<Text>,
    /// Plain text replaces all languages by the caller's own.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(schema_with = text::description)]
    pub description: Option<Text>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, min_length = 1, max_length = 64)]
    pub category: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, min_length = 1, max_length = 64)]
    pub subcategory: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub price: Option<Amount>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub currency: Option<Currency>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(schema_with = text::materials)]
    pub materials: Option<Vec<String>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub dimensions: Option<DimensionsPatch>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000_000)]
    pub weight_grams: Option<Nullable<u32>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    pub production_time: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    pub region: Option<Nullable<String>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub cultural_origin: Option<Nullable<String>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<CostsPatch>)]
    pub costs: Option<Nullable<CostsPatch>>,
    /// All photos that it shows then; null takes all away.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<Vec<FileId>>, max_items = 20)]
    pub image_ids: Option<Nullable<Vec<FileId>>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub status: Option<PublishStatus>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_comes_back_as_it_was_written() {
        let text = r#"{"dimensions":{"length":null,"width":2.0},"region":null,"costs":{"overhead":5}}"#;
        let patch: ProductPatch = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&patch).unwrap(), text);
    }

    #[test]
    fn a_field_that_every_listing_has_cannot_be_taken_away() {
        for field in ["title", "price", "currency", "dimensions", "status", "materials"] {
            let text = format!(r#"{{"{field}":null}}"#);
            assert!(serde_json::from_str::<ProductPatch>(&text).is_err(), "{field}");
        }
    }
}
