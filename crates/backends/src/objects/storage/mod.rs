//! Objects in a bucket of Cloud Storage.
//!
//! Bytes go through Google's own client, which resumes broken uploads and downloads; the rest is plain JSON over
//! HTTP, since that client has it over gRPC alone, which no other server speaks.

mod metadata;
mod upload;

use std::{ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{FutureExt, StreamExt};
use google_cloud_auth::{
    credentials::{Builder, anonymous, mds, service_account},
    signer::Signer,
};
use google_cloud_gax::exponential_backoff::ExponentialBackoffBuilder;
use google_cloud_storage::{
    builder::storage::SignedUrlBuilder, client::Storage, model_ext::ReadRange,
    read_object::ReadObjectResponse,
};
use metadata::Metadata;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use upload::Target;

use super::{ByteStream, ObjectInfo, Objects, name, stream_of};
use crate::{
    Error, Result,
    google::{
        breaker::Breaker,
        credentials::{Bearers, Identity},
        rest::{DEADLINE, refusal},
    },
};

/// An object that is replaced again and again while it is looked at.
const LOOKS: usize = 10;
/// Cloud Storage signs for a week at most.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// Where a bucket is, and whose word counts there.
#[derive(Debug, Clone)]
pub struct Address {
    /// The bucket's name, unique in the world.
    pub bucket: String,
    /// An emulator's `http://host:port`; Google's own service when `None`.
    pub emulator: Option<String>,
    /// Who asks.
    pub identity: Identity,
    /// A service account's key as Google gives it (JSON), to sign URLs with; the identity signs when `None`.
    pub signs_with: Option<SecretString>,
}

/// A bucket of Cloud Storage.
pub struct StorageBucket {
    storage: Storage,
    metadata: Metadata,
    breaker: Breaker,
    /// As Google's client names it.
    bucket: String,
    emulator: Option<String>,
    /// What signs URLs; nobody's identity signs nothing.
    signer: Option<Signer>,
}

impl StorageBucket {
    /// Uses a bucket that is there. Must be called within a Tokio runtime.
    pub async fn connect(address: &Address) -> Result<Self> {
        let credentials = match &address.identity {
            Identity::Nobody => Ok(anonymous::Builder::new().build()),
            Identity::Metadata(url) => mds::Builder::default().with_endpoint(url).build(),
            Identity::Machine => Builder::default().build(),
        };
        let patience = ExponentialBackoffBuilder::new()
            .with_initial_delay(Duration::from_millis(50))
            .with_maximum_delay(Duration::from_secs(1))
            .clamp();
        let mut storage = Storage::builder()
            .with_credentials(credentials.map_err(unusable)?)
            .with_backoff_policy(patience);
        if let Some(url) = &address.emulator {
            storage = storage.with_endpoint(url.clone());
        }
        let bearers = Arc::new(Bearers::of(address.identity.clone()));
        Ok(Self {
            storage: storage.build().await.map_err(unusable)?,
            metadata: Metadata::of(address, bearers)?,
            breaker: Breaker::before("Cloud Storage (bytes)"),
            bucket: format!("projects/_/buckets/{}", address.bucket),
            emulator: address.emulator.clone(),
            signer: signer(address)?,
        })
    }

    /// The bytes of an object as it was when `info` was true; `NotFound` when it has been replaced.
    async fn read(&self, info: &ObjectInfo, range: Range<u64>) -> Result<ByteStream> {
        if range.is_empty() {
            return Ok(stream_of(Vec::new()));
        }
        let generation: i64 = info
            .etag
            .parse()
            .map_err(|_| Error::Other("no generation".to_owned()))?;
        let reading = self
            .storage
            .read_object(&self.bucket, &info.name)
            .set_generation(generation)
            .set_read_range(ReadRange::segment(range.start, range.end - range.start));
        let begun = async { reading.send().await.map_err(|error| failure(&error)) }.boxed();
        let begun = self.breaker.within(DEADLINE, Error::Unavailable, begun).await?;
        Ok(chunks(begun, range.end - range.start))
    }
}

/// Signs with a key that it holds, or asks Google to: a service account's key never leaves Google on Cloud Run.
fn signer(address: &Address) -> Result<Option<Signer>> {
    let signer = match (&address.signs_with, &address.identity) {
        (Some(key), _) => {
            let key = serde_json::from_str(key.expose_secret())
                .map_err(|_| Error::Invalid("that is no service account's key".to_owned()))?;
            service_account::Builder::new(key).build_signer()
        }
        (None, Identity::Nobody) => return Ok(None),
        (None, Identity::Metadata(url)) => mds::Builder::default().with_endpoint(url).build_signer(),
        (None, Identity::Machine) => Builder::default().build_signer(),
    };
    signer.map(Some).map_err(unusable)
}

fn unusable(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("Cloud Storage cannot be used: {error}"))
}

