//! What is made of a listing when an event tells of it.

use std::time::Duration;

use backends::events::{Event, Log, Outcome, Subscription, Topic};
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::Person;
use shared_models::{
    events::{EventBody, MlAnalysisCompleted, ProductCreated, ProductUpdated},
    ids::{FileId, ProductId},
    product::{ListingFacts, ProductStatus},
};

use crate::{
    bench::{Asked, Bench, photo, soon},
    peers::{Peers, bowl},
};

const INDIGO: [u8; 3] = [0, 48, 78];
const IVORY: [u8; 3] = [243, 229, 171];
const TOLD: Subscription = Subscription::to("tests.told", &[Topic::MlAnalysisCompleted]);

/// A service, its peers, and an artisan.
struct Workshop {
    bench: Bench,
    peers: Peers,
    artisan: Person,
}

impl Workshop {
    async fn open() -> Self {
        let peers = Peers::default();
        let bench = Bench(peers.beside().await.start().await);
        let artisan = bench.artisan().await;
        bench.log().subscribe(&TOLD).await.unwrap();
        Self {
            bench,
            peers,
            artisan,
        }
    }

    /// A bowl with a photo, in its first version.
    fn bowl(&self) -> ListingFacts {
        let file: FileId = self.bench.kit.ids.fresh();
        self.peers.keep(file, dyed());
        let facts = bowl(&self.artisan, self.bench.kit.ids.fresh(), &[file]);
        self.peers.list(&facts);
        facts
    }

    async fn analysis(&self, of: ProductId) -> Option<Value> {
        let token = self.bench.service_token(Service::Product).await;
        let request = self.bench.get(&format!("/internal/analyses/{of}"));
        let answer = request.header("x-service-token", token).answer().await;
        (answer.status == 200).then(|| serde_json::from_str(&answer.text).unwrap())
    }

    /// Waits until the analysis says so.
    async fn sees(&self, of: ProductId, wanted: impl Fn(&Value) -> bool) -> Value {
        soon(async || self.analysis(of).await.filter(&wanted)).await
    }

    async fn created(&self, facts: &ListingFacts) -> Event {
        let body = ProductCreated {
            product_id: facts.id,
            artisan_id: facts.artisan_id,
            category: facts.category.clone(),
            image_ids: facts.image_ids.clone(),
            status: "active".into(),
        };
        self.bench.tells(&body, facts.id, facts.sequence).await
    }

    async fn updated(&self, facts: &ListingFacts, changed: &str) -> Event {
        let body = ProductUpdated {
            product_id: facts.id,
            artisan_id: facts.artisan_id,
            changed_fields: vec![changed.to_owned()],
            image_ids: facts.image_ids.clone(),
            status: facts.status.as_str().to_owned(),
        };
        self.bench.tells(&body, facts.id, facts.sequence).await
    }

    /// How often it was told that something is done, until nothing more comes.
    async fn told(&self) -> Vec<Event> {
        let mut told = Vec::new();
        loop {
            let delivered = self
                .bench
                .log()
                .pull(&TOLD, 10, Duration::from_millis(500))
                .await
                .unwrap();
            if delivered.is_empty() {
                return told;
            }
            for delivery in delivered {
                self.bench.log().settle(&delivery, Outcome::Done).await.unwrap();
                told.push(delivery.event);
            }
        }
    }
}

impl Bench {
    fn log(&self) -> Log {
        self.kit.backends.events.clone()
    }

