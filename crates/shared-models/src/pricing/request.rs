use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::amounts;
use crate::{ids::ProductId, money::Amount};

/// How soon the piece must be sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// It can wait for the right buyer.
    Low,
    #[default]
    Medium,
    /// It must be sold soon.
    High,
}

/// What a piece costs and who makes it. Whatever is left out comes from the listing's own `costs` and from the
/// artisan's profile.
///
/// Amounts are in the listing's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalculateRequest {
    /// A listing of the caller's.
    #[garde(skip)]
    pub product_id: ProductId,
    /// What the piece costs beside materials, work and overhead: a bought blank, say. At most a billion.
    #[serde(default)]
    #[garde(inner(custom(amounts::cost)))]
    #[schema(schema_with = cost)]
    pub base_cost: Option<Amount>,
    /// At most 10,000.
    #[serde(default)]
    #[garde(inner(custom(amounts::hours)))]
    #[schema(schema_with = hours)]
    pub labor_hours: Option<Amount>,
    /// At most 50.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    #[schema(max_items = 50)]
    pub material_costs: Option<Vec<MaterialCostRequest>>,
    /// 1 to 10.
    #[serde(default)]
    #[garde(range(min = 1, max = 10))]
    #[schema(minimum = 1, maximum = 10)]
    pub artisan_skill_level: Option<u8>,
    #[serde(default)]
    #[garde(skip)]
    pub urgency: Urgency,
    /// More than nothing and at most 100,000 an hour.
    #[serde(default)]
    #[garde(inner(custom(amounts::wage)))]
    #[schema(schema_with = wage)]
    pub hourly_wage: Option<Amount>,
    /// At most a billion.
    #[serde(default)]
    #[garde(inner(custom(amounts::cost)))]
    #[schema(schema_with = cost)]
    pub overhead: Option<Amount>,
}

/// What one material costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialCostRequest {
    /// 1 to 100 characters.
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// At most a billion.
    #[garde(custom(amounts::cost))]
    #[schema(schema_with = one_cost)]
    pub amount: Amount,
}

fn cost() -> RefOr<Schema> {
    amounts::schema(0.0, amounts::MOST, true)
}

fn one_cost() -> RefOr<Schema> {
    amounts::schema(0.0, amounts::MOST, false)
}

fn hours() -> RefOr<Schema> {
    amounts::schema(0.0, amounts::MOST_HOURS, true)
}

fn wage() -> RefOr<Schema> {
    amounts::schema(0.0001, amounts::MOST_WAGE, true)
}
