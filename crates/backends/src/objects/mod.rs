//! The objects port: named byte strings in a bucket.

pub mod embedded;
mod name;
pub mod storage;

use std::{ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;

use crate::Result;

/// A bucket, as services hold it.
pub type Bucket = Arc<dyn Objects>;
/// Bytes on their way in or out.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// Named byte strings. Names are relative paths such as `sms/0193.txt`.
///
/// A name has at most 1024 bytes and no control characters or backslashes; between its slashes are 1 to
/// 255 bytes that do not begin with a dot. No object's name is the folder of another's.
#[async_trait]
pub trait Objects: Send + Sync + 'static {
    /// Writes an object whole or not at all, durably before it answers.
    ///
    /// The content type is printable ASCII of at most 255 bytes. An error in `bytes` leaves what was there;
    /// `UnknownOutcome` when it is in place and may not last.
    async fn put(&self, name: &str, content_type: &str, bytes: ByteStream) -> Result<ObjectInfo>;

    /// Reads an object, or a range of its bytes; `Invalid` when the range does not start within it.
    async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<(ObjectInfo, ByteStream)>;

    /// What is known of an object.
    async fn head(&self, name: &str) -> Result<ObjectInfo>;

    /// Removes an object; no error when it is not there.
    async fn delete(&self, name: &str) -> Result<()>;

    /// Names that start with `prefix` and come after `after`, in byte order, at most `max`.
    async fn list(&self, prefix: &str, after: Option<&str>, max: usize) -> Result<Vec<ObjectInfo>>;

    /// Makes one object of the bytes of others (1 to 32), in order; the parts stay.
    async fn compose(&self, name: &str, content_type: &str, parts: &[&str]) -> Result<ObjectInfo>;

    /// A URL that lets anyone read the object until it expires; `None` where the service serves the bytes itself.
    async fn signed_url(&self, name: &str, valid_for: Duration) -> Result<Option<String>>;

    /// Whether the bucket answers: for readiness.
    async fn ping(&self) -> Result<()>;
}

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its whole name.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// As it was given.
    pub content_type: String,
    /// When it was written last.
    pub updated_at: DateTime<Utc>,
    /// Changes with the content.
    pub etag: String,
}

/// Bytes that are in memory, as a stream.
pub fn stream_of(bytes: impl Into<Bytes>) -> ByteStream {
    use futures::StreamExt;
    let bytes = bytes.into();
    futures::stream::once(async move { Ok(bytes) }).boxed()
}
