//! Google's model of time series: in `BigQuery` ML, where nothing must be trained, or deployed at a Vertex AI endpoint.

use async_trait::async_trait;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::{
    Coming, Failure, Foreseen, Foresees, History,
    choice::{Foresight, GoogleSettings, ModelName},
    remote::{Remote, below},
};

pub(super) struct TimesFm {
    remote: Remote,
    project: String,
    place: Foresight,
}

impl TimesFm {
    pub(super) fn new(remote: Remote, settings: &GoogleSettings) -> Self {
        Self {
            remote,
            project: settings.project.clone(),
            place: settings.forecast.clone(),
        }
    }
}

#[async_trait]
impl Foresees for TimesFm {
    async fn foresee(&self, history: &History, by: Instant) -> Result<Foreseen, Failure> {
        let (url, body) = match &self.place {
            Foresight::BigQuery { url, location, model } => {
                let path = format!("bigquery/v2/projects/{}/queries", self.project);
                (below(url, &path), query(history, location, model, by))
            }
            Foresight::Endpoint(url) => (predict(url), instance(history)),
        };
        let answer: Value = self.remote.ask_google(url, &self.project, &body, by).await?;
        let malformed = |error: serde_json::Error| Failure::Malformed(error.to_string());
        Ok(match &self.place {
            Foresight::BigQuery { model, .. } => Foreseen {
                days: Queried::deserialize(answer).map_err(malformed)?.days()?,
                method: format!("{} in BigQuery ML", model.0),
            },
            Foresight::Endpoint(_) => Foreseen {
                days: Predicted::deserialize(answer)
                    .map_err(malformed)?
                    .days(history.horizon)?,
                method: "TimesFM at a Vertex AI endpoint".to_owned(),
            },
        })
    }
}

/// The series goes along as a parameter: the query reads no table. When nobody waits any more it ends.
fn query(history: &History, location: &str, model: &ModelName, by: Instant) -> Value {
    let left = by.saturating_duration_since(Instant::now()).as_millis();
    let left = u64::try_from(left).unwrap_or(u64::MAX);
    let text = format!(
        "SELECT FORMAT_DATE('%F', DATE(forecast_timestamp)), forecast_value, prediction_interval_lower_bound, \
         prediction_interval_upper_bound, ai_forecast_status \
         FROM AI.FORECAST((SELECT day, units FROM UNNEST(@series)), data_col => 'units', timestamp_col => 'day', \
         model => '{}', horizon => {}, confidence_level => 0.8) ORDER BY forecast_timestamp",
        model.0, history.horizon
    );
    let days = history.dated().map(|(day, units)| {
        json!({ "structValues": {
            "day": { "value": day.to_string() }, "units": { "value": units.to_string() },
        } })
    });
    json!({
        "query": text,
        "useLegacySql": false,
        "location": location,
        "timeoutMs": left,
        "jobTimeoutMs": left.to_string(),
        "parameterMode": "NAMED",
        "queryParameters": [{
            "name": "series",
            "parameterType": { "type": "ARRAY", "arrayType": { "type": "STRUCT", "structTypes": [
                { "name": "day", "type": { "type": "DATE" } },
                { "name": "units", "type": { "type": "FLOAT64" } },
            ] } },
            "parameterValue": { "arrayValues": days.collect::<Vec<_>>() },
        }],
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Queried {
    job_complete: bool,
    #[serde(default)]
    rows: Vec<Row>,
}

/// `BigQuery` sends each value as a string, not-a-number as `NaN`.
#[derive(Deserialize)]
struct Row {
    f: [Cell; 5],
}

#[derive(Deserialize)]
struct Cell {
    v: Option<String>,
}

impl Queried {
    fn days(self) -> Result<Vec<Coming>, Failure> {
        if !self.job_complete {
            return Err(Failure::shape("the query has not ended"));
        }
        self.rows.into_iter().map(Row::day).collect()
    }
}

impl Row {
    fn day(self) -> Result<Coming, Failure> {
        let [date, mean, low, high, trouble] = self.f.map(|cell| cell.v.unwrap_or_default());
        if !trouble.is_empty() {
            return Err(Failure::Malformed(trouble));
        }
        let value = |text: &str| {
            text.parse::<f64>()
                .map_err(|_| Failure::shape("a value is no number"))
        };
        Ok(Coming {
            date: date_of(&date)?,
            mean: value(&mean)?,
            low: value(&low)?,
            high: value(&high)?,
        })
    }
}

/// A colon stays as it is.
fn predict(endpoint: &Url) -> Url {
    let mut url = endpoint.clone();
    let path = format!("{}:predict", endpoint.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

fn instance(history: &History) -> Value {
    let (days, units): (Vec<String>, Vec<f64>) = history
        .dated()
        .map(|(day, units)| (day.to_string(), units))
        .unzip();
    json!({ "instances": [{
        "input": units,
        "horizon": history.horizon,
        "timestamp": days,
        "timestamp_format": "%Y-%m-%d",
    }] })
}

#[derive(Deserialize)]
struct Predicted {
    predictions: Vec<Prediction>,
}

#[derive(Deserialize)]
struct Prediction {
    timestamp: Vec<String>,
    point_forecast: Vec<f64>,
    p10: Vec<f64>,
    p90: Vec<f64>,
}

impl Predicted {
    /// An endpoint forecasts as many days as it was deployed for, and may say more than it was asked.
    fn days(self, horizon: usize) -> Result<Vec<Coming>, Failure> {
        let first = self.predictions.into_iter().next();
        let Prediction {
            timestamp,
            point_forecast,
            p10,
            p90,
        } = first.ok_or_else(|| Failure::shape("no prediction"))?;
        let values = point_forecast.into_iter().zip(p10.into_iter().zip(p90));
        let days = timestamp.iter().zip(values).take(horizon);
        days.map(|(date, (mean, (low, high)))| {
            Ok(Coming {
                date: date_of(date)?,
                mean,
                low,
                high,
            })
        })
        .collect()
    }
}

fn date_of(text: &str) -> Result<NaiveDate, Failure> {
    text.parse().map_err(|_| Failure::shape("a day is no date"))
}
