//! Forecasts by a model elsewhere: in `BigQuery` ML, or at a Vertex AI endpoint.

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use serde_json::{Value, json};
use service_kit::harness::Person;

use crate::{
    bench::{Asked, Bench},
    demand::ask,
    model::{Manner, Model},
};

const KNOWN: usize = 40;
const HORIZON: usize = 14;

/// A service that asks the model, with pieces sold on forty days, and somebody who wants to know.
struct Trade {
    bench: Bench,
    artisan: Person,
    model: Model,
}

impl Trade {
    async fn in_bigquery() -> Self {
        let model = Model::that(Manner::Refuses(503)).await;
        let bench = model.google("CRAFTCHAIN_ML_FORECAST").await;
        Self::of(bench, model).await
    }

    async fn at_an_endpoint() -> Self {
        let model = Model::that(Manner::Refuses(503)).await;
        let endpoint = format!(
            "{}/v1/projects/looms/locations/asia-south1/endpoints/7",
            model.url
        );
        let setup = model.set_up("CRAFTCHAIN_ML_FORECAST");
        let setup = setup.setting("CRAFTCHAIN_ML_FORECAST_ENDPOINT", endpoint);
        Self::of(Bench(setup.start().await), model).await
    }

    async fn of(bench: Bench, model: Model) -> Self {
        let artisan = bench.artisan().await;
        let orders: Vec<_> = (1..=40).map(|ago| bench.order(ago, 3, "khurja")).collect();
        bench.told(orders).await;
        bench.predicts_from(&artisan, &ask("khurja"), 120).await;
        Self {
            bench,
            artisan,
            model,
        }
    }

    /// What is answered when the model does this, and what the model was asked for it.
    async fn when_it(&self, manner: Manner) -> (Value, Vec<(String, Value)>) {
        let before = self.model.asked().len();
        self.model.turns_to(manner);
        let told = self.bench.predicts(&self.artisan, &ask("khurja")).await;
        (told, self.model.asked().split_off(before))
    }

    fn today(&self) -> NaiveDate {
        in_india(self.bench.kit.clock.now())
    }

    /// The days of the horizon.
    fn coming(&self) -> Vec<String> {
        let days = self.today().iter_days().take(HORIZON);
        days.map(|day| day.to_string()).collect()
    }

    /// As `BigQuery` answers, each day with these values.
    fn rows(&self, mean: &str, low: &str, high: &str) -> Value {
        let row = |day: &String| json!({ "f": [{ "v": day }, { "v": mean }, { "v": low }, { "v": high }, { "v": "" }] });
        let rows: Vec<Value> = self.coming().iter().map(row).collect();
        json!({ "kind": "bigquery#queryResponse", "jobComplete": true, "totalRows": "14", "rows": rows })
    }

    /// As a deployed model answers.
    fn prediction(&self, mean: f64, low: f64, high: f64) -> Value {
        json!({ "predictions": [{
            "timestamp": self.coming(), "point_forecast": vec![mean; HORIZON], "mean": vec![mean; HORIZON],
            "p10": vec![low; HORIZON], "p50": vec![mean; HORIZON], "p90": vec![high; HORIZON],
        }], "deployedModelId": "1" })
    }
}

fn in_india(moment: DateTime<Utc>) -> NaiveDate {
    let india = FixedOffset::east_opt(19_800).unwrap();
    moment.with_timezone(&india).date_naive()
}

#[track_caller]
fn is_of_google(told: &Value, method: &str) {
    assert_eq!(told["provider"], "google", "{told}");
    assert_eq!(told["basis"], "series");
    assert_eq!(told["method"], method);
    assert_eq!(told["predicted_demand"], 35.0);
    let first = &told["forecast"][0];
    assert_eq!(
        (&first["mean"], &first["p10"], &first["p90"]),
        (&json!(2.5), &json!(1.0), &json!(4.0))
    );
}

