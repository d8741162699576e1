//! Product and media as ml sees them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::Path, routing::get};
use chrono::DateTime;
use http::{HeaderMap, StatusCode};
use service_kit::harness::{Harness, Person, Setup};
use shared_models::{
    ids::{FileId, ProductId},
    money::{Amount, Currency},
    product::{Dimensions, ListingFacts, ProductStatus},
    text::{Language, Localized},
};
use tokio::net::TcpListener;

/// Answers as product and media do, with what was put there.
#[derive(Clone, Default)]
pub(crate) struct Peers(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    listings: BTreeMap<ProductId, ListingFacts>,
    photos: BTreeMap<FileId, Vec<u8>>,
    away: bool,
}

impl Peers {
    /// A service beside these peers.
    pub(crate) async fn beside(&self) -> Setup {
        let url = self.open().await;
        Harness::of(ml::SERVICE)
            .setting("CRAFTCHAIN_PRODUCT_URL", &url)
            .setting("CRAFTCHAIN_MEDIA_URL", &url)
    }

    async fn open(&self) -> String {
        let (facts, photos) = (self.0.clone(), self.0.clone());
        let listing = move |Path(id): Path<ProductId>, headers: HeaderMap| async move {
            let kept = facts.lock().unwrap();
            may_ask(&headers, &kept)?;
            kept.listings
                .get(&id)
                .cloned()
                .map(Json)
                .ok_or(StatusCode::NOT_FOUND)
        };
        let photo = move |Path((id, _)): Path<(FileId, String)>, headers: HeaderMap| async move {
            let kept = photos.lock().unwrap();
            may_ask(&headers, &kept)?;
            kept.photos.get(&id).cloned().ok_or(StatusCode::NOT_FOUND)
        };
        let routes = Router::new()
            .route("/internal/products/{id}", get(listing))
            .route("/internal/media/{id}/{variant}", get(photo));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    /// Nobody answers, or everybody again.
    pub(crate) fn are_away(&self, away: bool) {
        self.0.lock().unwrap().away = away;
    }

    pub(crate) fn list(&self, facts: &ListingFacts) {
        self.0.lock().unwrap().listings.insert(facts.id, facts.clone());
    }

    pub(crate) fn erase(&self, listing: ProductId) {
        self.0.lock().unwrap().listings.remove(&listing);
    }

    pub(crate) fn keep(&self, file: FileId, photo: Vec<u8>) {
        self.0.lock().unwrap().photos.insert(file, photo);
    }
}

fn may_ask(headers: &HeaderMap, kept: &Kept) -> Result<(), StatusCode> {
    match headers.contains_key("x-service-token") {
        _ if kept.away => Err(StatusCode::SERVICE_UNAVAILABLE),
        true => Ok(()),
        false => Err(StatusCode::UNAUTHORIZED),
    }
}

/// A listing of somebody's, in its first version.
pub(crate) fn bowl(of: &Person, id: ProductId, photos: &[FileId]) -> ListingFacts {
    ListingFacts {
        id,
        artisan_id: of.id,
        version: 1,
        sequence: 1,
        status: ProductStatus::Active,
        title: Localized::of(Language::En, "Blue bowl"),
        description: Localized::of(Language::En, "Thrown by hand, glazed with cobalt."),
        language: Language::Hi,
        category: "pottery".into(),
        subcategory: "blue-pottery".into(),
        price: serde_json::from_str::<Amount>("1499.5").unwrap(),
        currency: Currency::INR,
        materials: vec!["clay".into()],
        dimensions: serde_json::from_str::<Dimensions>(
            r#"{"length":20,"width":20,"height":8.5,"unit":"cm"}"#,
        )
        .unwrap(),
        weight_grams: None,
        production_time: "5 days".into(),
        region: Some("Rajasthan".into()),
        region_key: Some("rajasthan".into()),
        cultural_origin: None,
        costs: None,
        image_ids: photos.to_vec(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}
