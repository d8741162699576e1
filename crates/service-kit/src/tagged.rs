use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
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
    /// Of the revision that people edit and of the whole representation.
    pub fn of(edited: impl std::fmt::Display, whole: &impl Serialize) -> Result<Self, serde_json::Error> {
        let digest = Sha256::digest(serde_json::to_vec(whole)?);
        Ok(Self {
            edited: edited.to_string(),
            whole: hex::encode(&digest[..8]),
        })
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
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    pub status: StatusCode,
    pub tag: Tag,
    pub location: Option<String>,
    pub body: T,
}

impl<T: Serialize> Tagged<T> {
    /// 200 with the tag of the body.
    pub fn new(edited: impl std::fmt::Display, body: T) -> Result<Self, Problem> {
        Ok(Self {
            status: StatusCode::OK,
            tag: Tag::of(edited, &body)?,
            location: None,
            body,
        })
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
        let mut answer = Answer::json(self.status, &self.body)?.header(&header::ETAG, self.tag.header());
        if let Some(location) = &self.location {
            answer = answer.header(&header::LOCATION, location);
        }
        Ok(answer)
    }
}

/// `If-None-Match` is answered with 304 by the chassis, for every answer with an `ETag`.
impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
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
