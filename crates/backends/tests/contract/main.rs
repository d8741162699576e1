//! What every implementation of a port must do.

use std::time::Duration;

use backends::{
    Clock, Ids, Provider,
    documents::{Batch, Collection, Direction, Filter, Index, Precondition, Query, Schema},
    events::{Event, Outcome, Subscription, Topic},
    limits::Quota,
    objects::stream_of,
};
use futures::TryStreamExt;
use serde_json::json;

const THINGS: &[Collection] = &[Collection {
    name: "things",
    indexes: &[
        Index::on(&["kind"]).by("n", Direction::Descending),
        Index::on(&[]).containing("tags").by("n", Direction::Descending),
        Index::on(&[]).by("n", Direction::Descending),
    ],
    followed: true,
}];

#[tokio::test]
async fn everything_opens_and_works_once() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::embedded(&folder.path().join("data"), Clock::system());
    let all = provider.open("things", Schema::of(THINGS)).unwrap();

    let mut batch = Batch::new();
    for n in 0..10 {
        let body =
            json!({"kind": if n % 2 == 0 { "even" } else { "odd" }, "n": n, "tags": ["a", format!("t{n}")]});
        batch.create("things", format!("x{n}"), &body).unwrap();
    }
    all.documents.commit(batch).await.unwrap();
    let query = Query::all("things")
        .equals("kind", "even")
        .contains("tags", "a")
        .filter(Filter::AtLeast("n".to_owned(), json!(4)))
        .ordered("n", Direction::Descending)
        .limit(2);
    let page = all.documents.query(&query).await.unwrap();
    let ids: Vec<_> = page.iter().map(|document| document.id.clone()).collect();
    assert_eq!(ids, ["x8", "x6"]);
    let rest = query.clone().after(Some(query.position_of(&page[1])));
    assert_eq!(all.documents.query(&rest).await.unwrap()[0].id, "x4");
    assert_eq!(all.documents.count(&rest).await.unwrap(), 3);
    let changes = all
        .documents
        .changes("things", None, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(changes.changes.len(), 10);
    assert!(changes.caught_up);
    let mut batch = Batch::new();
    batch.delete("things", "x3", Precondition::Present);
    all.documents.commit(batch).await.unwrap();
    let changes = all
        .documents
        .changes("things", Some(&changes.cursor), Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(changes.changes[0].id, "x3");
    assert!(changes.changes[0].document.is_none());

    let clock = Clock::system();
    let subscription = Subscription::to("test.users", &[Topic::UserDeleted]);
    let event = Event {
        id: Ids::new(clock.clone()).fresh(),
        topic: Topic::UserDeleted,
        source: "test".to_owned(),
        subject: "s".to_owned(),
        revision: 1,
        time: clock.now(),
        traceparent: None,
        data: json!({}),
    };
    all.events.publish(&[event.clone(), event.clone()]).await.unwrap();
    all.events.subscribe(&subscription).await.unwrap();
    let pulled = all
        .events
        .pull(&subscription, 10, Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(pulled.len(), 1);
    assert_eq!(pulled[0].event, event);
    all.events.settle(&pulled[0], Outcome::Done).await.unwrap();
    assert!(
        all.events
            .pull(&subscription, 10, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );

    let put = all
        .objects
        .put("sms/a.txt", "text/plain", stream_of("hello"))
        .await
        .unwrap();
    let (info, bytes) = all.objects.get("sms/a.txt", Some(1..3)).await.unwrap();
    assert_eq!(info, put);
    assert_eq!(bytes.try_collect::<Vec<_>>().await.unwrap().concat(), b"el");
    let whole = all
        .objects
        .compose("b", "text/plain", &["sms/a.txt", "sms/a.txt"])
        .await
        .unwrap();
    assert_eq!(whole.size, 10);
    assert_eq!(all.objects.list("", None, 10).await.unwrap(), [whole, put]);

    let quota = Quota::a_second(1, 2).unwrap();
    for expected in [true, true, false] {
        assert_eq!(all.limits.take("k", quota).await.unwrap().allowed, expected);
    }

    let signature = all.keys.sign("auth", b"hello").await.unwrap();
    let public = all.keys.public_key("auth").await.unwrap();
    let key = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, public);
    key.verify(b"hello", &signature).unwrap();
}
