use crate::{Error, Result};

/// The most bytes of a name.
const MAX_BYTES: usize = 100;

/// Refuses what cannot name a key.
pub(super) fn check(name: &str) -> Result<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > MAX_BYTES || name.starts_with('.') || !name.chars().all(plain) {
        return Err(Error::Invalid(format!("{name:?} cannot name a key")));
    }
    Ok(name)
}
