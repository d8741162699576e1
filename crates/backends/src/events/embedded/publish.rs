use rusqlite::{OptionalExtension, params};

use crate::{
    Error, Result,
    events::{Event, Subscription},
    sqlite::{Turn, failure},
};

/// An event as it is stored.
pub(super) struct Encoded {
    id: String,
    topic: &'static str,
    subject: String,
    body: String,
}

pub(super) fn encoded(events: &[Event]) -> Result<Vec<Encoded>> {
    let encode = |event: &Event| {
        Ok(Encoded {
            id: event.id.to_string(),
            topic: event.topic.name(),
            subject: event.subject.clone(),
            body: serde_json::to_string(event)?,
        })
    };
    let encoded: serde_json::Result<_> = events.iter().map(encode).collect();
    encoded.map_err(|error| Error::Invalid(error.to_string()))
}

/// Appends what was not published before, and makes its deliveries.
pub(super) fn append(turn: &Turn<'_>, events: &[Encoded]) -> Result<()> {
    events
        .iter()
        .try_for_each(|event| append_one(turn, event))
        .map_err(failure)
}

fn append_one(turn: &Turn<'_>, event: &Encoded) -> rusqlite::Result<()> {
    let number = turn.number();
    let new = turn
        .db
        .prepare_cached(
            "INSERT INTO events (number, id, topic, subject, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![number, event.id, event.topic, event.subject, event.body])?;
    if new == 1 {
        turn.db
            .prepare_cached(
                "INSERT INTO deliveries (subscription, event, topic, subject)
                 SELECT subscription, ?1, topic, ?2 FROM topics WHERE topic = ?3",
            )?
            .execute(params![number, event.subject, event.topic])?;
    }
    Ok(())
}

/// Makes a subscription known, with deliveries of what is retained of topics that are new to it.
///
/// Topics are only ever added: of two versions that run side by side, none takes the other's away.
pub(super) fn subscribe(turn: &Turn<'_>, subscription: Subscription) -> Result<()> {
    let add = || {
        let known = known(turn, subscription)?;
        subscription
            .topics
            .iter()
            .try_for_each(|topic| listen(turn, known, topic.name()))
    };
    add().map_err(failure)
}

fn known(turn: &Turn<'_>, subscription: Subscription) -> rusqlite::Result<i64> {
    let lease = i64::try_from(subscription.lease.as_micros()).unwrap_or(i64::MAX);
    turn.db
        .prepare_cached(
            "INSERT INTO subscriptions (name, lease, max_attempts) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET lease = excluded.lease, max_attempts = excluded.max_attempts
             RETURNING number",
        )?
        .query_row(
            params![subscription.name, lease, subscription.max_attempts],
            |row| row.get(0),
        )
}

fn listen(turn: &Turn<'_>, subscription: i64, topic: &str) -> rusqlite::Result<()> {
    let listens = turn
        .db
        .prepare_cached("SELECT 1 FROM topics WHERE topic = ?1 AND subscription = ?2")?
        .query_row(params![topic, subscription], |_| Ok(()))
        .optional()?;
    if listens.is_some() {
        return Ok(());
    }
    turn.db
        .prepare_cached("INSERT INTO topics (topic, subscription) VALUES (?1, ?2)")?
        .execute(params![topic, subscription])?;
    turn.db
        .prepare_cached(
            "INSERT INTO deliveries (subscription, event, topic, subject)
             SELECT ?1, number, topic, subject FROM events WHERE topic = ?2",
        )?
        .execute(params![subscription, topic])?;
    turn.db
        .prepare_cached(
            "UPDATE events SET acknowledged_at = NULL WHERE topic = ?1 AND acknowledged_at NOT NULL",
        )?
        .execute([topic])
        .map(drop)
}
