use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use serde::Serialize;
use url::Url;

use crate::{ClientError, Service};

/// One request to a peer.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) service: Service,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) anonymous: bool,
    path: Vec<String>,
    query: Vec<(String, String)>,
}

impl Call {
    /// A request to the path of these segments, each of which is percent-encoded.
    pub fn new<S: Into<String>>(
        service: Service,
        method: Method,
        segments: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            service,
            method,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            anonymous: false,
            path: segments.into_iter().map(Into::into).collect(),
            query: Vec::new(),
        }
    }

    /// A GET.
    pub fn get<S: Into<String>>(service: Service, segments: impl IntoIterator<Item = S>) -> Self {
        Self::new(service, Method::GET, segments)
    }

    /// A POST.
    pub fn post<S: Into<String>>(service: Service, segments: impl IntoIterator<Item = S>) -> Self {
        Self::new(service, Method::POST, segments)
    }

    /// With one more parameter of the query.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With a JSON body; `Malformed` when `body` cannot be written as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, ClientError> {
        let written = serde_json::to_vec(body)
            .map_err(|error| ClientError::malformed(self.service, error.to_string()))?;
        self.body = written.into();
        Ok(self.header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
    }

    /// With a body of any type.
    #[must_use]
    pub fn body(mut self, kind: HeaderValue, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE, kind)
    }

    /// Without a service token: for what anybody may ask.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Where it goes when the peer is at `base`, which may have a path of its own.
    pub(crate) fn url(&self, base: &Url) -> Result<Url, ClientError> {
        let refuse = |reason: &str| ClientError::malformed(self.service, reason);
        // The URL standard drops dot segments, which would ask for another path.
        if self.path.iter().any(|segment| segment == "." || segment == "..") {
            return Err(refuse("a path segment is . or .."));
        }
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| refuse("the peer's address has no path"))?
            .pop_if_empty()
            .extend(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://peers.example/product/").unwrap()
    }

    #[test]
    fn segments_and_parameters_are_encoded_below_the_peers_path() {
        let call = Call::get(Service::Product, ["products", "a/b?c"]).query("q", "मधु बनी&x");
        assert_eq!(
            call.url(&base()).unwrap().as_str(),
            "https://peers.example/product/products/a%2Fb%3Fc?q=%E0%A4%AE%E0%A4%A7%E0%A5%81+%E0%A4%AC%E0%A4%A8%E0%A5%80%26x"
        );
    }

    #[test]
    fn dot_segments_are_refused() {
        let call = Call::get(Service::Product, ["products", ".."]);
        assert!(matches!(call.url(&base()), Err(ClientError::Malformed { .. })));
    }
}
