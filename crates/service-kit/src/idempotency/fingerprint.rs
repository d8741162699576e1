use sha2::{Digest, Sha256};

/// What a request says, whatever way it was written: of a multipart body its parts, not its boundary.
///
/// The order of the parts counts.
#[derive(Clone)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// Takes in a part that is in memory. A file has a name of its own.
    #[must_use]
    pub fn part(self, name: &str, file_name: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Self {
        self.part_of(name, file_name, content_type, &Sha256::digest(body).into())
    }

    /// Takes in a part that was streamed, by the SHA-256 of its bytes.
    #[must_use]
    pub fn part_of(
        mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
        sha256: &[u8; 32],
    ) -> Self {
        for text in [Some(name), file_name, content_type] {
            self.take(text.unwrap_or_default().as_bytes());
        }
        self.take(sha256);
        self
    }

    /// With its length first, so that two fields never read as one.
    fn take(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let of = |parts: &[(&str, &str)]| {
            let all = parts.iter().fold(Fingerprint::new(), |all, (name, body)| {
                all.part(name, None, None, body.as_bytes())
            });
            all.finish()
        };
        assert_eq!(of(&[("a", "b"), ("c", "d")]), of(&[("a", "b"), ("c", "d")]));
        assert_ne!(of(&[("a", "b"), ("c", "d")]), of(&[("c", "d"), ("a", "b")]));
        assert_ne!(of(&[("ab", "c")]), of(&[("a", "bc")]));
    }
}
