//! The bytes of an object on their way here.
//!
//! Google's client goes on by itself where a download broke off, but takes for the rest whatever is answered then,
//! and waits for ever where nothing is. So each of its downloads is one request, and going on is done here.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use futures::{FutureExt, StreamExt};
use google_cloud_gax::retry_policy::NeverRetry;
use google_cloud_storage::{
    client::Storage, model_ext::ReadRange, read_object::ReadObjectResponse, read_resume_policy::NeverResume,
};
use tokio::time::timeout;

use super::{StorageBucket, failure, wire::Seen};
use crate::{
    Error, Result, backoff,
    google::{
        breaker::Breaker,
        rest::{ATTEMPT, DEADLINE, TRIES},
    },
    objects::ByteStream,
};

/// Exactly the bytes of one generation, or an error.
pub(super) struct Download {
    storage: Storage,
    breaker: Arc<Breaker>,
    bucket: String,
    name: String,
    generation: i64,
    /// What is still to come.
    left: Range<u64>,
    /// Of the whole object: what its bytes must sum up to, and what those that came do.
    sum: Option<(u32, u32)>,
    /// One request's answer.
    reading: Option<ReadObjectResponse>,
}

impl Download {
    pub(super) fn of(bucket: &StorageBucket, seen: &Seen, part: Range<u64>) -> Self {
        let whole = part == (0..seen.info.size);
        Self {
            storage: bucket.storage.clone(),
            breaker: bucket.breaker.clone(),
            bucket: bucket.bucket.clone(),
            name: seen.info.name.clone(),
            generation: seen.generation,
            left: part,
            sum: seen.sum.filter(|_| whole).map(|sum| (sum, 0)),
            reading: None,
        }
    }

    /// Asks for the bytes; `NotFound` when the object has been replaced or deleted.
    pub(super) async fn begin(mut self) -> Result<Self> {
        let mut failed = 0;
        while self.reading.is_none() && !self.left.is_empty() {
            match self.ask().await {
                Err(Error::Unavailable(_)) if failed + 1 < TRIES => {
                    failed += 1;
                    backoff::pause(failed).await;
                }
                answer => self.reading = Some(answer?),
            }
        }
        Ok(self)
    }

    pub(super) fn stream(self) -> ByteStream {
        let next = |download: Option<Self>| async move {
            let mut download = download?;
            let chunk = download.next().await;
            if chunk.is_err() {
                download.breaker.note(&chunk);
            }
            let rest = chunk.is_ok().then_some(download);
            chunk.transpose().map(|chunk| (chunk, rest))
        };
        futures::stream::unfold(Some(self), next).boxed()
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.left.is_empty() {
            return self.check().map(|()| None);
        }
        match timeout(DEADLINE, self.chunk()).await {
            Ok(chunk) => chunk.map(Some),
            Err(_) => Err(broken_off("stalled")),
        }
    }

    /// Goes on by itself where it broke off.
    async fn chunk(&mut self) -> Result<Bytes> {
        let mut failed = 0;
        loop {
            match self.attempt().await {
                Err(Error::Unavailable(_)) => {}
                Err(Error::NotFound) => {
                    return Err(broken_off("broke off, and the object is another by now"));
                }
                answer => return answer,
            }
            self.reading = None;
            failed += 1;
            backoff::pause(failed).await;
        }
    }

    async fn attempt(&mut self) -> Result<Bytes> {
        if self.reading.is_none() {
            self.reading = Some(self.ask().await?);
        }
        let Some(reading) = &mut self.reading else {
            return Err(broken_off("did not begin"));
        };
        match timeout(ATTEMPT, reading.next()).await {
            Ok(Some(Ok(chunk))) => self.take(chunk),
            Ok(Some(Err(error))) => Err(broken_off(&error.to_string())),
            Ok(None) => Err(broken_off("ended early")),
            Err(_) => Err(broken_off("stalled")),
        }
    }

    /// One request for all that is still to come.
    async fn ask(&mut self) -> Result<ReadObjectResponse> {
        let asked = self
            .storage
            .read_object(&self.bucket, &self.name)
            .set_generation(self.generation)
            .set_read_range(ReadRange::segment(
                self.left.start,
                self.left.end - self.left.start,
            ))
            .with_retry_policy(NeverRetry)
            .with_read_resume_policy(NeverResume)
            .send()
            .boxed();
        let reading = match timeout(ATTEMPT, asked).await {
            Ok(answer) => answer.map_err(|error| failure(&error))?,
            Err(_) => return Err(broken_off("did not begin")),
        };
        if reading.object().generation != self.generation {
            return Err(broken_off("is of another object"));
        }
        Ok(reading)
    }

    fn take(&mut self, chunk: Bytes) -> Result<Bytes> {
        let came = chunk.len() as u64;
        if came > self.left.end - self.left.start {
            return Err(broken_off("goes on after its end"));
        }
        self.left.start += came;
        if let Some((_, sum)) = &mut self.sum {
            *sum = crc32c::crc32c_append(*sum, &chunk);
        }
        Ok(chunk)
    }

    fn check(&self) -> Result<()> {
        match self.sum {
            Some((expected, sum)) if sum != expected => Err(broken_off("was damaged on its way")),
            _ => Ok(()),
        }
    }
}

fn broken_off(how: &str) -> Error {
    Error::Unavailable(format!("Cloud Storage: the download {how}"))
}
