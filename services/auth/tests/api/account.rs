use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use crate::people::{Auth, PASSWORD, Person, eventually, fresh_phone, signup};

async fn close(auth: &Auth, person: &Person) {
    let answer = person.delete(auth, "/auth/account").await.expect(202);
    let erase_at: DateTime<Utc> = serde_json::from_value(answer["erase_at"].clone()).unwrap();
    let grace = erase_at - auth.0.clock().now();
    assert!(
        (Duration::days(29)..=Duration::days(30)).contains(&grace),
        "{grace}"
    );
}

#[tokio::test]
async fn a_closed_account_is_erased_after_its_grace() {
    let auth = Auth::start().await;
    let (sita, gita) = (auth.artisan().await, auth.artisan().await);
    let follow = |id: &str| format!("/auth/artisans/{id}/follow");
    sita.put(&auth, &follow(&gita.id), json!(null)).await.expect(204);
    gita.put(&auth, &follow(&sita.id), json!(null)).await.expect(204);
    close(&auth, &sita).await;
    sita.get(&auth, "/auth/profile")
        .await
        .expect_problem(401, "session_ended");
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.get(&format!("/auth/artisans/{}", sita.id))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], true);

    auth.pass(Duration::days(29));
    auth.idle().await;
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], true);
    auth.pass(Duration::days(1) + Duration::minutes(1));
    let erased = async || (auth.summary(&sita.id).await.status == 404).then_some(());
    eventually("the erasure", erased).await;

    let told = auth
        .events_about(&sita.id, |event| event.topic.name() == "user-deleted")
        .await;
    let last = told.last().unwrap();
    assert_eq!((last.topic.name(), last.revision), ("user-deleted", 3));
    assert_eq!(last.data, json!({ "user_id": sita.id }));
    auth.login(&sita.email, PASSWORD)
        .await
        .expect_problem(401, "invalid_credentials");
    let shown = auth.get(&format!("/auth/artisans/{}", gita.id)).await.expect(200);
    assert_eq!(shown["followers"], 0);
    let again = auth
        .post("/auth/signup", signup(&sita.email, "buyer"))
        .await
        .expect(201);
    assert_ne!(again["user"]["id"], sita.id.as_str());
}

#[tokio::test]
async fn nothing_personal_of_an_erased_account_is_left_in_the_documents() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let edit =
        json!({ "display_name": "Canary Devi", "craft": "canary weaving", "region": "Canary Islands" });
    sita.patch(&auth, "/auth/profile", edit).await.expect(200);
    close(&auth, &sita).await;
    auth.pass(Duration::days(31));
    let erased = async || (auth.summary(&sita.id).await.status == 404).then_some(());
    eventually("the erasure", erased).await;
    for collection in [
        "users",
        "claims",
        "sessions",
        "follows",
        "audit",
        "outbox",
        "jobs",
        "codes",
        "counters",
        "idempotency",
    ] {
        let query = backends::documents::Query::all(collection);
        for document in auth.0.kit.backends.documents.query(&query).await.unwrap() {
            let text = document.body.to_string();
            assert!(
                !text.contains("anary") && !text.contains(&sita.email),
                "{collection}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn signing_in_within_the_grace_keeps_the_account() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    close(&auth, &sita).await;
    auth.pass(Duration::days(20));
    let back = auth.signed_in(&sita.email).await;
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], false);
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");

    // A later wish has a grace of its own, whatever became of the first.
    close(&auth, &back).await;
    auth.pass(Duration::days(11));
    auth.idle().await;
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], true);
    let back = auth.signed_in(&sita.email).await;
    auth.pass(Duration::days(20));
    auth.idle().await;
    auth.refresh(&back.refresh).await.expect(200);
    assert_eq!(auth.summary(&sita.id).await.expect(200)["suspended"], false);
}

#[tokio::test]
async fn a_code_keeps_the_account_too() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let gita = Person::of(&auth.verify_otp(&phone, &code).await.expect(201));
    close(&auth, &gita).await;
    auth.pass(Duration::days(1));
    let code = auth.otp(&phone).await;
    assert_eq!(
        auth.verify_otp(&phone, &code).await.expect(200)["user"]["id"],
        gita.id.as_str()
    );
    assert_eq!(auth.summary(&gita.id).await.expect(200)["suspended"], false);
}

#[tokio::test]
async fn ones_data_comes_as_a_file() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let gita = auth.artisan().await;
    sita.put(&auth, &format!("/auth/artisans/{}/follow", gita.id), json!(null))
        .await
        .expect(204);
    let file = sita.get(&auth, "/auth/export").await;
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"craftchain-account-{}.json\"", sita.id)
    );
    assert_eq!(file.header("cache-control"), "no-store");
    let file = file.expect(200);
    assert_eq!(file["profile"]["email"], sita.email.as_str());
    assert_eq!(file["following"][0]["artisan_id"], gita.id.as_str());
    assert_eq!(file["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(file["audit"][0]["act"], "sign-in");
    assert!(
        !file.to_string().contains("argon2id"),
        "a hash is no data of hers"
    );
    let again = sita.get(&auth, "/auth/export").await.expect(200);
    assert_eq!(again["audit"][0]["act"], "data-exported");
}
