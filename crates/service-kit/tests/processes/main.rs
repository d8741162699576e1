//! Jobs, leases and the outbox among several processes on one folder: killed, paused, and side by side.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod kiln;
mod worker;

use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Outcome, Subscription, Topic},
};
use kiln::Kiln;
use serde_json::json;
use service_kit::jobs::State;
use shared_models::{events::UserDeleted, ids::UserId};
use worker::Worker;

#[tokio::test]
async fn a_job_whose_holder_is_killed_is_taken_over() {
    let kiln = Kiln::new().await;
    let mut first = Worker::start(&kiln).await;
    let job = kiln.enqueue("bowl", &json!({ "gate": true })).await;
    first.says("begun bowl").await;
    let mut second = Worker::start(&kiln).await;
    first.kill();
    second.says("begun bowl").await;
    kiln.open_gate("bowl");
    let record = kiln.ended(job).await;
    assert_eq!((record.state, record.attempts), (State::Done, 2));
    assert_eq!(kiln.effects("bowl").await, [second.name()]);
}

#[tokio::test]
async fn a_holder_that_was_paused_past_its_claim_has_no_effect() {
    let kiln = Kiln::new().await;
    let mut first = Worker::start(&kiln).await;
    let job = kiln.enqueue("bowl", &json!({ "gate": true })).await;
    first.says("begun bowl").await;
    pause(&first, &kiln).await;
    let mut second = Worker::start(&kiln).await;
    second.says("begun bowl").await;
    kiln.open_gate("bowl");
    let record = kiln.ended(job).await;
    assert_eq!((record.state, record.attempts), (State::Done, 2));
    first.signal("CONT");
    first
        .counts(r#"job_attempts_total{kind="fire",outcome="lost"} 1"#)
        .await;
    assert_eq!(kiln.effects("bowl").await, [second.name()]);
}

/// Stops a process while it is not writing: in the middle of a commit it would hold the file's lock, and everybody
/// would wait for it.
async fn pause(worker: &Worker, kiln: &Kiln) {
    loop {
        worker.signal("STOP");
        let mut batch = Batch::new();
        batch.put(kiln::EFFECTS, "a try", &json!({})).unwrap();
        let trying = kiln.kit.backends.documents.commit(batch);
        if let Ok(committed) = tokio::time::timeout(Duration::from_millis(500), trying).await {
            return committed.unwrap();
        }
        worker.signal("CONT");
    }
}

/// Its effect is ready before it can know that it was taken over: only the commit itself can refuse it.
#[tokio::test]
async fn a_holder_that_renewed_nothing_is_fenced_off_at_its_commit() {
    let kiln = Kiln::new().await;
    let mut first = Worker::start(&kiln).await;
    let job = kiln.enqueue("bowl", &json!({ "blocks": true })).await;
    first.says("begun bowl").await; // and lets nothing renew its claim
    let mut second = Worker::start(&kiln).await;
    second.says("begun bowl").await;
    assert_eq!(kiln.ended(job).await.state, State::Done);
    kiln.open_gate("bowl");
    first
        .counts(r#"job_attempts_total{kind="fire",outcome="lost"} 1"#)
        .await;
    assert_eq!(kiln.effects("bowl").await, [second.name()]);
}

#[tokio::test]
async fn each_of_many_jobs_has_its_effect_once_whoever_is_killed() {
    let kiln = Kiln::new().await;
    let mut steady = Worker::start(&kiln).await;
    let mut jobs = Vec::new();
    for round in 0..4 {
        let mut mortal = Worker::start(&kiln).await;
        for number in 0..15 {
            let key = format!("{round}-{number}");
            jobs.push((kiln.enqueue(&key, &json!({ "takes": 20 })).await, key));
        }
        mortal.says("begun").await;
        mortal.kill();
    }
    steady.says("begun").await;
    for (job, key) in jobs {
        assert_eq!(kiln.ended(job).await.state, State::Done, "{key}");
        assert_eq!(kiln.effects(&key).await.len(), 1, "{key}");
    }
}

#[tokio::test]
async fn events_are_told_whichever_relay_is_killed() {
    let kiln = Kiln::new().await;
    let mut told = Vec::new();
    let mut committed: Vec<String> = Vec::new();
    for _ in 0..3 {
        let mut relay = Worker::start(&kiln).await;
        for _ in 0..20 {
            let user_id: UserId = kiln.kit.ids.fresh();
            let mut batch = Batch::new();
            kiln.kit
                .outbox
                .emit(&mut batch, user_id, 1, &UserDeleted { user_id })
                .unwrap();
            kiln.kit.backends.documents.commit(batch).await.unwrap();
            committed.push(user_id.to_string());
        }
        relay.kill();
    }
    let _relay = Worker::start(&kiln).await;
    let everything = Subscription::to("tests.everything", Topic::ALL);
    let log = &kiln.kit.backends.events;
    log.subscribe(&everything).await.unwrap();
    while told.len() < committed.len() {
        let deliveries = log.pull(&everything, 100, Duration::from_secs(30)).await.unwrap();
        assert!(
            !deliveries.is_empty(),
            "{} of {} came",
            told.len(),
            committed.len()
        );
        for delivery in deliveries {
            log.settle(&delivery, Outcome::Done).await.unwrap();
            told.push(delivery.event.subject);
        }
    }
    told.sort();
    committed.sort();
    assert_eq!(told, committed, "each once");
}

#[tokio::test]
async fn a_lease_has_one_holder_and_its_fence_grows() {
    let kiln = Kiln::new().await;
    let leases = &kiln.kit.leases;
    let time = Duration::from_millis(300);
    let mut first = leases.acquire("nonce", time).await.unwrap().unwrap();
    assert!(leases.acquire("nonce", time).await.unwrap().is_none());
    let until = first.until();
    let worked = leases
        .during(&mut first, time, tokio::time::sleep(Duration::from_millis(700)))
        .await;
    assert!(worked.is_some() && first.until() > until, "it was renewed");
    assert!(leases.acquire("nonce", time).await.unwrap().is_none());
    kiln.kit.clock.reached(first.until()).await;
    let second = leases.acquire("nonce", time).await.unwrap().unwrap();
    assert!(second.fence() > first.fence());
    let mut late = Batch::new();
    first.guard(&mut late);
    late.put(kiln::EFFECTS, "late", &json!({})).unwrap();
    assert!(
        kiln.kit
            .backends
            .documents
            .commit(late)
            .await
            .unwrap_err()
            .is_conflict()
    );
    assert!(leases.renew(&first, time).await.unwrap().is_none());
    leases.release(&second).await.unwrap();
    assert!(
        leases.acquire("nonce", time).await.unwrap().is_some(),
        "it was given back"
    );
}
