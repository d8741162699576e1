//! Keys on Google Cloud: secrets in Secret Manager, and signatures by Cloud KMS, which gives its keys to nobody.

mod id;
mod kms;
mod secrets;

use std::sync::Arc;

use async_trait::async_trait;
use kms::Kms;
use secrecy::SecretString;
use secrets::Secrets;

use super::{Keys, name};
use crate::{
    Result,
    google::{Identity, credentials::Bearers},
};

/// Where keys are, and whose word counts there.
#[derive(Debug, Clone)]
pub struct Place {
    /// The project's id.
    pub project: String,
    /// Where the ring is: `global`, `asia-south1`.
    pub location: String,
    /// The key ring of Cloud KMS.
    pub ring: String,
    /// A stand-in's `http://host:port`; Google's own services when `None`.
    pub stand_in: Option<String>,
    /// Who asks.
    pub identity: Identity,
}

/// Keys of one project.
pub struct CloudKeys {
    bearers: Arc<Bearers>,
    secrets: Secrets,
    kms: Kms,
}

impl CloudKeys {
    /// Uses the secrets and the key ring of a project; asks for nothing yet.
    pub fn at(place: &Place) -> Result<Self> {
        let bearers = Arc::new(Bearers::of(place.identity.clone()));
        Ok(Self {
            secrets: Secrets::of(place, bearers.clone())?,
            kms: Kms::of(place, bearers.clone())?,
            bearers,
        })
    }
}

#[async_trait]
impl Keys for CloudKeys {
    async fn secret(&self, name: &str) -> Result<SecretString> {
        self.secrets.newest(name::check(name)?).await
    }

    async fn public_key(&self, name: &str) -> Result<[u8; 32]> {
        self.kms.public_key(name::check(name)?).await
    }

    async fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64]> {
        self.kms.sign(name::check(name)?, message).await
    }

    async fn bearer(&self, audience: &str) -> Result<Option<SecretString>> {
        self.bearers.bearer(audience).await
    }

    /// Whether Google says who asks. The keys themselves are not tried: their quota is shared by all instances, and a key
    /// that was used is remembered.
    async fn ping(&self) -> Result<()> {
        self.bearers
            .bearer(crate::google::credentials::CLOUD)
            .await
            .map(drop)
    }
}
