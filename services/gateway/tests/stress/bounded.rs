//! A service whose capacity is known: it works on so many requests at once, each for so long; the rest queue.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::Semaphore};

use crate::child::spawn;

#[derive(Clone)]
pub(crate) struct Bounded(Arc<Shared>);

struct Shared {
    address: SocketAddr,
    servers: Semaphore,
    time: Duration,
    inside: AtomicUsize,
    most_inside: AtomicUsize,
}

impl Bounded {
    pub(crate) async fn start(servers: usize, time: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let this = Self(Arc::new(Shared {
            address: listener.local_addr().expect("an address"),
            servers: Semaphore::new(servers),
            time,
            inside: AtomicUsize::new(0),
            most_inside: AtomicUsize::new(0),
        }));
        spawn(this.clone().serve(listener));
        this
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// The most requests that were inside since this was last asked, those that queue included.
    pub(crate) fn take_most_inside(&self) -> usize {
        self.0.most_inside.swap(0, Relaxed)
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let this = self.clone();
            let service = service_fn(move |request| this.clone().answer(request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            spawn(async move { drop(connection.await) });
        }
    }

    async fn answer(self, _: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let inside = self.0.inside.fetch_add(1, Relaxed) + 1;
        self.0.most_inside.fetch_max(inside, Relaxed);
        if let Ok(_server) = self.0.servers.acquire().await {
            tokio::time::sleep(self.0.time).await;
        }
        self.0.inside.fetch_sub(1, Relaxed);
        Ok(Response::new(Full::from("x".repeat(500))))
    }
}
