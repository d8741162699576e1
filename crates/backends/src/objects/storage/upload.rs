use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use chrono::DateTime;
use futures::{FutureExt, StreamExt};
use google_cloud_storage::{client::Storage, model::Object, streaming_source::StreamingSource};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::failure;
use crate::{
    Error, Result,
    google::{breaker::Breaker, rest::DEADLINE},
    objects::{ByteStream, ObjectInfo},
};

/// Objects up to this size go in one request.
const SMALL: usize = 1 << 20;
/// Bytes of a large object that are kept until they have arrived.
const KEPT: usize = 2 << 20;

/// Where an object is written.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) storage: &'a Storage,
    pub(super) breaker: &'a Breaker,
    pub(super) bucket: &'a str,
    pub(super) name: &'a str,
    pub(super) content_type: &'a str,
}

impl Target<'_> {
    /// Writes an object whole or not at all: it appears when its last byte has arrived.
    pub(super) async fn send(self, mut bytes: ByteStream) -> Result<ObjectInfo> {
        let mut begin = BytesMut::new();
        while begin.len() <= SMALL {
            let Some(chunk) = bytes.next().await.transpose()? else {
                return self.send_small(begin.freeze()).await;
            };
            begin.extend_from_slice(&chunk);
        }
        self.send_large(begin.freeze(), bytes).await
    }

    /// Sent again when it fails: the same bytes once more change nothing.
    async fn send_small(self, bytes: Bytes) -> Result<ObjectInfo> {
        let sending = async {
            let sent = self
                .storage
                .write_object(self.bucket, self.name, bytes)
                .set_content_type(self.content_type)
                .with_idempotency(true)
                .send_buffered()
                .boxed()
                .await;
            sent.map_err(|error| unknown(&error)).and_then(info)
        };
        self.breaker
            .within(DEADLINE, Error::UnknownOutcome, sending)
            .await
    }

    /// Takes as long as its bytes take to come; but what has come must be taken within the deadline.
    async fn send_large(self, begin: Bytes, bytes: ByteStream) -> Result<ObjectInfo> {
        self.breaker.admit()?;
        let (pace, paced) = watch::channel(None);
        let broke = Arc::new(Mutex::new(None));
        let source = Source {
            begin: Some(begin),
            bytes: Mutex::new(bytes),
            broke: broke.clone(),
            pace,
        };
        let sending = self
            .storage
            .write_object(self.bucket, self.name, source)
            .set_content_type(self.content_type)
            .with_resumable_upload_threshold(0_usize)
            .with_resumable_upload_buffer_size(KEPT)
            .send_buffered()
            .boxed();
        let sent = tokio::select! {
            sent = sending => sent.map_err(|error| unknown(&error)).and_then(info),
            () = stalled(paced) => Err(Error::UnknownOutcome(
                "Cloud Storage did not take the bytes in time".to_owned(),
            )),
        };
        if let Some(error) = broke.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        self.breaker.note(&sent);
        sent
    }
}

/// Waits until bytes that were handed over have not been taken within the deadline.
async fn stalled(mut paced: watch::Receiver<Option<Instant>>) {
    loop {
        let handed = *paced.borrow_and_update();
        let changed = match handed {
            None => paced.changed().await,
            Some(handed) => tokio::select! {
                () = sleep_until(handed + DEADLINE) => return,
                changed = paced.changed() => changed,
            },
        };
        if changed.is_err() {
            // All was handed over, and the upload is about to end.
            let last = handed.unwrap_or_else(Instant::now);
            return sleep_until(last + DEADLINE).await;
        }
    }
}

/// The bytes of an upload, and why they ended early.
struct Source {
    begin: Option<Bytes>,
    /// Nobody else looks; Google's client wants a type that could be shared.
    bytes: Mutex<ByteStream>,
    broke: Arc<Mutex<Option<Error>>>,
    /// When the last bytes were handed over; nothing while more are waited for.
    pace: watch::Sender<Option<Instant>>,
}

/// The bytes ended early; why is kept beside them.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the upload broke off")
    }
}

impl std::error::Error for Broken {}

impl StreamingSource for Source {
    type Error = Broken;

    async fn next(&mut self) -> Option<std::result::Result<Bytes, Broken>> {
        self.pace.send_replace(None);
        let next = if let Some(begin) = self.begin.take() {
            Some(Ok(begin))
        } else {
            let bytes = self.bytes.get_mut().unwrap_or_else(PoisonError::into_inner);
            bytes.next().await
        };
        self.pace.send_replace(Some(Instant::now()));
        match next? {
            Ok(chunk) => Some(Ok(chunk)),
            Err(error) => {
                *self.broke.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Some(Err(Broken))
            }
        }
    }
}

/// A write whose answer did not come may be in place.
fn unknown(error: &google_cloud_storage::Error) -> Error {
    let lost = match error.http_status_code() {
        None => !error.is_connect() && !error.is_authentication(),
        Some(status) => matches!(status, 500 | 502 | 504),
    };
    if lost {
        return Error::UnknownOutcome(format!("Cloud Storage: {error}"));
    }
    failure(error)
}

fn info(object: Object) -> Result<ObjectInfo> {
    let time = object.update_time.and_then(|time| {
        let nanos = u32::try_from(time.nanos()).ok()?;
        DateTime::from_timestamp(time.seconds(), nanos)
    });
    let broken = || Error::UnknownOutcome("Cloud Storage does not say what it wrote".to_owned());
    Ok(ObjectInfo {
        name: object.name,
        size: u64::try_from(object.size).map_err(|_| broken())?,
        content_type: object.content_type,
        updated_at: time.ok_or_else(broken)?,
        etag: object.generation.to_string(),
    })
}
