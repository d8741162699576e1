//! The events port's contract.

pub(crate) mod deliveries;
pub(crate) mod failures;

use std::time::Duration;

use backends::{
    Clock, Ids,
    events::{Delivery, Event, Events, Outcome, Subscription, Topic},
};
use serde_json::json;

pub(crate) type Fixture = crate::Fixture<dyn Events>;

/// Longer than any wait of a healthy backend.
const LONG: Duration = Duration::from_secs(30);
const NOW: Duration = Duration::ZERO;

pub(crate) const USERS: Subscription =
    Subscription::to("test.users", &[Topic::UserRegistered, Topic::UserDeleted]);
const PRODUCTS: Subscription = Subscription::to("test.products", &[Topic::ProductCreated]);

/// An event about a subject.
fn event(topic: Topic, subject: &str, revision: u64) -> Event {
    let clock = Clock::system();
    Event {
        id: Ids::new(clock.clone()).fresh(),
        topic,
        source: "test".to_owned(),
        subject: subject.to_owned(),
        revision,
        time: clock.now(),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        data: json!({ "user_id": subject, "text": "मधुबनी" }),
    }
}

/// A deletion each of `subjects`.
pub(crate) fn deletions(subjects: &[&str]) -> Vec<Event> {
    subjects
        .iter()
        .map(|subject| event(Topic::UserDeleted, subject, 1))
        .collect()
}

pub(crate) fn events(deliveries: &[Delivery]) -> Vec<Event> {
    deliveries.iter().map(|delivery| delivery.event.clone()).collect()
}

fn subjects(deliveries: &[Delivery]) -> Vec<String> {
    deliveries
        .iter()
        .map(|delivery| delivery.event.subject.clone())
        .collect()
}

/// Pulls until as many as expected came.
pub(crate) async fn pull(log: &dyn Events, subscription: &Subscription, expected: usize) -> Vec<Delivery> {
    let mut pulled = Vec::new();
    while pulled.len() < expected {
        let more = log
            .pull(subscription, expected - pulled.len(), LONG)
            .await
            .unwrap();
        assert!(!more.is_empty(), "{} of {expected} came", pulled.len());
        pulled.extend(more);
    }
    pulled
}

async fn nothing_is_due(log: &dyn Events, subscription: &Subscription) {
    let pulled = log.pull(subscription, 10, NOW).await.unwrap();
    assert!(pulled.is_empty(), "{pulled:?}");
}

async fn settle(log: &dyn Events, deliveries: &[Delivery], outcome: Outcome) {
    for delivery in deliveries {
        log.settle(delivery, outcome).await.unwrap();
    }
}

/// The whole suite for one implementation, given what opens a fixture.
#[macro_export]
macro_rules! events_suite {
    ($open:path) => {
        $crate::suite!($open, events::deliveries:
            an_event_arrives_as_it_was_published,
            publishing_an_id_again_is_harmless,
            publishing_an_id_again_after_it_was_done_is_harmless,
            a_new_subscription_starts_at_the_oldest_retained_event,
            every_subscription_gets_its_topics,
            subscribing_again_changes_nothing,
            a_subscription_that_gains_a_topic_gets_what_is_retained_of_it,
            a_subscription_must_be_known,
            pulling_takes_at_most_as_many_as_asked_for,
            what_is_leased_is_not_delivered_again,
            what_is_done_does_not_return,
            a_subject_keeps_its_order,
            a_puller_waits_for_an_event,
            a_puller_gives_up_waiting_in_time,
            many_pullers_share_the_events,
            nothing_is_published_by_nothing,
        );
        $crate::suite!($open, events::failures:
            a_lost_lease_returns_with_the_next_attempt,
            an_extended_lease_is_not_lost,
            what_is_retried_returns_after_a_backoff,
            backoffs_grow,
            after_the_last_attempt_an_event_is_a_dead_letter,
            a_lease_lost_for_the_last_time_makes_a_dead_letter,
            what_is_dead_goes_straight_to_the_dead_letters,
            a_dead_letter_does_not_block_its_subject,
            a_backoff_holds_back_its_subject_alone,
            a_settlement_that_comes_too_late_is_harmless,
            dead_letters_come_oldest_first_and_at_most_as_many_as_asked_for,
            a_foreign_receipt_is_invalid,
        );
    };
}
