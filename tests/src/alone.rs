//! One service's program beside a fleet that runs, on the same data folder.

use std::process::{Child, Command, ExitStatus, Stdio};

use emulators::free_port;
use service_client::Service;
use url::Url;

use crate::{Fleet, Visitor, soon};

/// A running program; killed when it is dropped.
pub struct Alone {
    child: Child,
    pub url: Url,
}

impl Alone {
    /// Starts the program, whose peers are the fleet's other services.
    pub async fn start(program: &str, fleet: &Fleet) -> Self {
        Self::start_at(free_port(), program, fleet, []).await
    }

    /// Starts it on a port of its own; some of its peers are not the fleet's.
    pub async fn start_at(
        port: u16,
        program: &str,
        fleet: &Fleet,
        elsewhere: impl IntoIterator<Item = (Service, Url)>,
    ) -> Self {
        let elsewhere = elsewhere
            .into_iter()
            .map(|(peer, url)| (peer.url_variable(), url.to_string()));
        let mut command = beside(fleet, program);
        command.envs(elsewhere).env("PORT", port.to_string());
        Self::ready(command, port, &fleet.anyone()).await
    }

    /// Starts what will listen on a port, and waits until it is ready.
    pub(crate) async fn ready(mut command: Command, port: u16, visitor: &Visitor) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let url = door_at(port);
        let visitor = visitor.going_to(&url);
        soon("a program that is ready", async || {
            let ended = child.try_wait().expect("a child");
            assert!(ended.is_none(), "the program ended: {ended:?}");
            let answer = visitor.get("/ready").try_send().await;
            answer.ok().filter(|answer| answer.status == 200)
        })
        .await;
        Self { child, url }
    }

    /// Kills it (SIGKILL), whatever it is doing, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().expect("a program that runs");
        self.child.wait().expect("a child");
    }

    /// Asks it to end, as an operator would.
    pub async fn stop(mut self) -> ExitStatus {
        let terminated = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(terminated.expect("kill").success());
        soon("a program that has ended", async || {
            self.child.try_wait().expect("a child")
        })
        .await
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What an operator's command prints: `grant-admin EMAIL`.
pub async fn command(program: &str, fleet: &Fleet, arguments: &[&str]) -> String {
    let mut command = beside(fleet, program);
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ran = tokio::process::Command::from(command)
        .output()
        .await
        .expect("the program runs");
    let error = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{arguments:?}: {error}");
    String::from_utf8(ran.stdout).expect("text")
}

fn beside(fleet: &Fleet, program: &str) -> Command {
    let peers = Service::ALL
        .into_iter()
        .filter_map(|peer| Some((peer.url_variable(), fleet.url(peer)?.as_str())));
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(peers)
        .env("CRAFTCHAIN_DATA_DIR", fleet.data_dir())
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null());
    command
}

/// The door of whoever listens on a port of this machine.
pub(crate) fn door_at(port: u16) -> Url {
    format!("http://127.0.0.1:{port}").parse().expect("a URL")
}
