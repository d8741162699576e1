use std::time::Duration;

use google_cloud_auth::{
    credentials::{Builder, mds, service_account},
    signer::Signer,
};
use google_cloud_storage::builder::storage::SignedUrlBuilder;
use secrecy::ExposeSecret;

use super::{Address, unusable};
use crate::{
    Error, Result,
    google::{breaker::Breaker, credentials::Identity, rest::DEADLINE},
};

/// Cloud Storage signs for a week at most.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// Signs URLs (V4).
pub(super) struct Signing {
    signer: Signer,
    emulator: Option<String>,
    breaker: Breaker,
}

impl Signing {
    /// With a key that is there, or by asking Google to: a service account's key never leaves Google on Cloud Run.
    /// Nobody signs nothing.
    pub(super) fn of(address: &Address) -> Result<Option<Self>> {
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
        Ok(Some(Self {
            signer: signer.map_err(unusable)?,
            emulator: address.emulator.clone(),
            breaker: Breaker::before("Google's signatures"),
        }))
    }

    /// A URL with which anyone can read the object for a while.
    pub(super) async fn url(&self, bucket: &str, name: &str, valid_for: Duration) -> Result<String> {
        let mut url = SignedUrlBuilder::for_object(bucket, name).with_expiration(valid_for.min(LONGEST));
        if let Some(emulator) = &self.emulator {
            url = url.with_endpoint(emulator);
        }
        let signing = async {
            let signed = url.sign_with(&self.signer).await;
            signed.map_err(|error| Error::Unavailable(format!("cannot sign a URL: {error}")))
        };
        self.breaker.within(DEADLINE, Error::Unavailable, signing).await
    }
}
