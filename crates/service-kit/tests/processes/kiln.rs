//! The folder that several processes share, and the service that they are instances of.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Index, Query},
};
use config::Source;
use serde_json::{Value, json};
use service_kit::{
    App, Background, Kit, Process, Service,
    jobs::{Job, JobError, JobRecord, Policy, State},
};
use shared_models::ids::JobId;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

/// One document for each time that an effect happened. Nothing but the claim keeps it from happening twice.
pub(crate) const EFFECTS: &str = "effects";
const DEADLINE: Duration = Duration::from_secs(40);

const SERVICE: Service = Service {
    name: "product",
    about: "A kiln, for tests of jobs",
    peer: service_client::Service::Product,
    collections: &[Collection {
        name: EFFECTS,
        indexes: &[Index::on(&["key"]).by("by", Direction::Ascending)],
        followed: false,
    }],
    settings: |_| Ok(()),
    build: |kit| Box::pin(async move { Ok(build(kit)) }),
};

const QUICK: Policy = Policy {
    lease: Duration::from_millis(900),
    patience: Duration::from_mins(1),
    attempts: 20,
    at_once: 8,
    backoff: Duration::from_millis(20),
    backoff_at_most: Duration::from_millis(40),
};

/// What every process of a folder is.
pub(crate) fn process(folder: &Path) -> (Process, Service) {
    let source = Source::of([]).with("CRAFTCHAIN_DATA_DIR", folder.to_string_lossy());
    (Process::new(source, Clock::system()).unwrap(), SERVICE)
}

fn build(kit: Kit) -> App {
    let fire = move |job| fire(kit.clone(), job);
    App::new(OpenApiRouter::new()).with(Background::default().run_with("fire", QUICK, fire))
}

/// `gate` waits for the gate, `blocks` does so without letting anything else happen on its thread the first time,
/// and `takes` waits for so many milliseconds.
#[expect(clippy::print_stdout, reason = "the test listens")]
async fn fire(kit: Kit, job: Job) -> Result<Batch, JobError> {
    println!("begun {}", job.key);
    let gate = gate(&kit.common.data_dir, &job.key);
    while job.payload["gate"] == true && !gate.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while job.payload["blocks"] == true && job.attempt == 1 && !gate.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let takes = job.payload["takes"].as_u64().unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(takes)).await;
    let mut batch = Batch::new();
    let by = std::process::id().to_string();
    let effect = json!({ "key": job.key, "by": by });
    batch.put(EFFECTS, kit.ids.uuid().to_string(), &effect)?;
    Ok(batch)
}

fn gate(folder: &Path, key: &str) -> PathBuf {
    folder.join(format!("gate-{key}"))
}

/// The tests' own look at the folder: it enqueues and reads, and works on nothing.
pub(crate) struct Kiln {
    pub(crate) kit: Kit,
    folder: TempDir,
}

impl Kiln {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (process, service) = process(folder.path());
        let kit = process.kit(service, &CancellationToken::new()).await.unwrap();
        Self { kit, folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn open_gate(&self, key: &str) {
        std::fs::write(gate(self.folder(), key), "").unwrap();
    }

    pub(crate) async fn enqueue(&self, key: &str, payload: &Value) -> JobId {
        let mut batch = Batch::new();
        let id = self.kit.jobs.enqueue(&mut batch, "fire", key, payload).unwrap();
        self.kit.backends.documents.commit(batch).await.unwrap();
        id
    }

    pub(crate) async fn ended(&self, id: JobId) -> JobRecord {
        let looking = async {
            loop {
                let (record, _) = self.kit.jobs.find(id).await.unwrap().unwrap();
                if record.state != State::Waiting {
                    return record;
                }
                tokio::time::sleep(Duration::from_millis(10)).await; // between two looks
            }
        };
        tokio::time::timeout(DEADLINE, looking)
            .await
            .expect("the job ends")
    }

    /// Who had an effect of this job.
    pub(crate) async fn effects(&self, key: &str) -> Vec<String> {
        let query = Query::all(EFFECTS)
            .equals("key", key)
            .ordered("by", Direction::Ascending);
        let found = self.kit.backends.documents.query(&query).await.unwrap();
        found
            .iter()
            .map(|effect| effect.body["by"].as_str().unwrap().to_owned())
            .collect()
    }
}