#[async_trait]
impl Objects for StorageBucket {
    async fn put(&self, name: &str, content_type: &str, bytes: ByteStream) -> Result<ObjectInfo> {
        name::check(name)?;
        name::check_type(content_type)?;
        let target = Target {
            storage: &self.storage,
            breaker: &self.breaker,
            bucket: &self.bucket,
            name,
            content_type,
        };
        target.send(bytes).boxed().await
    }

    async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<(ObjectInfo, ByteStream)> {
        name::check(name)?;
        for _ in 0..LOOKS {
            let info = self.metadata.head(name).await?;
            let part = name::within(info.size, range.clone())?;
            match self.read(&info, part).await {
                Err(Error::NotFound) => {} // replaced or deleted between the looks
                read => return read.map(|bytes| (info, bytes)),
            }
        }
        Err(Error::Contention)
    }

    async fn head(&self, name: &str) -> Result<ObjectInfo> {
        name::check(name)?;
        self.metadata.head(name).await
    }

    async fn delete(&self, name: &str) -> Result<()> {
        name::check(name)?;
        self.metadata.delete(name).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>, max: usize) -> Result<Vec<ObjectInfo>> {
        self.metadata.list(prefix, after, max).await
    }

    async fn compose(&self, name: &str, content_type: &str, parts: &[&str]) -> Result<ObjectInfo> {
        name::check(name)?;
        name::check_type(content_type)?;
        name::check_parts(parts)?;
        self.metadata.compose(name, content_type, parts).await
    }

    async fn signed_url(&self, name: &str, valid_for: Duration) -> Result<Option<String>> {
        name::check(name)?;
        let Some(signer) = &self.signer else {
            return Ok(None);
        };
        let mut url =
            SignedUrlBuilder::for_object(&self.bucket, name).with_expiration(valid_for.min(LONGEST));
        if let Some(emulator) = &self.emulator {
            url = url.with_endpoint(emulator);
        }
        let signing = async {
            let signed = url.sign_with(signer).await;
            signed.map_err(|error| Error::Unavailable(format!("cannot sign a URL: {error}")))
        };
        self.breaker
            .within(DEADLINE, Error::Unavailable, signing)
            .await
            .map(Some)
    }

    async fn ping(&self) -> Result<()> {
        self.metadata.list("", None, 1).await.map(drop)
    }
}

/// The bytes of a download, exactly `left` of them; an end before that is an error, as is a pause beyond the deadline.
fn chunks(reading: ReadObjectResponse, left: u64) -> ByteStream {
    let next = |state: Option<(ReadObjectResponse, u64)>| async move {
        let (mut reading, left) = state?;
        match timeout(DEADLINE, reading.next()).await {
            Ok(Some(Ok(chunk))) => {
                let left = left.saturating_sub(chunk.len() as u64);
                Some((Ok(chunk), Some((reading, left))))
            }
            Ok(Some(Err(error))) => Some((Err(failure(&error)), None)),
            Ok(None) if left == 0 => None,
            Ok(None) => Some((Err(broken_off("ended early")), None)),
            Err(_) => Some((Err(broken_off("stalled")), None)),
        }
    };
    futures::stream::unfold(Some((reading, left)), next).boxed()
}

fn broken_off(how: &str) -> Error {
    Error::Unavailable(format!("Cloud Storage: the download {how}"))
}

/// Why Google's client failed.
fn failure(error: &google_cloud_storage::Error) -> Error {
    refusal(error.http_status_code(), format!("Cloud Storage: {error}"))
}
