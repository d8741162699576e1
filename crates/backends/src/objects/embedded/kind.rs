//! Content types: a small file for each state of an object.
//!
//! It is named after the object and its tag, and written before the bytes appear, so that bytes and type
//! change at once. Bytes that someone put there by hand have none.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::folder::{Folder, remove_empty};
use crate::{Result, files, objects::ObjectInfo};

/// What is said of bytes that came without a type.
pub(super) const UNKNOWN: &str = "application/octet-stream";
/// Longer than any write takes from here to the end: what is older and not current was left behind.
const LEFT_BEHIND: Duration = Duration::from_hours(1);

fn states_of(folder: &Folder, name: &str) -> PathBuf {
    folder.kinds().join(name)
}

/// The file of a state; the dot keeps it apart from objects below a folder of the same name.
fn state(folder: &Folder, name: &str, etag: &str) -> PathBuf {
    states_of(folder, name).join(format!(".{etag}"))
}

/// Keeps the content type of a state, durably.
pub(super) fn keep(folder: &Folder, info: &ObjectInfo) -> io::Result<()> {
    let path = state(folder, &info.name, &info.etag);
    let draft = folder.drafts().join(folder.ids.uuid().to_string());
    folder.with_parents_of(&path, || {
        files::create_once(&path, &draft, info.content_type.as_bytes())
    })?;
    Ok(())
}

/// The content type of a state; `None` when it is not current any more, or never had one.
pub(super) fn find(folder: &Folder, name: &str, etag: &str) -> Result<Option<String>> {
    let path = state(folder, name, etag);
    match fs::read_to_string(&path) {
        Ok(content_type) => Ok(Some(content_type)),
        Err(error) if super::absent(&error) || error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(files::failure("read", &path, error)),
    }
}

/// Forgets a state that was replaced, and what dead processes left; what cannot be removed is harmless.
pub(super) fn forget(folder: &Folder, replaced: &ObjectInfo, current: Option<&str>) {
    let _ = fs::remove_file(state(folder, &replaced.name, &replaced.etag));
    let states = states_of(folder, &replaced.name);
    let current = current.map(|etag| format!(".{etag}"));
    for entry in fs::read_dir(&states).into_iter().flatten().flatten() {
        let is_current = current
            .as_deref()
            .is_some_and(|current| entry.file_name() == current);
        if !is_current && is_left_behind(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
    remove_empty(&states, &folder.kinds());
}

fn is_left_behind(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|metadata| {
        metadata
            .modified()
            .map(|time| (metadata.is_file(), time.elapsed()))
    });
    matches!(age, Ok((true, Ok(age))) if age > LEFT_BEHIND)
}
