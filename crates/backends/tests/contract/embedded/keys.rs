use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use backends::{
    Error,
    keys::{Keys, embedded::KeyFiles},
};
use tempfile::TempDir;

use crate::keys::Fixture;

async fn fixture() -> Fixture {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let open = move || -> Arc<dyn Keys> { Arc::new(KeyFiles::open(&path).unwrap()) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(folder),
    }
}

crate::keys_suite!(super::fixture);

#[tokio::test]
async fn only_the_owner_may_read_the_files_and_nothing_else_is_left() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data/keys");
    let keys = KeyFiles::open(&path).unwrap();
    keys.secret("a").await.unwrap();
    keys.sign("a", b"").await.unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let mut files: Vec<_> = fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files, [path.join("a.ed25519"), path.join("a.secret")]);
    assert!(files.iter().all(|file| mode(file) == 0o600));
    assert!(keys.bearer("https://example.com").await.unwrap().is_none());
}

#[tokio::test]
async fn a_spoilt_key_is_an_error_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let keys = KeyFiles::open(folder.path()).unwrap();
    let path = folder.path().join("a.ed25519");
    fs::write(&path, "no key").unwrap();
    assert!(matches!(keys.sign("a", b"").await, Err(Error::Other(_))));
    assert_eq!(fs::read(&path).unwrap(), b"no key");
}
