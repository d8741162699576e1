//! Pricing, and the services that it asks: small servers that answer as auth and product do.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use backends::events::{Log, Outcome, Subscription, Topic};
use http::StatusCode;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
pub(crate) use service_kit::harness::Asked;
use service_kit::harness::{Harness, Person, Setup};
use shared_models::{
    auth::UserSummary,
    events::{Event, EventBody, OrderCompleted, PriceSuggested, ProductCreated, ProductUpdated},
    identity::AccessClaims,
    ids::{ProductId, UserId},
    product::ListingFacts,
};

/// Everything that the peers know.
#[derive(Clone, Default)]
pub(crate) struct Peers(Arc<Inner>);

#[derive(Default)]
struct Inner {
    profiles: Mutex<HashMap<UserId, UserSummary>>,
    listings: Mutex<HashMap<ProductId, ListingFacts>>,
    closed: AtomicBool,
}

/// Pricing under test, and its peers.
pub(crate) struct Town {
    pub(crate) pricing: Harness,
    pub(crate) peers: Peers,
}

impl Peers {
    async fn open(&self) -> String {
        let routes = Router::new()
            .route("/internal/users/{id}", get(profile))
            .route("/internal/products/{id}", get(listing))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    /// From now on they answer 503, or again as they should.
    pub(crate) fn are_closed(&self, closed: bool) {
        self.0.closed.store(closed, Ordering::SeqCst);
    }

    fn answer<T>(&self, found: Option<T>) -> Result<Json<T>, StatusCode> {
        if self.0.closed.load(Ordering::SeqCst) {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        found.map(Json).ok_or(StatusCode::NOT_FOUND)
    }

    /// What auth knows of somebody.
    pub(crate) fn know(&self, person: &Person, fields: Value) {
        let mut profile = json!({
            "id": person.id, "role": "artisan", "display_name": "Asha", "language": "hi", "state": null,
            "region": null, "craft": null, "skill_level": null, "hourly_wage": null, "currency": "INR",
            "wallet_address": null, "suspended": false, "revision": 1,
        });
        merge(&mut profile, fields);
        let profile: UserSummary = serde_json::from_value(profile).unwrap();
        self.0.profiles.lock().unwrap().insert(person.id, profile);
    }

    /// What product knows of a listing.
    pub(crate) fn show(&self, facts: ListingFacts) {
        self.0.listings.lock().unwrap().insert(facts.id, facts);
    }

    pub(crate) fn erase(&self, id: ProductId) {
        self.0.listings.lock().unwrap().remove(&id);
    }
}

async fn profile(
    State(peers): State<Peers>,
    Path(id): Path<UserId>,
) -> Result<Json<UserSummary>, StatusCode> {
    let found = peers.0.profiles.lock().unwrap().get(&id).cloned();
    peers.answer(found)
}

async fn listing(
    State(peers): State<Peers>,
    Path(id): Path<ProductId>,
) -> Result<Json<ListingFacts>, StatusCode> {
    let found = peers.0.listings.lock().unwrap().get(&id).cloned();
    peers.answer(found)
}

fn merge(object: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else {
        panic!("{fields} are no fields");
    };
    object.as_object_mut().unwrap().extend(fields);
}

impl Town {
    pub(crate) async fn open() -> Self {
        Self::with(|setup| setup).await
    }

    pub(crate) async fn with(settings: impl FnOnce(Setup) -> Setup) -> Self {
        let peers = Peers::default();
        let url = peers.open().await;
        let setup = Harness::of(pricing::SERVICE)
            .setting("CRAFTCHAIN_AUTH_URL", &url)
            .setting("CRAFTCHAIN_PRODUCT_URL", &url);
        Self {
            pricing: settings(setup).start().await,
            peers,
        }
    }

    /// An artisan who wants a hundred rupees for an hour.
    pub(crate) async fn artisan(&self) -> Person {
        let artisan = self.pricing.artisan().await;
        self.peers.know(&artisan, json!({ "hourly_wage": 100 }));
        artisan
    }

    /// The same person with a token of today.
    pub(crate) async fn again(&self, person: &Person) -> Person {
        let claims = AccessClaims {
            sub: person.id,
            ..self.pricing.claims(person.role)
        };
        Person {
            token: self.pricing.token_of(&claims).await,
            ..person.clone()
        }
    }

    /// A bowl of an artisan's that six hours and 40.50 of clay go into, with some fields of its own.
    pub(crate) fn bowl(&self, artisan: &Person, fields: Value) -> ListingFacts {
        let now = self.pricing.clock().now();
        let mut facts = json!({
            "id": self.pricing.kit.ids.uuid(), "artisan_id": artisan.id, "version": 1, "sequence": 1,
            "status": "active", "title": { "en": "Bowl" }, "description": {}, "language": "en",
            "category": "pottery", "subcategory": "bowls", "price": 850, "currency": "INR", "materials": [],
            "dimensions": { "unit": "cm" }, "weight_grams": null, "production_time": "a day", "region": "Bihar",
            "region_key": "bihar", "cultural_origin": null, "image_ids": [],
            "costs": { "material_costs": [{ "name": "clay", "amount": 40.5 }], "labor_hours": 6, "overhead": 10 },
            "created_at": now, "updated_at": now,
        });
        merge(&mut facts, fields);
        serde_json::from_value(facts).unwrap()
    }

    /// Lists it, and waits until pricing has heard of it.
    pub(crate) async fn lists(&self, facts: &ListingFacts) {
        self.peers.show(facts.clone());
        self.told_created(facts).await;
        soon(async || self.knows(facts.id, facts.sequence).await).await;
    }

    /// Product shows it in a newer state, and tells.
    pub(crate) async fn edits(&self, facts: &ListingFacts) {
        self.peers.show(facts.clone());
        self.told_updated(facts).await;
        soon(async || self.knows(facts.id, facts.sequence).await).await;
    }

    pub(crate) async fn told_created(&self, facts: &ListingFacts) {
        let body = ProductCreated {
            product_id: facts.id,
            artisan_id: facts.artisan_id,
            category: facts.category.clone(),
            image_ids: Vec::new(),
            status: facts.status.as_str().to_owned(),
        };
        self.told(facts.id, facts.sequence, &body).await;
    }

    pub(crate) async fn told_updated(&self, facts: &ListingFacts) {
        let body = ProductUpdated {
            product_id: facts.id,
            artisan_id: facts.artisan_id,
            changed_fields: vec!["price".into()],
            image_ids: Vec::new(),
            status: facts.status.as_str().to_owned(),
        };
        self.told(facts.id, facts.sequence, &body).await;
    }

    /// Pieces were ordered some days ago.
    pub(crate) async fn sold(&self, facts: &ListingFacts, units: i32, days_ago: i64) {
        let order_id = self.pricing.kit.ids.uuid().into();
        let body = OrderCompleted {
            order_id,
            ordered_at: self.pricing.clock().now() - chrono::Duration::days(days_ago),
            product_ids: vec![facts.id],
            artisan_ids: vec![facts.artisan_id],
            quantities: vec![units],
            categories: vec![facts.category.clone()],
            subcategories: vec![facts.subcategory.clone()],
            regions: vec![String::new()],
        };
        self.told(order_id, 1, &body).await;
    }

    pub(crate) async fn told<B: EventBody>(&self, subject: impl std::fmt::Display, revision: u64, body: &B) {
        let event = Event {
            id: self.pricing.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "a peer".to_owned(),
            subject: subject.to_string(),
            revision,
            time: self.pricing.clock().now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.pricing.kit.backends.events.publish(&[event]).await.unwrap();
    }

    async fn knows(&self, id: ProductId, sequence: u64) -> bool {
        let store = &self.pricing.kit.backends.documents;
        let stored = store.get("pieces", &id.to_string()).await.unwrap();
        stored.is_some_and(|stored| stored.body["sequence"] == sequence)
    }

    /// What is stored of a listing.
    pub(crate) async fn stored(&self, id: ProductId) -> Option<Value> {
        let store = &self.pricing.kit.backends.documents;
        let stored = store.get("pieces", &id.to_string()).await.unwrap();
        stored.map(|stored| stored.body)
    }

    pub(crate) fn post(&self, by: &Person, path: &str, body: &Value) -> RequestBuilder {
        self.pricing.post(path).bearer_auth(&by.token).json(body)
    }

    /// What a piece of hers should cost.
    pub(crate) async fn calculates(&self, by: &Person, body: Value) -> Value {
        self.post(by, "/pricing/calculate", &body)
            .answer()
            .await
            .expect(200)
    }

    pub(crate) async fn analysis(&self, by: &Person, part: &str) -> Value {
        let asked = self.pricing.get(&format!("/pricing/market-analysis/{part}"));
        asked.bearer_auth(&by.token).answer().await.expect(200)
    }

    /// Listens to what is suggested from now on.
    pub(crate) async fn hears(&self) -> Heard {
        let log = self.pricing.kit.backends.events.clone();
        log.subscribe(&HEARD).await.unwrap();
        Heard(log)
    }
}

const HEARD: Subscription = Subscription::to("tests.heard", &[Topic::PriceSuggested]);

/// What pricing suggests.
pub(crate) struct Heard(Log);

impl Heard {
    /// The next suggestion, which comes soon.
    pub(crate) async fn next(&self) -> PriceSuggested {
        let next = self.within(PATIENCE).await;
        next.expect("a suggestion comes")
    }

    /// The next suggestion, if one comes in this time.
    pub(crate) async fn within(&self, time: Duration) -> Option<PriceSuggested> {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            let wait = deadline.saturating_duration_since(Instant::now());
            if let Some(delivery) = self.0.pull(&HEARD, 1, wait).await.unwrap().pop() {
                self.0.settle(&delivery, Outcome::Done).await.unwrap();
                return Some(delivery.event.body().unwrap());
            }
        }
        None
    }
}

/// How long something that must happen may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn soon(is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "it did not happen in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The sum of a breakdown, in paise.
pub(crate) fn sum(quote: &Value) -> i64 {
    let parts = quote["breakdown"].as_array().unwrap();
    parts.iter().map(|part| paise(&part["amount"])).sum()
}

/// An amount in paise.
pub(crate) fn paise(amount: &Value) -> i64 {
    let amount: shared_models::money::Amount = serde_json::from_value(amount.clone()).unwrap();
    amount
        .in_currency(shared_models::money::Currency::INR)
        .unwrap()
        .minor
}
