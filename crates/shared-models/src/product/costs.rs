use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Nullable,
    nullable::present,
    rules::{line, not_negative},
};
use crate::money::Amount;

/// What a piece costs its artisan, in the listing's currency. Nobody else reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Costs {
    #[serde(default)]
    #[schema(required)]
    pub material_costs: Vec<MaterialCost>,
    #[serde(default)]
    #[schema(required)]
    pub labor_hours: Option<f64>,
    #[serde(default)]
    #[schema(required)]
    pub overhead: Option<Amount>,
}

/// What one material costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MaterialCost {
    pub name: String,
    pub amount: Amount,
}

/// What a piece costs its artisan, in the listing's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CostsInput {
    /// At most 50.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    #[schema(max_items = 50)]
    pub material_costs: Vec<MaterialCostInput>,
    /// At most 10,000.
    #[serde(default)]
    #[garde(range(min = 0.0, max = 10_000.0))]
    #[schema(minimum = 0, maximum = 10_000)]
    pub labor_hours: Option<f64>,
    #[serde(default)]
    #[garde(inner(custom(not_negative)))]
    pub overhead: Option<Amount>,
}

/// What one material costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialCostInput {
    /// 1 to 100 characters.
    #[garde(custom(line(100)))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[garde(custom(not_negative))]
    pub amount: Amount,
}

/// Changes of [`CostsInput`]; null takes a value away, and a list of material costs replaces the list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CostsPatch {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<Vec<MaterialCostInput>>, max_items = 50)]
    pub material_costs: Option<Nullable<Vec<MaterialCostInput>>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 10_000)]
    pub labor_hours: Option<Nullable<f64>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<Amount>)]
    pub overhead: Option<Nullable<Amount>>,
}
