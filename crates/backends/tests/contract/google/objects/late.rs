//! Writes whose answers are lost, and requests that arrive when nobody waits for them any more.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use backends::{Error, objects::Objects};
use emulators::Corrected;
use futures::TryStreamExt;
use tokio::{net::TcpListener, task::JoinSet};

use super::{address, at, bucket, put};

/// Stands before a server; can lose the answer to a write, and send all writes once more.
struct Tape {
    url: String,
    taped: Arc<Taped>,
    _serving: JoinSet<()>,
}

struct Taped {
    server: String,
    http: reqwest::Client,
    writes: Mutex<Vec<Write>>,
    loses: AtomicBool,
}

#[derive(Clone)]
struct Write {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Tape {
    async fn before(url: &str) -> Self {
        let taped = Arc::new(Taped {
            server: url.to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            writes: Mutex::default(),
            loses: AtomicBool::new(false),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(tape).with_state(taped.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            taped,
            _serving: serving,
        }
    }

    /// The next write that succeeds is not said to have.
    fn loses_an_answer(&self) {
        self.taped.loses.store(true, Ordering::Relaxed);
    }

    /// How the writes since the last time are answered when they come once more.
    async fn again(&self) -> Vec<StatusCode> {
        let writes = std::mem::take(&mut *self.taped.writes.lock().unwrap());
        let mut answers = Vec::new();
        for write in writes {
            answers.push(self.taped.send(write).await.status());
        }
        answers
    }
}

impl Taped {
    async fn send(&self, write: Write) -> reqwest::Response {
        let url = format!("{}{}", self.server, write.path);
        let request = self.http.request(write.method, url).headers(write.headers);
        request.body(write.body).send().await.unwrap()
    }
}

async fn tape(State(taped): State<Arc<Taped>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(header::HOST);
    let write = Write {
        path: parts.uri.path_and_query().unwrap().as_str().to_owned(),
        method: parts.method,
        headers: parts.headers,
        body: to_bytes(body, 4 << 20).await.unwrap(),
    };
    let reads = write.method == Method::GET;
    if !reads {
        taped.writes.lock().unwrap().push(write.clone());
    }
    let answer = taped.send(write).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    if !reads && status.is_success() && taped.loses.swap(false, Ordering::Relaxed) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    (status, headers, Body::from_stream(answer.bytes_stream())).into_response()
}

/// A bucket behind a tape, and the same one without.
async fn taped() -> (Tape, Corrected, Arc<dyn Objects>, Arc<dyn Objects>) {
    let plain = address().await;
    let corrected = Corrected::before(plain.emulator.as_deref().unwrap()).await;
    let tape = Tape::before(&corrected.url).await;
    corrected.is_known_as(&tape.url);
    let behind = at(tape.url.clone(), plain.bucket.clone());
    (tape, corrected, bucket(&behind).await, bucket(&plain).await)
}

async fn read(bucket: &dyn Objects, name: &str) -> Vec<u8> {
    let (_, bytes) = bucket.get(name, None).await.unwrap();
    bytes.try_collect::<Vec<_>>().await.unwrap().concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_whose_answer_is_lost_is_done_once() {
    let (tape, _corrected, bucket, other) = taped().await;
    tape.loses_an_answer();
    let written = put(&*bucket, "x", &Bytes::from_static(b"ab")).await.unwrap();
    assert_eq!(written, other.head("x").await.unwrap());

    tape.loses_an_answer();
    let composed = bucket.compose("x", "text/plain", &["x", "x"]).await.unwrap();
    assert_eq!(composed, other.head("x").await.unwrap());
    assert_eq!(read(&*other, "x").await, b"abab");

    let large = Bytes::from(vec![b'x'; (2 << 20) + 1]);
    tape.loses_an_answer(); // to the beginning; what else is lost on the way is in `disturbed`
    let written = put(&*bucket, "large", &large).await.unwrap();
    assert_eq!(written, other.head("large").await.unwrap());
    assert!(read(&*other, "large").await == large, "other bytes");

    tape.loses_an_answer();
    bucket.delete("x").await.unwrap();
    assert!(matches!(other.head("x").await, Err(Error::NotFound)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_comes_when_others_have_written_changes_nothing() {
    let (tape, _corrected, bucket, other) = taped().await;
    let [old, newer] = [&b"old"[..], b"newer"].map(Bytes::from_static);
    let stale = StatusCode::PRECONDITION_FAILED;

    put(&*bucket, "x", &old).await.unwrap();
    put(&*other, "x", &newer).await.unwrap();
    assert_eq!(tape.again().await, [stale]);
    assert_eq!(read(&*other, "x").await, newer);

    put(&*bucket, "x", &old).await.unwrap();
    put(&*other, "x", &newer).await.unwrap();
    assert_eq!(
        tape.again().await,
        [stale; 2],
        "one finds that something is there, the other replaces it"
    );
    assert_eq!(read(&*other, "x").await, newer);

    bucket.delete("x").await.unwrap();
    put(&*other, "x", &newer).await.unwrap();
    assert_eq!(tape.again().await, [stale]);
    assert_eq!(read(&*other, "x").await, newer);

    bucket
        .compose("composed", "text/plain", &["x", "x"])
        .await
        .unwrap();
    put(&*other, "composed", &newer).await.unwrap();
    assert_eq!(tape.again().await, [stale]);
    assert_eq!(read(&*other, "composed").await, newer);

    let large = Bytes::from(vec![b'x'; (2 << 20) + 1]);
    put(&*bucket, "large", &large).await.unwrap();
    put(&*other, "large", &newer).await.unwrap();
    tape.again().await; // its pieces are known, and a new upload without pieces is none
    assert_eq!(read(&*other, "large").await, newer);
}