#[track_caller]
fn is_local(told: &Value, why: &str) {
    assert_eq!(told["provider"], "local", "{why}: {told}");
    assert_eq!(told["basis"], "series", "{why}");
    let total = told["predicted_demand"].as_f64().unwrap();
    assert!((total - 42.0).abs() < 2.0, "{why}: {told}");
}

#[tokio::test]
async fn bigquery_forecasts_the_series_that_it_is_sent() {
    let trade = Trade::in_bigquery().await;
    let (told, asked) = trade
        .when_it(Manner::Answers(trade.rows("2.5", "1.0", "4.0")))
        .await;
    is_of_google(&told, "TimesFM 2.0 in BigQuery ML");
    assert_eq!(told["forecast"][0]["date"], trade.today().to_string());

    let (path, body) = &asked[0];
    assert_eq!(path, "/bigquery/v2/projects/looms/queries");
    let query = body["query"].as_str().unwrap();
    for part in [
        "AI.FORECAST(",
        "'TimesFM 2.0'",
        "horizon => 14",
        "confidence_level => 0.8",
    ] {
        assert!(query.contains(part), "{query}");
    }
    assert_eq!(body["useLegacySql"], false);
    let sent = body["queryParameters"][0]["parameterValue"]["arrayValues"]
        .as_array()
        .unwrap();
    assert_eq!(sent.len(), KNOWN);
    let yesterday = trade.today().checked_sub_days(Days::new(1)).unwrap();
    let last = &sent[KNOWN - 1]["structValues"];
    assert_eq!(last["day"]["value"], yesterday.to_string());
    assert_eq!(last["units"]["value"], "3");
}

#[tokio::test]
async fn a_model_at_an_endpoint_forecasts_and_may_say_more_than_it_was_asked() {
    let trade = Trade::at_an_endpoint().await;
    let mut answer = trade.prediction(2.5, 1.0, 4.0);
    for list in ["timestamp", "point_forecast", "p10", "p90"] {
        let list = answer["predictions"][0][list].as_array_mut().unwrap();
        list.push(list[0].clone()); // a day that nobody asked for
    }
    let (told, asked) = trade.when_it(Manner::Answers(answer)).await;
    is_of_google(&told, "TimesFM at a Vertex AI endpoint");

    let (path, body) = &asked[0];
    assert_eq!(
        path,
        "/v1/projects/looms/locations/asia-south1/endpoints/7:predict"
    );
    let instance = &body["instances"][0];
    assert_eq!(instance["horizon"], HORIZON);
    assert_eq!(instance["input"].as_array().unwrap().len(), KNOWN);
    assert_eq!(instance["timestamp"].as_array().unwrap().len(), KNOWN);
}

#[tokio::test]
async fn a_forecaster_that_fails_is_late_or_babbles_is_not_heard() {
    let trade = Trade::in_bigquery().await;
    let mut running = trade.rows("2.5", "1", "4");
    running["jobComplete"] = json!(false);
    let mut troubled = trade.rows("2.5", "1", "4");
    troubled["rows"][3]["f"][4]["v"] = json!("The series is too short");
    let mut narrow = trade.rows("2.5", "1", "4");
    narrow["rows"][3]["f"].as_array_mut().unwrap().pop();
    for manner in [
        Manner::Refuses(400),
        Manner::Refuses(429),
        Manner::Refuses(500),
        Manner::Babbles,
        Manner::Answers(json!({ "error": { "code": 403 } })),
        Manner::Answers(running),
        Manner::Answers(troubled),
        Manner::Answers(narrow),
        Manner::Answers(trade.rows("much", "1", "4")),
    ] {
        let (told, asked) = trade.when_it(manner.clone()).await;
        is_local(&told, &format!("{manner:?}"));
        assert_eq!(asked.len(), 1, "{manner:?}");
    }
    let begun = Instant::now();
    let (told, _) = trade.when_it(Manner::IsSlow).await;
    is_local(&told, "slow");
    assert!(begun.elapsed() < Duration::from_secs(20), "it was waited for");
}

