//! What every implementation refuses.

use std::ops::Range;

use crate::{Error, Result};

/// The most bytes of a name, as on Cloud Storage.
const MAX_NAME_BYTES: usize = 1024;
/// The most bytes between two slashes, as in most file systems.
const MAX_SEGMENT_BYTES: usize = 255;
/// The most bytes of a content type.
const MAX_TYPE_BYTES: usize = 255;
/// The most parts of one `compose`, as on Cloud Storage.
const MAX_PARTS: usize = 32;

/// Refuses a name that is not a plain relative path.
pub(crate) fn check(name: &str) -> Result<()> {
    let plain = |segment: &str| {
        !segment.is_empty() && !segment.starts_with('.') && segment.len() <= MAX_SEGMENT_BYTES
    };
    let fine = name.len() <= MAX_NAME_BYTES
        && !name.contains(|c: char| c.is_control() || c == '\\')
        && name.split('/').all(plain);
    if fine {
        return Ok(());
    }
    let shown: String = name.chars().take(100).collect();
    Err(Error::Invalid(format!("{shown:?} cannot name an object")))
}

/// Refuses a content type that could not be sent as a header.
pub(crate) fn check_type(content_type: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if content_type.is_empty() || content_type.len() > MAX_TYPE_BYTES || !content_type.chars().all(plain) {
        return Err(Error::Invalid(format!("{content_type:?} is no content type")));
    }
    Ok(())
}

/// Refuses too few or too many parts of one object.
pub(crate) fn check_parts(parts: &[&str]) -> Result<()> {
    if parts.is_empty() || parts.len() > MAX_PARTS {
        return Err(Error::Invalid(format!("from 1 to {MAX_PARTS} parts")));
    }
    parts.iter().try_for_each(|part| check(part))
}

/// The part of `size` bytes that a range asks for.
pub(crate) fn within(size: u64, range: Option<Range<u64>>) -> Result<Range<u64>> {
    match range {
        None => Ok(0..size),
        Some(range) if range.start < size && range.start <= range.end => Ok(range.start..range.end.min(size)),
        Some(_) => Err(Error::Invalid(format!("no such range of {size} bytes"))),
    }
}
