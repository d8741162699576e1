//! Atomic commits: all writes and their entry in the log, in one call.
//!
//! The entry's name is the commit's id and must not exist yet. That makes an attempt safe to repeat when its answer
//! was lost, and tells afterwards what became of it: see [`Commit::settle`].

use std::{collections::HashSet, error::Error as _, time::Duration};

use gcloud_sdk::{
    google::firestore::v1::{
        Document as Stored, DocumentMask, Precondition as Condition, Write as Wired,
        precondition::ConditionType, write::Operation,
    },
    tonic::{Code, ConnectError, Status},
};
use tokio::time::{Instant, timeout_at};

use super::{Shared, log, name, shards, value, wire};
use crate::{
    Conflict, Error, Result, backoff,
    documents::{Precondition, Schema, Write, rules::Checked},
};

/// No attempt begins later than this after the first: an answer is due within ten seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// The same while Firestore cannot be reached, or does not take it.
const PATIENCE_WHEN_AWAY: Duration = Duration::from_secs(2);

/// What became of one attempt.
enum Fate {
    Applied,
    /// A precondition failed.
    Refused,
    /// Others wrote the same at the same time.
    Contended,
    /// It never reached the server, or the server was too busy.
    NotApplied(Error),
    /// The answer was lost.
    Lost(String),
}

/// What keeps a commit from being applied.
enum Cause {
    Conflict(String),
    /// An attempt whose answer was lost has been applied.
    AppliedBefore,
    /// Nothing any more.
    Passed,
}

/// A commit under way.
pub(super) struct Commit<'a> {
    shared: &'a Shared,
    writes: Vec<Write>,
    names: Vec<String>,
    wired: Vec<Wired>,
    marker: String,
}

impl<'a> Commit<'a> {
    pub(super) fn of(shared: &'a Shared, checked: Vec<Checked>) -> Result<Self> {
        let name = |write: &Write| shared.wire.name(&write.collection, &name::key(&write.id));
        let writes = checked.into_iter().map(|checked| checked.write);
        let mut named: Vec<(String, Write)> = writes.map(|write| (name(&write), write)).collect();
        // The server locks one document after the other: in one order no two commits wait for each other.
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (names, writes): (Vec<String>, Vec<Write>) = named.into_iter().unzip();
        let mut wired = Vec::with_capacity(writes.len() + 1);
        for (write, name) in writes.iter().zip(&names) {
            wired.extend(on_the_wire(&shared.schema, write, name)?);
        }
        let id = log::fresh_id()?;
        wired.extend(log::entries(shared, &id, &writes));
        Ok(Self {
            marker: shared.wire.name(log::COLLECTION, &id),
            shared,
            writes,
            names,
            wired,
        })
    }

    /// Applies it, or says why not.
    pub(super) async fn apply(&self) -> Result<()> {
        let begun = Instant::now();
        let (mut tried, mut lost, mut why, mut turn) = (0, None, Error::Contention, None);
        let mut patience = PATIENCE;
        while tried == 0 || begun.elapsed() < patience {
            match self.attempt().await {
                Fate::Applied => return Ok(()),
                Fate::Refused => match self.cause(lost.as_ref()).await? {
                    Cause::AppliedBefore => return Ok(()),
                    Cause::Conflict(key) => return self.refused(lost, Conflict { key }).await,
                    Cause::Passed => why = Error::Contention,
                },
                Fate::Contended => {
                    why = Error::Contention;
                    if turn.is_none() {
                        let turns = self.shared.turns.take(&self.names);
                        turn = timeout_at(begun + PATIENCE, turns).await.ok();
                    }
                }
                Fate::NotApplied(error) if lost.is_none() && !matches!(error, Error::Unavailable(_)) => {
                    return Err(error);
                }
                Fate::NotApplied(error) => (why, patience) = (error, PATIENCE_WHEN_AWAY),
                Fate::Lost(text) => lost = Some(text),
            }
            tried += 1;
            backoff::pause(tried).await;
        }
        match lost {
            None => Err(why),
            Some(lost) => self.settle(lost).await?.ok_or(why),
        }
    }

    async fn attempt(&self) -> Fate {
        match self.shared.wire.commit(self.wired.clone()).await {
            Ok(()) => Fate::Applied,
            Err(failed) => fate(&failed),
        }
    }

    /// Which precondition fails, by reading again; a failed commit names none.
    async fn cause(&self, lost: Option<&String>) -> Result<Cause> {
        let guarded = self.writes.iter().zip(&self.names);
        let guarded: Vec<_> = guarded
            .filter(|(write, _)| write.when != Precondition::None)
            .collect();
        let mut names: Vec<String> = guarded.iter().map(|&(_, name)| name.clone()).collect();
        names.push(self.marker.clone());
        let found = self.shared.wire.get(&names, true).await;
        let found = found.map_err(|error| lost.cloned().map_or(error, Error::UnknownOutcome))?;
        if found.iter().any(|document| document.name == self.marker) {
            return Ok(Cause::AppliedBefore);
        }
        let fails = |(write, name): &&(&Write, &String)| {
            let stored = found.iter().find(|document| document.name == **name);
            !holds(&write.when, stored)
        };
        Ok(guarded.iter().find(fails).map_or(Cause::Passed, |(write, _)| {
            Cause::Conflict(format!("{}/{}", write.collection, write.id))
        }))
    }

