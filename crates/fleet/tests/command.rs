//! What a developer sees: the program itself, started as `cargo run` starts it.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::{
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use emulators::free_ports;
use tempfile::TempDir;

fn fleet(folder: &Path, base_port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
    command
        .env_clear()
        .env("CRAFTCHAIN_DATA_DIR", folder)
        .env("CRAFTCHAIN_BASE_PORT", base_port.to_string())
        .stdin(Stdio::null());
    command
}

/// What the program prints when it ends by itself, as it must within the time that a start may take.
#[track_caller]
fn ended(command: &mut Command) -> Output {
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while running.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            running.kill().unwrap();
            panic!("it goes on");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    running.wait_with_output().unwrap()
}

#[track_caller]
fn refused_in_one_line(output: &Output, words: &[&str]) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}");
    }
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

#[test]
fn it_says_what_listens_where_and_drains_when_it_is_told_to() {
    let (parent, base) = (TempDir::new().unwrap(), free_ports(10));
    let folder = parent.path().join("made/by/itself");
    let mut running = fleet(&folder, base)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(running.stdout.take().unwrap());

    let mut table = String::new();
    while !table.contains("Ctrl-C") {
        assert_ne!(out.read_line(&mut table).unwrap(), 0, "it ended after {table}");
    }
    for service in fleet::SERVICES {
        let address = format!("http://127.0.0.1:{}", base + service.peer.port_offset());
        let line = table
            .lines()
            .find(|line| line.trim_start().starts_with(service.name))
            .unwrap();
        assert!(line.contains(&address), "{line}");
    }
    assert!(
        table.contains(&format!("http://127.0.0.1:{base}/docs")),
        "{table}"
    );
    assert!(table.contains(folder.to_str().unwrap()), "{table}");

    let terminated = Command::new("kill")
        .arg(running.id().to_string())
        .status()
        .unwrap();
    assert!(terminated.success());
    assert!(running.wait().unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.trim(), "");
}

#[test]
fn a_taken_port_is_one_line_that_names_the_setting() {
    let (folder, base) = (TempDir::new().unwrap(), free_ports(10));
    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, base + 1)).unwrap();
    let output = ended(&mut fleet(folder.path(), base));
    refused_in_one_line(&output, &[&(base + 1).to_string(), "CRAFTCHAIN_BASE_PORT"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_one_line_that_names_it() {
    let output = ended(&mut fleet(Path::new("/dev/null/data"), free_ports(10)));
    refused_in_one_line(&output, &["/dev/null/data"]);
}

#[test]
fn a_wrong_setting_is_one_line_that_says_what_is_allowed() {
    let folder = TempDir::new().unwrap();
    let output = ended(fleet(folder.path(), 8000).env("CRAFTCHAIN_BIND", "here"));
    refused_in_one_line(&output, &["CRAFTCHAIN_BIND", "\"here\"", "an IP address"]);
    let output = ended(fleet(folder.path(), 8000).env("RUST_LOG", "a=b=c"));
    refused_in_one_line(&output, &["RUST_LOG", "a=b=c"]);
}

#[test]
fn help_lists_the_settings_of_every_service() {
    let output = ended(fleet(Path::new("."), 8000).arg("--help"));
    let help = String::from_utf8(output.stdout).unwrap();
    for name in [
        "CRAFTCHAIN_BASE_PORT",
        "CRAFTCHAIN_DATA_DIR",
        "RUST_LOG",
        "CRAFTCHAIN_AUTH_URL",
    ] {
        assert!(help.contains(name), "{name} is not in {help}");
    }
}
