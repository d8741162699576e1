use rusqlite::{Connection, ToSql, params};

use super::{event, lease::number, receipt::Receipt};
use crate::{
    Result,
    events::{Event, Outcome, Subscription, backoff},
    sqlite::{Turn, failure},
};

/// This attempt, unless another has begun.
const THIS: &str = "subscription = ?1 AND event = ?2 AND attempt = ?3 AND dead = 0";

/// Says how an attempt went; `luck` spreads what failed together.
pub(super) fn settle(
    turn: &Turn<'_>,
    receipt: Receipt,
    outcome: Outcome,
    now: i64,
    luck: [u8; 2],
) -> Result<()> {
    let db = turn.db;
    let settled = match outcome {
        Outcome::Done => execute(db, &format!("DELETE FROM deliveries WHERE {THIS}"), receipt, &[]),
        Outcome::Dead => bury(db, receipt),
        Outcome::Retry => retry(
            db,
            receipt,
            now.saturating_add(backoff::after(receipt.attempt, luck)),
        ),
        Outcome::Extend => extend(db, receipt, now),
    };
    settled.map_err(failure)
}

/// Makes a delivery a dead letter.
pub(super) fn bury(db: &Connection, receipt: Receipt) -> rusqlite::Result<()> {
    execute(
        db,
        &format!("UPDATE deliveries SET dead = 1 WHERE {THIS}"),
        receipt,
        &[],
    )
}

fn retry(db: &Connection, receipt: Receipt, due_at: i64) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE deliveries SET due_at = ?4,
         dead = (SELECT ?3 >= max_attempts FROM subscriptions WHERE number = ?1) WHERE {THIS}"
    );
    execute(db, &sql, receipt, &[&due_at])
}

fn extend(db: &Connection, receipt: Receipt, now: i64) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE deliveries SET due_at = ?4 + (SELECT lease FROM subscriptions WHERE number = ?1) WHERE {THIS}"
    );
    execute(db, &sql, receipt, &[&now])
}

fn execute(db: &Connection, sql: &str, receipt: Receipt, more: &[&dyn ToSql]) -> rusqlite::Result<()> {
    let this: [&dyn ToSql; 3] = [&receipt.subscription, &receipt.event, &receipt.attempt];
    let parameters: Vec<&dyn ToSql> = this.iter().chain(more).copied().collect();
    db.prepare_cached(sql)?.execute(&*parameters).map(drop)
}

/// The dead letters of a subscription, oldest first.
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
    let readable = |body: &String| match event(body) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::error!(%error, "a dead letter");
            None
        }
    };
    Ok(bodies().map_err(failure)?.iter().filter_map(readable).collect())
}
