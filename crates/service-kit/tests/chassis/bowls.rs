//! A small service for the tests: bowls that artisans list, sell and fire.

use std::time::Duration;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use backends::{
    documents::{Batch, Collection, Direction, Index},
    events::{Event, Subscription, Topic},
};
use futures::StreamExt;
use garde::Validate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service_kit::{
    Answer, App, Background, Kit, Problem, Service, Tagged,
    extract::{
        Admin, Artisan, Caller, IdempotencyKey, IfMatch, OptionalCaller, Page, PageLink, Path, Prefer, Query,
        ServiceCaller, ValidJson,
    },
    idempotency::Claimed,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{ProductUpdated, UserDeleted},
    ids::UserId,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) const BOWLS: &str = "bowls";
/// What was done outside of all documents, by key.
pub(crate) const DONE: &str = "done";

pub(crate) const SERVICE: Service = Service {
    name: "product",
    about: "Bowls, for tests of the chassis",
    peer: service_client::Service::Product,
    collections: &[
        Collection {
            name: BOWLS,
            indexes: &[Index::on(&[]).by("title", Direction::Ascending)],
            followed: true,
        },
        Collection::keyed(DONE),
    ],
    settings: |_| Ok(()),
    build: |kit| Box::pin(async move { Ok(build(&kit)) }),
};

/// Tries quickly, so that tests are quick.
pub(crate) const QUICK: Policy = Policy {
    lease: Duration::from_secs(2),
    patience: Duration::from_mins(1),
    attempts: 4,
    at_once: 4,
    backoff: Duration::from_millis(20),
    backoff_at_most: Duration::from_millis(40),
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Bowl {
    pub(crate) title: String,
    pub(crate) grams: u32,
    pub(crate) revision: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBowl {
    #[garde(length(min = 1, max = 80))]
    pub(crate) title: String,
    #[garde(range(min = 1, max = 100_000))]
    pub(crate) grams: u32,
    /// The client may choose it.
    #[garde(skip)]
    #[serde(default)]
    pub(crate) id: Option<UserId>,
}

#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct Wanted {
    /// Heavier than this.
    #[serde(default)]
    pub(crate) heavier: u32,
}

pub(crate) fn build(kit: &Kit) -> App {
    let router = OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, throw))
        .routes(routes!(sell))
        .routes(routes!(whoami))
        .routes(routes!(internal))
        .routes(routes!(admin))
        .routes(routes!(panics))
        .routes(routes!(fails))
        .routes(routes!(hurried))
        .routes(routes!(stuck))
        .routes(routes!(endless))
        .routes(routes!(waits))
        .routes(routes!(upload))
        .with_state(kit.clone());
    App::new(router)
        .patient("/hurried", Duration::from_millis(50))
        .with(duties(kit))
}

fn duties(kit: &Kit) -> Background {
    let (jobs, users, products) = (kit.clone(), kit.clone(), kit.clone());
    let slow = Subscription {
        lease: Duration::from_secs(1),
        ..Subscription::to("product.product-updated", &[Topic::ProductUpdated])
    };
    Background::default()
        .run_with("fire", QUICK, move |job| fire(jobs.clone(), job))
        .run("stuck", |_| std::future::pending())
        .consume(
            Subscription::to("product.user-deleted", &[Topic::UserDeleted]),
            move |event| forget(users.clone(), event),
        )
        .consume(slow, move |event| change(products.clone(), event))
}

async fn forget(kit: Kit, event: Event) -> Result<Batch, ConsumeError> {
    let gone: UserDeleted = event.body()?;
    let mut batch = Batch::new();
    count(&kit, &mut batch, &format!("deleted:{}", gone.user_id)).await?;
    Ok(batch)
}

/// Takes more than two leases when the listing is slow.
async fn change(kit: Kit, event: Event) -> Result<Batch, ConsumeError> {
    let changed: ProductUpdated = event.body()?;
    let mut begun = Batch::new();
    count(&kit, &mut begun, &format!("begun {}", changed.status)).await?;
    kit.backends.documents.commit(begun).await?;
    if changed.status == "slow" {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
    }
    let mut batch = Batch::new();
    count(&kit, &mut batch, &changed.status).await?;
    Ok(batch)
}

