use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::draft;
use crate::{Clock, Error, Ids, Result, files, objects::name};

/// Folders that empty are removed, so that making one and using it may have to be tried again.
const TRIES: usize = 20;

/// A bucket's folder.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) ids: Ids,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let folder = Self {
            path: path.to_owned(),
            ids: Ids::new(Clock::system()),
        };
        files::private_folder(&folder.path)?;
        files::private_folder(&folder.drafts())?;
        files::private_folder(&folder.kinds())?;
        draft::sweep(&folder.drafts())?;
        Ok(folder)
    }

    /// Where objects are written before they appear.
    pub(super) fn drafts(&self) -> PathBuf {
        self.path.join(".drafts")
    }

    /// Where content types are kept.
    pub(super) fn kinds(&self) -> PathBuf {
        self.path.join(".kinds")
    }

    /// The file of an object.
    pub(super) fn object(&self, name: &str) -> Result<PathBuf> {
        name::check(name)?;
        Ok(self.path.join(name))
    }

    /// Does `work` with the folder in which `path` lies.
    pub(super) fn with_parents_of<T>(&self, path: &Path, work: impl Fn() -> io::Result<T>) -> io::Result<T> {
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.make_parents_of(path).and_then(|()| work());
            match done {
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => {}
                done => return done,
            }
        }
    }

    /// Makes the folders above `path` durably.
    fn make_parents_of(&self, path: &Path) -> io::Result<()> {
        let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) else {
            return Ok(());
        };
        files::make_private_folder(parent)?;
        let made = parent
            .ancestors()
            .skip(1)
            .take_while(|above| above.starts_with(&self.path));
        made.into_iter().try_for_each(files::sync_folder)
    }
}

/// Makes an object's coming or going last. It has happened, so that a failure leaves the outcome open.
pub(super) fn make_last(path: &Path) -> Result<()> {
    let synced = path.parent().map_or(Ok(()), sync_nearest);
    synced.map_err(|error| {
        Error::UnknownOutcome(format!("cannot sync the folder of {}: {error}", path.display()))
    })
}

/// Syncs a folder, or the nearest above it: another deletion may have removed it when it was empty.
fn sync_nearest(folder: &Path) -> io::Result<()> {
    match (files::sync_folder(folder), folder.parent()) {
        (Err(error), Some(above)) if super::absent(&error) => sync_nearest(above),
        (synced, _) => synced,
    }
}

/// Removes a folder and those above it, up to `root`, as long as they are empty.
pub(super) fn remove_empty(path: &Path, root: &Path) {
    let below = path
        .ancestors()
        .take_while(|above| *above != root && above.starts_with(root));
    for folder in below {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}
