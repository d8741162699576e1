use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use shared_models::text::{Language, accepted_languages};

/// The caller's languages, best first; empty when she named none that the marketplace speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptLanguage(pub Vec<Language>);

impl<S: Send + Sync> FromRequestParts<S> for AcceptLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let text = header.and_then(|value| value.to_str().ok()).unwrap_or("");
        Ok(Self(accepted_languages(text)))
    }
}
