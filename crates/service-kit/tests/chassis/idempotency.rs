use std::time::Duration;

use backends::documents::Query;
use futures::future::join_all;
use http::StatusCode;
use serde_json::json;
use service_kit::{
    Answer,
    harness::{Harness, Person},
    idempotency::{Claimed, CommitError},
};

use shared_models::ids::UserId;

use crate::{
    bowls::{BOWLS, SERVICE},
    reply::{Ask, Reply},
};

async fn lists(kiln: &Harness, who: &Person, key: &str, grams: u32) -> Reply {
    let bowl = json!({ "title": "a", "grams": grams });
    let post = kiln
        .post("/bowls")
        .bearer_auth(&who.token)
        .header("idempotency-key", key.to_owned());
    post.json(&bowl).ask().await
}

async fn bowls(kiln: &Harness) -> u64 {
    kiln.kit
        .backends
        .documents
        .count(&Query::all(BOWLS))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_has_no_effect() {
    let kiln = Harness::start(SERVICE).await;
    let (maya, ravi) = (kiln.artisan().await, kiln.artisan().await);
    let first = lists(&kiln, &maya, "k1", 1).await.expect(201);
    let again = lists(&kiln, &maya, "k1", 1).await.expect(201);
    assert_eq!(
        (again.header("location"), again.header("etag")),
        (first.header("location"), first.header("etag"))
    );
    assert_eq!(again.json(), first.json());
    let problem = lists(&kiln, &maya, "k1", 2)
        .await
        .expect_problem(422, "idempotency_key_reused");
    assert_eq!(problem.errors[0].pointer, "Idempotency-Key");
    assert_eq!(bowls(&kiln).await, 1);
    lists(&kiln, &ravi, "k1", 1).await.expect(201); // keys are each caller's own
    lists(&kiln, &maya, "k2", 1).await.expect(201);
    assert_eq!(bowls(&kiln).await, 3);
}

#[tokio::test]
async fn repeats_at_the_same_time_have_one_effect_and_one_answer() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    for round in 0..5 {
        let key = format!("round-{round}");
        let answers = join_all((0..12).map(|_| lists(&kiln, &maya, &key, 1))).await;
        let places: std::collections::HashSet<_> = answers
            .into_iter()
            .map(|answer| answer.expect(201).header("location").to_owned())
            .collect();
        assert_eq!(places.len(), 1);
        assert_eq!(bowls(&kiln).await, round + 1);
    }
}

/// The second finds the first one's listing in its way, not its record.
#[tokio::test]
async fn repeats_that_meet_the_first_ones_effect_get_its_answer_too() {
    let kiln = Harness::start(SERVICE).await;
    let second = Harness::of(SERVICE).apart_from(&kiln).start().await;
    let maya = kiln.artisan().await;
    for round in 0..5 {
        let id: UserId = kiln.kit.ids.fresh();
        let bowl = json!({ "title": "a", "grams": 1, "id": id });
        let post = |at: &Harness| {
            let post = at
                .post("/bowls")
                .bearer_auth(&maya.token)
                .header("idempotency-key", id.to_string());
            post.json(&bowl).ask()
        };
        let answers =
            join_all((0..8).map(|number| post(if number % 2 == 0 { &kiln } else { &second }))).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
        assert_eq!(bowls(&kiln).await, round + 1);
        let another = kiln
            .post("/bowls")
            .bearer_auth(&maya.token)
            .json(&bowl)
            .ask()
            .await;
        another.expect_problem(409, "conflict");
    }
}

#[tokio::test]
async fn keys_that_make_no_sense_are_refused() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    for key in [
        &b""[..],
        b" ",
        "k".repeat(256).as_bytes(),
        b"\xff",
        "क".as_bytes(),
    ] {
        let post = kiln
            .post("/bowls")
            .bearer_auth(&maya.token)
            .header("idempotency-key", key);
        post.json(&json!({ "title": "a", "grams": 1 }))
            .ask()
            .await
            .expect_problem(400, "malformed");
    }
    let sale = kiln.post("/bowls/a/sell").bearer_auth(&maya.token).ask().await;
    sale.expect_problem(400, "idempotency_key_required");
    assert_eq!(bowls(&kiln).await, 0);
}