    /// A precondition fails; but did an attempt whose answer was lost come before that?
    async fn refused(&self, lost: Option<String>, conflict: Conflict) -> Result<()> {
        if let Some(lost) = lost
            && self.settle(lost).await?.is_some()
        {
            return Ok(());
        }
        Err(Error::Conflict(conflict))
    }

    /// Whether an attempt whose answer was lost was applied; once this is known it stays so.
    ///
    /// Puts a fence where the entry would be: either the entry is there, or no attempt that is still on its way
    /// can be applied any more.
    async fn settle(&self, lost: String) -> Result<Option<()>> {
        let fence = log::fence(self.shared, &self.marker);
        for tried in 1..=2 {
            match self.shared.wire.commit(vec![fence.clone()]).await {
                Ok(()) => return Ok(None),
                Err(failed) if failed.code() == Code::AlreadyExists => return self.is_entry().await,
                Err(_) => backoff::pause(tried).await,
            }
        }
        Err(Error::UnknownOutcome(lost))
    }

    /// Whether the marker is the entry and not the fence of an attempt to settle.
    async fn is_entry(&self) -> Result<Option<()>> {
        let found = self
            .shared
            .wire
            .get(std::slice::from_ref(&self.marker), false)
            .await;
        let found = found.map_err(|error| Error::UnknownOutcome(error.to_string()))?;
        Ok(found.first().filter(|marker| !log::is_fence(marker)).map(drop))
    }

    /// The collections that it writes to.
    pub(super) fn collections(&self) -> HashSet<&str> {
        self.writes
            .iter()
            .map(|write| write.collection.as_str())
            .collect()
    }
}

/// A write as Firestore takes it; `None` when nothing is asked.
fn on_the_wire(schema: &Schema, write: &Write, name: &str) -> Result<Option<Wired>> {
    let condition = match &write.when {
        Precondition::None if write.check_only => return Ok(None),
        Precondition::None => None,
        Precondition::Absent => Some(ConditionType::Exists(false)),
        Precondition::Present => Some(ConditionType::Exists(true)),
        Precondition::Version(version) => {
            // Another store's version is nobody's here.
            let time = name::time(version).ok_or_else(|| Error::conflict(&write.collection, &write.id))?;
            Some(ConditionType::UpdateTime(time))
        }
    };
    let named = |fields| {
        Operation::Update(Stored {
            name: name.to_owned(),
            fields,
            ..Default::default()
        })
    };
    let checks = write.check_only && write.when != Precondition::Absent;
    let operation = match &write.body {
        Some(body) => {
            let mut fields = value::fields(body);
            fields.insert(name::ID.to_owned(), value::text(&write.id));
            fields.extend(shards::field(schema, write)?);
            named(fields)
        }
        // Changes no field, and not even the version.
        None if checks => named([].into()),
        None => Operation::Delete(name.to_owned()),
    };
    Ok(Some(Wired {
        update_mask: checks.then(DocumentMask::default),
        current_document: condition.map(|condition| Condition {
            condition_type: Some(condition),
        }),
        operation: Some(operation),
        ..Default::default()
    }))
}

fn holds(when: &Precondition, stored: Option<&Stored>) -> bool {
    match when {
        Precondition::None => true,
        Precondition::Absent => stored.is_none(),
        Precondition::Present => stored.is_some(),
        Precondition::Version(version) => {
            stored.is_some_and(|stored| stored.update_time.map(name::version).as_ref() == Some(version))
        }
    }
}

fn fate(failed: &Status) -> Fate {
    match failed.code() {
        Code::AlreadyExists | Code::NotFound | Code::FailedPrecondition => Fate::Refused,
        Code::Aborted => Fate::Contended,
        Code::ResourceExhausted => Fate::NotApplied(Error::Unavailable(wire::error(failed).to_string())),
        Code::InvalidArgument
        | Code::OutOfRange
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Unimplemented => Fate::NotApplied(wire::error(failed)),
        _ if was_not_sent(failed) => Fate::NotApplied(wire::error(failed)),
        _ => Fate::Lost(wire::error(failed).to_string()),
    }
}

fn was_not_sent(failed: &Status) -> bool {
    let mut causes = std::iter::successors(failed.source(), |&error| error.source());
    causes.any(<dyn std::error::Error>::is::<ConnectError>)
}
