use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use backends::{
    Error,
    events::{Event, Events, Outcome, Subscription, Topic},
};
use tokio::task::JoinSet;

use super::{
    Fixture, LONG, NOW, PRODUCTS, USERS, deletions, event, events, nothing_is_due, pull, settle, subjects,
};

pub(crate) async fn an_event_arrives_as_it_was_published(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let published = [
        event(Topic::UserRegistered, "a", 1),
        event(Topic::UserDeleted, "b", 7),
    ];
    at.one.publish(&published).await.unwrap();
    let pulled = pull(&*at.one, &USERS, 2).await;
    assert_eq!(events(&pulled), published);
    assert!(pulled.iter().all(|delivery| delivery.attempt == 1));
}

pub(crate) async fn publishing_an_id_again_is_harmless(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let published = deletions(&["a", "b"]);
    at.one.publish(&published).await.unwrap();
    at.one
        .publish(&[published[0].clone(), published[0].clone()])
        .await
        .unwrap();
    (at.another)().publish(&published).await.unwrap();
    assert_eq!(pull(&*at.one, &USERS, 2).await.len(), 2);
    nothing_is_due(&*at.one, &USERS).await;
}

pub(crate) async fn publishing_an_id_again_after_it_was_done_is_harmless(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let published = deletions(&["a"]);
    at.one.publish(&published).await.unwrap();
    settle(&*at.one, &pull(&*at.one, &USERS, 1).await, Outcome::Done).await;
    at.one.publish(&published).await.unwrap();
    nothing_is_due(&*at.one, &USERS).await;
}

pub(crate) async fn a_new_subscription_starts_at_the_oldest_retained_event(at: &Fixture) {
    let published = deletions(&["a", "b", "c"]);
    at.one.publish(&published).await.unwrap();
    at.one.subscribe(&USERS).await.unwrap();
    assert_eq!(events(&pull(&*at.one, &USERS, 3).await), published);
}

pub(crate) async fn every_subscription_gets_its_topics(at: &Fixture) {
    const ALSO_USERS: Subscription = Subscription::to("test.also-users", &[Topic::UserDeleted]);
    for subscription in [USERS, ALSO_USERS, PRODUCTS] {
        at.one.subscribe(&subscription).await.unwrap();
    }
    let published = [
        event(Topic::UserRegistered, "a", 1),
        event(Topic::ProductCreated, "p", 1),
        event(Topic::UserDeleted, "b", 1),
        event(Topic::ProductUpdated, "q", 1),
    ];
    at.one.publish(&published).await.unwrap();
    for (subscription, expected) in [
        (USERS, vec!["a", "b"]),
        (ALSO_USERS, vec!["b"]),
        (PRODUCTS, vec!["p"]),
    ] {
        let pulled = pull(&*at.one, &subscription, expected.len()).await;
        assert_eq!(subjects(&pulled), expected);
        settle(&*at.one, &pulled, Outcome::Done).await;
        nothing_is_due(&*at.one, &subscription).await;
    }
}

pub(crate) async fn subscribing_again_changes_nothing(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&deletions(&["a", "b", "c"])).await.unwrap();
    settle(&*at.one, &pull(&*at.one, &USERS, 1).await, Outcome::Done).await;
    pull(&*at.one, &USERS, 1).await;
    (at.another)().subscribe(&USERS).await.unwrap();
    assert_eq!(subjects(&pull(&*at.one, &USERS, 1).await), ["c"]);
    nothing_is_due(&*at.one, &USERS).await;
}

pub(crate) async fn a_subscription_that_gains_a_topic_gets_what_is_retained_of_it(at: &Fixture) {
    const MORE: Subscription = Subscription {
        topics: &[Topic::UserDeleted, Topic::UserRegistered, Topic::UserUpdated],
        ..USERS
    };
    at.one.subscribe(&USERS).await.unwrap();
    at.one
        .publish(&[
            event(Topic::UserUpdated, "a", 1),
            event(Topic::UserDeleted, "b", 1),
        ])
        .await
        .unwrap();
    settle(&*at.one, &pull(&*at.one, &USERS, 1).await, Outcome::Done).await;
    at.one.subscribe(&MORE).await.unwrap();
    assert_eq!(subjects(&pull(&*at.one, &MORE, 1).await), ["a"]);
    nothing_is_due(&*at.one, &MORE).await;
    // A process of the older version runs on beside it.
    at.one.subscribe(&USERS).await.unwrap();
    at.one
        .publish(&[
            event(Topic::UserUpdated, "c", 1),
            event(Topic::UserDeleted, "d", 1),
        ])
        .await
        .unwrap();
    assert_eq!(subjects(&pull(&*at.one, &USERS, 1).await), ["d"]);
    assert_eq!(subjects(&pull(&*at.one, &MORE, 1).await), ["c"]);
}

