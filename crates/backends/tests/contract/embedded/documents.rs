use std::sync::Arc;

use backends::documents::{Documents, embedded::SqliteDocuments};
use tempfile::TempDir;

use crate::documents::{Fixture, schema};

async fn fixture() -> Fixture {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("documents.sqlite");
    let open = move || -> Arc<dyn Documents> { Arc::new(SqliteDocuments::open(&path, schema()).unwrap()) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(folder),
    }
}

crate::documents_suite!(super::fixture);

mod sqlite;
