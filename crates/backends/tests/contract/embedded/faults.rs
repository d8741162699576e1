//! Disks that fail: each write of a commit, a publication or an upload, one after another.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use backends::{
    Error,
    documents::{Batch, Documents, embedded::SqliteDocuments},
    objects::{Objects, embedded::Files, stream_of},
};
use futures::TryStreamExt;
use serde_json::json;
use tempfile::TempDir;

use super::child::{Other, say};

/// Numbers of Linux.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// So that it fails until it is mended.
const FOR_LONG: i32 = 1_000_000;

/// What makes the writes of a child fail.
struct Faults {
    folder: TempDir,
    library: PathBuf,
    control: PathBuf,
}

impl Faults {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let [source, library, control] =
            ["fault.c", "fault.so", "control"].map(|name| folder.path().join(name));
        fs::write(&source, include_str!("fault.c")).unwrap();
        fs::write(&control, [0; 16]).unwrap();
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, &source])
            .status();
        assert!(compiled.unwrap().success());
        fs::create_dir(folder.path().join("data")).unwrap();
        Self {
            folder,
            library,
            control,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn child(&self, task: &str) -> Other {
        let data = self.data();
        let variables: [(&str, &OsStr); 3] = [
            ("LD_PRELOAD", self.library.as_ref()),
            ("FAULT_FOLDER", data.as_ref()),
            ("FAULT_CONTROL", self.control.as_ref()),
        ];
        Other::starts_with(task, &data, &variables)
    }
}

/// The child's hand on the faults.
struct Switch(fs::File);

impl Switch {
    fn of(folder: &Path) -> Self {
        let control = folder.parent().unwrap().join("control");
        Self(fs::File::options().read(true).write(true).open(control).unwrap())
    }

    /// The `first` write from now fails, and those that follow up to `count`.
    fn on(&self, first: i32, count: i32, error: i32) {
        let numbers = [first, count, error, 0].map(i32::to_ne_bytes).concat();
        self.0.write_all_at(&numbers, 0).unwrap();
    }

    /// All is well again; says whether anything failed.
    fn off(&self, first: i32) -> bool {
        let mut seen = [0; 4];
        self.0.read_exact_at(&mut seen, 12).unwrap();
        self.on(0, 0, 0);
        i32::from_ne_bytes(seen) >= first
    }
}

fn open(folder: &Path) -> SqliteDocuments {
    SqliteDocuments::open(&folder.join("documents.sqlite"), crate::documents::schema()).unwrap()
}

/// Two documents of some pages in one commit.
async fn commit_pair(store: &dyn Documents, id: &str) -> Result<(), Error> {
    let mut batch = Batch::new();
    batch.create("things", id, &json!({ "text": "x".repeat(10_000) }))?;
    batch.create("others", id, &json!({ "text": "x".repeat(10_000) }))?;
    store.commit(batch).await
}

/// Whether a pair is there, whole.
async fn is_there(store: &dyn Documents, id: &str) -> bool {
    let thing = store.get("things", id).await.unwrap().is_some();
    let other = store.get("others", id).await.unwrap().is_some();
    assert_eq!(thing, other, "half of {id} was applied");
    thing
}

/// What a caller is told of a failure, and whether it may be there.
fn judge(result: &Result<(), Error>, error: i32, count: i32, there: bool) -> &'static str {
    match result {
        Ok(()) => assert!(there, "acknowledged and lost"),
        Err(Error::UnknownOutcome(_)) => return "unknown",
        Err(Error::Full(_)) => assert_eq!(error, ENOSPC),
        // When one sync found no room and the next does, the disk is not full.
        Err(Error::Unavailable(_)) => assert!(error == EIO || count == 1),
        Err(other) => panic!("{other:?}"),
    }
    assert_eq!(result.is_ok(), there, "{result:?}");
    if there { "applied" } else { "refused" }
}

/// In the child: commits whose writes fail one after another; after each the store must work again.
pub(super) async fn commit(folder: &Path, error: &str) {
    let (switch, store, error) = (Switch::of(folder), open(folder), error.parse().unwrap());
    commit_pair(&store, "first").await.unwrap();
    for first in 1.. {
        let mut reached = false;
        for count in [1, FOR_LONG] {
            let id = format!("{first}-{count}");
            switch.on(first, count, error);
            let result = commit_pair(&store, &id).await;
            reached = switch.off(first);
            say(judge(&result, error, count, is_there(&store, &id).await));
            commit_pair(&store, &format!("after {id}")).await.unwrap();
        }
        if !reached {
            return;
        }
    }
}

