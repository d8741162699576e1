use std::fmt;

use garde::Validate;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, schema::AdditionalProperties},
};

use super::DemandLevel;
use crate::{
    ids::ProductId,
    money::{Amount, Currency},
};

/// The most listings of one request.
const MAX_PRODUCTS: usize = 100;

/// Listings of the caller's: `{"product_ids": [...]}`, or the bare array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Validate)]
pub struct OptimizeRequest {
    /// 1 to 100.
    #[garde(length(min = 1, max = MAX_PRODUCTS))]
    pub product_ids: Vec<ProductId>,
}

/// By hand, since an untagged enum would not say what is wrong, nor where.
impl<'de> Deserialize<'de> for OptimizeRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = OptimizeRequest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"product_ids\": [...]}, or an array of ids")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OptimizeRequest, A::Error> {
        let mut product_ids = Vec::new();
        while let Some(id) = seq.next_element()? {
            product_ids.push(id);
        }
        Ok(OptimizeRequest { product_ids })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OptimizeRequest, A::Error> {
        let mut product_ids = None;
        while let Some(field) = map.next_key::<String>()? {
            match (field.as_str(), &product_ids) {
                ("product_ids", None) => product_ids = Some(map.next_value()?),
                ("product_ids", Some(_)) => return Err(de::Error::duplicate_field("product_ids")),
                (unknown, _) => return Err(de::Error::unknown_field(unknown, &["product_ids"])),
            }
        }
        let product_ids = product_ids.ok_or_else(|| de::Error::missing_field("product_ids"))?;
        Ok(OptimizeRequest { product_ids })
    }
}

impl PartialSchema for OptimizeRequest {
    fn schema() -> RefOr<Schema> {
        let ids = || {
            ArrayBuilder::new()
                .items(ProductId::schema())
                .min_items(Some(1))
                .max_items(Some(MAX_PRODUCTS))
        };
        let object = ObjectBuilder::new()
            .property("product_ids", ids())
            .required("product_ids")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
        OneOfBuilder::new().item(object).item(ids()).into()
    }
}

impl ToSchema for OptimizeRequest {}

/// One result for each id, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OptimizeAnswer {
    pub optimization_results: Vec<Optimization>,
}

/// What another price would do for one listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Optimization {
    pub product_id: ProductId,
    #[schema(required)]
    pub currency: Option<Currency>,
    #[schema(required)]
    pub current_price: Option<Amount>,
    /// Never below what the piece costs her; null when there is no telling.
    #[schema(required)]
    pub suggested_price: Option<Amount>,
    /// What the new price brings for each piece that is sold today: with as many buyers as before where
    /// `demand_impact` is null.
    #[schema(required)]
    pub potential_increase: Option<Amount>,
    /// By how much more or less would be sold, in percent; null when prices never varied enough to tell.
    #[schema(required)]
    pub demand_impact: Option<f64>,
    pub basis: OptimizationBasis,
    pub demand_level: DemandLevel,
    /// What it rests on, and what is not known, in sentences.
    pub notes: Vec<String>,
    /// Why there is no result for this id.
    #[schema(required)]
    pub error: Option<OptimizationFault>,
}

/// What a suggestion rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OptimizationBasis {
    /// On how much was sold at several prices. Only this is an optimum.
    ObservedDemand,
    /// On costs and comparable pieces.
    CostAndMarket,
    /// On nothing: there is no suggestion.
    None,
}

/// Why there is no result for a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OptimizationFault {
    /// `not_found`, `not_owner`, `unavailable`.
    pub code: String,
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_bare_or_in_an_object() {
        let id = "0190f3e2-7b1c-7c3a-9f00-000000000000";
        let read =
            |json: &str| serde_json::from_str::<OptimizeRequest>(json).map_err(|error| error.to_string());
        let bare = read(&format!("[\"{id}\"]")).unwrap();
        assert_eq!(read(&format!("{{\"product_ids\":[\"{id}\"]}}")).unwrap(), bare);
        assert!(read("{}").unwrap_err().starts_with("missing field `product_ids`"));
        assert!(
            read("{\"ids\":[]}")
                .unwrap_err()
                .starts_with("unknown field `ids`")
        );
        assert!(read("[7]").is_err());
        assert!(bare.validate().is_ok());
        assert!(read("[]").unwrap().validate().is_err());
    }
}