    async fn tells<B: EventBody>(&self, body: &B, subject: ProductId, revision: u64) -> Event {
        let event = Event {
            id: self.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "product".into(),
            subject: subject.to_string(),
            revision,
            time: self.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.log().publish(std::slice::from_ref(&event)).await.unwrap();
        event
    }
}

fn dyed() -> Vec<u8> {
    photo(|x, _| if x / 12 % 4 == 0 { IVORY } else { INDIGO })
}

#[tokio::test]
async fn a_new_listing_is_looked_at_and_that_is_told_once() {
    let shop = Workshop::open().await;
    let bowl = shop.bowl();
    let event = shop.created(&bowl).await;
    let analysis = shop.sees(bowl.id, |_| true).await;
    assert_eq!(
        analysis["ai_analysis"]["color_palette"],
        json!(["#00304e", "#f3e5ab"])
    );
    assert_eq!(analysis["listing_version"], 1);
    assert_eq!(analysis["provider"], "local");
    let descriptions = analysis["descriptions"].as_object().unwrap();
    assert_eq!(
        descriptions.keys().collect::<Vec<_>>(),
        ["bn", "en", "hi", "mr", "ta", "te"]
    );
    assert!(
        descriptions["en"].as_str().unwrap().contains("Rajasthan"),
        "{analysis}"
    );
    assert!(
        !analysis["seo_keywords"].as_array().unwrap().is_empty(),
        "{analysis}"
    );

    shop.bench.log().publish(&[event]).await.unwrap();
    shop.updated(&bowl, "title").await;
    shop.updated(&bowl, "price").await;
    let told = shop.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let body: MlAnalysisCompleted = told[0].body().unwrap();
    assert_eq!((body.product_id, body.listing_version), (bowl.id, 1));
}

#[tokio::test]
async fn an_edit_is_looked_at_and_an_older_version_never_returns() {
    let shop = Workshop::open().await;
    let bowl = shop.bowl();
    let edited = ListingFacts {
        version: 2,
        sequence: 2,
        image_ids: Vec::new(),
        ..bowl.clone()
    };
    shop.peers.list(&edited);
    shop.updated(&edited, "images").await;
    let analysis = shop
        .sees(bowl.id, |analysis| analysis["listing_version"] == 2)
        .await;
    assert_eq!(analysis["ai_analysis"]["method"], "no photo to look at");
    assert_eq!(analysis["ai_analysis"]["quality_score"], Value::Null);

    shop.peers.list(&bowl);
    shop.created(&bowl).await;
    shop.told().await;
    assert_eq!(shop.analysis(bowl.id).await.unwrap()["listing_version"], 2);
}

#[tokio::test]
async fn a_listing_that_is_gone_is_forgotten() {
    let shop = Workshop::open().await;
    let bowl = shop.bowl();
    shop.created(&bowl).await;
    shop.sees(bowl.id, |_| true).await;
    let deleted = ListingFacts {
        status: ProductStatus::Deleted,
        sequence: 2,
        ..bowl.clone()
    };
    shop.peers.list(&deleted);
    shop.updated(&deleted, "status").await;
    soon(async || shop.analysis(bowl.id).await.is_none().then_some(())).await;
    let documents = &shop.bench.kit.backends.documents;
    assert!(
        documents
            .get("examples", &bowl.id.to_string())
            .await
            .unwrap()
            .is_none()
    );

    let erased = shop.bowl();
    shop.created(&erased).await;
    shop.sees(erased.id, |_| true).await;
    shop.peers.erase(erased.id);
    shop.updated(&erased, "status").await;
    soon(async || shop.analysis(erased.id).await.is_none().then_some(())).await;
}

#[tokio::test]
async fn what_is_killed_while_its_peers_are_away_is_done_once_after_they_return() {
    let shop = Workshop::open().await;
    let bowl = shop.bowl();
    shop.peers.are_away(true);
    shop.created(&bowl).await;
    let jobs = backends::documents::Query::all("jobs");
    let waiting = async || {
        let jobs = shop.bench.kit.backends.documents.query(&jobs).await.unwrap();
        jobs.iter()
            .any(|job| job.body["failure"].is_string())
            .then_some(())
    };
    soon(waiting).await;

    // Nothing is drained: the runtime of the service just ends.
    let again = shop.peers.beside().await.apart_from(&shop.bench.0).start().await;
    drop(shop.bench.0);
    shop.peers.are_away(false);
    let again = Workshop {
        bench: Bench(again),
        peers: shop.peers,
        artisan: shop.artisan,
    };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while again.analysis(bowl.id).await.is_none() {
        assert!(tokio::time::Instant::now() < deadline, "the job was lost");
        again.bench.clock().advance(chrono::Duration::seconds(40));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(again.told().await.len(), 1);
}

#[tokio::test]
async fn a_photo_is_recognised_by_the_listings_that_artisans_confirmed() {
    let shop = Workshop::open().await;
    for shade in 0..14u8 {
        let file: FileId = shop.bench.kit.ids.fresh();
        let indigo = [shade, 48, 78 + shade];
        shop.peers
            .keep(file, photo(|x, _| if x / 12 % 4 == 0 { IVORY } else { indigo }));
        let facts = ListingFacts {
            category: "textiles".into(),
            subcategory: "ajrakh".into(),
            ..bowl(&shop.artisan, shop.bench.kit.ids.fresh(), &[file])
        };
        shop.peers.list(&facts);
        shop.created(&facts).await;
        shop.sees(facts.id, |_| true).await;
    }
    let ask = async || {
        let sent = shop
            .bench
            .sends(&shop.artisan, "/ml/analyze-image", &[("image", &dyed())]);
        let seen = sent.answer().await.expect(200);
        (seen["objects_detected"] == json!(["ajrakh", "textiles"])).then_some(seen)
    };
    let seen = soon(ask).await;
    assert!(
        seen["method"].as_str().unwrap().contains("nearest of 14"),
        "{seen}"
    );
}

#[tokio::test]
async fn only_product_may_ask() {
    let shop = Workshop::open().await;
    let path = format!("/internal/analyses/{}", shop.bench.kit.ids.uuid());
    shop.bench
        .get(&path)
        .answer()
        .await
        .refused(401, "unauthenticated");
    let token = shop.bench.service_token(Service::Notification).await;
    let refused = shop
        .bench
        .get(&path)
        .header("x-service-token", token)
        .answer()
        .await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}
