mod address;
mod request;
mod resolver;
mod rules;

use std::{
    error::Error,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::BytesMut;
use config::ExposeSecret;
use http::{HeaderValue, header::AUTHORIZATION};
use tokio::time::timeout_at;

pub use self::{
    address::is_public,
    request::{OutboundAnswer, OutboundRequest},
    rules::OutboundRules,
};
use self::{resolver::GuardedResolver, rules::NotPublic};
use crate::{BuildError, error::explain};

/// Why a third party gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OutboundError {
    /// The rules forbid the place; the same for every later attempt, unless its name's addresses change.
    #[error("the address is refused: {0}")]
    Forbidden(String),
    /// No connection, or one that broke. Whether the request had its effect is unknown.
    #[error("no answer: {0}")]
    Unavailable(String),
    /// The caller's time is over. Whether the request had its effect is unknown.
    #[error("no answer in time")]
    DeadlineExceeded,
    /// The answer is larger than the caller wants to hold.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The request cannot be written.
    #[error("the request is malformed: {0}")]
    Malformed(String),
    /// No client could be made.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// The one client for third parties. Cheap to clone.
///
/// Never retries: what is worth retrying is a job with a backoff of its own.
#[derive(Debug, Clone)]
pub struct Outbound(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    rules: Arc<OutboundRules>,
    /// Made with the first request, since most services and tests never send one and reading the machine's root
    /// certificates takes longer than starting a service.
    http: OnceLock<Result<reqwest::Client, BuildError>>,
}

impl Outbound {
    /// A client that keeps to `rules`.
    pub fn new(rules: OutboundRules) -> Self {
        Self(Arc::new(Shared {
            rules: Arc::new(rules),
            http: OnceLock::new(),
        }))
    }

    /// What it keeps to; to check an address when a user names it, before anything is sent.
    pub fn rules(&self) -> &OutboundRules {
        &self.0.rules
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        self.0.rules.check(&request.url)?;
        let deadline = request.deadline;
        timeout_at(deadline, self.exchange(request))
            .await
            .unwrap_or(Err(OutboundError::DeadlineExceeded))
    }

    async fn exchange(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        let largest = request.largest_answer;
        let mut response = self.prepare(request)?.send().await.map_err(failed)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > largest {
                return Err(OutboundError::TooLarge(largest));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(OutboundAnswer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: body.freeze(),
        })
    }

    fn prepare(&self, mut request: OutboundRequest) -> Result<reqwest::RequestBuilder, OutboundError> {
        if let Some(bearer) = &request.bearer {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", bearer.expose_secret()))
                .map_err(|_| OutboundError::Malformed("the bearer holds control characters".into()))?;
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
        }
        Ok(self
            .client()?
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body))
    }

    fn client(&self) -> Result<&reqwest::Client, BuildError> {
        self.0
            .http
            .get_or_init(|| client(&self.0.rules))
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// No redirects: they would leave the checked place. No proxies: they would resolve names behind our back. No
/// compression: a body of few bytes could become one of many.
fn client(rules: &Arc<OutboundRules>) -> Result<reqwest::Client, BuildError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_deflate()
        .no_brotli()
        .no_zstd()
        .https_only(!rules.allow_http)
        .user_agent("craftchain")
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(30))
        .dns_resolver(GuardedResolver { rules: rules.clone() })
        .build()
        .map_err(|error| BuildError(explain(error)))
}

fn failed(error: reqwest::Error) -> OutboundError {
    match refusal(&error) {
        Some(not_public) => OutboundError::Forbidden(not_public.to_string()),
        None => OutboundError::Unavailable(explain(error)),
    }
}

/// The resolver's refusal, which the connector wraps.
fn refusal(error: &reqwest::Error) -> Option<&NotPublic> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(not_public) = cause.downcast_ref() {
            return Some(not_public);
        }
        source = cause.source();
    }
    None
}
