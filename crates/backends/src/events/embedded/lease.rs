use rusqlite::{Connection, OptionalExtension, params};

use super::{event, receipt::Receipt, settle};
use crate::{
    Error, Result,
    events::{Delivery, Subscription},
    sqlite::{Turn, failure},
};

/// When a subscription has something to pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlook {
    Now,
    /// When a lease or a backoff ends, in microseconds.
    At(i64),
    Nothing,
}

/// A delivery that may be pulled: the event's number, the attempts so far, the event.
type Due = (i64, u32, String);

/// What a subscription listens to: its topics as this program knows them.
fn listened(subscription: Subscription) -> String {
    let names: Vec<String> = subscription
        .topics
        .iter()
        .map(|topic| format!("'{}'", topic.name()))
        .collect();
    format!("dead = 0 AND topic IN ({})", names.join(", "))
}

/// What may be pulled at `?2`: of each subject the earliest event, unless it is leased or backing off.
fn due(subscription: Subscription) -> String {
    let listened = listened(subscription);
    format!(
        "subscription = ?1 AND due_at <= ?2 AND {listened} AND event = (
             SELECT event FROM deliveries AS earliest
             WHERE earliest.subscription = ?1 AND earliest.subject = deliveries.subject AND {listened}
             ORDER BY event LIMIT 1)"
    )
}

pub(super) fn outlook(db: &Connection, subscription: Subscription, now: i64) -> Result<Outlook> {
    let number = number(db, subscription)?;
    let due = due(subscription);
    let look = || {
        let now_due: bool = db
            .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM deliveries WHERE {due})"))?
            .query_row([number, now], |row| row.get(0))?;
        if now_due {
            return Ok(Outlook::Now);
        }
        let next: Option<i64> = db
            .prepare_cached(&format!(
                "SELECT min(due_at) FROM deliveries WHERE subscription = ?1 AND due_at > ?2 AND {}",
                listened(subscription)
            ))?
            .query_row([number, now], |row| row.get(0))?;
        Ok(next.map_or(Outlook::Nothing, Outlook::At))
    };
    look().map_err(failure)
}

/// Leases up to `max` deliveries that are due; what cannot be delivered any more becomes a dead letter.
pub(super) fn lease(
    turn: &Turn<'_>,
    subscription: Subscription,
    max: usize,
    now: i64,
) -> Result<Vec<Delivery>> {
    let number = number(turn.db, subscription)?;
    let length = i64::try_from(subscription.lease.as_micros()).unwrap_or(i64::MAX);
    let mut deliveries = Vec::new();
    for (event, attempt, body) in find(turn.db, subscription, number, max, now).map_err(failure)? {
        let receipt = Receipt {
            subscription: number,
            event,
            attempt,
        };
        let delivery = lease_one(
            turn.db,
            receipt,
            &body,
            subscription.max_attempts,
            now.saturating_add(length),
        );
        deliveries.extend(delivery.map_err(failure)?);
    }
    Ok(deliveries)
}

fn lease_one(
    db: &Connection,
    before: Receipt,
    body: &str,
    max_attempts: u32,
    until: i64,
) -> rusqlite::Result<Option<Delivery>> {
    let event = match event(body) {
        Ok(event) if before.attempt < max_attempts => event,
        Ok(_) => return settle::bury(db, before).map(|()| None),
        Err(error) => {
            tracing::error!(event = before.event, %error, "a dead letter");
            return settle::bury(db, before).map(|()| None);
        }
    };
    let attempt = before.attempt + 1;
    db.prepare_cached(
        "UPDATE deliveries SET attempt = ?3, due_at = ?4 WHERE subscription = ?1 AND event = ?2",
    )?
    .execute(params![before.subscription, before.event, attempt, until])?;
    Ok(Some(Delivery {
        event,
        attempt,
        receipt: Receipt { attempt, ..before }.to_string(),
    }))
}

fn find(
    db: &Connection,
    subscription: Subscription,
    number: i64,
    max: usize,
    now: i64,
) -> rusqlite::Result<Vec<Due>> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    db.prepare_cached(&format!(
        "SELECT event, attempt, (SELECT body FROM events WHERE number = event) FROM deliveries
         WHERE {} ORDER BY event LIMIT ?3",
        due(subscription)
    ))?
    .query_map([number, now, max], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?
    .collect()
}

/// The number of a subscription that was made known.
pub(super) fn number(db: &Connection, subscription: Subscription) -> Result<i64> {
    db.prepare_cached("SELECT number FROM subscriptions WHERE name = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([subscription.name], |row| row.get(0))
                .optional()
        })
        .map_err(failure)?
        .ok_or(Error::NotFound)
}
