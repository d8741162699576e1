//! Writes that are over in one request, and what became of those whose answer was lost.
//!
//! An attempt replaces only what was there when it was looked at, and marks what it writes. So it can be repeated, is
//! recognised when its answer was lost, and changes nothing when it arrives late, after others have written.

use bytes::Bytes;

use super::{
    StorageBucket,
    wire::{Seen, Written},
};
use crate::{
    Error, Result, backoff,
    google::rest::{Failure, TRIES},
    objects::ObjectInfo,
};

/// Where an object says which write made it.
pub(super) const MARK: &str = "craftchain-write";

/// What is to become an object.
pub(super) struct Write<'a> {
    pub(super) name: &'a str,
    pub(super) content_type: &'a str,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    Bytes(Bytes),
    /// Other objects, or what the object was itself.
    Parts(&'a [&'a str]),
}

#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) mark: &'a str,
    /// The generation that it replaces; 0 is none.
    pub(super) over: i64,
}

impl Write<'_> {
    /// Whether it is another object when it is made a second time.
    fn grows(&self) -> bool {
        matches!(&self.content, Content::Parts(parts) if parts.contains(&self.name))
    }
}

impl StorageBucket {
    /// Tries until it is known what became of it.
    pub(super) async fn write(&self, write: &Write<'_>) -> Result<ObjectInfo> {
        let mark = self.ids.uuid().to_string();
        // At first as if nothing were there: most objects are new.
        let (mut over, mut failed, mut met, mut lost) = (0, 0, 0, None);
        loop {
            let mark = mark.as_str();
            match self.attempt(write, Attempt { mark, over }).await {
                Ok(info) => return Ok(info),
                Err(Failure::Known(Error::Contention)) => {
                    let there = self
                        .there(write.name)
                        .await
                        .map_err(|error| or(lost.as_deref(), error))?;
                    match there {
                        Some(there) if there.mark.as_deref() == Some(mark) => return Ok(there.info),
                        _ if write.grows() && lost.is_some() => {
                            return Err(or(lost.as_deref(), Error::Contention));
                        }
                        there => over = there.map_or(0, |there| there.generation),
                    }
                    backoff::pause(met).await;
                    met += 1;
                    continue;
                }
                Err(Failure::Known(Error::Unavailable(_))) if failed + 1 < TRIES => {}
                Err(Failure::Known(error)) => return Err(or(lost.as_deref(), error)),
                Err(Failure::Lost(why)) if failed + 1 < TRIES => lost = Some(why),
                Err(Failure::Lost(why)) => return Err(Error::UnknownOutcome(why)),
            }
            failed += 1;
            backoff::pause(failed).await;
        }
    }

    async fn there(&self, name: &str) -> Result<Option<Seen>> {
        match self.wire.look(name).await {
            Err(Error::NotFound) => Ok(None),
            there => there.map(Some),
        }
    }

    async fn attempt(&self, write: &Write<'_>, attempt: Attempt<'_>) -> Written {
        match &write.content {
            Content::Bytes(bytes) => self.wire.insert(write, bytes, attempt).await,
            Content::Parts(parts) => self.wire.compose(write, parts, attempt).await,
        }
    }
}

/// After a lost answer nothing is sure that does not say that the write is in place.
pub(super) fn or(lost: Option<&str>, error: Error) -> Error {
    match lost {
        Some(why) => Error::UnknownOutcome(format!("{why}; then: {error}")),
        None => error,
    }
}
