use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Place, id::id};
use crate::{
    Error, Result,
    google::{credentials::Bearers, rest::Rest},
};

const GOOGLE: &str = "https://secretmanager.googleapis.com";
/// Ours are told apart from a project's other secrets by this.
const PREFIX: &str = "craftchain-";

/// Secrets of Secret Manager. They are made where the project is, not here: a service may read its secrets and no more.
pub(super) struct Secrets {
    rest: Rest,
    /// Of the project's secrets.
    url: String,
}

#[derive(Deserialize)]
struct Version {
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    /// base64.
    data: SecretString,
    /// CRC-32C of the bytes, a number as text.
    #[serde(default)]
    data_crc32c: Option<String>,
}

impl Secrets {
    pub(super) fn of(place: &Place, bearers: Arc<Bearers>) -> Result<Self> {
        let endpoint = place.stand_in.as_deref().unwrap_or(GOOGLE);
        Ok(Self {
            rest: Rest::to("Secret Manager", bearers)?,
            url: format!("{endpoint}/v1/projects/{}/secrets", place.project),
        })
    }

    /// The newest version of a secret.
    pub(super) async fn newest(&self, name: &str) -> Result<SecretString> {
        let secret = format!("{PREFIX}{}", id(name));
        let url = format!("{}/{secret}/versions/latest:access", self.url);
        match self.rest.ask::<Version>(|http| http.get(&url)).await {
            Ok(version) => version.payload.text().ok_or_else(|| broken(&secret)),
            Err(Error::NotFound) => Err(Error::Other(format!(
                "Secret Manager has no secret {secret}: make it, of 32 random bytes in base64url"
            ))),
            Err(error) => Err(error),
        }
    }
}

impl Payload {
    fn text(&self) -> Option<SecretString> {
        let bytes = STANDARD.decode(self.data.expose_secret()).ok()?;
        let whole = self
            .data_crc32c
            .as_deref()
            .is_none_or(|sum| sum == crc32c::crc32c(&bytes).to_string());
        let text = String::from_utf8(bytes).ok()?;
        whole.then(|| text.trim_end().into())
    }
}

fn broken(secret: &str) -> Error {
    Error::Unavailable(format!("Secret Manager: {secret} did not arrive as it was sent"))
}
