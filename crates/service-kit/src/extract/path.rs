use axum::extract::{FromRequestParts, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Problem;

/// Parameters of the path; a malformed one is 400 and named.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                use axum::extract::path::ErrorKind;
                let (name, detail) = match error.kind() {
                    ErrorKind::ParseErrorAtKey { key, .. }
                    | ErrorKind::InvalidUtf8InPathParam { key }
                    | ErrorKind::DeserializeError { key, .. } => (key.clone(), "is not well formed"),
                    _ => ("path".to_owned(), "is not well formed"),
                };
                Err(
                    Problem::malformed(format!("{name} in the path {detail}")).and_field(
                        name,
                        "malformed",
                        detail,
                    ),
                )
            }
            Err(error) => Err(Problem::internal(error)),
        }
    }
}
