use std::collections::HashMap;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    routing::{get, post, put},
};
use backends::documents::{Batch, Query as Question};
use futures::TryStreamExt;
use http::{HeaderMap, StatusCode};
use service_kit::{
    Answer, App, Kit, Problem,
    extract::{IdempotencyKey, Path, Query, ValidJson},
};
use utoipa_axum::router::OpenApiRouter;

use super::{ENTRIES, Entry, NewEntry, Written, command::say};

pub(super) fn build(kit: Kit) -> App {
    let router = OpenApiRouter::new()
        .route("/entries", post(write).get(find))
        .route("/untold", get(untold))
        .route("/size", get(size))
        .route("/objects/{name}", put(store).get(fetch))
        .route("/keys/{name}", post(key))
        .with_state(kit);
    App::new(router)
}

/// Writes an entry with its event. With `x-hold` the answer is said to the parent, and never sent.
async fn write(
    State(kit): State<Kit>,
    key: IdempotencyKey,
    headers: HeaderMap,
    ValidJson(new): ValidJson<NewEntry>,
) -> Result<Answer, Problem> {
    let intent = key.required()?.intent("anyone", &new)?;
    if let Some(first) = kit.idempotency.replay(&intent).await? {
        return Ok(first);
    }
    let entry = Entry {
        id: kit.ids.uuid().to_string(),
        request: new.request,
        note: new.note,
    };
    let mut batch = Batch::new();
    batch.create(ENTRIES, entry.id.clone(), &entry)?;
    let written = Written {
        request: entry.request,
    };
    kit.outbox.emit(&mut batch, &entry.id, 1, &written)?;
    let answer = Answer::json(StatusCode::CREATED, &entry)?;
    let answer = kit.idempotency.commit(&intent, batch, answer).await?;
    if headers.contains_key("x-hold") {
        say("held", &answer.body.to_string());
        std::future::pending::<()>().await;
    }
    Ok(answer)
}

async fn find(
    State(kit): State<Kit>,
    Query(asked): Query<HashMap<String, u64>>,
) -> Result<Json<Vec<Entry>>, Problem> {
    let request = asked.get("request").copied().unwrap_or_default();
    let question = Question::all(ENTRIES).equals("request", request);
    let found = kit.backends.documents.query(&question).await?;
    let entries: backends::Result<_> = found.iter().map(backends::documents::Document::read).collect();
    Ok(Json(entries?))
}

/// How many events no relay moved yet.
async fn untold(State(kit): State<Kit>) -> Result<Json<u64>, Problem> {
    Ok(Json(
        kit.backends.documents.count(&Question::all("outbox")).await?,
    ))
}

async fn size(State(kit): State<Kit>) -> Result<Json<u64>, Problem> {
    Ok(Json(kit.backends.documents.count(&Question::all(ENTRIES)).await?))
}

async fn store(State(kit): State<Kit>, Path(name): Path<String>, body: Bytes) -> Result<StatusCode, Problem> {
    // In pieces, as an upload arrives.
    let pieces: Vec<_> = body
        .chunks(64 * 1024)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let stream = Box::pin(futures::stream::iter(pieces));
    kit.backends.objects.put(&name, "text/plain", stream).await?;
    Ok(StatusCode::CREATED)
}

async fn fetch(State(kit): State<Kit>, Path(name): Path<String>) -> Result<Body, Problem> {
    let (_, bytes) = kit.backends.objects.get(&name, None).await?;
    Ok(Body::from_stream(bytes.map_err(|error| error.to_string())))
}

async fn key(State(kit): State<Kit>, Path(name): Path<String>) -> Result<String, Problem> {
    Ok(hex::encode(kit.backends.keys.public_key(&name).await?))
}
