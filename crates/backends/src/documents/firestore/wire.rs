//! The calls to Firestore, with deadlines; reads are tried again.

use std::{future::Future, time::Duration};

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
    google_cloud_auth::credentials::anonymous,
    prost_types::Timestamp,
    tonic::{Code, Request, Status},
};
use tokio::time::timeout;

use crate::{Error, Result, backoff};

/// How long a read may take, and one attempt to commit; the server gives up then, too.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);
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

/// A connection; cheap to clone.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) db: FirestoreDb,
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
        let options = FirestoreDbOptions::new(address.project.clone())
            .with_database_id(address.database.clone())
            .with_request_timeout(DEADLINE);
        let connected = match &address.emulator {
            Some(url) => {
                let anyone = anonymous::Builder::new().build();
                FirestoreDb::with_options_auth(options.with_firebase_api_url(url.clone()), anyone).await
            }
            None => FirestoreDb::with_options(options).await,
        };
        let db = connected.map_err(|error| Error::Unavailable(format!("Firestore: {error}")))?;
        Ok(Self { db })
    }

    /// The name of a document.
    pub(super) fn name(&self, collection: &str, key: &str) -> String {
        format!("{}/{collection}/{key}", self.db.get_documents_path())
    }

    /// The documents of these names that exist; without their fields when `bare`.
    pub(super) async fn get(&self, names: &[String], bare: bool) -> Result<Vec<Document>> {
        let mut found = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let request = BatchGetDocumentsRequest {
                database: self.db.get_database_path().clone(),
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
            parent: self.db.get_documents_path().clone(),
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
            parent: self.db.get_documents_path().clone(),
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
            database: self.db.get_database_path().clone(),
            writes,
            ..Default::default()
        });
        request.set_timeout(DEADLINE);
        let mut client = self.client();
        let answer = timeout(DEADLINE + Duration::from_millis(500), client.commit(request)).await;
        answer.map_or_else(|_| Err(late()), |answer| answer.map(drop))
    }

    fn client(&self) -> Client {
        self.db.client().get()
    }

    async fn read<T, F>(&self, ask: impl Fn(Client) -> F) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, Status>>,
    {
        let mut tried = 0;
        loop {
            let answer = timeout(DEADLINE, ask(self.client())).await;
            let failed = match answer.unwrap_or_else(|_| Err(late())) {
                Ok(found) => return Ok(found),
                Err(failed) => failed,
            };
            tried += 1;
            if tried == READS || !may_pass(&failed) {
                return Err(error(&failed));
            }
            backoff::pause(tried).await;
        }
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
