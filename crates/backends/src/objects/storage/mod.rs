//! Objects in a bucket of Cloud Storage.
//!
//! Google's own client reads the bytes and signs the URLs. The rest is plain JSON over HTTP: that client has it over
//! gRPC alone, which no other server speaks, and its uploads do not survive a broken connection (`upload`).

mod download;
mod signing;
mod upload;
mod wire;
mod write;

use std::{ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::FutureExt;
use google_cloud_auth::credentials::{Builder, anonymous, mds};
use google_cloud_storage::client::Storage;
use secrecy::SecretString;

use self::{
    download::Download,
    signing::Signing,
    wire::Wire,
    write::{Content, Write},
};
use super::{ByteStream, ObjectInfo, Objects, name};
use crate::{
    Clock, Error, Ids, Result,
    google::{
        breaker::Breaker,
        credentials::{Bearers, Identity},
        rest::{DEADLINE, refusal},
    },
};

/// An object that is replaced again and again while it is looked at.
const LOOKS: usize = 10;

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
    wire: Wire,
    breaker: Arc<Breaker>,
    /// As Google's client names it.
    bucket: String,
    signing: Option<Signing>,
    ids: Ids,
}

impl StorageBucket {
    /// Uses a bucket that is there; asks for nothing yet. Must be called within a Tokio runtime.
    pub async fn connect(address: &Address) -> Result<Self> {
        let credentials = match &address.identity {
            Identity::Nobody => Ok(anonymous::Builder::new().build()),
            Identity::Metadata(url) => mds::Builder::default().with_endpoint(url).build(),
            Identity::Machine => Builder::default().build(),
        };
        let mut storage = Storage::builder().with_credentials(credentials.map_err(unusable)?);
        if let Some(url) = &address.emulator {
            storage = storage.with_endpoint(url.clone());
        }
        let bearers = Arc::new(Bearers::of(address.identity.clone()));
        Ok(Self {
            storage: storage.build().await.map_err(unusable)?,
            wire: Wire::of(address, bearers)?,
            breaker: Arc::new(Breaker::before("Cloud Storage")),
            bucket: format!("projects/_/buckets/{}", address.bucket),
            signing: Signing::of(address)?,
            ids: Ids::new(Clock::system()),
        })
    }

    /// What all requests of one operation come to within the deadline.
    async fn guarded<T>(
        &self,
        late: fn(String) -> Error,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.breaker.within(DEADLINE, late, work).await
    }

    async fn begin(&self, name: &str, range: Option<Range<u64>>) -> Result<(ObjectInfo, ByteStream)> {
        for _ in 0..LOOKS {
            let seen = self.wire.look(name).await?;
            let part = name::within(seen.info.size, range.clone())?;
            match Download::of(self, &seen, part).begin().await {
                Err(Error::NotFound) => {} // replaced or deleted between the looks
                begun => return begun.map(|download| (seen.info, download.stream())),
            }
        }
        Err(Error::Contention)
    }
}

#[async_trait]
impl Objects for StorageBucket {
    async fn put(&self, name: &str, content_type: &str, bytes: ByteStream) -> Result<ObjectInfo> {
        name::check(name)?;
        name::check_type(content_type)?;
        self.upload(name, content_type, bytes).boxed().await
    }

    async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<(ObjectInfo, ByteStream)> {
        name::check(name)?;
        let begun = self.begin(name, range).boxed();
        self.guarded(Error::Unavailable, begun).await
    }

    async fn head(&self, name: &str) -> Result<ObjectInfo> {
        name::check(name)?;
        let seen = self.guarded(Error::Unavailable, self.wire.look(name));
        Ok(seen.await?.info)
    }

    async fn delete(&self, name: &str) -> Result<()> {
        name::check(name)?;
        let deleted = self.wire.delete(name);
        self.guarded(Error::UnknownOutcome, deleted).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>, max: usize) -> Result<Vec<ObjectInfo>> {
        let listed = self.wire.list(prefix, after, max);
        self.guarded(Error::Unavailable, listed).await
    }

    async fn compose(&self, name: &str, content_type: &str, parts: &[&str]) -> Result<ObjectInfo> {
        name::check(name)?;
        name::check_type(content_type)?;
        name::check_parts(parts)?;
        let content = Content::Parts(parts);
        let (write, late) = (
            Write {
                name,
                content_type,
                content,
            },
            Error::UnknownOutcome,
        );
        self.guarded(late, self.write(&write).boxed()).await
    }

    async fn signed_url(&self, name: &str, valid_for: Duration) -> Result<Option<String>> {
        name::check(name)?;
        match &self.signing {
            Some(signing) => signing.url(&self.bucket, name, valid_for).await.map(Some),
            None => Ok(None),
        }
    }

    async fn ping(&self) -> Result<()> {
        self.list("", None, 1).await.map(drop)
    }
}

fn unusable(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("Cloud Storage cannot be used: {error}"))
}

/// Why Google's client failed.
fn failure(error: &google_cloud_storage::Error) -> Error {
    refusal(error.http_status_code(), format!("Cloud Storage: {error}"))
}
