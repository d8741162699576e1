use backends::documents::{Batch, Precondition, Query};
use futures::future::join_all;
use serde_json::json;
use service_kit::{audit::Broken, harness::Harness};

use crate::bowls::SERVICE;

const ENTRIES: &str = "audit";

/// Appends an entry, again when somebody else extended the chain first.
async fn append(kiln: &Harness, subject: &str, act: &str) {
    loop {
        let mut batch = Batch::new();
        kiln.kit
            .audit
            .append(&mut batch, "maya", act, subject, json!({ "why": "a test" }))
            .await
            .unwrap();
        match kiln.kit.backends.documents.commit(batch).await {
            Ok(()) => return,
            Err(backends::Error::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

async fn verify(kiln: &Harness) -> Result<u64, Broken> {
    kiln.kit.audit.verify().await.unwrap()
}

/// The ids of the entries about a subject, the first first.
async fn ids(kiln: &Harness, subject: &str) -> Vec<String> {
    let entries = kiln.kit.audit.read(Some(subject), None, 100).await.unwrap();
    entries
        .into_iter()
        .rev()
        .map(|(position, _)| position.id)
        .collect()
}

async fn tamper(kiln: &Harness, change: impl FnOnce(&mut Batch)) -> Broken {
    let mut batch = Batch::new();
    change(&mut batch);
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    verify(kiln).await.unwrap_err()
}

async fn five_acts() -> (Harness, Vec<String>) {
    let kiln = Harness::start(SERVICE).await;
    for act in ["a", "b", "c", "d", "e"] {
        append(&kiln, "user-1", act).await;
    }
    assert_eq!(verify(&kiln).await, Ok(5));
    let ids = ids(&kiln, "user-1").await;
    (kiln, ids)
}

#[tokio::test]
async fn a_changed_entry_shows() {
    let (kiln, ids) = five_acts().await;
    for (field, value) in [
        ("act", json!("x")),
        ("actor", json!("ravi")),
        ("detail", json!({})),
        ("sequence", json!(9)),
    ] {
        let stored = kiln
            .kit
            .backends
            .documents
            .get(ENTRIES, &ids[2])
            .await
            .unwrap()
            .unwrap();
        let mut changed = stored.body.clone();
        changed[field] = value;
        let broken = tamper(&kiln, |batch| {
            batch.put(ENTRIES, &ids[2], &changed).unwrap();
        })
        .await;
        assert_eq!(broken.sequence, 3, "{field}: {broken}");
        let mut mend = Batch::new();
        mend.put(ENTRIES, &ids[2], &stored.body).unwrap();
        kiln.kit.backends.documents.commit(mend).await.unwrap();
    }
    assert_eq!(verify(&kiln).await, Ok(5));
}

#[tokio::test]
async fn a_missing_entry_shows_wherever_it_was() {
    for (at, why) in [
        (0, "an entry is missing"),
        (2, "an entry is missing"),
        (4, "the end of the chain is missing"),
    ] {
        let (kiln, ids) = five_acts().await;
        let broken = tamper(&kiln, |batch| {
            batch.delete(ENTRIES, &ids[at], Precondition::None);
        })
        .await;
        assert_eq!((broken.sequence, broken.why), (at as u64 + 1, why));
    }
    let (kiln, ids) = five_acts().await;
    let all = tamper(&kiln, |batch| {
        for id in &ids {
            batch.delete(ENTRIES, id, Precondition::None);
        }
    });
    assert_eq!(all.await.why, "the end of the chain is missing");
}

#[tokio::test]
async fn an_added_entry_shows() {
    let (kiln, ids) = five_acts().await;
    let last = kiln
        .kit
        .backends
        .documents
        .get(ENTRIES, &ids[4])
        .await
        .unwrap()
        .unwrap();
    let mut forged = last.body.clone();
    forged["sequence"] = json!(6);
    forged["previous"] = last.body["hash"].clone();
    let id = ids[4].replace("-5", "-6");
    let broken = tamper(&kiln, |batch| {
        batch.put(ENTRIES, id, &forged).unwrap();
    })
    .await;
    assert_eq!(broken.sequence, 6);
}

#[tokio::test]
async fn many_writers_make_one_chain() {
    let kiln = Harness::start(SERVICE).await;
    let second = Harness::of(SERVICE).apart_from(&kiln).start().await;
    let acts = (0..30).map(|number| {
        let kiln = if number % 2 == 0 { &kiln } else { &second };
        async move { append(kiln, &format!("user-{}", number % 3), "signed in").await }
    });
    join_all(acts).await;
    assert_eq!(verify(&second).await, Ok(30));
    assert_eq!(
        kiln.kit
            .backends
            .documents
            .count(&Query::all(ENTRIES))
            .await
            .unwrap(),
        30
    );
}

#[tokio::test]
async fn the_log_is_read_page_by_page_the_latest_first() {
    use axum::extract::FromRequestParts;
    let (kiln, _) = five_acts().await;
    append(&kiln, "user-2", "f").await;
    let request = http::Request::get("/?limit=4").body(()).unwrap();
    let page = service_kit::extract::Page::from_request_parts(&mut request.into_parts().0, &())
        .await
        .unwrap();
    let (_, recent) = kiln.kit.audit.recent(None, &page).await.unwrap();
    let acts: Vec<&str> = recent.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(acts, ["f", "e", "d", "c"]);
    let (_, about) = kiln.kit.audit.recent(Some("user-2"), &page).await.unwrap();
    assert_eq!(about.len(), 1);
}
