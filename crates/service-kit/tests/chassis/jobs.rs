use backends::documents::Batch;
use serde_json::{Value, json};
use service_kit::{
    harness::Harness,
    jobs::{JobRecord, State},
};
use shared_models::ids::JobId;

use crate::{
    bowls::{DONE, SERVICE},
    reply::{Ask, eventually},
};

async fn enqueue(kiln: &Harness, kind: &str, key: &str, payload: &Value) -> JobId {
    let mut batch = Batch::new();
    let id = kiln.kit.jobs.enqueue(&mut batch, kind, key, payload).unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    id
}

async fn ended(kiln: &Harness, id: JobId) -> JobRecord {
    eventually("a job ends", async || {
        let (record, _) = kiln.kit.jobs.find(id).await.unwrap().unwrap();
        (record.state != State::Waiting).then_some(record)
    })
    .await
}

/// How often the effect happened.
async fn done(kiln: &Harness, key: &str) -> u64 {
    let document = kiln.kit.backends.documents.get(DONE, key).await.unwrap();
    document.map_or(0, |document| document.body["count"].as_u64().unwrap())
}

#[tokio::test]
async fn a_job_that_is_due_starts_now_and_has_its_effect_once() {
    let kiln = Harness::start(SERVICE).await;
    let id = enqueue(&kiln, "fire", "a", &json!({})).await;
    let record = ended(&kiln, id).await;
    assert_eq!(
        (record.state, record.attempts, done(&kiln, "a").await),
        (State::Done, 1, 1)
    );
    let metrics = kiln.get("/metrics").ask().await.body;
    assert!(
        metrics.contains(r#"job_attempts_total{kind="fire",outcome="done"} 1"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_timer_waits_for_its_time() {
    let kiln = Harness::start(SERVICE).await;
    let mut batch = Batch::new();
    let tomorrow = kiln.clock().now() + chrono::Duration::days(1);
    let id = kiln
        .kit
        .jobs
        .enqueue_at(&mut batch, "fire", "later", tomorrow, &json!({}))
        .unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    // Another one, committed later, is done before.
    let now = enqueue(&kiln, "fire", "now", &json!({})).await;
    assert_eq!(ended(&kiln, now).await.state, State::Done);
    assert_eq!(done(&kiln, "later").await, 0);
    kiln.clock().advance(chrono::Duration::days(1));
    assert_eq!(ended(&kiln, id).await.state, State::Done);
}

#[tokio::test]
async fn failures_are_tried_again_and_panics_are_failures() {
    let kiln = Harness::start(SERVICE).await;
    for (payload, attempts) in [(json!({ "fail": 2 }), 3), (json!({ "panic": true }), 2)] {
        let key = payload.to_string();
        let id = enqueue(&kiln, "fire", &key, &payload).await;
        let record = ended(&kiln, id).await;
        assert_eq!(
            (record.state, record.attempts, done(&kiln, &key).await),
            (State::Done, attempts, 1)
        );
    }
}

#[tokio::test]
async fn what_never_succeeds_dies_is_listed_and_can_be_revived() {
    let kiln = Harness::start(SERVICE).await;
    let broken = enqueue(&kiln, "fire", "broken", &json!({ "dead": true })).await;
    let cold = enqueue(&kiln, "fire", "cold", &json!({ "fail": 4 })).await;
    let record = ended(&kiln, broken).await;
    assert_eq!((record.state, record.attempts), (State::Dead, 1));
    assert_eq!(record.failure.as_deref(), Some("never: it is broken"));
    let record = ended(&kiln, cold).await;
    assert_eq!((record.state, record.attempts), (State::Dead, 4));
    assert_eq!((done(&kiln, "broken").await, done(&kiln, "cold").await), (0, 0));

    let (_, dead) = kiln.kit.jobs.dead(&whole_page().await).await.unwrap();
    assert_eq!(dead.len(), 2);
    let (mut record, version) = kiln.kit.jobs.find(cold).await.unwrap().unwrap();
    record.payload = json!({});
    let mut batch = Batch::new();
    kiln.kit.jobs.revive(&mut batch, cold, &version, &record).unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    assert_eq!(ended(&kiln, cold).await.state, State::Done);
    assert_eq!(done(&kiln, "cold").await, 1);
}

async fn whole_page() -> service_kit::extract::Page {
    use axum::extract::FromRequestParts;
    let (mut parts, ()) = http::Request::get("/?limit=100").body(()).unwrap().into_parts();
    service_kit::extract::Page::from_request_parts(&mut parts, &())
        .await
        .unwrap()
}

/// The claim holds: that another write was in the way of the effect is no reason to wait for its end.
#[tokio::test]
async fn effects_that_get_in_each_others_way_all_happen() {
    let kiln = Harness::start(SERVICE).await;
    let mut ids = Vec::new();
    for number in 0..24 {
        let payload = json!({ "counts": "shared" });
        ids.push(enqueue(&kiln, "fire", &number.to_string(), &payload).await);
    }
    for id in ids {
        assert_eq!(ended(&kiln, id).await.state, State::Done);
    }
    assert_eq!(done(&kiln, "shared").await, 24);
    let metrics = kiln.get("/metrics").ask().await.body;
    assert!(!metrics.contains(r#"outcome="lost""#), "{metrics}");
}

#[tokio::test]
async fn a_claim_is_renewed_while_its_handler_works() {
    let kiln = Harness::start(SERVICE).await;
    let second = Harness::of(SERVICE).beside(&kiln).start().await;
    let id = enqueue(&kiln, "fire", "long", &json!({ "takes": 4_000 })).await; // two leases
    let record = ended(&second, id).await;
    assert_eq!(
        (record.state, record.attempts, done(&kiln, "long").await),
        (State::Done, 1, 1)
    );
}

#[tokio::test]
async fn a_slow_kind_holds_up_no_other() {
    let kiln = Harness::start(SERVICE).await;
    for _ in 0..3 {
        enqueue(&kiln, "stuck", "stuck", &json!({})).await;
    }
    let id = enqueue(&kiln, "fire", "a", &json!({})).await;
    assert_eq!(ended(&kiln, id).await.state, State::Done);
}

#[tokio::test]
async fn several_instances_share_the_jobs() {
    let kiln = Harness::start(SERVICE).await;
    let second = Harness::of(SERVICE).apart_from(&kiln).start().await;
    let mut ids = Vec::new();
    for number in 0..40 {
        let kiln = if number % 2 == 0 { &kiln } else { &second };
        ids.push(enqueue(kiln, "fire", &format!("job {number}"), &json!({})).await);
    }
    for (number, id) in ids.into_iter().enumerate() {
        assert_eq!(ended(&kiln, id).await.state, State::Done);
        assert_eq!(done(&kiln, &format!("job {number}")).await, 1);
    }
}

#[tokio::test]
async fn a_job_that_cannot_be_read_is_set_aside() {
    let kiln = Harness::start(SERVICE).await;
    let mut batch = Batch::new();
    let due_at = backends::documents::time::value(kiln.clock().now());
    let nonsense = json!({ "kind": "fire", "state": "waiting", "due_at": due_at, "attempts": "many" });
    batch.create("jobs", "nonsense", &nonsense).unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    let id = enqueue(&kiln, "fire", "a", &json!({})).await;
    assert_eq!(ended(&kiln, id).await.state, State::Done);
    let stored = async || {
        kiln.kit
            .backends
            .documents
            .get("jobs", "nonsense")
            .await
            .unwrap()
            .unwrap()
            .body
    };
    eventually("it is dead", async || {
        (stored().await["state"] == "dead").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_job_has_no_effect() {
    let kiln = Harness::start(SERVICE).await;
    let id = enqueue(&kiln, "fire", "a", &json!({ "takes": 300 })).await;
    let claimed = eventually("it is claimed", async || {
        let (record, version) = kiln.kit.jobs.find(id).await.unwrap().unwrap();
        record.holder.is_some().then_some(version)
    });
    let mut batch = Batch::new();
    kiln.kit.jobs.cancel(&mut batch, id, claimed.await);
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    let lost = async || {
        kiln.get("/metrics")
            .ask()
            .await
            .body
            .contains(r#"outcome="lost"} 1"#)
            .then_some(())
    };
    eventually("its holder has lost it", lost).await;
    assert_eq!(done(&kiln, "a").await, 0);
}