pub(crate) async fn a_subscription_must_be_known(at: &Fixture) {
    assert!(matches!(at.one.pull(&USERS, 1, NOW).await, Err(Error::NotFound)));
    assert!(matches!(
        at.one.dead_letters(&USERS, 1).await,
        Err(Error::NotFound)
    ));
}

pub(crate) async fn pulling_takes_at_most_as_many_as_asked_for(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&deletions(&["a", "b", "c"])).await.unwrap();
    assert!(at.one.pull(&USERS, 0, NOW).await.unwrap().is_empty());
    assert_eq!(subjects(&at.one.pull(&USERS, 2, LONG).await.unwrap()), ["a", "b"]);
    assert_eq!(subjects(&at.one.pull(&USERS, 2, LONG).await.unwrap()), ["c"]);
}

pub(crate) async fn what_is_leased_is_not_delivered_again(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&deletions(&["a"])).await.unwrap();
    pull(&*at.one, &USERS, 1).await;
    nothing_is_due(&*at.one, &USERS).await;
    nothing_is_due(&*(at.another)(), &USERS).await;
}

pub(crate) async fn what_is_done_does_not_return(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&deletions(&["a", "b"])).await.unwrap();
    settle(&*at.one, &pull(&*at.one, &USERS, 2).await, Outcome::Done).await;
    (at.pass)(USERS.lease * 2).await;
    nothing_is_due(&*at.one, &USERS).await;
    assert!(at.one.dead_letters(&USERS, 10).await.unwrap().is_empty());
}

pub(crate) async fn a_subject_keeps_its_order(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let published: Vec<Event> = (1..=5)
        .map(|revision| event(Topic::UserDeleted, "a", revision))
        .collect();
    at.one.publish(&published[..3]).await.unwrap();
    at.one.publish(&published[3..]).await.unwrap();
    for expected in &published {
        let pulled = pull(&*at.one, &USERS, 1).await;
        assert_eq!(&pulled[0].event, expected);
        settle(&*at.one, &pulled, Outcome::Done).await;
    }
}

pub(crate) async fn a_puller_waits_for_an_event(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    for publisher in [at.one.clone(), (at.another)()] {
        let published = deletions(&["a"]);
        let publishing = async {
            tokio::task::yield_now().await;
            publisher.publish(&published).await.unwrap();
        };
        let (pulled, ()) = tokio::join!(pull(&*at.one, &USERS, 1), publishing);
        assert_eq!(events(&pulled), published);
        settle(&*at.one, &pulled, Outcome::Done).await;
    }
}

pub(crate) async fn a_puller_gives_up_waiting_in_time(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&deletions(&["a"])).await.unwrap();
    pull(&*at.one, &USERS, 1).await;
    let (begun, wait) = (Instant::now(), Duration::from_millis(100));
    assert!(at.one.pull(&USERS, 10, wait).await.unwrap().is_empty());
    assert!(begun.elapsed() >= wait);
}

/// Pulls and settles until nothing is left; says what came.
async fn consume(log: Arc<dyn Events>) -> Vec<Event> {
    let mut consumed = Vec::new();
    loop {
        let pulled = log.pull(&USERS, 7, Duration::from_millis(200)).await.unwrap();
        if pulled.is_empty() {
            return consumed;
        }
        settle(&*log, &pulled, Outcome::Done).await;
        consumed.extend(events(&pulled));
    }
}

pub(crate) async fn many_pullers_share_the_events(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let another = (at.another)();
    let mut publishing = JoinSet::new();
    for publisher in 0..8 {
        let log = if publisher % 2 == 0 {
            at.one.clone()
        } else {
            another.clone()
        };
        publishing.spawn(async move {
            for n in 0..20 {
                log.publish(&[event(Topic::UserDeleted, &format!("{publisher}-{n}"), 1)])
                    .await
                    .unwrap();
            }
        });
    }
    let mut consuming = JoinSet::new();
    for log in [&at.one, &another, &at.one] {
        consuming.spawn(consume(log.clone()));
    }
    publishing.join_all().await;
    let mut times: HashMap<_, usize> = HashMap::new();
    let consumed = consuming
        .join_all()
        .await
        .into_iter()
        .flatten()
        .chain(consume(at.one.clone()).await);
    for event in consumed {
        *times.entry(event.subject).or_default() += 1;
    }
    assert_eq!(times.len(), 160);
    assert!(
        times.values().all(|times| *times == 1),
        "nobody lost a lease: {times:?}"
    );
}

pub(crate) async fn nothing_is_published_by_nothing(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    at.one.publish(&[]).await.unwrap();
    nothing_is_due(&*at.one, &USERS).await;
    at.one.ping().await.unwrap();
}
