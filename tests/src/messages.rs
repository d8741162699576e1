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

fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}

fn code_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.find(is_code).map(str::to_owned)
}