fn refusals(said: &[String]) -> usize {
    said.iter().filter(|said| *said == "refused").count()
}

fn check_whole(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("documents.sqlite")).unwrap();
    let verdict: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn after_any_failed_write_the_store_is_whole_and_works_again() {
    for error in [EIO, ENOSPC] {
        let faults = Faults::new();
        let mut child = faults.child(&format!("commit-with-faults {error}"));
        let said = child.hears_all();
        child.ends();
        assert!(refusals(&said) >= 20, "{said:?}");
        check_whole(&faults.data());
    }
}

/// In the child: one commit with a fault for long, and death right after the answer.
pub(super) async fn commit_once(folder: &Path, argument: &str) {
    let (first, error) = argument.split_once(' ').unwrap();
    let (first, error) = (first.parse().unwrap(), error.parse().unwrap());
    let (switch, store) = (Switch::of(folder), open(folder));
    commit_pair(&store, &format!("before {first}")).await.unwrap();
    switch.on(first, FOR_LONG, error);
    let result = commit_pair(&store, &format!("faulty {first}")).await;
    let verdict = match &result {
        Ok(()) => "applied",
        Err(Error::UnknownOutcome(_)) => "unknown",
        Err(_) => "refused",
    };
    say(verdict);
    say(&switch.off(first).to_string());
    std::process::abort();
}

/// What was refused does not come back when the log is read again.
#[tokio::test]
async fn what_a_dying_process_was_told_is_true_afterwards() {
    for error in [EIO, ENOSPC] {
        let faults = Faults::new();
        let (mut refused, mut unknown) = (0, 0);
        for first in 1.. {
            let said = faults
                .child(&format!("commit-once-with-a-fault {first} {error}"))
                .hears_all();
            let [verdict, reached] = &said[..] else {
                panic!("{said:?}");
            };
            let store = open(&faults.data());
            let there = is_there(&store, &format!("faulty {first}")).await;
            match verdict.as_str() {
                "applied" => assert!(there, "write {first}"),
                "refused" => assert!(!there, "write {first}"),
                _ => {}
            }
            refused += usize::from(verdict == "refused");
            unknown += usize::from(verdict == "unknown");
            assert!(is_there(&store, &format!("before {first}")).await);
            if reached == "false" {
                break;
            }
        }
        assert!(refused >= 10);
        assert_eq!(
            unknown, 1,
            "all was written, and the one sync of the commit failed"
        );
        check_whole(&faults.data());
    }
}

/// In the child: uploads whose writes fail one after another.
pub(super) async fn put(folder: &Path, error: &str) {
    let (switch, error) = (Switch::of(folder), error.parse().unwrap());
    let bucket = Files::open(&folder.join("bucket")).unwrap();
    bucket.put("a", "type/0", stream_of("0")).await.unwrap();
    let mut expected = "0".to_owned();
    for first in 1.. {
        switch.on(first, FOR_LONG, error);
        let result = bucket
            .put("a", &format!("type/{first}"), stream_of(first.to_string()))
            .await;
        let reached = switch.off(first);
        let (info, bytes) = bucket.get("a", None).await.unwrap();
        let stored = bytes.try_collect::<Vec<_>>().await.unwrap().concat();
        let stored = String::from_utf8(stored).unwrap();
        assert_eq!(info.content_type, format!("type/{stored}"));
        match result {
            // In place; in doubt whether it stays when the last sync failed.
            Ok(_) | Err(Error::UnknownOutcome(_)) => assert_eq!(stored, first.to_string()),
            Err(Error::Full(_)) => assert_eq!((error, &stored), (ENOSPC, &expected)),
            Err(Error::Unavailable(_)) => assert_eq!((error, &stored), (EIO, &expected)),
            Err(other) => panic!("{other:?}"),
        }
        expected = stored;
        assert_eq!(bucket.list("", None, 10).await.unwrap().len(), 1);
        if !reached {
            return;
        }
        say("refused");
    }
}

#[test]
fn a_failed_upload_leaves_one_whole_object() {
    for error in [EIO, ENOSPC] {
        let faults = Faults::new();
        let mut child = faults.child(&format!("put-with-faults {error}"));
        let said = child.hears_all();
        child.ends();
        assert!(refusals(&said) >= 4, "{said:?}");
        let drafts = fs::read_dir(faults.data().join("bucket/.drafts")).unwrap();
        assert_eq!(drafts.count(), 0);
    }
}
