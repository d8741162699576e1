use std::time::Duration;

use axum::{Json, extract::State, routing::get};
use backends::{
    documents::{Batch, Precondition, Query, Store},
    events::{Event, Subscription},
};
use service_kit::{App, Background, Kit, Problem, extract::Path, inbox::ConsumeError};
use shared_models::events::Topic;
use utoipa_axum::router::OpenApiRouter;

use super::{COUNTS, Count, Written};

/// What a dead reader held is delivered again after a second, and however often it dies.
pub(super) const SUBSCRIPTION: Subscription = Subscription {
    max_attempts: 10_000,
    lease: Duration::from_secs(1),
    ..Subscription::to("reader.entries", &[Topic::ProductCreated])
};

pub(super) fn build(kit: Kit) -> App {
    let store = kit.backends.documents.clone();
    let background = Background::default().consume(SUBSCRIPTION, move |event| count(store.clone(), event));
    let router = OpenApiRouter::new()
        .route("/size", get(size))
        .route("/counts/{entry}", get(one))
        .with_state(kit);
    App::new(router).with(background)
}

/// Counts without looking whether it counted this before: that is the inbox's promise.
async fn count(store: Store, event: Event) -> Result<Batch, ConsumeError> {
    let written: Written = event.body()?;
    let (times, when) = match store.get(COUNTS, &event.subject).await? {
        None => (0, Precondition::Absent),
        Some(document) => {
            let count: Count = document.read()?;
            (count.times, Precondition::Version(document.version))
        }
    };
    let count = Count {
        request: written.request,
        times: times + 1,
    };
    let mut batch = Batch::new();
    batch.write(COUNTS, event.subject, when, &count)?;
    Ok(batch)
}

async fn size(State(kit): State<Kit>) -> Result<Json<u64>, Problem> {
    Ok(Json(kit.backends.documents.count(&Query::all(COUNTS)).await?))
}

async fn one(State(kit): State<Kit>, Path(entry): Path<String>) -> Result<Json<Count>, Problem> {
    let document = kit.backends.documents.get(COUNTS, &entry).await?;
    let document = document.ok_or(backends::Error::NotFound)?;
    Ok(Json(document.read()?))
}
