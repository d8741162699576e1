//! The parent's side: starts children on one footing, hears what they say, kills them.

use std::{collections::HashMap, net::SocketAddr, process::Stdio, time::Duration};

use service_kit::Service;

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use super::{Footing, LEDGER};

/// A child that says nothing for so long will never.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a child is started.
pub struct Start {
    program: &'static str,
    footing: Footing,
    variables: Vec<(String, String)>,
}

/// A running child, killed when it is dropped.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Its services, by name.
    members: HashMap<String, Member>,
}

/// One service of a child.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub address: SocketAddr,
    /// How long it took to open what it keeps.
    pub opening: Duration,
}

impl Start {
    /// Of the program at `program`; both services are in it.
    pub fn of(program: &'static str, footing: &Footing) -> Self {
        let mut start = Self {
            program,
            footing: footing.clone(),
            variables: Vec::new(),
        };
        start.stands_as(&LEDGER);
        start.set("CRAFTCHAIN_ADDRESS_RATE", "0");
        start.set("RUST_LOG", "warn,access=off");
        start
    }

    /// This service only.
    #[must_use]
    pub fn serving(mut self, service: &Service) -> Self {
        self.stands_as(service);
        self.set("LEDGER_SERVES", service.name);
        self
    }

    /// With a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    fn stands_as(&mut self, service: &Service) {
        let settings = self.footing.settings(service).iter();
        let settings = settings.map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.variables.extend(settings);
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Starts a child without waiting for it.
    pub fn spawn(&self) -> Running {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.footing.log())
            .expect("a file for the child's log");
        let mut child = Command::new(self.program)
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the child starts");
        let stdout = child.stdout.take().expect("the child's standard output");
        Running {
            child,
            lines: BufReader::new(stdout).lines(),
            members: HashMap::new(),
        }
    }

    /// Starts a child and waits until `services` of it are ready.
    pub async fn ready(&self, services: &[&str]) -> Running {
        let mut running = self.spawn();
        assert!(
            running.becomes_ready(services).await,
            "the child ended before it was ready:\n{}",
            self.told()
        );
        running
    }

    /// What the children on this footing logged.
    pub fn told(&self) -> String {
        std::fs::read_to_string(self.footing.log()).unwrap_or_default()
    }
}

impl Running {
    /// Waits until `services` are ready; false when the child ends before.
    pub async fn becomes_ready(&mut self, services: &[&str]) -> bool {
        while !services.iter().all(|service| self.members.contains_key(*service)) {
            let Some(line) = self.hears().await else {
                return false;
            };
            let parts: Vec<&str> = line.split(' ').collect();
            if let ["ready", name, address, micros] = parts[..] {
                let member = Member {
                    address: address.parse().expect("the child says its address"),
                    opening: Duration::from_micros(micros.parse().expect("the child says how long it took")),
                };
                self.members.insert(name.to_owned(), member);
            }
        }
        true
    }

    /// The next line; nothing when the child has ended.
    pub async fn hears(&mut self) -> Option<String> {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        line.expect("the child says something in time").ok().flatten()
    }

    /// A service of this child that is ready.
    pub fn member(&self, name: &str) -> Member {
        self.members[name]
    }

    /// SIGKILL, now.
    pub fn strike(&mut self) {
        self.child.start_kill().expect("the child is struck");
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the child is killed");
    }

    /// Waits until a struck child is gone, or one that ends by itself; whether it says that all went well.
    pub async fn is_gone(&mut self) -> bool {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended
            .expect("the child ends in time")
            .is_ok_and(|status| status.success())
    }

    /// Lets it end by itself; whether it says that all went well.
    pub async fn ends(mut self) -> bool {
        drop(self.child.stdin.take());
        self.is_gone().await
    }
}
