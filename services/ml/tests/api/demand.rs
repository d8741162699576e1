//! What will be asked for, from what events told.

use backends::events::Event;
use chrono::TimeDelta;
use serde_json::{Value, json};
use service_kit::harness::Person;
use shared_models::{
    events::{EventBody, OrderCompleted, UserBehavior},
    ids::{EventId, OrderId, ProductId, UserId},
};

use crate::bench::{Asked, Bench, soon};

const PREDICT: &str = "/ml/predict-demand";

pub(crate) fn ask(region: &str) -> Value {
    json!({ "category": "pottery", "subcategory": "bowls", "region": region, "time_horizon": 14 })
}

impl Bench {
    pub(crate) async fn told<B: EventBody>(&self, bodies: impl IntoIterator<Item = (EventId, B)>) {
        let events: Vec<Event> = bodies
            .into_iter()
            .map(|(id, body)| Event {
                id,
                topic: B::TOPIC,
                source: "tests".into(),
                subject: id.to_string(),
                revision: 1,
                time: self.kit.clock.now(),
                traceparent: None,
                data: serde_json::to_value(&body).unwrap(),
            })
            .collect();
        self.kit.backends.events.publish(&events).await.unwrap();
    }

    /// Pieces that were ordered some days ago.
    pub(crate) fn order(&self, ago: i64, pieces: i32, region: &str) -> (EventId, OrderCompleted) {
        let order = OrderCompleted {
            order_id: self.kit.ids.fresh::<OrderId>(),
            ordered_at: self.kit.clock.now() - TimeDelta::days(ago),
            product_ids: vec![self.kit.ids.fresh::<ProductId>()],
            artisan_ids: vec![self.kit.ids.fresh::<UserId>()],
            quantities: vec![pieces],
            categories: vec!["pottery".into()],
            subcategories: vec!["bowls".into()],
            regions: vec![region.into()],
        };
        (self.kit.ids.fresh(), order)
    }

    pub(crate) async fn predicts(&self, by: &Person, body: &Value) -> Value {
        self.asks(by, PREDICT, body).answer().await.expect(200)
    }

    /// The answer, once it rests on so many pieces.
    pub(crate) async fn predicts_from(&self, by: &Person, body: &Value, pieces: u64) -> Value {
        soon(async || {
            let told = self.predicts(by, body).await;
            (told["sample_size"] == pieces).then_some(told)
        })
        .await
    }
}

#[tokio::test]
async fn without_a_sale_a_prior_speaks_and_says_so() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let told = bench.predicts(&artisan, &ask("khurja")).await;
    assert_eq!(told["basis"], "prior");
    assert!(told["method"].as_str().unwrap().contains("default"), "{told}");
    assert_eq!(told["confidence"], 0.0);
    assert_eq!(told["trend_direction"], "unknown");
    assert_eq!(told["forecast"].as_array().unwrap().len(), 14);
    assert!(told["predicted_demand"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn completed_orders_make_a_series_that_is_forecast() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let orders: Vec<_> = (1..=40).map(|ago| bench.order(ago, 3, "Khurja ")).collect();
    bench.told(orders).await;

    let told = bench.predicts_from(&artisan, &ask("khurja"), 120).await;

    assert_eq!(told["basis"], "series");
    assert_eq!(told["series_length"], 40);
    assert!(
        (told["predicted_demand"].as_f64().unwrap() - 42.0).abs() < 2.0,
        "{told}"
    );
    let first = &told["forecast"][0];
    let (low, mean, high) = (&first["p10"], &first["mean"], &first["p90"]);
    assert!(
        low.as_f64() <= mean.as_f64() && mean.as_f64() <= high.as_f64(),
        "{first}"
    );
    let elsewhere = bench.predicts(&artisan, &ask("jaipur")).await;
    assert_eq!(elsewhere["basis"], "prior");
    assert!(
        elsewhere["method"]
            .as_str()
            .unwrap()
            .contains("a listing of the category sells")
    );
}

#[tokio::test]
async fn an_event_that_comes_twice_counts_once_and_marks_are_folded_without_loss() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let order = bench.order(3, 5, "khurja");
    let other = bench.order(2, 7, "khurja");
    bench.told([order.clone(), order.clone(), other]).await;
    bench.predicts_from(&artisan, &ask("khurja"), 12).await;

    bench.kit.clock.advance(TimeDelta::minutes(3));
    soon(async || {
        let left = backends::documents::Query::all("demand_marks");
        let left = bench.kit.backends.documents.count(&left).await.unwrap();
        (left == 0).then_some(())
    })
    .await;

    bench.told([order]).await;
    bench.told([bench.order(1, 1, "khurja")]).await;
    let told = bench.predicts_from(&artisan, &ask("khurja"), 13).await;
    assert_eq!(told["basis"], "few_days");
    let everywhere = json!({ "category": "pottery", "time_horizon": 1 });
    bench.predicts_from(&artisan, &everywhere, 13).await;
}

#[tokio::test]
async fn people_who_look_and_do_not_buy_are_spoken_of() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let behavior = |action: &str| {
        let behavior = UserBehavior {
            user_id: None,
            action: action.into(),
            occurred_at: bench.kit.clock.now(),
            product_id: Some(bench.kit.ids.fresh()),
            category: "pottery".into(),
            subcategory: "bowls".into(),
            region: "khurja".into(),
        };
        (bench.kit.ids.fresh(), behavior)
    };
    bench.told((0..60).map(|_| behavior("view"))).await;
    bench.told([behavior("purchase"), behavior("dances")]).await;
    soon(async || {
        let told = bench.predicts(&artisan, &ask("khurja")).await;
        let said = told["recommendations"].to_string();
        said.contains("60 times").then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_field() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    for (field, value) in [
        ("time_horizon", json!(0)),
        ("time_horizon", json!(366)),
        ("category", json!("Pot tery")),
    ] {
        let mut body = ask("khurja");
        body[field] = value;
        let refused = bench.asks(&artisan, PREDICT, &body).answer().await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(&format!("/{field}")), "{}", refused.text);
    }
    let nobody = bench.post(PREDICT).json(&ask("khurja")).answer().await;
    assert_eq!(nobody.status, 401);
}
