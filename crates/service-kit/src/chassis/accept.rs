use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo};
use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::net::{TcpListener, TcpStream};

use super::{
    crowd::Crowd,
    hop::Entrance,
    wire::{Talk, Wire, turn_away},
};
use crate::Tasks;

/// A request's head must arrive within this, or a slow client holds its connection for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The same while there are many: slow clients must not keep the others out.
const HEAD_TIMEOUT_IN_A_CROWD: Duration = Duration::from_secs(3);
/// The most bytes of a request's head.
const HEAD_LIMIT: usize = 64 << 10;
/// Out of file descriptors: wait for some to be freed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Where connections come in.
pub(super) struct Door {
    service: &'static str,
    entrance: Arc<Entrance>,
    tasks: Tasks,
    crowd: Arc<Crowd>,
    http: Http,
    /// The same while there are many connections.
    http_in_a_crowd: Http,
    graceful: GracefulShutdown,
}

impl Door {
    /// HTTP/1.1 and h2c on one port.
    pub(super) fn new(service: &'static str, entrance: Entrance, tasks: Tasks, crowd: Arc<Crowd>) -> Self {
        Self {
            service,
            entrance: Arc::new(entrance),
            tasks,
            crowd,
            http: Http::new(HEAD_TIMEOUT),
            http_in_a_crowd: Http::new(HEAD_TIMEOUT_IN_A_CROWD),
            graceful: GracefulShutdown::new(),
        }
    }

    /// Accepts connections until nothing new may begin.
    pub(super) async fn open(&self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.tasks.draining() => return, // and nobody waits in the backlog of who is going
            };
            match accepted {
                Ok((stream, address)) => self.connect(stream, address),
                Err(error) => {
                    tracing::warn!(service = self.service, %error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Tells every connection to end after the request that is under way.
    pub(super) async fn close(self) {
        self.graceful.shutdown().await;
    }

    fn connect(&self, stream: TcpStream, address: SocketAddr) {
        let Some(visitor) = self.crowd.let_in(address.ip()) else {
            turn_away(&stream, self.service);
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let talk = Arc::new(Talk::default());
        let wire = Wire::new(stream, self.service, talk.clone(), self.tasks.clone(), visitor);
        let entrance = self.entrance.clone();
        let asked = talk.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            asked.asked();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            let entrance = entrance.clone();
            async move { entrance.answer(request).await }
        });
        let http = if self.crowd.is_large() {
            &self.http_in_a_crowd
        } else {
            &self.http
        };
        let patience = http.patience;
        let connection = http
            .builder
            .serve_connection_with_upgrades(TokioIo::new(wire), service)
            .into_owned();
        let connection = self.graceful.watch(connection);
        self.tasks.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                biased;
                ended = &mut connection => ended,
                () = talk.silence(patience) => return,
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended badly");
            }
        });
    }
}

/// How HTTP is spoken.
struct Http {
    builder: auto::Builder<TokioExecutor>,
    /// How long a request's head may take.
    patience: Duration,
}

impl Http {
    fn new(patience: Duration) -> Self {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .max_buf_size(HEAD_LIMIT)
            .header_read_timeout(patience);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(64 << 10)
            .max_concurrent_streams(250)
            .keep_alive_interval(Duration::from_secs(30));
        Self { builder, patience }
    }
}
