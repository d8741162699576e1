use crate::{Error, Result};

/// The most bytes of a name, as on Cloud Storage.
const MAX_NAME_BYTES: usize = 1024;
/// The most bytes between two slashes, as in most file systems.
const MAX_SEGMENT_BYTES: usize = 255;

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
