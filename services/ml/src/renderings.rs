//! Pictures that are drawn here and kept at media, as their owner's.

use std::time::Duration;

use bytes::Bytes;
use config::SecretString;
use http::{HeaderMap, HeaderValue, header};
use service_client::{Call, CallContext, ClientError, Service};
use service_kit::Problem;
use sha2::{Digest, Sha256};
use shared_models::media::{Uploaded, UploadedFile};

use crate::{error::MlError, state::MlState};

/// Media makes eight variants of each.
const PATIENCE: Duration = Duration::from_secs(20);
const BOUNDARY: &str = "a-picture-drawn-by-craftchain-ml-7f3b9c";

/// Who owns what is drawn: the caller, by her own token.
pub(crate) struct Owner {
    bearer: SecretString,
    key: Option<String>,
}

impl Owner {
    /// The caller of a request that the chassis has checked.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, MlError> {
        let text = |name: &header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = text(&header::AUTHORIZATION).and_then(|value| value.split_once(' '));
        let (_, bearer) = bearer.ok_or_else(|| Problem::unauthenticated("a token is needed"))?;
        let key = text(&service_client::header::IDEMPOTENCY_KEY).map(str::to_owned);
        Ok(Self {
            bearer: bearer.trim().to_owned().into(),
            key,
        })
    }
}

impl MlState {
    /// Keeps a PNG at media. `name` tells the pictures of one request apart.
    pub(crate) async fn keep(&self, owner: &Owner, name: &str, png: Bytes) -> Result<UploadedFile, MlError> {
        let context = CallContext {
            on_behalf_of: Some(owner.bearer.clone()),
            idempotency_key: owner.key.as_ref().map(|key| key_of(key, name)),
            ..self.kit.call(PATIENCE)
        };
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let kind = HeaderValue::try_from(kind).map_err(Problem::internal)?;
        let call = Call::post(Service::Media, ["media", "upload"])
            .query("optimize", "false")
            .body(kind, form(name, &png));
        let uploaded: Uploaded = match self.kit.peers.send(&context, &call).await {
            Ok(answer) => answer.json()?,
            Err(ClientError::Refused { problem, .. }) => return Err(refused(&problem).into()),
            Err(error) => return Err(error.into()),
        };
        let first = uploaded.uploaded_files.into_iter().next();
        first.ok_or_else(|| Problem::internal("media kept nothing").into())
    }
}

/// One key for each picture, of the caller's for all; no longer than a key may be.
fn key_of(key: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{name}:{key}"));
    digest
        .iter()
        .fold("ml-".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// What media says of the caller (she was erased, or asks too often) is hers to know.
fn refused(problem: &shared_models::problem::ProblemDocument) -> Problem {
    let status = http::StatusCode::from_u16(problem.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    Problem::new(status, problem.code.clone(), problem.detail.clone())
}

fn form(name: &str, png: &Bytes) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), png, tail.as_bytes()].concat()
}
