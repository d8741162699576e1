use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;
use url::Url;

use crate::Answer;

/// A request that can be changed and sent again.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// With its query, encoded as it goes out.
    pub(super) path: String,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Bytes>,
}

impl Request {
    /// With another body, of the type that it had.
    pub(super) fn with_body(&self, body: impl Into<Bytes>) -> Self {
        Self {
            body: Some(body.into()),
            ..self.clone()
        }
    }

    /// With another JSON body.
    pub(super) fn with_json(&self, body: &Value) -> Self {
        self.with_body(body.to_string())
    }

    /// With this header instead of any that it had of this name.
    pub(super) fn with_header(&self, name: &HeaderName, value: impl AsRef<[u8]>) -> Self {
        let mut changed = self.without_header(name);
        changed.add_header(name, value);
        changed
    }

    /// Without a header.
    pub(super) fn without_header(&self, name: &HeaderName) -> Self {
        let mut changed = self.clone();
        changed.headers.retain(|(other, _)| other != name);
        changed
    }

    /// With one more header, which may be there already.
    pub(super) fn add_header(&mut self, name: &HeaderName, value: impl AsRef<[u8]>) {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header can carry it");
        self.headers.push((name.clone(), value));
    }

    /// With this in `Authorization`.
    pub(super) fn authorized_by(&self, value: impl AsRef<[u8]>) -> Self {
        self.with_header(&header::AUTHORIZATION, value)
    }

    /// Sends it to the service at `door`.
    pub(super) async fn send(&self, http: &reqwest::Client, door: &Url) -> Answer {
        let origin = door.as_str().trim_end_matches('/');
        let url = format!("{origin}{}", self.path);
        let mut request = http.request(self.method.clone(), url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let asked = format!("{} {}", self.method, self.path);
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{asked}: {error}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|error| panic!("{asked}: {error}"));
        Answer {
            asked,
            status,
            headers,
            body,
        }
    }
}
