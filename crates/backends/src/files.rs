//! Files and folders that only their owner may read, and changes to folders that last.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::{Error, Result};

/// Makes a folder, and those above it, that only its owner may enter.
pub(crate) fn private_folder(path: &Path) -> Result<()> {
    make_private_folder(path).map_err(|error| match error.kind() {
        // What is missing is above the folder: the caller asked for nothing that could be found.
        io::ErrorKind::NotFound => {
            Error::Unavailable(format!("cannot make the folder {}: {error}", path.display()))
        }
        _ => failure("make the folder", path, error),
    })
}

/// The same, with the error as it is.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens or makes a file that only its owner may read.
pub(crate) fn private_file(path: &Path) -> Result<File> {
    private()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| failure("open", path, error))
}

/// Makes a file that is not there yet, and that only its owner may read.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    private().create_new(true).open(path)
}

fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a whole new file durably, through `draft` beside it; false when the file was already there.
pub(crate) fn create_once(path: &Path, draft: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = new_private_file(draft)?;
    let linked = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(draft, path));
    std::fs::remove_file(draft)?;
    match linked {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes what was created, renamed or removed in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Whether the disk has no room for a page beside `path`; for failures that do not say so themselves.
pub(crate) fn is_full_beside(path: &Path) -> bool {
    let mut probe = path.as_os_str().to_owned();
    probe.push("-probe");
    let written = private()
        .create(true)
        .truncate(true)
        .open(&probe)
        .and_then(|mut file| file.write_all(&[0; 4096]).and_then(|()| file.sync_all()));
    let _ = std::fs::remove_file(&probe);
    written.is_err_and(|error| is_full(&error))
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// What a failure of the file system means to the caller of a port.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(crate) fn failure(what: &str, path: &Path, error: io::Error) -> Error {
    let text = format!("cannot {what} {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound,
        _ if is_full(&error) => Error::Full(text),
        _ => Error::Unavailable(text),
    }
}
