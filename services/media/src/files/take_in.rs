use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
};
use backends::{documents::Batch, objects::ByteStream};
use futures::{StreamExt, TryStreamExt, future};
use http::{HeaderMap, StatusCode, header};
use images::{Finish, Limits};
use serde::{Deserialize, Deserializer, de};
use service_kit::{
    Problem,
    extract::{Query, ServiceCaller},
};
use shared_models::{ids::UserId, media::MediaFile};
use utoipa::IntoParams;

use crate::{
    domain::file::{File, Origin, named},
    error::MediaError,
    events::{FORGET_UNUSED, Of},
    shelf::Incoming,
    state::{MediaState, Shared},
    store::Files,
};

const OCTETS: &str = "application/octet-stream";
/// A listing that is made with its photos names them long before; an upload that broke never does.
const UNUSED: chrono::Duration = chrono::Duration::hours(24);

/// Whose photo it is, and what she calls it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sender {
    artisan_id: UserId,
    #[serde(default, deserialize_with = "short")]
    #[param(max_length = 200)]
    filename: Option<String>,
}

fn short<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.chars().count() <= 200 {
        return Ok(Some(text));
    }
    Err(de::Error::custom("must be at most 200 characters"))
}

/// Takes one photo in from a service to which an artisan sends it, as it comes. Unless a listing shows it a day
/// later, it goes again.
#[utoipa::path(post, path = "/internal/media", tag = "internal", params(Sender),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = MediaFile)))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _: ServiceCaller,
    Query(sender): Query<Sender>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<MediaFile>), MediaError> {
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != OCTETS)
    {
        return Err(Problem::unsupported_media_type(format!("a photo is sent as {OCTETS}")).into());
    }
    super::not_encoded(&headers)?;
    if state.files.is_erased(sender.artisan_id).await? {
        return Err(MediaError::Erased);
    }
    let limits = Limits::default();
    let incoming = state.shelf.take_in(pieces(body, limits.bytes)).await?;
    let taken = state.take_for(&sender, &incoming, limits).await;
    state.shelf.discard(&[incoming]).await;
    let file = taken?;
    let answer = file.answer(None, state.links.stable(&file));
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The body up to the piece that is too much: the file is refused for its length then.
fn pieces(body: Body, most: usize) -> ByteStream {
    let broken = |error: axum::Error| backends::Error::Unavailable(format!("the request broke off: {error}"));
    let within = move |seen: &mut usize, piece: backends::Result<Bytes>| {
        let over = *seen > most;
        *seen += piece.as_ref().map_or(0, Bytes::len);
        future::ready((!over).then_some(piece))
    };
    body.into_data_stream().map_err(broken).scan(0, within).boxed()
}

impl MediaState {
    async fn take_for(
        &self,
        sender: &Sender,
        incoming: &Incoming,
        limits: Limits,
    ) -> Result<File, MediaError> {
        let origin = Origin {
            id: self.kit.ids.fresh(),
            owner_id: sender.artisan_id,
            filename: sender.filename.as_deref().and_then(named),
            product_id: None,
        };
        let objects = std::slice::from_ref(&incoming.name);
        let developed = self
            .take_one(origin, objects, "file", limits, Finish::Light)
            .await?;
        let file = &developed.file;
        let mut batch = Batch::new();
        Files::while_known(&mut batch, sender.artisan_id);
        self.files.add(&mut batch, file, developed.likeness.as_ref())?;
        let due = self.kit.clock.now() + UNUSED;
        let of = Of::file(file.id);
        let id = file.id.to_string();
        self.kit
            .jobs
            .enqueue_at(&mut batch, FORGET_UNUSED, &id, due, &of)?;
        let committed = match self.files.commit(batch).await {
            Err(MediaError::Backend(error))
                if error.is_conflict() && self.files.is_erased(sender.artisan_id).await? =>
            {
                Err(MediaError::Erased)
            }
            outcome => outcome,
        };
        if let Err(error) = committed {
            self.give_up_after(&error, &[developed]).await;
            return Err(error);
        }
        Ok(developed.file)
    }
}
