use backends::keys::KeyRing;
use config::SecretString;
use http::{HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::Value;
use service_client::{Outbound, OutboundError, OutboundRequest, OutboundRules};
use service_kit::Kit;
use tokio::time::Instant;
use url::Url;

use super::Choices;

/// Of an answer's body: many vectors are the largest.
const LARGEST: usize = 8 << 20;
/// What a bearer for Google's APIs is asked for.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const QUOTA_PROJECT: HeaderName = HeaderName::from_static("x-goog-user-project");

/// Why a provider gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Unreachable(#[from] OutboundError),
    #[error("it refused with {0}")]
    Refused(u16),
    #[error("its answer has another shape: {0}")]
    Malformed(String),
    #[error("it says what cannot be: {0}")]
    Unbelievable(String),
    #[error("no bearer: {0}")]
    Bearer(#[from] backends::Error),
}

impl Failure {
    pub(super) fn shape(what: &str) -> Self {
        Self::Malformed(what.to_owned())
    }
}

/// Asks models elsewhere, with JSON.
#[derive(Clone)]
pub(crate) struct Remote {
    outbound: Outbound,
    keys: KeyRing,
}

impl Remote {
    pub(super) fn new(kit: &Kit, choices: &Choices) -> Self {
        let rules = OutboundRules {
            allow_http: choices.private.is_some(),
            allowed: choices.private.into_iter().collect(),
        };
        Self {
            outbound: Outbound::new(rules),
            keys: kit.backends.keys.clone(),
        }
    }

    /// In the name of the project.
    pub(super) async fn ask_google<T: DeserializeOwned>(
        &self,
        url: Url,
        project: &str,
        body: &Value,
        by: Instant,
    ) -> Result<T, Failure> {
        let bearer = self.keys.bearer(SCOPE).await?;
        let mut request = request(url, body, by);
        if let Ok(project) = HeaderValue::from_str(project) {
            request = request.header(QUOTA_PROJECT, project);
        }
        self.send(request, bearer).await
    }

    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        url: Url,
        bearer: Option<SecretString>,
        body: &Value,
        by: Instant,
    ) -> Result<T, Failure> {
        self.send(request(url, body, by), bearer).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        mut request: OutboundRequest,
        bearer: Option<SecretString>,
    ) -> Result<T, Failure> {
        request.bearer = bearer;
        let answer = self.outbound.send(request).await?;
        if !answer.status.is_success() {
            return Err(Failure::Refused(answer.status.as_u16()));
        }
        serde_json::from_slice(&answer.body).map_err(|error| Failure::Malformed(error.to_string()))
    }
}

fn request(url: Url, body: &Value, by: Instant) -> OutboundRequest {
    OutboundRequest::new(Method::POST, url, by)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(body.to_string())
        .largest_answer(LARGEST)
}

/// `base` with a path below its own; a colon stays as it is.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let whole = format!("{}/{path}", base.path().trim_end_matches('/'));
    url.set_path(&whole);
    url
}
