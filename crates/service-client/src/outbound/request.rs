use bytes::Bytes;
use config::SecretString;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::Instant;
use url::Url;

/// One request to a third party.
#[derive(Debug, Clone)]
pub struct OutboundRequest {
    /// The method.
    pub method: Method,
    /// Where to. Checked against the rules, as are the addresses of its name.
    pub url: Url,
    /// Further headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The bearer of `Authorization`.
    pub bearer: Option<SecretString>,
    /// When the answer is worth nothing any more.
    pub deadline: Instant,
    /// The largest body of an answer, in bytes; a megabyte by default.
    pub largest_answer: usize,
}

impl OutboundRequest {
    /// A request without headers or body.
    pub fn new(method: Method, url: Url, deadline: Instant) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            bearer: None,
            deadline,
            largest_answer: 1 << 20,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// In the name of whom this bearer speaks for.
    #[must_use]
    pub fn bearer(mut self, bearer: SecretString) -> Self {
        self.bearer = Some(bearer);
        self
    }

    /// With another cap on the answer's body, in bytes.
    #[must_use]
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }
}

/// What a third party answered, whatever its status.
#[derive(Debug, Clone)]
pub struct OutboundAnswer {
    /// The status; redirects are not followed.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}
