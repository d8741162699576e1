//! Other processes: copies of this test binary that run one of its functions.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

const TASK: &str = "BACKENDS_TEST_TASK";
const FOLDER: &str = "BACKENDS_TEST_FOLDER";
/// Before what a child says, between the lines of the test harness.
const SAYS: &str = "child says ";
/// Longer than any silence of a child that is well.
const PATIENCE: Duration = Duration::from_mins(2);

/// Another process at work.
pub(crate) struct Other {
    process: Child,
    stdin: ChildStdin,
    said: Receiver<String>,
}

impl Other {
    /// A process that does `task` in `folder`: the test `children::works` of this binary.
    pub(crate) fn starts(task: &str, folder: &Path) -> Self {
        Self::starts_with(task, folder, &[])
    }

    pub(crate) fn starts_with(task: &str, folder: &Path, variables: &[(&str, &OsStr)]) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "embedded::children::a_child_does_its_task",
                "--nocapture",
            ])
            .envs(variables.iter().copied())
            .env(TASK, task)
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdin: process.stdin.take().unwrap(),
            said: heard(process.stdout.take().unwrap()),
            process,
        }
    }

    /// What it says next; `None` when it has ended.
    pub(crate) fn hears(&mut self) -> Option<String> {
        match self.said.recv_timeout(PATIENCE) {
            Ok(said) => Some(said),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the child is silent"),
        }
    }

    /// Everything that it says until it ends.
    pub(crate) fn hears_all(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.hears()).collect()
    }

    /// Lets it go on from where it listens.
    pub(crate) fn goes(&mut self) {
        writeln!(self.stdin).unwrap();
    }

    /// Ends it as a power failure would.
    pub(crate) fn is_killed(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits until it has ended well.
    pub(crate) fn ends(mut self) {
        let said = self.hears_all();
        assert!(self.process.wait().unwrap().success(), "{said:?}");
    }
}

/// What a child says; a line that was cut off when it was killed has no end, and was not said.
fn heard(stdout: ChildStdout) -> Receiver<String> {
    let (sender, said) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let said = line.split_once(SAYS).and_then(|(_, said)| said.strip_suffix('.'));
            if let Some(said) = said
                && sender.send(said.to_owned()).is_err()
            {
                return;
            }
        }
    });
    said
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The task of this process, and its folder, when it is a child.
#[expect(clippy::disallowed_methods, reason = "a test tells its children what to do")]
pub(crate) fn task() -> Option<(String, PathBuf)> {
    Some((env::var(TASK).ok()?, env::var(FOLDER).ok()?.into()))
}

/// Says something to the parent.
pub(crate) fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{SAYS}{what}.").unwrap();
    out.flush().unwrap();
}

/// Waits until the parent lets it go on.
pub(crate) fn listen() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}
