use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, extract::ConnectInfo};
use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::hop::Entrance;
use crate::{Tasks, tasks::DRAIN};

/// A request's head must arrive within this, or a slow client holds its connection for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Out of file descriptors: wait for some to be freed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts HTTP/1.1 and h2c until shutdown, then lets what was accepted finish.
pub(super) async fn run(
    listener: TcpListener,
    entrance: Entrance,
    tasks: &Tasks,
    shutdown: &CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(250)
        .keep_alive_interval(Duration::from_secs(30));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, address)) => connect(stream, address, &http, &entrance, tasks, &graceful),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener); // nobody waits in the backlog of a server that is going
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were cut that did not end in time");
    }
}

fn connect(
    stream: TcpStream,
    address: SocketAddr,
    http: &auto::Builder<TokioExecutor>,
    entrance: &Entrance,
    tasks: &Tasks,
    graceful: &GracefulShutdown,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let entrance = entrance.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        entrance.clone().answer(request)
    });
    let connection = http
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned();
    let connection = graceful.watch(connection);
    tasks.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended badly");
        }
    });
}
