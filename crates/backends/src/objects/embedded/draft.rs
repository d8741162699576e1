use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use super::{
    folder::{self, Folder},
    kind, read,
};
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

    /// Makes the draft the object `name`.
    pub(super) fn publish(self, folder: &Folder, name: &str, content_type: &str) -> Result<ObjectInfo> {
        let path = folder.object(name)?;
        let info = self
            .describe(name, content_type)
            .map_err(|error| files::failure("write", &path, error))?;
        let replaced = read::info_at(name, &path);
        self.put_in_place(folder, &path, &info)
            .map_err(|error| match error.kind() {
                // An object and a folder of objects cannot share a name.
                io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                    Error::Invalid(format!("{name} is a folder of objects, or lies below an object"))
                }
                _ => files::failure("write", &path, error),
            })?;
        folder::make_last(&path)?;
        if let Some(replaced) = replaced {
            kind::forget(folder, &replaced, Some(&info.etag));
        }
        Ok(info)
    }

    /// Seals the bytes with a time of their own, which is their tag.
    fn describe(&self, name: &str, content_type: &str) -> io::Result<ObjectInfo> {
        let now = self.file.metadata()?.modified()?;
        let below = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.subsec_nanos() % 1_000_000);
        let sealed = now - Duration::from_nanos(below.into()) + Duration::from_nanos(self.nanos.into());
        self.file.set_modified(sealed)?;
        self.file.sync_all()?;
        let mut info = read::info(name, &self.file)?;
        content_type.clone_into(&mut info.content_type);
        Ok(info)
    }

    fn put_in_place(&self, folder: &Folder, path: &Path, info: &ObjectInfo) -> io::Result<()> {
        kind::keep(folder, info)?;
        folder.with_parents_of(path, || fs::rename(&self.path, path))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename it is not there any more.
        let _ = fs::remove_file(&self.path);
    }
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
