//! Photos that media keeps.

use std::time::Duration;

use axum::extract::Request;
use bytes::Bytes;
use config::SecretString;
use http::{HeaderMap, header};
use service_client::{Call, CallContext, ClientError, Service};
use service_kit::Problem;
use shared_models::{ids::FileId, ml::PhotoRef};

use super::sent::Sent;
use crate::{error::MlError, state::MlState};

/// For one photo of 800 pixels.
const PATIENCE: Duration = Duration::from_secs(10);
/// Large enough to be drawn; what is measured is scaled down.
const VARIANT: &str = "medium";

/// A photo and the field of the request that it came from.
pub(super) struct Photo {
    pub(super) field: &'static str,
    pub(super) bytes: Bytes,
}

impl MlState {
    /// The photo that a request sends or names.
    pub(super) async fn photo(&self, request: Request) -> Result<Photo, MlError> {
        let bearer = bearer(request.headers());
        match Sent::of(request).await? {
            Sent::File(bytes) => Ok(Photo {
                field: "image",
                bytes,
            }),
            Sent::Kept(PhotoRef { file_id }) => Ok(Photo {
                field: "file_id",
                bytes: self.fetched(file_id, bearer).await?,
            }),
        }
    }

    /// A photo as the caller may see it: her own, or a public one.
    async fn fetched(&self, file: FileId, bearer: Option<SecretString>) -> Result<Bytes, MlError> {
        let context = CallContext {
            on_behalf_of: bearer,
            ..self.kit.call(PATIENCE)
        };
        let path = ["media".to_owned(), file.to_string(), VARIANT.to_owned()];
        let call = Call::get(Service::Media, path);
        match self.kit.peers.send(&context, &call).await {
            Ok(answer) => Ok(answer.body),
            Err(ClientError::Refused { problem, .. }) if matches!(problem.status, 403 | 404 | 410) => {
                let detail = "is no photo of yours, nor a public one";
                let problem = Problem::not_found(format!("/file_id {detail}"));
                Err(problem.and_field("/file_id", "not_found", detail).into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The caller's token, which the chassis has checked.
fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, token) = value.split_once(' ')?;
    Some(token.trim().to_owned().into())
}
