use std::time::Duration;

use config::SecretString;
use http::HeaderMap;
use tokio::time::Instant;

/// The headers of a call between services.
pub mod header {
    use http::HeaderName;

    /// Proves which service calls; bound to the callee.
    pub const SERVICE_TOKEN: HeaderName = HeaderName::from_static("x-service-token");
    /// The same for Cloud Run's own check, which destroys the token's signature before the callee sees it.
    pub const SERVERLESS_AUTHORIZATION: HeaderName = HeaderName::from_static("x-serverless-authorization");
    /// How many milliseconds the caller will still wait.
    pub const TIMEOUT: HeaderName = HeaderName::from_static("x-request-timeout-ms");
    /// W3C trace context.
    pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
    /// Makes a repeated request have one effect.
    pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
}

/// Fifty days of milliseconds, so that a time read from a header can be added to any other.
const LONGEST: u64 = u32::MAX as u64;

/// What a call inherits from the request that causes it.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// When the answer is worth nothing any more; retries included.
    pub deadline: Instant,
    /// W3C trace context of the caller's span.
    pub traceparent: Option<String>,
    /// The end user's bearer, when the call is made in her name.
    pub on_behalf_of: Option<SecretString>,
    /// Lets a POST be retried; one key for one effect, so never shared by two calls to the same path.
    pub idempotency_key: Option<String>,
}

impl CallContext {
    /// A call of the service's own that may take `time`.
    pub fn within(time: Duration) -> Self {
        Self::until(Instant::now() + time)
    }

    /// A call of the service's own that must be answered by `deadline`.
    pub fn until(deadline: Instant) -> Self {
        Self {
            deadline,
            traceparent: None,
            on_behalf_of: None,
            idempotency_key: None,
        }
    }

    /// Part of a trace.
    #[must_use]
    pub fn traced(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = Some(traceparent.into());
        self
    }

    /// In the name of the user whose bearer this is (without the word `Bearer`).
    #[must_use]
    pub fn on_behalf_of(mut self, bearer: SecretString) -> Self {
        self.on_behalf_of = Some(bearer);
        self
    }

    /// With an Idempotency-Key.
    #[must_use]
    pub fn idempotent(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// How long the caller of an inbound request will still wait; nothing when it did not say.
    pub fn remaining_from(headers: &HeaderMap) -> Option<Duration> {
        let text = headers.get(header::TIMEOUT)?.to_str().ok()?;
        let millis: u64 = text.parse().ok()?;
        Some(Duration::from_millis(millis.min(LONGEST)))
    }
}
