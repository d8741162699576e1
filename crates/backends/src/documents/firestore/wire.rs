//! The calls to Firestore, with deadlines; reads are tried again.
//!
//! A connection on which an attempt was not answered in time is left for a new one: it may be dead without anybody
//! having closed it, which its own pings would find out after two minutes.

use std::{
    future::Future,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use firestore::{FirestoreDb, FirestoreDbOptions};
use gcloud_sdk::{
    GoogleAuthMiddleware,
    google::firestore::v1::{
        BatchGetDocumentsRequest, CommitRequest, Document, DocumentMask, RunAggregationQueryRequest,
        RunQueryRequest, StructuredAggregationQuery, StructuredQuery, Write,
        batch_get_documents_response::Result as Found,
        firestore_client::FirestoreClient,
        run_aggregation_query_request::QueryType as AggregationType,
        run_query_request::QueryType,
        structured_aggregation_query::{
            Aggregation, QueryType as Aggregated,
            aggregation::{Count, Operator},
        },
        value::ValueType,
    },
    google_cloud_auth::credentials::{self, Credentials, anonymous},
    prost_types::Timestamp,
    tonic::{Code, Request, Status},
};
use tokio::{sync::Mutex, time::timeout};

use crate::{Error, Result, backoff, google::credentials::CLOUD};

/// How long one attempt may take; the server gives up then, too.
const ATTEMPT: Duration = Duration::from_secs(4);
/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(2);
/// How often a read is tried.
const READS: u32 = 3;
/// How many documents are asked for in one request.
const AT_ONCE: usize = 300;

type Client = FirestoreClient<GoogleAuthMiddleware>;

/// Where a database is.
#[derive(Debug, Clone)]
pub struct Address {
    /// The project's id.
    pub project: String,
    /// The database's id; `(default)` is one.
    pub database: String,
    /// An emulator's `http://host:port`; Google's own service, with the machine's credentials, when `None`.
    pub emulator: Option<String>,
}

/// The way to a database.
pub(super) struct Wire {
    address: Address,
    credentials: Credentials,
    database: String,
    documents: String,
    line: RwLock<Line>,
    connecting: Mutex<()>,
}

/// A connection; cheap to clone.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) db: FirestoreDb,
    /// How many there were before.
    pub(super) number: u64,
}

impl Line {
    fn client(&self) -> Client {
        self.db.client().get()
    }
}

/// What a query found.
pub(super) struct Page {
    pub(super) documents: Vec<Document>,
    /// When the server looked.
    pub(super) read_time: Timestamp,
    /// Whether there was more than the bytes that were asked for.
    pub(super) cut: bool,
}

impl Wire {
    pub(super) async fn connect(address: &Address) -> Result<Self> {
        let credentials = match &address.emulator {
            Some(_) => anonymous::Builder::new().build(),
            None => credentials::Builder::default()
                .with_scopes([CLOUD])
                .build()
                .map_err(|error| Error::Unavailable(format!("Firestore: {error}")))?,
        };
        let db = connected(address, &credentials).await?;
        Ok(Self {
            address: address.clone(),
            credentials,
            database: db.get_database_path().clone(),
            documents: db.get_documents_path().clone(),
            line: RwLock::new(Line { db, number: 0 }),
            connecting: Mutex::default(),
        })
    }

    /// The name of a document.
    pub(super) fn name(&self, collection: &str, key: &str) -> String {
        format!("{}/{collection}/{key}", self.documents)
    }

    /// The newest connection.
    pub(super) fn line(&self) -> Line {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connects anew in place of a connection that is silent, unless somebody has.
    async fn leave(&self, silent: &Line) {
        let _connecting = self.connecting.lock().await;
        if self.line().number != silent.number {
            return;
        }
        let number = silent.number + 1;
        match connected(&self.address, &self.credentials).await {
            Ok(db) => *self.line.write().unwrap_or_else(PoisonError::into_inner) = Line { db, number },
            Err(error) => tracing::debug!(%error, "there is no other connection yet"),
        }
    }

    /// The documents of these names that exist; without their fields when `bare`.
    pub(super) async fn get(&self, names: &[String], bare: bool) -> Result<Vec<Document>> {
        let mut found = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let request = BatchGetDocumentsRequest {
                database: self.database.clone(),
                documents: names.to_vec(),
                mask: bare.then(DocumentMask::default),
                ..Default::default()
            };
            found.extend(self.read(|client| get(client, request.clone())).await?);
        }
        Ok(found)
    }

    /// What a query finds, up to about so many bytes.
    pub(super) async fn query(&self, query: StructuredQuery, bytes: usize) -> Result<Page> {
        let request = RunQueryRequest {
            parent: self.documents.clone(),
            query_type: Some(QueryType::StructuredQuery(query)),
            ..Default::default()
        };
        self.read(|client| page(client, request.clone(), bytes)).await
    }

