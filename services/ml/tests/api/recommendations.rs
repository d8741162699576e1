//! What goes with what, by what people did.

use axum::{Json, Router, extract::Query, routing::get};
use backends::events::Event;
use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::harness::{Harness, Person};
use shared_models::{
    events::{EventBody, OrderCompleted, UserBehavior, UserDeleted},
    ids::{ProductId, UserId},
};
use tokio::net::TcpListener;

use crate::bench::{Asked, Bench, soon};

#[derive(Deserialize)]
struct Asks {
    ids: String,
}

/// Answers as product does: all of the listings are on offer but the one whose id ends with 9.
async fn product() -> String {
    let offered = |Query(asks): Query<Asks>| async move {
        let ids = asks.ids.split(',').filter(|id| !id.ends_with('9'));
        Json(Value::from(ids.map(listing).collect::<Vec<_>>()))
    };
    let routes = Router::new().route("/products", get(offered));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

fn listing(id: &str) -> Value {
    json!({
        "id": id, "artisan_id": id, "title": { "en": "A piece" }, "description": { "en": "A piece" },
        "category": "pottery", "subcategory": "bowls", "price": 900, "currency": "INR", "materials": [],
        "dimensions": { "length": 1, "width": 1, "height": 1, "unit": "cm" }, "production_time": "1 day",
        "status": "active", "available": true, "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    })
}

async fn open() -> Bench {
    let setup = Harness::of(ml::SERVICE).setting("CRAFTCHAIN_PRODUCT_URL", product().await);
    Bench(setup.start().await)
}

fn piece(number: u8) -> ProductId {
    format!("00000000-0000-7000-8000-0000000000{number:02}")
        .parse()
        .unwrap()
}

impl Bench {
    async fn hears<B: EventBody>(&self, body: &B, subject: String) {
        let event = Event {
            id: self.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "tests".into(),
            subject,
            revision: 1,
            time: self.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.kit.backends.events.publish(&[event]).await.unwrap();
    }

    async fn does(&self, user: UserId, action: &str, number: u8) {
        let deed = UserBehavior {
            user_id: Some(user),
            action: action.into(),
            occurred_at: self.kit.clock.now(),
            product_id: Some(piece(number)),
            category: String::new(),
            subcategory: String::new(),
            region: String::new(),
        };
        self.hears(&deed, user.to_string()).await;
    }

    async fn orders(&self, pieces: &[u8]) {
        let order = OrderCompleted {
            order_id: self.kit.ids.fresh(),
            ordered_at: DateTime::UNIX_EPOCH,
            product_ids: pieces.iter().map(|number| piece(*number)).collect(),
            artisan_ids: Vec::new(),
            quantities: Vec::new(),
            categories: Vec::new(),
            subcategories: Vec::new(),
            regions: Vec::new(),
        };
        self.hears(&order, order.order_id.to_string()).await;
    }

    async fn suggests(&self, to: &Person, query: &str) -> Vec<(String, Value)> {
        let request = self
            .get(&format!("/ml/recommendations{query}"))
            .bearer_auth(&to.token);
        let answer = request.answer().await.expect(200);
        let suggested = answer.as_array().unwrap().iter();
        let short = |one: &Value| {
            (
                one["product"]["id"].as_str().unwrap().to_owned(),
                one["reason"].clone(),
            )
        };
        suggested.map(short).collect()
    }
}

#[tokio::test]
async fn what_was_ordered_together_is_suggested_together() {
    let bench = open().await;
    for number in 0..12u8 {
        let pieces: [u8; 2] = if number < 6 {
            [1, 2]
        } else {
            [20 + number, 40 + number]
        };
        bench.orders(&pieces).await;
    }
    let buyer = bench.buyer().await;
    let query = format!("?product_id={}", piece(1));
    let together = soon(async || {
        let suggested = bench.suggests(&buyer, &query).await;
        (!suggested.is_empty()).then_some(suggested)
    })
    .await;
    assert_eq!(
        together,
        [(piece(2).to_string(), json!("bought_or_liked_together"))]
    );
}

#[tokio::test]
async fn a_person_is_suggested_what_goes_with_what_she_likes_and_not_what_is_gone() {
    let bench = open().await;
    let buyer = bench.buyer().await;
    for _ in 0..6 {
        let other: UserId = bench.kit.ids.fresh();
        for number in [1, 2, 9] {
            bench.does(other, "like", number).await;
        }
    }
    for number in 0..12u8 {
        bench.orders(&[20 + number, 40 + number]).await;
    }
    bench.does(buyer.id, "view", 1).await;
    let wanted = vec![(piece(2).to_string(), json!("bought_or_liked_together"))];
    soon(async || (bench.suggests(&buyer, "").await == wanted).then_some(())).await;

    bench
        .hears(&UserDeleted { user_id: buyer.id }, buyer.id.to_string())
        .await;
    soon(async || bench.suggests(&buyer, "").await.is_empty().then_some(())).await;
}

#[tokio::test]
async fn how_many_is_limited() {
    let bench = open().await;
    let buyer = bench.buyer().await;
    for limit in ["0", "41", "x"] {
        let path = format!("/ml/recommendations?limit={limit}");
        let refused = bench.get(&path).bearer_auth(&buyer.token).answer().await;
        assert_eq!(refused.refused(400, "malformed"), "limit", "{limit}");
    }
}
