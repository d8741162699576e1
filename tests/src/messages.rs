//! What the fleet sends to people: files in the data folder's outbox.

use std::{fs, path::Path};

use crate::soon;

/// The six digits of the only text message, once it has come.
pub async fn only_code(data_dir: &Path) -> String {
    let folder = data_dir.join("outbox/sms");
    soon("a message with a code", async || {
        texts(&folder).iter().find_map(|text| code_in(text))
    })
    .await
}

/// The six digits of the newest message in a folder to somebody; the message is taken away.
pub fn take_code(folder: &Path, contact: &str) -> Option<String> {
    let to = format!("To: {contact}\n");
    let files = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<_> = files.collect();
    files.sort();
    let mut newest_first = files.into_iter().rev();
    let (path, text) = newest_first.find_map(|path| {
        let text = fs::read_to_string(&path)
            .ok()
            .filter(|text| text.starts_with(&to))?;
        Some((path, text))
    })?;
    let code = code_in(&text)?;
    fs::remove_file(path).ok()?;
    Some(code)
}

fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}

pub(crate) fn code_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.find(is_code).map(str::to_owned)
}