/// Adds one to a counter, so that an effect that happens twice shows.
pub(crate) async fn count(kit: &Kit, batch: &mut Batch, key: &str) -> backends::Result<u64> {
    let stored = kit.backends.documents.get(DONE, key).await?;
    let count = stored
        .as_ref()
        .and_then(|document| document.body["count"].as_u64())
        .unwrap_or(0)
        + 1;
    let body = serde_json::json!({ "count": count });
    match stored {
        None => batch.create(DONE, key, &body)?,
        Some(document) => batch.replace(DONE, key, &document.version, &body)?,
    };
    Ok(count)
}

/// `{"fail": n}` fails n times, `{"panic": true}` panics, `{"dead": true}` never succeeds.
async fn fire(kit: Kit, job: Job) -> Result<Batch, JobError> {
    assert!(
        job.payload["panic"] != true || job.attempt > 1,
        "the kiln exploded"
    );
    if job.payload["dead"] == true {
        return Err(JobError::Dead("it is broken".into()));
    }
    if u64::from(job.attempt) <= job.payload["fail"].as_u64().unwrap_or(0) {
        return Err(JobError::Retry("the kiln is cold".into()));
    }
    if let Some(millis) = job.payload["takes"].as_u64() {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    let mut batch = Batch::new();
    let shared = job.payload["counts"].as_str().unwrap_or(&job.key).to_owned();
    count(&kit, &mut batch, &shared).await?;
    Ok(batch)
}

#[utoipa::path(get, path = "/bowls", params(Wanted), responses((status = 200, body = [Bowl])))]
async fn list(
    State(kit): State<Kit>,
    page: Page,
    Query(wanted): Query<Wanted>,
) -> Result<(PageLink, axum::Json<Vec<Bowl>>), Problem> {
    let query = backends::documents::Query::all(BOWLS)
        .ordered("title", Direction::Ascending)
        .after(page.after.clone())
        .limit(page.probe());
    let found = kit.backends.documents.query(&query).await?;
    let (link, found) = page.cut(found, |document| query.position_of(document));
    let bowls: Vec<Bowl> = found
        .iter()
        .map(backends::documents::Document::read)
        .collect::<Result<_, _>>()?;
    let heavy = bowls
        .into_iter()
        .filter(|bowl| bowl.grams > wanted.heavier)
        .collect();
    Ok((link, axum::Json(heavy)))
}

#[utoipa::path(post, path = "/bowls", request_body = NewBowl, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Bowl)), security(("bearer" = [])))]
async fn create(
    State(kit): State<Kit>,
    caller: Artisan,
    key: IdempotencyKey,
    ValidJson(bowl): ValidJson<NewBowl>,
) -> Result<Answer, Problem> {
    let intent = key.intent(caller.id(), &bowl)?;
    kit.idempotency
        .once(&intent, async || {
            let id = bowl.id.unwrap_or_else(|| kit.ids.fresh());
            let bowl = Bowl {
                title: bowl.title.clone(),
                grams: bowl.grams,
                revision: 1,
            };
            let mut batch = Batch::new();
            batch.create(BOWLS, id.to_string(), &bowl)?;
            kit.outbox.emit(&mut batch, id, 1, &UserDeleted { user_id: id })?;
            let answer = Tagged::new(1, bowl)?.created(format!("/bowls/{id}")).answer()?;
            Ok::<_, Problem>(kit.idempotency.commit(&intent, batch, answer).await?)
        })
        .await
}

#[utoipa::path(get, path = "/bowls/{id}", params(("id" = String, Path)), responses((status = 200, body = Bowl)))]
async fn show(State(kit): State<Kit>, Path(id): Path<UserId>) -> Result<Tagged<Bowl>, Problem> {
    let document = kit.backends.documents.get(BOWLS, &id.to_string()).await?;
    let document = document.ok_or_else(|| Problem::not_found("no such bowl"))?;
    let bowl: Bowl = document.read()?;
    Tagged::new(bowl.revision, bowl)
}

#[utoipa::path(put, path = "/bowls/{id}", params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = NewBowl, responses((status = 200, body = Bowl)), security(("bearer" = [])))]
async fn edit(
    State(kit): State<Kit>,
    _caller: Artisan,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    ValidJson(bowl): ValidJson<NewBowl>,
) -> Result<Tagged<Bowl>, Problem> {
    let document = kit.backends.documents.get(BOWLS, &id.to_string()).await?;
    let document = document.ok_or_else(|| Problem::not_found("no such bowl"))?;
    let old: Bowl = document.read()?;
    if_match.check(old.revision)?;
    let new = Bowl {
        title: bowl.title,
        grams: bowl.grams,
        revision: old.revision + 1,
    };
    let mut batch = Batch::new();
    batch.replace(BOWLS, document.id, &document.version, &new)?;
    kit.backends.documents.commit(batch).await?;
    Tagged::new(new.revision, new)
}

#[utoipa::path(delete, path = "/bowls/{id}", params(("id" = String, Path)), responses((status = 204)), security(("bearer" = [])))]
async fn throw(
    State(kit): State<Kit>,
    _caller: Artisan,
    Path(id): Path<UserId>,
) -> Result<StatusCode, Problem> {
    let mut batch = Batch::new();
    batch.delete(BOWLS, id.to_string(), backends::documents::Precondition::None);
    kit.backends.documents.commit(batch).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Its effect lies outside the documents: a claim is written first.
#[utoipa::path(post, path = "/bowls/{id}/sell", params(("id" = String, Path)), responses((status = 200)), security(("bearer" = [])))]
async fn sell(
    State(kit): State<Kit>,
    caller: Caller,
    Path(id): Path<String>,
    key: IdempotencyKey,
) -> Result<Answer, Problem> {
    let intent = key.required()?.intent(caller.user_id, &id)?;
    match kit.idempotency.claim(&intent, Duration::from_secs(30)).await? {
        Claimed::Answered(first) => Ok(first),
        Claimed::Mine(claim) if id == "dies" && !claim.is_repeat() => std::future::pending().await,
        Claimed::Mine(claim) => {
            let answer = Answer::json(
                StatusCode::OK,
                &serde_json::json!({ "sold": id, "repeat": claim.is_repeat() }),
            )?;
            Ok(kit.idempotency.finish(&claim, Batch::new(), answer).await?)
        }
    }
}

#[utoipa::path(get, path = "/whoami", responses((status = 200)), security((), ("bearer" = [])))]
async fn whoami(OptionalCaller(caller): OptionalCaller) -> String {
    caller.map_or_else(|| "nobody".to_owned(), |caller| caller.user_id.to_string())
}

#[utoipa::path(get, path = "/internal/users/{id}", params(("id" = String, Path)), responses((status = 200)))]
async fn internal(caller: ServiceCaller, Path(_id): Path<String>) -> String {
    caller.service.to_string()
}

#[utoipa::path(get, path = "/admin", responses((status = 200)), security(("bearer" = [])))]
async fn admin(_caller: Admin) {}

#[utoipa::path(get, path = "/panics", responses((status = 200)))]
async fn panics() {
    panic!("canary-panic");
}

#[utoipa::path(get, path = "/fails", responses((status = 200)))]
async fn fails() -> Result<(), Problem> {
    Err(Problem::internal("canary-cause"))
}

#[utoipa::path(get, path = "/hurried", responses((status = 200)))]
async fn hurried() {
    std::future::pending::<()>().await;
}

#[utoipa::path(get, path = "/stuck", responses((status = 200)))]
async fn stuck() {
    std::future::pending::<()>().await;
}

/// The head comes at once, the body never ends.
#[utoipa::path(get, path = "/endless", responses((status = 200)))]
async fn endless() -> Response {
    let drops = futures::stream::repeat_with(|| Ok::<_, std::io::Error>("drop")).then(|drop| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop
    });
    Body::from_stream(drops).into_response()
}

/// Answers as late as the client wants, and says how long anybody waits for it.
#[utoipa::path(get, path = "/waits", responses((status = 200)))]
async fn waits(State(kit): State<Kit>, prefer: Prefer) -> String {
    let left = kit.call(Duration::from_secs(20)).deadline - tokio::time::Instant::now();
    tokio::time::sleep(prefer.patience()).await;
    left.as_millis().to_string()
}

#[utoipa::path(post, path = "/upload", request_body = Vec<u8>, responses((status = 200)), security(("bearer" = [])))]
async fn upload(_caller: Caller, bytes: axum::body::Bytes) -> String {
    bytes.len().to_string()
}
