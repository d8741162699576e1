use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
    time::UNIX_EPOCH,
};

use bytes::Bytes;
use chrono::DateTime;
use futures::StreamExt;
use tokio::task::spawn_blocking;

use super::{folder::Folder, kind};
use crate::{
    Error, Result, files,
    objects::{ByteStream, ObjectInfo, name},
};

const CHUNK: usize = 64 << 10;

/// Opens an object: its bytes as they are now, whatever is written later.
pub(super) fn open(folder: &Folder, name: &str, path: &Path) -> Result<(File, ObjectInfo)> {
    let mut seen = None;
    loop {
        let file = File::open(path).map_err(|error| lacking(path, error))?;
        let mut info = info(name, &file).map_err(|error| lacking(path, error))?;
        match kind::find(folder, name, &info.etag)? {
            Some(content_type) => info.content_type = content_type,
            // Replaced between the looks at its bytes and at its type.
            None if seen.as_ref() != Some(&info.etag) => {
                seen = Some(info.etag);
                continue;
            }
            None => kind::UNKNOWN.clone_into(&mut info.content_type),
        }
        return Ok((file, info));
    }
}

fn lacking(path: &Path, error: io::Error) -> Error {
    if super::absent(&error) {
        return Error::NotFound;
    }
    files::failure("read", path, error)
}

/// What the file itself tells; the content type is kept elsewhere.
pub(super) fn info(name: &str, file: &File) -> io::Result<ObjectInfo> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let modified = metadata.modified()?;
    let nanos = modified
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    Ok(ObjectInfo {
        name: name.to_owned(),
        size: metadata.len(),
        content_type: String::new(),
        updated_at: DateTime::from(modified),
        etag: format!("{nanos:x}-{:x}", metadata.len()),
    })
}

/// What is at `path` now, if anything.
pub(super) fn info_at(name: &str, path: &Path) -> Option<ObjectInfo> {
    File::open(path).and_then(|file| info(name, &file)).ok()
}

/// A range of an open file.
pub(super) struct Part {
    file: File,
    left: u64,
}

impl Part {
    pub(super) fn of(mut file: File, size: u64, range: Option<Range<u64>>) -> Result<Self> {
        let range = name::within(size, range)?;
        file.seek(SeekFrom::Start(range.start))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self {
            file,
            left: range.end - range.start,
        })
    }

    pub(super) fn stream(self) -> ByteStream {
        futures::stream::try_unfold(self, |part| async move {
            spawn_blocking(move || part.next())
                .await
                .map_err(|error| Error::Unavailable(error.to_string()))?
        })
        .boxed()
    }

    fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = vec![0; usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK)];
        self.file
            .read_exact(&mut chunk)
            .map_err(|error| Error::Unavailable(format!("cannot read an object: {error}")))?;
        self.left -= chunk.len() as u64;
        Ok(Some((chunk.into(), self)))
    }
}
