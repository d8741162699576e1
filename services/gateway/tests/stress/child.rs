//! The gateway's program as a process of its own, so that its memory is its own, too.

use std::{net::SocketAddr, path::Path, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// It is killed when this is dropped.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Gateway {
    /// Before `product`, without quotas.
    pub(crate) async fn start(program: impl AsRef<Path>, product: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(program.as_ref())
            .env_clear()
            .env("CRAFTCHAIN_DATA_DIR", folder.path())
            .env("PORT", "0")
            .env("RUST_LOG", "info,access=off")
            .env("CRAFTCHAIN_ADDRESS_RATE", "0")
            .env("CRAFTCHAIN_USER_RATE", "0")
            .env("CRAFTCHAIN_GATEWAY_ADDRESS_CONNECTIONS", "20000")
            .env("CRAFTCHAIN_PRODUCT_URL", product)
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the gateway starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log")).lines();
        let address = loop {
            let line = log
                .next_line()
                .await
                .expect("a line")
                .expect("it says where it listens");
            if let Some(address) = line.contains("listening").then(|| address_in(&line)).flatten() {
                break address;
            }
        };
        spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        Self {
            address,
            child,
            _folder: folder,
        }
    }

    /// Bytes that it holds now, and the most that it ever held. Only Linux tells.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let pid = self.child.id()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let kibibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()
        };
        Some(Memory {
            now: kibibytes("VmRSS:")? << 10,
            peak: kibibytes("VmHWM:")? << 10,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) peak: u64,
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("127.0.0.1:")?;
    let port = after
        .split(|character: char| !character.is_ascii_digit())
        .next()?;
    Some(([127, 0, 0, 1], port.parse().ok()?).into())
}

#[expect(clippy::disallowed_methods, reason = "ends with the runtime")]
pub(crate) fn spawn<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(work)
}
