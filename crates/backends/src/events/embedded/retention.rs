use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::params;

use crate::{
    Result,
    sqlite::{Turn, failure},
};

/// How long an event is kept after all subscriptions acknowledged it: seven days.
const RETENTION: i64 = 7 * 24 * HOUR;
/// How often publishing also sweeps.
const HOUR: i64 = 3600 * 1_000_000;

/// When this process swept last, in microseconds.
#[derive(Default)]
pub(super) struct Sweeps(AtomicI64);

impl Sweeps {
    /// Whether it is time again; then it counts as done.
    pub(super) fn due(&self, now: i64) -> bool {
        let due = self.0.load(Ordering::Relaxed).saturating_add(HOUR) <= now;
        if due {
            self.note(now);
        }
        due
    }

    pub(super) fn note(&self, now: i64) {
        self.0.store(now, Ordering::Relaxed);
    }
}

/// Notes which events are acknowledged by all, and removes those that were for long enough.
///
/// Dead letters are not acknowledged: their events stay.
pub(super) fn sweep(turn: &Turn<'_>, now: i64) -> Result<()> {
    let sweep = || {
        turn.db
            .prepare_cached("DELETE FROM events WHERE acknowledged_at <= ?1")?
            .execute([now - RETENTION])?;
        turn.db
            .prepare_cached(
                "UPDATE events SET acknowledged_at = ?1 WHERE acknowledged_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event = events.number)",
            )?
            .execute(params![now])
            .map(drop)
    };
    sweep().map_err(failure)
}
