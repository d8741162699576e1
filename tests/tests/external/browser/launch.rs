use std::process::Stdio;

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Duration, timeout},
};

/// Debian calls it so.
const PROGRAM: &str = "chromium";
const START: Duration = Duration::from_mins(1);
const SAYS_WHERE: &str = "DevTools listening on ";

/// A browser that ends with this.
pub(super) struct Chromium {
    /// Of its protocol: `ws://127.0.0.1:…`.
    pub(super) address: String,
    _process: Child,
    _profile: TempDir,
}

impl Chromium {
    pub(super) async fn start(language: &str) -> Self {
        let profile = TempDir::new().expect("a folder");
        let mut process = Command::new(PROGRAM)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args([
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--accept-lang={language}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{PROGRAM}: {error}; `.ci/run external` installs it"));
        let said = BufReader::new(process.stderr.take().expect("its words"));
        let address = timeout(START, address(said))
            .await
            .expect("it starts within a minute");
        Self {
            address,
            _process: process,
            _profile: profile,
        }
    }
}

async fn address(said: impl AsyncBufReadExt + Unpin) -> String {
    let mut lines = said.lines();
    let mut before = String::new();
    while let Some(line) = lines.next_line().await.expect("words") {
        if let Some(address) = line.strip_prefix(SAYS_WHERE) {
            return address.to_owned();
        }
        before.push_str(&line);
        before.push('\n');
    }
    panic!("{PROGRAM} ended after\n{before}");
}
