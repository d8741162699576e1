//! The language of a text is that of its writer's profile.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, extract::Path, routing::get};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use service_kit::harness::Harness;
use shared_models::{auth::UserSummary, identity::Role, ids::UserId, money::Currency, text::Language};

use crate::shop::{Asked, Shop};

/// Answers as auth does for every user, who speaks Marathi; counts how often it was asked.
async fn auth() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let user = move |Path(id): Path<UserId>, headers: HeaderMap| async move {
        count.fetch_add(1, Ordering::SeqCst);
        if !headers.contains_key("x-service-token") {
            return Err(StatusCode::UNAUTHORIZED);
        }
        Ok(Json(speaks_marathi(id)))
    };
    let routes = Router::new().route("/internal/users/{id}", get(user));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (url, asked)
}

fn speaks_marathi(id: UserId) -> UserSummary {
    UserSummary {
        id,
        role: Role::Artisan,
        display_name: "Asha".to_owned(),
        language: Language::Mr,
        state: None,
        region: None,
        craft: None,
        skill_level: None,
        hourly_wage: None,
        currency: Currency::INR,
        wallet_address: None,
        suspended: false,
        revision: 1,
    }
}

#[tokio::test]
async fn plain_text_is_stored_under_the_language_of_the_profile() {
    let (url, asked) = auth().await;
    let setup = Harness::of(product::SERVICE).setting("CRAFTCHAIN_AUTH_URL", url);
    let shop = Shop(setup.start().await);
    let artisan = shop.artisan().await;

    let by_language = json!({ "title": { "en": "Bowl" }, "description": { "en": "A bowl" } });
    shop.lists(&artisan, by_language).await;
    assert_eq!(asked.load(Ordering::SeqCst), 0);

    let fields = json!({ "title": "वाटी", "description": { "en": "A bowl" } });
    let listed = shop.lists(&artisan, fields).await;
    assert_eq!(listed.body["title"], json!({ "mr": "वाटी" }));
    let edited = shop
        .patch(&artisan, &listed.path(), &json!({ "description": "Blue" }))
        .answer()
        .await;
    assert_eq!(edited.expect(200)["description"], json!({ "mr": "Blue" }));
    assert_eq!(
        asked.load(Ordering::SeqCst),
        1,
        "an answer is remembered for a while"
    );
}
