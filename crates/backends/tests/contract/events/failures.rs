use std::time::Duration;

use backends::{
    Error,
    events::{Delivery, Event, Events, Outcome, Subscription, Topic},
};

use super::{Fixture, LONG, USERS, deletions, event, events, nothing_is_due, pull, settle, subjects};

/// Longer than any backoff.
const LONGEST_BACKOFF: Duration = Duration::from_mins(10);

const IMPATIENT: Subscription = Subscription {
    name: "test.impatient",
    max_attempts: 3,
    ..USERS
};

async fn one_event(at: &Fixture, subscription: &Subscription) -> Delivery {
    at.one.subscribe(subscription).await.unwrap();
    at.one.publish(&deletions(&["a"])).await.unwrap();
    pull(&*at.one, subscription, 1).await.remove(0)
}

async fn dead(log: &dyn Events, subscription: &Subscription) -> Vec<Event> {
    log.dead_letters(subscription, 10).await.unwrap()
}

pub(crate) async fn a_lost_lease_returns_with_the_next_attempt(at: &Fixture) {
    let first = one_event(at, &USERS).await;
    nothing_is_due(&*at.one, &USERS).await;
    (at.pass)(USERS.lease).await;
    let again = pull(&*(at.another)(), &USERS, 1).await.remove(0);
    assert_eq!(again.event, first.event);
    assert_eq!(again.attempt, 2);
}

pub(crate) async fn an_extended_lease_is_not_lost(at: &Fixture) {
    let delivery = one_event(at, &USERS).await;
    for _ in 0..5 {
        (at.pass)(USERS.lease / 10 * 6).await;
        at.one.settle(&delivery, Outcome::Extend).await.unwrap();
        nothing_is_due(&*at.one, &USERS).await;
    }
    at.one.settle(&delivery, Outcome::Done).await.unwrap();
    (at.pass)(USERS.lease * 2).await;
    nothing_is_due(&*at.one, &USERS).await;
}

pub(crate) async fn what_is_retried_returns_after_a_backoff(at: &Fixture) {
    let first = one_event(at, &USERS).await;
    at.one.settle(&first, Outcome::Retry).await.unwrap();
    nothing_is_due(&*at.one, &USERS).await;
    (at.pass)(LONGEST_BACKOFF).await;
    let again = pull(&*at.one, &USERS, 1).await.remove(0);
    assert_eq!((again.event, again.attempt), (first.event, 2));
}

pub(crate) async fn backoffs_grow(at: &Fixture) {
    let mut delivery = one_event(at, &USERS).await;
    for _ in 1..7 {
        at.one.settle(&delivery, Outcome::Retry).await.unwrap();
        (at.pass)(LONGEST_BACKOFF).await;
        delivery = pull(&*at.one, &USERS, 1).await.remove(0);
    }
    at.one.settle(&delivery, Outcome::Retry).await.unwrap();
    // Far more than the first backoff, far less than the seventh.
    (at.pass)(Duration::from_secs(20)).await;
    nothing_is_due(&*at.one, &USERS).await;
    (at.pass)(LONGEST_BACKOFF).await;
    assert_eq!(pull(&*at.one, &USERS, 1).await[0].attempt, 8);
}

pub(crate) async fn after_the_last_attempt_an_event_is_a_dead_letter(at: &Fixture) {
    let mut delivery = one_event(at, &IMPATIENT).await;
    for attempt in 1..=3 {
        assert_eq!(delivery.attempt, attempt);
        assert!(dead(&*at.one, &IMPATIENT).await.is_empty());
        at.one.settle(&delivery, Outcome::Retry).await.unwrap();
        if attempt < 3 {
            (at.pass)(LONGEST_BACKOFF).await;
            delivery = pull(&*at.one, &IMPATIENT, 1).await.remove(0);
        }
    }
    assert_eq!(
        dead(&*(at.another)(), &IMPATIENT).await,
        std::slice::from_ref(&delivery.event)
    );
    (at.pass)(LONGEST_BACKOFF).await;
    nothing_is_due(&*at.one, &IMPATIENT).await;
    assert_eq!(dead(&*at.one, &IMPATIENT).await, [delivery.event]);
}

pub(crate) async fn a_lease_lost_for_the_last_time_makes_a_dead_letter(at: &Fixture) {
    let mut delivery = one_event(at, &IMPATIENT).await;
    for _ in 1..3 {
        (at.pass)(IMPATIENT.lease).await;
        delivery = pull(&*at.one, &IMPATIENT, 1).await.remove(0);
    }
    assert_eq!(delivery.attempt, 3);
    (at.pass)(IMPATIENT.lease).await;
    nothing_is_due(&*at.one, &IMPATIENT).await;
    assert_eq!(dead(&*at.one, &IMPATIENT).await, [delivery.event]);
}

