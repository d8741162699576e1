use std::sync::Arc;

use backends::objects::{Objects, embedded::Files};
use tempfile::TempDir;

use crate::objects::Fixture;

async fn fixture() -> Fixture {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bucket");
    let open = move || -> Arc<dyn Objects> { Arc::new(Files::open(&path).unwrap()) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(folder),
    }
}

crate::objects_suite!(super::fixture);

mod files;
