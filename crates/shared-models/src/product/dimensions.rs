use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Nullable, nullable::present};

/// The unit of a piece's dimensions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LengthUnit {
    /// Millimetres.
    Mm,
    /// Centimetres.
    #[default]
    Cm,
    /// Metres.
    M,
    /// Inches.
    In,
}

/// How large a piece is; null where it is not known or makes no sense.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Dimensions {
    #[serde(default)]
    #[schema(required)]
    pub length: Option<f64>,
    #[serde(default)]
    #[schema(required)]
    pub width: Option<f64>,
    #[serde(default)]
    #[schema(required)]
    pub height: Option<f64>,
    #[serde(default)]
    #[schema(required)]
    pub unit: LengthUnit,
}

/// How large a piece is; what is not known or makes no sense may be left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DimensionsInput {
    /// More than 0, at most 100,000.
    #[serde(default)]
    #[garde(range(min = f64::MIN_POSITIVE, max = 100_000.0))]
    #[schema(exclusive_minimum = 0, maximum = 100_000)]
    pub length: Option<f64>,
    /// More than 0, at most 100,000.
    #[serde(default)]
    #[garde(range(min = f64::MIN_POSITIVE, max = 100_000.0))]
    #[schema(exclusive_minimum = 0, maximum = 100_000)]
    pub width: Option<f64>,
    /// More than 0, at most 100,000.
    #[serde(default)]
    #[garde(range(min = f64::MIN_POSITIVE, max = 100_000.0))]
    #[schema(exclusive_minimum = 0, maximum = 100_000)]
    pub height: Option<f64>,
    #[serde(default)]
    #[garde(skip)]
    pub unit: LengthUnit,
}

/// Changes of [`DimensionsInput`]; null takes a value away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DimensionsPatch {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, maximum = 100_000)]
    pub length: Option<Nullable<f64>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, maximum = 100_000)]
    pub width: Option<Nullable<f64>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, maximum = 100_000)]
    pub height: Option<Nullable<f64>>,
    /// Null makes it centimetres.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<LengthUnit>)]
    pub unit: Option<Nullable<LengthUnit>>,
}

impl From<DimensionsInput> for Dimensions {
    fn from(input: DimensionsInput) -> Self {
        let DimensionsInput {
            length,
            width,
            height,
            unit,
        } = input;
        Self {
            length,
            width,
            height,
            unit,
        }
    }
}

impl From<Dimensions> for DimensionsInput {
    fn from(dimensions: Dimensions) -> Self {
        let Dimensions {
            length,
            width,
            height,
            unit,
        } = dimensions;
        Self {
            length,
            width,
            height,
            unit,
        }
    }
}
