use std::{fs, path::Path};

/// The secrets that are out, each with what it is.
#[derive(Default)]
pub struct Birds(Vec<(&'static str, String)>);

impl Birds {
    /// One more; short ones count only where they stand as a word.
    pub fn release(&mut self, what: &'static str, secret: &str) {
        assert!(secret.len() >= 6, "{what} {secret:?} would be found by chance");
        self.0.push((what, secret.to_owned()));
    }

    /// A token, and its signature alone.
    pub fn release_token(&mut self, what: &'static str, token: &str) {
        self.release(what, token);
        if let Some((_, signature)) = token.rsplit_once('.') {
            self.release("a signature", signature);
        }
    }

    /// How many are out.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Fails when one of them is seen in a place.
    pub fn are_not_in(&self, place: &str, bytes: &[u8]) {
        let seen: Vec<_> = self.0.iter().filter(|(_, secret)| holds(bytes, secret)).collect();
        assert!(seen.is_empty(), "{place}: {seen:?}");
    }
}

/// Every file below a folder, but below those of these names; with its path.
pub fn bytes_below(folder: &Path, except: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if except.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            all.extend(bytes_below(&path, except));
        } else {
            all.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
    all
}

/// Whether a secret stands there, not as a part of a longer word or number.
fn holds(bytes: &[u8], secret: &str) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let found = bytes
        .windows(secret.len())
        .enumerate()
        .filter(|(_, window)| *window == secret.as_bytes());
    let mut alone = found.filter(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !word(before) && !word(bytes.get(at + secret.len()))
    });
    alone.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_and_a_longer_number_is_none() {
        assert!(holds(b"code=123456;", "123456"));
        assert!(!holds(b"micros=91234567", "123456"));
    }
}
