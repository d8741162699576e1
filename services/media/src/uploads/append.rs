use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{SinkExt, StreamExt, channel::mpsc};
use http::{HeaderMap, StatusCode, header};
use service_kit::{
    Problem,
    extract::{Artisan, Path},
};
use shared_models::ids::FileId;

use super::{
    MAX_CHUNK, UPLOAD_CHECKSUM, number,
    offset::described,
    persist::{Checksum, Chunks},
};
use crate::{error::MediaError, files, state::Shared};

const OFFSET_BYTES: &str = "application/offset+octet-stream";

/// Sends the next bytes of an upload, up to 8 MiB. What arrives is kept although the connection breaks, unless
/// a checksum was sent: then all of it counts or nothing.
///
/// After the last bytes this answers when the photo can be fetched with all its pictures.
#[utoipa::path(patch, path = "/media/uploads/{upload_id}", tag = "uploads",
    params(("upload_id" = FileId, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header),
        ("Upload-Checksum" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn patch(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(upload_id): Path<FileId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, MediaError> {
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != OFFSET_BYTES)
    {
        let detail = format!("the bytes of an upload are sent as {OFFSET_BYTES}");
        return Err(Problem::unsupported_media_type(detail).into());
    }
    files::not_encoded(&headers)?;
    let offset = number(&headers, "Upload-Offset")?;
    let checksum = checksum(&headers)?;
    let turn = state.turns.take(upload_id).await;
    let kept = state.uploads.owned_by(artisan.id(), upload_id).await?;
    if kept.value.offset != offset {
        return Err(MediaError::Offset);
    }
    let room = MAX_CHUNK.min(kept.value.length - offset);
    if number(&headers, "Content-Length").is_ok_and(|length| length > room) {
        return Err(too_much(room));
    }
    let (chunks, receiver) = mpsc::channel(8);
    let persisted = state.persist(turn, kept, receiver, checksum);
    let fed = feed(body, chunks, room).await;
    let kept = persisted.await.map_err(Problem::internal)??;
    fed?;
    if kept.value.is_whole() {
        state.finish(upload_id).await?;
    }
    Ok((StatusCode::NO_CONTENT, described(&kept.value)).into_response())
}

fn too_much(room: u64) -> MediaError {
    Problem::too_large(format!("at most {room} bytes can be sent now")).into()
}

/// Hands on what arrives. Whoever keeps it goes on when this is dropped.
async fn feed(body: Body, mut chunks: Chunks, room: u64) -> Result<(), MediaError> {
    let mut stream = body.into_data_stream();
    let mut left = room;
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else {
            // Tells that what came is not all of it.
            let _ = chunks.send(None).await;
            return Err(Problem::malformed("the body did not arrive whole").into());
        };
        let Some(rest) = left.checked_sub(chunk.len() as u64) else {
            let _ = chunks.send(None).await;
            return Err(too_much(room));
        };
        left = rest;
        if chunks.send(Some(chunk)).await.is_err() {
            return Ok(()); // it could not be kept, and the other side says why
        }
    }
    chunks.close_channel();
    Ok(())
}

/// `Upload-Checksum`: an algorithm and a digest in base64.
fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
    let Some(value) = headers.get(UPLOAD_CHECKSUM) else {
        return Ok(None);
    };
    let read = || {
        let (algorithm, digest) = value.to_str().ok()?.trim().split_once(' ')?;
        Checksum::of(algorithm, STANDARD.decode(digest.trim()).ok()?)
    };
    read().map(Some).ok_or_else(|| {
        Problem::malformed("Upload-Checksum must be sha1 or sha256, a space, and the digest in base64")
            .and_field("Upload-Checksum", "malformed", "is not well formed")
    })
}
