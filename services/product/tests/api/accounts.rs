//! What happens to accounts elsewhere.

use std::time::Duration;

use serde_json::json;
use service_kit::harness::Person;
use shared_models::{
    events::{Event, EventBody, UserDeleted, UserUpdated},
    ids::UserId,
};

use crate::shop::{Asked, Listed, Shop, bowl, soon};

impl Shop {
    /// Auth tells.
    async fn heard<B: EventBody>(&self, user: UserId, revision: u64, body: &B) {
        let event = Event {
            id: self.0.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "auth".to_owned(),
            subject: user.to_string(),
            revision,
            time: self.0.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.0.kit.backends.events.publish(&[event]).await.unwrap();
    }

    async fn hears_suspended(&self, user: &Person, suspended: bool, revision: u64) {
        let updated = UserUpdated {
            user_id: user.id,
            changed_fields: vec!["suspended".to_owned()],
            suspended,
        };
        self.heard(user.id, revision, &updated).await;
    }

    async fn becomes(&self, listed: &Listed, status: u16) {
        soon(async || self.sees(listed).await.status == status).await;
    }
}

#[tokio::test]
async fn the_listings_of_a_suspended_artisan_are_hidden_while_she_is() {
    let shop = Shop::open().await;
    let (artisan, other) = (shop.artisan().await, shop.artisan().await);
    let mut hers = Vec::new();
    for _ in 0..23 {
        hers.push(shop.lists(&artisan, json!({})).await);
    }
    let draft = shop.lists(&artisan, json!({ "status": "draft" })).await;
    let others = shop.lists(&other, json!({})).await;

    shop.hears_suspended(&artisan, true, 2).await;
    soon(async || shop.ids("").await == std::slice::from_ref(&others.id)).await;
    for listed in hers.iter().chain([&draft]) {
        soon(async || shop.shows(&artisan, listed).await.json()["status"] == "suspended").await;
    }
    let refused = shop.post(&artisan, "/products", &bowl(json!({}))).answer().await;
    refused.refused(403, "account_suspended");

    shop.hears_suspended(&artisan, false, 3).await;
    for listed in &hers {
        shop.becomes(listed, 200).await;
    }
    assert_eq!(shop.shows(&artisan, &draft).await.expect(200)["status"], "draft");
    shop.lists(&artisan, json!({})).await;
}

#[tokio::test]
async fn an_old_event_never_overwrites_a_newer() {
    let shop = Shop::open().await;
    let (artisan, witness) = (shop.artisan().await, shop.artisan().await);
    let (hers, seen) = (
        shop.lists(&artisan, json!({})).await,
        shop.lists(&witness, json!({})).await,
    );
    shop.hears_suspended(&artisan, false, 7).await;
    shop.hears_suspended(&witness, true, 1).await;
    shop.becomes(&seen, 404).await;

    shop.hears_suspended(&artisan, true, 5).await;
    shop.hears_suspended(&witness, false, 2).await;
    shop.becomes(&seen, 200).await;

    assert_eq!(shop.sees(&hers).await.status, 200);
}

#[tokio::test]
async fn of_an_erased_artisan_nothing_stays() {
    let shop = Shop::open().await;
    let (artisan, other) = (shop.artisan().await, shop.artisan().await);
    let mut hers = Vec::new();
    for status in ["active", "draft"].repeat(6) {
        hers.push(shop.lists(&artisan, json!({ "status": status })).await);
    }
    let deleted = shop.lists(&artisan, json!({})).await;
    shop.delete(&artisan, &deleted.path()).answer().await.expect(200);
    let kept = shop.lists(&other, json!({})).await;
    let like = |listed: &Listed| {
        shop.0
            .put(&format!("{}/like", listed.path()))
            .bearer_auth(&artisan.token)
            .answer()
    };
    like(&kept).await.expect(200);
    let mut told = shop.hears().await;

    shop.heard(artisan.id, 9, &UserDeleted { user_id: artisan.id })
        .await;

    for listed in hers.iter().chain([&deleted]) {
        soon(async || shop.shows(&artisan, listed).await.status == 404).await;
    }
    soon(async || {
        let likes = shop.get(&format!("{}/like", kept.path())).answer().await;
        likes.json()["likes"] == 0
    })
    .await;
    assert_eq!(shop.ids("").await, std::slice::from_ref(&kept.id));
    for _ in &hers {
        assert_eq!(told.next().await.data["status"], "deleted");
    }
    // The ids stay taken: events of another listing under them would be older than what was told.
    let taken = shop
        .post(&other, "/products", &bowl(json!({ "id": hers[0].id })))
        .answer()
        .await;
    taken.refused(409, "exists");
    let back = shop.post(&artisan, "/products", &bowl(json!({}))).answer().await;
    back.refused(403, "account_suspended");
    assert!(
        !shop
            .remembers(&artisan.id.to_string(), &["listings", "stock", "likes"])
            .await
    );
    assert!(shop.remembers(&other.id.to_string(), &["listings"]).await);
    tokio::time::timeout(Duration::from_secs(20), shop.0.stop())
        .await
        .unwrap();
}
