use axum::extract::State;
use backends::documents::Batch;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Duration;
use http::{HeaderMap, StatusCode, header};
use service_kit::{
    Answer, Problem,
    extract::{Artisan, IdempotencyKey},
};
use shared_models::ids::UserId;

use super::{MAX_LENGTH, UPLOAD_EXPIRES, UPLOAD_METADATA, http_date, number};
use crate::{
    domain::{
        file::named,
        upload::{Stage, Upload},
    },
    error::MediaError,
    state::{MediaState, Shared},
    store::{Files, Uploads},
};

/// How long an upload can be gone on with.
const KEPT: Duration = Duration::days(7);

/// Begins a resumable upload. Its id is the id that the photo will have. `Upload-Metadata` may hold `filename`,
/// `product_id` and `optimize`.
#[utoipa::path(post, path = "/media/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header), ("Upload-Length" = u64, Header),
        ("Upload-Metadata" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    key: IdempotencyKey,
    headers: HeaderMap,
) -> Result<Answer, MediaError> {
    let length = number(&headers, "Upload-Length")?;
    if length == 0 {
        return Err(Problem::field("Upload-Length", "too_small", "must be at least 1").into());
    }
    if length > MAX_LENGTH {
        return Err(Problem::too_large(format!("a file has at most {MAX_LENGTH} bytes")).into());
    }
    let metadata = headers.get(UPLOAD_METADATA).and_then(|value| value.to_str().ok());
    let metadata = metadata.unwrap_or_default();
    let intent = key.intent(artisan.id(), &(length, metadata))?;
    if let Some(answer) = state.kit.idempotency.replay(&intent).await? {
        return Ok(answer);
    }
    let upload = state.begun(artisan.id(), length, metadata)?;
    let mut batch = Batch::new();
    Files::while_known(&mut batch, artisan.id());
    Uploads::create(&mut batch, &upload)?;
    let location = state.kit.link(&format!("/media/uploads/{}", upload.id));
    let answer = Answer::json(StatusCode::CREATED, &())?
        .header(&header::LOCATION, location)
        .header(&UPLOAD_EXPIRES, http_date(upload.expires_at));
    match state.kit.idempotency.commit(&intent, batch, answer).await {
        Err(error) if error.is_conflict() && state.files.is_erased(artisan.id()).await? => {
            Err(MediaError::Erased)
        }
        outcome => Ok(outcome?),
    }
}

impl MediaState {
    fn begun(&self, owner_id: UserId, length: u64, metadata: &str) -> Result<Upload, Problem> {
        let said = |wanted: &str| value_of(metadata, wanted);
        let wrong = |name: &str| {
            Problem::field(
                format!("Upload-Metadata/{name}"),
                "malformed",
                "is not well formed",
            )
        };
        let product_id = said("product_id").map(|id| id.parse().map_err(|_| wrong("product_id")));
        let optimize = said("optimize").map(|flag| flag.parse().map_err(|_| wrong("optimize")));
        Ok(Upload {
            id: self.kit.ids.fresh(),
            owner_id,
            length,
            offset: 0,
            filename: said("filename")
                .or_else(|| said("name"))
                .as_deref()
                .and_then(named),
            product_id: product_id.transpose()?,
            optimize: optimize.transpose()?.unwrap_or(true),
            parts: Vec::new(),
            state: Stage::Open,
            expires_at: self.kit.clock.now() + KEPT,
        })
    }
}

/// One value of `Upload-Metadata`: pairs of a name and base64, with commas between.
fn value_of(metadata: &str, wanted: &str) -> Option<String> {
    let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let (_, value) = pairs.find(|(name, _)| *name == wanted)?;
    String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::value_of;

    #[test]
    fn metadata_are_pairs_in_base64() {
        let metadata = "filename Ym93bC5qcGc=, empty,optimize ZmFsc2U=";
        assert_eq!(value_of(metadata, "filename").as_deref(), Some("bowl.jpg"));
        assert_eq!(value_of(metadata, "optimize").as_deref(), Some("false"));
        assert_eq!(value_of(metadata, "empty"), None);
        assert_eq!(value_of("filename !!", "filename"), None);
    }
}
