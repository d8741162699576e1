use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension, params};

use super::{backoff, event};
use crate::{
    Error, Result,
    events::{Delivery, Event, Outcome, Subscription},
    sqlite::{Turn, failure},
};

/// Whether a subscription has something to pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlook {
    Due,
    /// Something is leased or backing off.
    Later,
    Nothing,
}

/// Which attempt at which delivery.
#[derive(Debug, Clone, Copy)]
pub(super) struct Receipt {
    subscription: i64,
    event: i64,
    attempt: u32,
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.subscription, self.event, self.attempt)
    }
}

impl FromStr for Receipt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next()?.parse::<i64>().ok();
        let parse = || {
            Some(Self {
                subscription: next()?,
                event: next()?,
                attempt: u32::try_from(next()?).ok()?,
            })
        };
        let mut parse = parse;
        parse().ok_or_else(|| Error::Invalid(format!("{text:?} is no receipt of this log")))
    }
}

/// Earlier events of the same subject go first, unless they are dead.
const FIRST_OF_SUBJECT: &str = "NOT EXISTS (SELECT 1 FROM deliveries AS earlier
     WHERE earlier.subscription = deliveries.subscription AND earlier.subject = deliveries.subject
     AND earlier.event < deliveries.event AND earlier.dead = 0)";

pub(super) fn outlook(db: &Connection, subscription: Subscription, now: i64) -> Result<Outlook> {
    let number = number(db, subscription)?;
    let any = |condition: &str, parameters: &[&dyn rusqlite::ToSql]| {
        db.prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM deliveries WHERE subscription = ?1 AND dead = 0 {condition})"
        ))?
        .query_row(parameters, |row| row.get::<_, bool>(0))
    };
    let look = || {
        let due = any(
            &format!("AND due_at <= ?2 AND {FIRST_OF_SUBJECT}"),
            &[&number, &now],
        )?;
        if due {
            return Ok(Outlook::Due);
        }
        let later = any("", &[&number])?;
        Ok(if later { Outlook::Later } else { Outlook::Nothing })
    };
    look().map_err(failure)
}

/// Leases up to `max` deliveries that are due, and buries those without attempts left.
pub(super) fn lease(
    turn: &Turn<'_>,
    subscription: Subscription,
    max: usize,
    now: i64,
) -> Result<Vec<Delivery>> {
    let number = number(turn.db, subscription)?;
    let mut deliveries = Vec::new();
    for (event_number, attempt, body) in due(turn.db, number, max, now).map_err(failure)? {
        let mut receipt = Receipt {
            subscription: number,
            event: event_number,
            attempt,
        };
        if attempt >= subscription.max_attempts {
            bury(turn.db, receipt).map_err(failure)?;
            continue;
        }
        receipt.attempt += 1;
        let lease = i64::try_from(subscription.lease.as_micros()).unwrap_or(i64::MAX);
        turn.db
            .prepare_cached(
                "UPDATE deliveries SET attempt = ?3, due_at = ?4 WHERE subscription = ?1 AND event = ?2",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    number,
                    event_number,
                    receipt.attempt,
                    now.saturating_add(lease)
                ])
            })
            .map_err(failure)?;
        deliveries.push(Delivery {
            event: event(&body)?,
            attempt: receipt.attempt,
            receipt: receipt.to_string(),
        });
    }
    Ok(deliveries)
}

fn due(
    db: &Connection,
    subscription: i64,
    max: usize,
    now: i64,
) -> rusqlite::Result<Vec<(i64, u32, String)>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT deliveries.event, attempt, body FROM deliveries
         JOIN events ON events.number = deliveries.event
         WHERE subscription = ?1 AND dead = 0 AND due_at <= ?2 AND {FIRST_OF_SUBJECT}
         ORDER BY deliveries.event LIMIT ?3"
    ))?;
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    statement
        .query_map(params![subscription, now, max], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect()
}

/// Says how a delivery went, unless another attempt at it has begun.
pub(super) fn settle(
    turn: &Turn<'_>,
    receipt: Receipt,
    outcome: Outcome,
    now: i64,
    luck: [u8; 2],
) -> Result<()> {
    let settle = || match outcome {
        Outcome::Done => done(turn.db, receipt),
        Outcome::Dead => bury(turn.db, receipt),
        Outcome::Retry => retry(
            turn.db,
            receipt,
            now.saturating_add(backoff::after(receipt.attempt, luck)),
        ),
        Outcome::Extend => extend(turn.db, receipt, now),
    };
    settle().map_err(failure)
}

const THIS: &str = "subscription = ?1 AND event = ?2 AND attempt = ?3 AND dead = 0";

fn done(db: &Connection, receipt: Receipt) -> rusqlite::Result<()> {
    db.prepare_cached(&format!("DELETE FROM deliveries WHERE {THIS}"))?
        .execute(params![receipt.subscription, receipt.event, receipt.attempt])
        .map(drop)
}

fn bury(db: &Connection, receipt: Receipt) -> rusqlite::Result<()> {
    db.prepare_cached(&format!("UPDATE deliveries SET dead = 1 WHERE {THIS}"))?
        .execute(params![receipt.subscription, receipt.event, receipt.attempt])
        .map(drop)
}

fn retry(db: &Connection, receipt: Receipt, due_at: i64) -> rusqlite::Result<()> {
    db.prepare_cached(&format!(
        "UPDATE deliveries SET due_at = ?4, dead = (SELECT ?3 >= max_attempts FROM subscriptions WHERE number = ?1)
         WHERE {THIS}"
    ))?
    .execute(params![receipt.subscription, receipt.event, receipt.attempt, due_at])
    .map(drop)
}

fn extend(db: &Connection, receipt: Receipt, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(&format!(
        "UPDATE deliveries SET due_at = ?4 + (SELECT lease FROM subscriptions WHERE number = ?1) WHERE {THIS}"
    ))?
    .execute(params![receipt.subscription, receipt.event, receipt.attempt, now])
    .map(drop)
}

pub(super) fn dead_letters(db: &Connection, subscription: Subscription, max: usize) -> Result<Vec<Event>> {
    let number = number(db, subscription)?;
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let bodies = || {
        db.prepare_cached(
            "SELECT body FROM deliveries JOIN events ON events.number = deliveries.event
             WHERE subscription = ?1 AND dead = 1 ORDER BY deliveries.event LIMIT ?2",
        )?
        .query_map(params![number, max], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()
    };
    bodies()
        .map_err(failure)?
        .iter()
        .map(|body| event(body))
        .collect()
}

fn number(db: &Connection, subscription: Subscription) -> Result<i64> {
    db.prepare_cached("SELECT number FROM subscriptions WHERE name = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([subscription.name], |row| row.get(0))
                .optional()
        })
        .map_err(failure)?
        .ok_or(Error::NotFound)
}
