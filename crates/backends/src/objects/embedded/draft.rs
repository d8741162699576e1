use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Folder, kind, read};
use crate::{Error, Ids, Result, files, objects::ObjectInfo};

/// Drafts of this age belong to no one.
const ABANDONED: Duration = Duration::from_hours(24);

/// Bytes on their way to become an object; removed when they do not.
pub(super) struct Draft {
    file: File,
    path: PathBuf,
    /// Makes the tags of two writes within one tick of the file system's clock differ.
    nanos: u32,
}

impl Draft {
    pub(super) fn new(drafts: &Path, ids: &Ids) -> Result<Self> {
        let path = drafts.join(ids.uuid().to_string());
        let file = files::new_private_file(&path).map_err(|error| files::failure("make", &path, error))?;
        Ok(Self {
            file,
            path,
            nanos: u32::from_le_bytes(ids.bytes()) % 1_000_000,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(|error| files::failure("write", &self.path, error))
    }

    /// Makes the draft the object at `path`.
    pub(super) fn publish(
        self,
        folder: &Folder,
        name: &str,
        path: &Path,
        content_type: &str,
    ) -> Result<ObjectInfo> {
        let failed = |error| files::failure("write", path, error);
        self.stamp().and_then(|()| self.file.sync_all()).map_err(failed)?;
        let mut info = read::info(name, &self.file).map_err(failed)?;
        content_type.clone_into(&mut info.content_type);
        kind::keep(folder, name, &info.etag, content_type)?;
        if let Some(parent) = path.parent() {
            files::private_folder(parent).map_err(|_| taken(name))?;
            fs::rename(&self.path, path).map_err(|error| match error.kind() {
                std::io::ErrorKind::IsADirectory | std::io::ErrorKind::NotADirectory => taken(name),
                _ => failed(error),
            })?;
            files::sync_folder(parent).map_err(failed)?;
        }
        kind::forget(folder, name, Some(&info.etag));
        Ok(info)
    }

    fn stamp(&self) -> std::io::Result<()> {
        let now = self.file.metadata()?.modified()?;
        let micros = now
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.subsec_nanos() % 1_000_000);
        self.file
            .set_modified(now - Duration::from_nanos(micros.into()) + Duration::from_nanos(self.nanos.into()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename it is not there any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// An object and a folder of objects cannot share a name.
fn taken(name: &str) -> Error {
    Error::Invalid(format!("{name} is a folder of objects, or lies below an object"))
}

/// Removes what dead processes left; what other processes write now is young.
pub(super) fn sweep(drafts: &Path) -> Result<()> {
    let entries = fs::read_dir(drafts).map_err(|error| files::failure("read", drafts, error))?;
    for entry in entries.flatten() {
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
