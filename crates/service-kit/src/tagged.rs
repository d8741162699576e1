use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Answer, Problem};

/// A strong entity tag in two parts: `"edited.whole"` (RFC 9110, 8.8.3).
///
/// `If-Match` compares the part that people edit, so that what machines fill in never spoils an
/// edit; `If-None-Match` compares the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    edited: String,
    whole: String,
}

impl Tag {
    /// Of the revision that people edit and of the whole representation's bytes.
    fn of(edited: impl std::fmt::Display, whole: &[u8]) -> Self {
        let digest = Sha256::digest(whole);
        Self {
            edited: edited.to_string(),
            whole: hex::encode(&digest[..8]),
        }
    }

    /// The part that `If-Match` compares.
    pub fn edited(&self) -> &str {
        &self.edited
    }

    /// The header's value.
    pub fn header(&self) -> String {
        format!("\"{}.{}\"", self.edited, self.whole)
    }
}

/// A resource with its tag: 304 when the caller has it already.
///
/// It is written as JSON once: the tag is of these bytes.
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    status: StatusCode,
    tag: Tag,
    location: Option<String>,
    json: Bytes,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> Tagged<T> {
    /// 200 with the tag of the body.
    pub fn new(edited: impl std::fmt::Display, body: T) -> Result<Self, Problem> {
        let json = serde_json::to_vec(&body)?;
        Ok(Self {
            status: StatusCode::OK,
            tag: Tag::of(edited, &json),
            location: None,
            json: json.into(),
            of: PhantomData,
        })
    }
}

impl<T> Tagged<T> {
    /// Of its JSON.
    pub fn bytes(&self) -> usize {
        self.json.len()
    }

    /// 201 with `Location`.
    #[must_use]
    pub fn created(self, location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            ..self
        }
    }

    /// To be stored with an idempotency key.
    pub fn answer(&self) -> Result<Answer, Problem> {
        let body: Value = serde_json::from_slice(&self.json)?;
        let mut answer = Answer::json(self.status, &body)?.header(&header::ETAG, self.tag.header());
        if let Some(location) = &self.location {
            answer = answer.header(&header::LOCATION, location);
        }
        Ok(answer)
    }
}

/// `If-None-Match` is answered with 304 by the chassis, for every answer with an `ETag`.
impl<T> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut response = (self.status, [kind], self.json).into_response();
        if let Ok(tag) = HeaderValue::try_from(self.tag.header()) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        if let Some(location) = self
            .location
            .and_then(|location| HeaderValue::try_from(location).ok())
        {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}