#[tokio::test]
async fn records_are_forgotten_after_a_week() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    lists(&kiln, &maya, "k", 1).await.expect(201);
    let records = async || {
        kiln.kit
            .backends
            .documents
            .count(&Query::all("idempotency"))
            .await
            .unwrap()
    };
    assert_eq!(records().await, 1);
    kiln.clock().advance(chrono::Duration::days(8)); // housekeeping wakes up
    crate::reply::eventually("the record goes", async || {
        // A sweep that the leap took the lease from tries again in some minutes.
        kiln.clock().advance(chrono::Duration::minutes(1));
        (records().await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_effect_outside_is_claimed_first() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.buyer().await;
    let sell = |id: &str, key: &str| {
        let sale = kiln.post(&format!("/bowls/{id}/sell")).bearer_auth(&maya.token);
        sale.header("idempotency-key", key.to_owned())
    };
    let first = sell("a", "k").ask().await.expect(200);
    assert_eq!(first.json(), json!({ "sold": "a", "repeat": false }));
    assert_eq!(sell("a", "k").ask().await.expect(200).body, first.body);

    // The first caller leaves in the middle; its claim goes on until it runs out.
    let left = sell("dies", "k").timeout(Duration::from_millis(300)).send().await;
    assert!(left.unwrap_err().is_timeout());
    let busy = sell("dies", "k").ask().await;
    busy.expect_problem(409, "in_progress");
    let wait: i64 = busy.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    kiln.clock().advance(chrono::Duration::seconds(wait + 1));
    let taken_over = sell("dies", "k").ask().await.expect(200);
    assert_eq!(taken_over.json(), json!({ "sold": "dies", "repeat": true }));
    assert_eq!(sell("dies", "k").ask().await.expect(200).body, taken_over.body);
}

#[tokio::test]
async fn claims_are_one_at_a_time_and_can_be_given_up() {
    let kiln = Harness::start(SERVICE).await;
    let records = &kiln.kit.idempotency;
    let intent = intent_of(&kiln, "pay", &json!({ "amount": 7 })).await;
    let minute = Duration::from_mins(1);
    let claims = join_all((0..8).map(|_| records.claim(&intent, minute))).await;
    let (mine, busy): (Vec<_>, Vec<_>) = claims.into_iter().partition(Result::is_ok);
    assert_eq!((mine.len(), busy.len()), (1, 7));
    for refused in busy {
        assert_eq!(refused.unwrap_err().status(), StatusCode::CONFLICT);
    }
    let Some(Ok(Claimed::Mine(claim))) = mine.into_iter().next() else {
        panic!("somebody has it");
    };
    records.give_up(claim).await.unwrap();
    let Claimed::Mine(claim) = records.claim(&intent, minute).await.unwrap() else {
        panic!("it was given up");
    };
    // Too slow: the claim runs out, and another takes it.
    kiln.clock().advance(chrono::Duration::minutes(2));
    let Claimed::Mine(other) = records.claim(&intent, minute).await.unwrap() else {
        panic!("it ran out");
    };
    assert!(other.is_repeat());
    let answer = |text: &str| Answer::json(StatusCode::OK, &json!({ "by": text })).unwrap();
    let late = records
        .finish(&claim, backends::documents::Batch::new(), answer("late"))
        .await;
    assert!(matches!(late, Err(CommitError::Store(error)) if error.is_conflict()));
    records
        .finish(&other, backends::documents::Batch::new(), answer("other"))
        .await
        .unwrap();
    let late = records
        .finish(&claim, backends::documents::Batch::new(), answer("late"))
        .await
        .unwrap();
    assert_eq!(late.body, json!({ "by": "other" }));
}

#[tokio::test]
async fn an_answer_with_a_token_is_never_stored() {
    let kiln = Harness::start(SERVICE).await;
    let intent = intent_of(&kiln, "login", &json!({})).await;
    let tokens = Answer::json(StatusCode::OK, &json!({ "access_token": "canary", "user": {} })).unwrap();
    let mut batch = backends::documents::Batch::new();
    batch.put(BOWLS, "effect", &json!({ "title": "a" })).unwrap();
    let refused = kiln
        .kit
        .idempotency
        .commit(&intent, batch.clone(), tokens.clone())
        .await;
    assert!(matches!(
        refused,
        Err(CommitError::Store(backends::Error::Invalid(_)))
    ));
    assert_eq!(bowls(&kiln).await, 0, "nothing was half done");
    let unkeyed = service_kit::idempotency::Intent::unkeyed();
    kiln.kit
        .idempotency
        .commit(&unkeyed, batch, tokens)
        .await
        .unwrap();
}

/// As a handler gets it.
async fn intent_of(kiln: &Harness, path: &str, body: &serde_json::Value) -> service_kit::idempotency::Intent {
    use axum::extract::FromRequestParts;
    let request = http::Request::post(format!("/{path}"))
        .header("idempotency-key", "k")
        .body(())
        .unwrap();
    let (mut parts, ()) = request.into_parts();
    let key = service_kit::extract::IdempotencyKey::from_request_parts(&mut parts, &kiln.kit).await;
    key.unwrap().intent("maya", body).unwrap()
}
