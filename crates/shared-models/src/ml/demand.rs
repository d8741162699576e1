use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::product::rules;

/// Whose demand, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandRequest {
    /// A slug of 1 to 64.
    #[garde(custom(rules::slug))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
    pub category: String,
    /// A slug of 1 to 64; all of the category when it is left out.
    #[serde(default)]
    #[garde(inner(custom(rules::slug)))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
    pub subcategory: Option<String>,
    /// Where the pieces come from, at most 64 characters; all regions when it is left out.
    #[serde(default)]
    #[garde(inner(custom(rules::line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub region: Option<String>,
    /// 1 to 365 days, today being the first.
    #[garde(range(min = 1, max = 365))]
    #[schema(minimum = 1, maximum = 365)]
    pub time_horizon: u16,
}

/// What will be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandForecast {
    pub category: String,
    pub subcategory: Option<String>,
    pub region: Option<String>,
    /// Pieces over the horizon.
    pub predicted_demand: f64,
    /// Day by day, today first.
    pub forecast: Vec<DemandDay>,
    /// 0 to 1; grows with the days that are known and falls with the width of the intervals. 0 for a prior.
    pub confidence: f64,
    pub trend_direction: TrendDirection,
    /// The mean day of the horizon in units of the mean day so far; 1 while that is not known.
    pub seasonal_factor: f64,
    pub recommendations: Vec<String>,
    pub basis: DemandBasis,
    /// Who forecast: `local` or `google`. A prior and a mean of few days are always local.
    pub provider: String,
    /// The methods with what each counts, or where a prior comes from.
    pub method: String,
    /// The days from the first known sale to today.
    pub series_length: u32,
    /// Pieces sold in these days.
    pub sample_size: u64,
}

/// Pieces of one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DemandDay {
    /// In India.
    pub date: NaiveDate,
    pub mean: f64,
    /// One day in ten has less.
    pub p10: f64,
    /// One day in ten has more.
    pub p90: f64,
}

/// Where demand went of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrendDirection {
    Rising,
    Stable,
    Falling,
    /// Too little is known.
    Unknown,
}

/// What a demand forecast rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DemandBasis {
    /// A daily series of sales, forecast by the methods that did best on it.
    Series,
    /// A few days of sales, weighed against a prior.
    FewDays,
    /// No sale at all: what pieces of the category sell, or a default, as `method` says.
    Prior,
}
