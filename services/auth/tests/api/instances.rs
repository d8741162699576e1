//! Two processes on one folder: each opens the files for itself.

use config::Source;
use serde_json::json;
use service_kit::{Process, harness::Harness};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::people::{Answer, Auth, fresh_email, fresh_phone, other_than, signup};

/// Another process, as far as files and memory go.
struct Elsewhere {
    base: String,
    http: reqwest::Client,
    shutdown: CancellationToken,
    served: JoinHandle<()>,
}

impl Elsewhere {
    async fn start(beside: &Harness) -> Self {
        let folder = beside.folder().to_string_lossy().into_owned();
        let source = Source::of([("CRAFTCHAIN_DATA_DIR", folder.as_str())]);
        let process = Process::new(source, beside.clock().clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let until = shutdown.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "the server itself, which the test waits for"
        )]
        let served = tokio::spawn(async move { process.run(auth::SERVICE, listener, until).await.unwrap() });
        Self {
            base,
            http: reqwest::Client::builder().no_proxy().no_gzip().build().unwrap(),
            shutdown,
            served,
        }
    }

    async fn post(&self, path: &str, key: Option<&str>, body: serde_json::Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).json(&body);
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        Answer::of(request.send().await.unwrap()).await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.served.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_are_one_service() {
    let here = Auth::start().await;
    let there = Elsewhere::start(&here.0).await;

    let email = fresh_email();
    let signups = (0..4).map(|_| async {
        tokio::join!(
            here.post("/auth/signup", signup(&email, "artisan")),
            there.post("/auth/signup", None, signup(&email, "artisan")),
        )
    });
    let answers = futures::future::join_all(signups).await;
    let answers: Vec<Answer> = answers
        .into_iter()
        .flat_map(|(one, other)| [one, other])
        .collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);

    let sita = here.artisan().await;
    let refresh = json!({ "refresh_token": sita.refresh });
    let (one, other) = tokio::join!(
        here.post_once("k", "/auth/refresh", refresh.clone()),
        there.post("/auth/refresh", Some("k"), refresh.clone()),
    );
    let (one, other) = (one.expect(200), other.expect(200));
    assert_eq!(one["refresh_token"], other["refresh_token"]);
    assert_eq!(one["access_token"], other["access_token"]);
    there
        .post("/auth/refresh", None, refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    here.refresh(one["refresh_token"].as_str().unwrap())
        .await
        .expect_problem(401, "invalid_refresh_token");

    let phone = fresh_phone();
    let code = here.otp(&phone).await;
    let wrong = json!({ "phone": phone, "code": other_than(&code) });
    let tries = (0..5).map(|_| async {
        tokio::join!(
            here.post("/auth/otp/verify", wrong.clone()),
            there.post("/auth/otp/verify", None, wrong.clone()),
        )
    });
    futures::future::join_all(tries).await;
    there
        .post("/auth/otp/verify", None, json!({ "phone": phone, "code": code }))
        .await
        .expect(401);
    assert!(here.0.kit.audit.verify().await.unwrap().is_ok());
    there.stop().await;
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let first = Auth::start().await;
    let sita = first.artisan().await;
    let phone = fresh_phone();
    let code = first.otp(&phone).await;
    let second = Auth(Harness::of(auth::SERVICE).beside(&first.0).start().await);
    first.0.stop().await;
    sita.get(&second, "/auth/verify").await.expect(200);
    second.refresh(&sita.refresh).await.expect(200);
    second.verify_otp(&phone, &code).await.expect(201);
}
