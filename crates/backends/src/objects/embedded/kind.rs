//! Content types: a file beside the bytes for each state of an object.
//!
//! It is named after the object and its tag and written before the bytes appear, so that both change
//! at once. Bytes that someone put there by hand have none.

use std::{fs, io, path::PathBuf};

use super::Folder;
use crate::{Result, files};

const UNKNOWN: &str = "application/octet-stream";

fn folder_of(folder: &Folder, name: &str) -> PathBuf {
    folder.kinds().join(name)
}

/// The name of a state; the dot keeps it apart from objects below a folder of the same name.
fn state(etag: &str) -> String {
    format!(".{etag}")
}

/// Keeps the content type of the state `etag`, durably.
pub(super) fn keep(folder: &Folder, name: &str, etag: &str, content_type: &str) -> Result<()> {
    let states = folder_of(folder, name);
    files::private_folder(&states)?;
    let draft = folder.drafts().join(folder.ids.uuid().to_string());
    let path = states.join(state(etag));
    files::create_once(&path, &draft, content_type.as_bytes())
        .map(drop)
        .map_err(|error| files::failure("write", &path, error))
}

/// The content type of the state `etag`; `None` when it was forgotten or never known.
pub(super) fn find(folder: &Folder, name: &str, etag: &str) -> Result<Option<String>> {
    let path = folder_of(folder, name).join(state(etag));
    match fs::read_to_string(&path) {
        Ok(content_type) => Ok(Some(content_type)),
        Err(error) if super::absent(&error) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(files::failure("read", &path, error)),
    }
}

pub(super) fn unknown() -> String {
    UNKNOWN.to_owned()
}

/// Forgets all states of an object but `except`; what cannot be removed now is harmless.
pub(super) fn forget(folder: &Folder, name: &str, except: Option<&str>) {
    let states = folder_of(folder, name);
    let except = except.map(state);
    for entry in fs::read_dir(&states).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        if file_name.starts_with('.') && Some(file_name.as_ref()) != except.as_deref() {
            let _ = fs::remove_file(entry.path());
        }
    }
}
