//! What is true of objects in files alone.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use backends::{
    Error,
    objects::{Objects, embedded::Files, stream_of},
};
use tempfile::TempDir;

/// Everything below a folder, folders with a slash.
fn tree(folder: &Path) -> Vec<String> {
    fn walk(at: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            if path.is_dir() {
                walk(&path, root, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

#[tokio::test]
async fn an_object_is_a_plain_file_that_only_its_owner_may_read() {
    let folder = TempDir::new().unwrap();
    let bucket = Files::open(&folder.path().join("outbox")).unwrap();
    bucket
        .put("sms/1.txt", "text/plain", stream_of("your code is 1234"))
        .await
        .unwrap();
    let path = folder.path().join("outbox/sms/1.txt");
    assert_eq!(fs::read_to_string(&path).unwrap(), "your code is 1234");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("outbox")), 0o700);
}

#[tokio::test]
async fn nothing_is_left_of_what_was_deleted_or_replaced() {
    let folder = TempDir::new().unwrap();
    let bucket = Files::open(folder.path()).unwrap();
    for n in 0..5 {
        bucket
            .put("a/b/c", &format!("type/{n}"), stream_of(n.to_string()))
            .await
            .unwrap();
    }
    assert_eq!(
        tree(&folder.path().join(".kinds")).len(),
        4,
        "three folders and one type"
    );
    bucket.delete("a/b/c").await.unwrap();
    assert_eq!(tree(folder.path()), [".drafts", ".kinds"]);
}

#[tokio::test]
async fn bytes_that_came_by_hand_are_an_object_of_unknown_type() {
    let folder = TempDir::new().unwrap();
    let bucket = Files::open(folder.path()).unwrap();
    fs::create_dir(folder.path().join("by")).unwrap();
    fs::write(folder.path().join("by/hand"), "bytes").unwrap();
    let info = bucket.head("by/hand").await.unwrap();
    assert_eq!(
        (info.size, info.content_type.as_str()),
        (5, "application/octet-stream")
    );
    assert_eq!(bucket.list("", None, 10).await.unwrap(), [info]);
}

#[tokio::test]
async fn an_object_and_a_folder_cannot_share_a_name() {
    let folder = TempDir::new().unwrap();
    let bucket = Files::open(folder.path()).unwrap();
    bucket.put("a/b", "text/plain", stream_of("bytes")).await.unwrap();
    for name in ["a", "a/b/c", "a/b/c/d"] {
        let result = bucket.put(name, "text/plain", stream_of("bytes")).await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{name}: {result:?}");
    }
    assert_eq!(tree(&folder.path().join(".drafts")), Vec::<String>::new());
}

#[tokio::test]
async fn old_drafts_are_swept_and_young_ones_are_someone_elses() {
    let folder = TempDir::new().unwrap();
    Files::open(folder.path()).unwrap();
    let drafts = folder.path().join(".drafts");
    for (name, days) in [("old", 2), ("young", 0)] {
        let file = fs::File::create(drafts.join(name)).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - std::time::Duration::from_hours(24 * days))
            .unwrap();
    }
    Files::open(folder.path()).unwrap();
    assert_eq!(tree(&drafts), ["young"]);
}
