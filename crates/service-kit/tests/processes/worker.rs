//! Another process: this test binary once more, asked for one test only.

use std::{path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::kiln::{self, Kiln};

const DEADLINE: Duration = Duration::from_secs(40);
/// Before the folder among the arguments.
const FOLDER: &str = "folder=";

/// Works on a folder until it is killed, when it was started for that; otherwise there is nothing to test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_of_its_own_process() {
    let Some(folder) = std::env::args().find_map(|argument| argument.strip_prefix(FOLDER).map(PathBuf::from))
    else {
        return;
    };
    let (process, service) = kiln::process(&folder);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listens {}", listener.local_addr().unwrap());
    process
        .run(service, listener, CancellationToken::new())
        .await
        .unwrap();
}

pub(crate) struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Worker {
    pub(crate) async fn start(kiln: &Kiln) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker::a_worker_of_its_own_process", "--nocapture"])
            .arg(format!("{FOLDER}{}", kiln.folder().display()))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut worker = Self {
            child,
            lines,
            address: String::new(),
        };
        let line = worker.says("listens ").await;
        worker.address.push_str(line.rsplit(' ').next().unwrap());
        worker
    }

    /// Its name among effects.
    pub(crate) fn name(&self) -> String {
        self.child.id().expect("it runs").to_string()
    }

    /// Waits until it says this.
    pub(crate) async fn says(&mut self, text: &str) -> String {
        let listening = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(text) {
                    return line;
                }
            }
            panic!("it ended without saying {text}");
        };
        timeout(DEADLINE, listening).await.expect("it says so in time")
    }

    /// Waits until its metrics have this line.
    pub(crate) async fn counts(&self, line: &str) {
        let url = format!("http://{}/metrics", self.address);
        let looking = async {
            loop {
                let metrics = reqwest::get(&url).await.unwrap().text().await.unwrap();
                if metrics.contains(line) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await; // between two looks
            }
        };
        timeout(DEADLINE, looking).await.expect("it counts so in time");
    }

    /// SIGKILL: nothing of it runs any more.
    pub(crate) fn kill(&mut self) {
        self.child.start_kill().unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.name())
            .status();
        assert!(sent.unwrap().success());
    }
}