#[tokio::test]
async fn a_caller_who_leaves_before_the_model_answers_gets_the_local_forecast() {
    let model = Model::that(Manner::Refuses(503)).await;
    let setup = model.set_up("CRAFTCHAIN_ML_FORECAST");
    let setup = setup.setting("CRAFTCHAIN_ML_PATIENCE", "25");
    let trade = Trade::of(Bench(setup.start().await), model).await;
    trade.model.turns_to(Manner::IsSlow);
    let asked = trade
        .bench
        .asks(&trade.artisan, "/ml/predict-demand", &ask("khurja"));
    let told = asked.header("x-request-timeout-ms", "5000").answer().await;
    is_local(&told.expect(200), "who leaves");
}

#[tokio::test]
async fn a_forecast_that_cannot_be_is_not_believed() {
    let trade = Trade::in_bigquery().await;
    let few = |answer: &mut Value| {
        answer["rows"].as_array_mut().unwrap().pop();
    };
    let many = |answer: &mut Value| {
        let row = answer["rows"][0].clone();
        answer["rows"].as_array_mut().unwrap().push(row);
    };
    let swapped = |answer: &mut Value| answer["rows"].as_array_mut().unwrap().swap(2, 3);
    let mut answers = vec![
        trade.rows("-0.5", "-1", "4"),
        trade.rows("NaN", "1", "4"),
        trade.rows("2.5", "4", "1"),
        trade.rows("2.5", "1", "Infinity"),
        trade.rows("4000", "1", "9000"),
    ];
    for breaks in [&few as &dyn Fn(&mut Value), &many, &swapped] {
        let mut answer = trade.rows("2.5", "1", "4");
        breaks(&mut answer);
        answers.push(answer);
    }
    for answer in answers {
        let (told, asked) = trade.when_it(Manner::Answers(answer.clone())).await;
        is_local(&told, &answer.to_string());
        assert_eq!(asked.len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn nor_is_an_endpoint_that_says_it() {
    let trade = Trade::at_an_endpoint().await;
    let mut short = trade.prediction(2.5, 1.0, 4.0);
    short["predictions"][0]["p90"].as_array_mut().unwrap().pop();
    let mut timeless = trade.prediction(2.5, 1.0, 4.0);
    timeless["predictions"][0]
        .as_object_mut()
        .unwrap()
        .remove("timestamp");
    let mut null = trade.prediction(2.5, 1.0, 4.0);
    null["predictions"][0]["point_forecast"][3] = Value::Null; // what becomes of a NaN in JSON
    for answer in [
        short,
        timeless,
        null,
        trade.prediction(-2.5, -4.0, 4.0),
        trade.prediction(2.5, 4.0, 1.0),
        json!({ "predictions": [] }),
        json!({ "predictions": [[1.0, 2.0]] }),
    ] {
        let (told, asked) = trade.when_it(Manner::Answers(answer.clone())).await;
        is_local(&told, &answer.to_string());
        assert_eq!(asked.len(), 1, "{answer}");
    }
    for manner in [Manner::Refuses(404), Manner::Babbles] {
        let (told, _) = trade.when_it(manner.clone()).await;
        is_local(&told, &format!("{manner:?}"));
    }
}

#[tokio::test]
async fn where_little_is_known_nobody_elsewhere_is_asked() {
    let model = Model::that(Manner::Refuses(503)).await;
    let bench = model.google("CRAFTCHAIN_ML_FORECAST").await;
    let artisan = bench.artisan().await;
    let prior = bench.predicts(&artisan, &ask("khurja")).await;
    bench.told([bench.order(3, 5, "khurja")]).await;
    let few = bench.predicts_from(&artisan, &ask("khurja"), 5).await;
    assert_eq!(
        (&prior["basis"], &few["basis"]),
        (&json!("prior"), &json!("few_days"))
    );
    assert_eq!(
        (&prior["provider"], &few["provider"]),
        (&json!("local"), &json!("local"))
    );
    assert!(model.asked().is_empty());
}
