//! What the fleet sends to people: files in the data folder's outbox.

use std::{fs, path::Path, time::Duration};

use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

/// The six digits of the only text message, waiting for it to come.
pub async fn newest_code(data_dir: &Path) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(code) = texts(&data_dir.join("outbox/sms"))
            .iter()
            .find_map(|text| code_in(text))
        {
            return code;
        }
        assert!(Instant::now() < deadline, "no message came");
        tokio::time::sleep(LOOK).await;
    }
}

fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}

fn code_in(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words
        .filter(|word| word.len() == 6)
        .find(|word| word.bytes().all(|b| b.is_ascii_digit()));
    code.map(str::to_owned)
}
