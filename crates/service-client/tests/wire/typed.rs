//! The typed clients ask the right path and read the right type.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;
use service_client::{Peers, Service};
use shared_models::{
    ids::{ProductId, UserId},
    product::ProductStatus,
    text::Language,
};

use crate::peer::{Named, Peer, quick, soon, urls};

/// Calls by a service whose product this is.
fn selling(product: &Peer) -> Peers {
    let urls = urls(product.url()).with(Service::Product, product.url());
    Peers::with_policy(urls, Arc::new(Named), quick()).unwrap()
}

fn id() -> ProductId {
    "01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77".parse().unwrap()
}

#[tokio::test]
async fn a_listing_is_read_also_when_it_has_fields_of_tomorrow() {
    let listing = json!({
        "id": id(), "artisan_id": id(), "title": { "en": "Bowl" }, "description": { "en": "Blue" },
        "category": "pottery", "subcategory": "bowls", "price": 1499.5, "currency": "INR", "materials": ["clay"],
        "dimensions": { "length": 10, "width": 10, "height": 5, "unit": "cm" }, "production_time": "a week",
        "status": "active", "available": true, "created_at": "2026-11-20T10:00:00Z",
        "updated_at": "2026-11-20T10:00:00Z", "of_tomorrow": [],
    });
    let peer = Peer::always(listing.to_string()).await;
    let product = selling(&peer).product().product(&soon(), id()).await.unwrap();

    assert_eq!((product.id, product.status), (id(), ProductStatus::Active));
    let [request] = peer.heard().try_into().unwrap();
    assert_eq!(request.uri, "/products/01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77");
    assert_eq!(request.header("x-service-token"), Some("for-product"));
}

#[tokio::test]
async fn a_listing_that_is_not_there_is_a_refusal() {
    let peer = Peer::always(StatusCode::NOT_FOUND).await;
    let refused = selling(&peer).product().product(&soon(), id()).await.unwrap_err();
    assert_eq!(refused.refused_with(), Some(404));
}

#[tokio::test]
async fn a_user_is_asked_for_at_the_internal_door_and_an_artisan_at_the_public_one() {
    let id: UserId = id().0.into();
    let user = json!({
        "id": id, "role": "artisan", "display_name": "Asha", "language": "hi", "state": null, "region": null,
        "craft": "weaving", "skill_level": 7, "hourly_wage": 120.5, "currency": "INR", "wallet_address": null,
        "suspended": false, "revision": 4, "followers": 3, "following": null, "member_since": "2026-11-20T10:00:00Z",
    });
    let auth = Peer::always(user.to_string()).await;
    let peers = auth.called();
    let summary = peers.auth().user(&soon(), id).await.unwrap();
    let artisan = peers.auth().public_artisan(&soon(), id).await.unwrap();

    assert_eq!(summary.language, Language::Hi);
    assert_eq!(artisan.followers, 3);
    let [internal, public] = auth.heard().try_into().unwrap();
    assert_eq!(internal.uri, format!("/internal/users/{id}").as_str());
    assert_eq!(public.uri, format!("/auth/artisans/{id}").as_str());
}
