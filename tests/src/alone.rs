//! One service as a program of its own, on the data folder of a fleet that runs.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use service_client::Service;
use tokio::time::Instant;
use url::Url;

use crate::Fleet;

/// How long a program may take to be ready, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(20);

/// A running program; killed when it is dropped.
pub struct Alone {
    child: Child,
    pub url: Url,
}

impl Alone {
    /// Starts the program beside a fleet, whose other services are its peers.
    pub async fn start(program: &str, fleet: &Fleet) -> Self {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}").parse().expect("a URL");
        let peers = Service::ALL
            .into_iter()
            .filter_map(|peer| Some((peer.url_variable(), fleet.url(peer)?.as_str())));
        let child = Command::new(program)
            .env_clear()
            .envs(peers)
            .env("CRAFTCHAIN_DATA_DIR", fleet.data_dir())
            .env("PORT", port.to_string())
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut alone = Self { child, url };
        alone.is_ready(fleet).await;
        alone
    }

    async fn is_ready(&mut self, fleet: &Fleet) {
        let (visitor, deadline) = (fleet.anyone().going_to(&self.url), Instant::now() + PATIENCE);
        loop {
            if matches!(visitor.get("/ready").try_send().await, Ok(answer) if answer.status == 200) {
                return;
            }
            let ended = self.child.try_wait().expect("a child");
            assert!(ended.is_none(), "the program ended: {ended:?}");
            assert!(
                Instant::now() < deadline,
                "the program is not ready after {PATIENCE:?}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Asks it to end, as an operator would.
    pub async fn stop(mut self) -> ExitStatus {
        let terminated = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(terminated.expect("kill").success());
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < deadline, "the program does not end");
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
