use std::{
    fs,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    commits::{creates, open},
    measure,
};

/// What a process that was killed leaves: the files as they are while another has them open.
pub(crate) async fn run() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path(), Duration::ZERO);
    measure("before the process dies", 64, creates(&store, "listings", "o")).await;
    // A reader that stays keeps the log from being moved into the file.
    let reader = rusqlite::Connection::open(folder.path().join("documents.sqlite")).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM documents WHERE collection = 'plain'")
        .unwrap();
    measure(
        "while a reader holds up the log",
        64,
        creates(&store, "listings", "q"),
    )
    .await;
    let left = TempDir::new().unwrap();
    for end in ["", "-wal"] {
        let name = format!("documents.sqlite{end}");
        let bytes = fs::copy(folder.path().join(&name), left.path().join(&name)).unwrap();
        println!("{name}: {} MiB", bytes >> 20);
    }
    let begun = Instant::now();
    let again = open(left.path(), Duration::ZERO);
    println!("opened after {:.2?}", begun.elapsed());
    assert!(again.get("listings", "q-0-0").await.unwrap().is_some());
    println!("first read after {:.2?}", begun.elapsed());
}