    /// How many documents a query finds.
    pub(super) async fn count(&self, query: StructuredQuery) -> Result<u64> {
        let count = Aggregation {
            alias: "n".to_owned(),
            operator: Some(Operator::Count(Count { up_to: None })),
        };
        let request = RunAggregationQueryRequest {
            parent: self.documents.clone(),
            query_type: Some(AggregationType::StructuredAggregationQuery(
                StructuredAggregationQuery {
                    aggregations: vec![count],
                    query_type: Some(Aggregated::StructuredQuery(query)),
                },
            )),
            ..Default::default()
        };
        self.read(|client| count_of(client, request.clone())).await
    }

    /// One attempt to apply all writes or none.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> std::result::Result<(), Status> {
        // Without a transaction: one call, no lock is held between calls.
        let mut request = Request::new(CommitRequest {
            database: self.database.clone(),
            writes,
            ..Default::default()
        });
        request.set_timeout(ATTEMPT);
        let line = self.line();
        let answer = timeout(
            ATTEMPT + Duration::from_millis(500),
            line.client().commit(request),
        )
        .await;
        let answer = answer.unwrap_or_else(|_| Err(late())).map(drop);
        // The client's own clock says so in other words.
        if matches!(&answer, Err(failed) if matches!(failed.code(), Code::Cancelled | Code::DeadlineExceeded))
        {
            self.leave(&line).await;
        }
        answer
    }

    async fn read<T, F>(&self, ask: impl Fn(Client) -> F) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, Status>>,
    {
        let mut tried = 0;
        loop {
            let line = self.line();
            let failed = match timeout(ATTEMPT, ask(line.client())).await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(failed)) => failed,
                Err(_) => {
                    self.leave(&line).await;
                    late()
                }
            };
            tried += 1;
            if tried == READS || !may_pass(&failed) {
                return Err(error(&failed));
            }
            backoff::pause(tried).await;
        }
    }
}

async fn connected(address: &Address, credentials: &Credentials) -> Result<FirestoreDb> {
    let options = FirestoreDbOptions::new(address.project.clone())
        .with_database_id(address.database.clone())
        .with_request_timeout(ATTEMPT);
    let options = match &address.emulator {
        Some(url) => options.with_firebase_api_url(url.clone()),
        None => options,
    };
    let connecting = FirestoreDb::with_options_auth(options, credentials.clone());
    let failed = |error: &dyn std::fmt::Display| Error::Unavailable(format!("Firestore: {error}"));
    match timeout(CONNECT, connecting).await {
        Ok(connected) => connected.map_err(|error| failed(&error)),
        Err(late) => Err(failed(&late)),
    }
}

async fn get(
    mut client: Client,
    request: BatchGetDocumentsRequest,
) -> std::result::Result<Vec<Document>, Status> {
    let mut answers = client.batch_get_documents(request).await?.into_inner();
    let mut found = Vec::new();
    while let Some(answer) = answers.message().await? {
        if let Some(Found::Found(document)) = answer.result {
            found.push(document);
        }
    }
    Ok(found)
}

async fn page(
    mut client: Client,
    request: RunQueryRequest,
    most: usize,
) -> std::result::Result<Page, Status> {
    let mut answers = client.run_query(request).await?.into_inner();
    let mut page = Page {
        documents: Vec::new(),
        read_time: Timestamp::default(),
        cut: false,
    };
    let mut bytes = 0;
    while let Some(answer) = answers.message().await? {
        page.read_time = answer.read_time.unwrap_or(page.read_time);
        let Some(document) = answer.document else {
            continue;
        };
        if bytes > most {
            page.cut = true;
            break;
        }
        bytes += gcloud_sdk::prost::Message::encoded_len(&document);
        page.documents.push(document);
    }
    Ok(page)
}

async fn count_of(
    mut client: Client,
    request: RunAggregationQueryRequest,
) -> std::result::Result<u64, Status> {
    let mut answers = client.run_aggregation_query(request).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        let fields = answer.result.map(|result| result.aggregate_fields);
        let number = fields.and_then(|mut fields| fields.remove("n"));
        if let Some(ValueType::IntegerValue(number)) = number.and_then(|number| number.value_type) {
            return Ok(number.unsigned_abs());
        }
    }
    Err(Status::internal("an answer without the count"))
}

fn late() -> Status {
    Status::deadline_exceeded("no answer in time")
}

fn may_pass(failed: &Status) -> bool {
    matches!(
        failed.code(),
        Code::Unavailable
            | Code::Aborted
            | Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Internal
            | Code::ResourceExhausted
            | Code::Unknown
    )
}

/// Why a read failed.
pub(super) fn error(failed: &Status) -> Error {
    let text = format!("Firestore: {:?}: {}", failed.code(), failed.message());
    match failed.code() {
        // A query without its index fails a precondition; the message says how to make it.
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => Error::Invalid(text),
        Code::NotFound | Code::PermissionDenied | Code::Unauthenticated | Code::Unimplemented => {
            Error::Other(text)
        }
        Code::Aborted => Error::Contention,
        _ => Error::Unavailable(text),
    }
}
