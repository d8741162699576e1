//! A service that is killed again and again in the middle of its work.

use std::{
    collections::HashMap,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use config::Source;
use http::Method;
use tokio::process::{Child, Command};

use crate::{
    child::{Gateway, spawn},
    soon, turn,
};

const CLIENTS: usize = 8;
const DEATHS: usize = 5;
/// Effects between two deaths.
const LIFE: usize = 40;
/// Tells this program that it is to play the service: where, and in which file its effects are.
const PLAYS: &str = "CRAFTCHAIN_TEST_PLAYS_SERVICE";

/// Not a test but the service, when the test below starts this program once more; otherwise there is nothing to do.
#[tokio::test]
async fn plays_the_service() {
    let source = Source::process();
    let Some((address, effects)) = source.get(PLAYS).and_then(|told| told.split_once(' ')) else {
        return;
    };
    let effects = PathBuf::from(effects);
    let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let effects = effects.clone();
        async move {
            if *request.method() == Method::POST {
                let id = request.uri().query().unwrap_or_default().to_owned();
                // In the kernel's hands when this returns, so that the effect outlives its process.
                let mut file = std::fs::File::options().append(true).open(&effects).unwrap();
                file.write_all(format!("{id}\n").as_bytes()).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            "done"
        }
    });
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

struct Service {
    address: SocketAddr,
    effects: PathBuf,
}

impl Service {
    fn lives(&self) -> Child {
        let told = format!("{} {}", self.address, self.effects.display());
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::plays_the_service"])
            .env_clear()
            .env(PLAYS, told)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// How often each request had its effect.
    fn effects(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for id in read(&self.effects).lines() {
            *counts.entry(id.to_owned()).or_default() += 1;
        }
        counts
    }

    async fn does_more(&self) {
        let before = self.effects().len();
        soon(async {
            while self.effects().len() < before + LIFE {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Asks without pause until `rest`; the status of each request by its number.
async fn asks(gateway: SocketAddr, client: usize, rest: Arc<AtomicBool>) -> Vec<(String, u16)> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .retry(reqwest::retry::never())
        .tls_certs_only([])
        .build()
        .unwrap();
    let mut answers = Vec::new();
    while !rest.load(Relaxed) {
        let id = format!("{client}-{}", answers.len());
        let post = http.post(format!("http://{gateway}/v1/products/search?{id}"));
        let asked = post.header("idempotency-key", &id).send();
        let answer = soon(asked).await.expect("the gateway itself always answers");
        answers.push((id, answer.status().as_u16()));
        let read = http.get(format!("http://{gateway}/v1/products")).send();
        soon(read).await.expect("the gateway itself always answers");
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_that_is_not_idempotent_has_its_effect_twice() {
    let _turn = turn().await;
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let service = Service {
        address: free,
        effects: folder.path().join("effects"),
    };
    std::fs::write(&service.effects, "").unwrap();
    let mut life = service.lives();
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"), &format!("http://{free}"), &[]).await;
    let rest = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| spawn(asks(gateway.address, client, rest.clone())))
        .collect();
    for _ in 0..DEATHS {
        service.does_more().await;
        life.kill().await.unwrap(); // SIGKILL
        life = service.lives();
    }
    service.does_more().await;
    rest.store(true, Relaxed);

    let mut answers = Vec::new();
    for client in clients {
        answers.extend(client.await.unwrap());
    }
    let effects = service.effects();
    let mut interrupted = 0;
    for (id, status) in answers {
        let count = effects.get(&id).copied().unwrap_or_default();
        assert!(count <= 1, "{id} had its effect {count} times");
        match status {
            200 => assert_eq!(count, 1, "{id} was acknowledged"),
            502 => interrupted += count,
            503 => assert_eq!(count, 0, "{id} was never sent"),
            other => panic!("{id} was answered {other}"),
        }
    }
    assert!(interrupted > 0, "some were struck between effect and answer");
    life.kill().await.unwrap();
}