pub(crate) async fn what_is_dead_goes_straight_to_the_dead_letters(at: &Fixture) {
    at.one.subscribe(&IMPATIENT).await.unwrap();
    let delivery = one_event(at, &USERS).await;
    at.one.settle(&delivery, Outcome::Dead).await.unwrap();
    (at.pass)(LONGEST_BACKOFF).await;
    nothing_is_due(&*at.one, &USERS).await;
    assert_eq!(
        dead(&*at.one, &USERS).await,
        std::slice::from_ref(&delivery.event)
    );
    // Another subscription has its own fate.
    assert!(dead(&*at.one, &IMPATIENT).await.is_empty());
    assert_eq!(events(&pull(&*at.one, &IMPATIENT, 1).await), [delivery.event]);
}

pub(crate) async fn a_dead_letter_does_not_block_its_subject(at: &Fixture) {
    let first = one_event(at, &USERS).await;
    let later = event(Topic::UserDeleted, "a", 2);
    at.one.publish(std::slice::from_ref(&later)).await.unwrap();
    at.one.settle(&first, Outcome::Dead).await.unwrap();
    assert_eq!(events(&pull(&*at.one, &USERS, 1).await), [later]);
}

pub(crate) async fn a_backoff_holds_back_its_subject_alone(at: &Fixture) {
    let first = one_event(at, &USERS).await;
    let later = event(Topic::UserDeleted, "a", 2);
    at.one
        .publish(&[later.clone(), event(Topic::UserDeleted, "b", 1)])
        .await
        .unwrap();
    at.one.settle(&first, Outcome::Retry).await.unwrap();
    let other = at.one.pull(&USERS, 10, LONG).await.unwrap();
    assert_eq!(subjects(&other), ["b"]);
    settle(&*at.one, &other, Outcome::Done).await;
    (at.pass)(LONGEST_BACKOFF).await;
    let again = pull(&*at.one, &USERS, 1).await;
    assert_eq!(again[0].event, first.event);
    settle(&*at.one, &again, Outcome::Done).await;
    assert_eq!(events(&pull(&*at.one, &USERS, 1).await), [later]);
}

pub(crate) async fn a_settlement_that_comes_too_late_is_harmless(at: &Fixture) {
    let first = one_event(at, &USERS).await;
    (at.pass)(USERS.lease).await;
    let second = pull(&*at.one, &USERS, 1).await.remove(0);
    for outcome in [Outcome::Done, Outcome::Retry, Outcome::Extend, Outcome::Dead] {
        at.one.settle(&first, outcome).await.unwrap();
    }
    nothing_is_due(&*at.one, &USERS).await;
    assert!(dead(&*at.one, &USERS).await.is_empty());
    (at.pass)(USERS.lease).await;
    let third = pull(&*at.one, &USERS, 1).await.remove(0);
    assert_eq!(third.attempt, 3);
    at.one.settle(&third, Outcome::Done).await.unwrap();
    for outcome in [Outcome::Retry, Outcome::Extend, Outcome::Dead, Outcome::Done] {
        at.one.settle(&second, outcome).await.unwrap();
        at.one.settle(&third, outcome).await.unwrap();
    }
    (at.pass)(LONGEST_BACKOFF).await;
    nothing_is_due(&*at.one, &USERS).await;
    assert!(dead(&*at.one, &USERS).await.is_empty());
}

pub(crate) async fn dead_letters_come_oldest_first_and_at_most_as_many_as_asked_for(at: &Fixture) {
    at.one.subscribe(&USERS).await.unwrap();
    let published = deletions(&["a", "b", "c"]);
    at.one.publish(&published).await.unwrap();
    let mut pulled = pull(&*at.one, &USERS, 3).await;
    pulled.reverse();
    settle(&*at.one, &pulled, Outcome::Dead).await;
    assert_eq!(at.one.dead_letters(&USERS, 10).await.unwrap(), published);
    assert_eq!(at.one.dead_letters(&USERS, 2).await.unwrap(), published[..2]);
}

pub(crate) async fn a_foreign_receipt_is_invalid(at: &Fixture) {
    let mut delivery = one_event(at, &USERS).await;
    "not a receipt".clone_into(&mut delivery.receipt);
    assert!(matches!(
        at.one.settle(&delivery, Outcome::Done).await,
        Err(Error::Invalid(_))
    ));
}
