//! A real server behind the gateway, which remembers what reached it.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{HeaderMap, Method};
use tokio::{net::TcpListener, task::JoinHandle};

/// What a service saw of a request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    /// With the query, as it came.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    /// The gateway's end of the connection.
    pub(crate) from: SocketAddr,
}

type Book = Arc<Mutex<Vec<Seen>>>;

/// The server; it ends when this is dropped.
pub(crate) struct Upstream {
    url: String,
    book: Book,
    serving: JoinHandle<()>,
}

impl Upstream {
    /// Serves `router`, on any free port.
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::on(listener, router)
    }

    /// Serves `router` where somebody listened before.
    pub(crate) fn on(listener: TcpListener, router: Router) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let book = Book::default();
        let router = router.layer(middleware::from_fn_with_state(book.clone(), note));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = spawn(async move {
            let _ = axum::serve(listener, service).await;
        });
        Self { url, book, serving }
    }

    /// Answers 200 to whatever comes, with the length of its body.
    pub(crate) async fn agreeable() -> Self {
        Self::start(Router::new().fallback(|body: bytes::Bytes| async move { body.len().to_string() })).await
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.book.lock().unwrap().clone()
    }

    /// What came since this was last asked.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.book.lock().unwrap())
    }

    /// The one request that came since this was last asked.
    pub(crate) fn take_only(&self) -> Seen {
        let mut seen = self.take();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }

    /// How many connections the requests came over.
    pub(crate) fn connections(&self) -> usize {
        let from: HashSet<SocketAddr> = self.seen().iter().map(|seen| seen.from).collect();
        from.len()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Notes what was handed on; what the gateway asks for itself (keys, documents, readiness) is not.
async fn note(
    State(book): State<Book>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.headers().contains_key("x-forwarded-proto") {
        book.lock().unwrap().push(Seen {
            method: request.method().clone(),
            target: request.uri().to_string(),
            headers: request.headers().clone(),
            from,
        });
    }
    next.run(request).await
}

/// Waits for `wanted`, but not forever.
pub(crate) async fn soon<T>(wanted: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), wanted)
        .await
        .expect("it happens within 20 s")
}

/// Looks again and again until `found` finds something, but not forever.
pub(crate) async fn eventually<T>(mut found: impl FnMut() -> Option<T>) -> T {
    soon(async {
        loop {
            match found() {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    })
    .await
}

#[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
pub(crate) fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}
