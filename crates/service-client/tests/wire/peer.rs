//! A peer whose answers a test writes, and which remembers what it was asked.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use config::{Environment, Source};
use service_client::{
    CallContext, Jitter, PeerUrls, Peers, Policy, Service, ServiceToken, ServiceTokens, TokenError,
};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Answers by how many requests came before, until it is dropped.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    heard: Heard,
    _server: JoinSet<()>,
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Request>>>);

impl Heard {
    /// Returns how many came before.
    fn remember(&self, request: Request) -> usize {
        let mut heard = self.0.lock().unwrap();
        heard.push(request);
        heard.len() - 1
    }
}

impl Peer {
    pub(crate) async fn answering<A, R>(answer: A) -> Self
    where
        A: Fn(usize) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response> + Send,
    {
        let heard = Heard::default();
        let hear = async move |State(heard): State<Heard>, method, uri, headers, body| {
            let before = heard.remember(Request {
                method,
                uri,
                headers,
                body,
            });
            answer(before).await
        };
        let router = Router::new().fallback(hear).with_state(heard.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            heard,
            _server: server,
        }
    }

    /// Always answers this.
    pub(crate) async fn always(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Self {
        Self::answering(move |_| {
            let answer = answer.clone().into_response();
            async { answer }
        })
        .await
    }

    /// Answers these statuses one after the other, with `{}`, and the last for ever.
    pub(crate) async fn statuses<const N: usize>(statuses: [u16; N]) -> Self {
        Self::answering(move |before| async move {
            let status = StatusCode::from_u16(statuses[before.min(N - 1)]).unwrap();
            (status, "{}").into_response()
        })
        .await
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).unwrap()
    }

    pub(crate) fn heard(&self) -> Vec<Request> {
        self.heard.0.lock().unwrap().clone()
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.heard.0.lock().unwrap().len()
    }

    /// Calls by a service whose auth this is.
    pub(crate) fn called(&self) -> Peers {
        self.called_with(quick())
    }

    pub(crate) fn called_with(&self, policy: Policy) -> Peers {
        peers(self.url(), policy)
    }
}

/// Calls by a service whose auth is at `auth`.
pub(crate) fn peers(auth: Url, policy: Policy) -> Peers {
    Peers::with_policy(urls(auth), Arc::new(Named), policy).unwrap()
}

pub(crate) fn urls(auth: Url) -> PeerUrls {
    let mut env = Environment::new(Source::of([]));
    PeerUrls::read(&mut env).unwrap().with(Service::Auth, auth)
}

/// The default, with pauses that tests need not feel.
pub(crate) fn quick() -> Policy {
    Policy {
        backoff: Duration::from_millis(1),
        open_for: Duration::from_millis(20),
        jitter: Jitter::seeded(7),
        ..Policy::default()
    }
}

pub(crate) fn soon() -> CallContext {
    CallContext::within(Duration::from_secs(10))
}

/// Tokens that say for whom they are.
pub(crate) struct Named;

#[async_trait]
impl ServiceTokens for Named {
    async fn token_for(&self, callee: Service) -> Result<ServiceToken, TokenError> {
        Ok(ServiceToken {
            token: format!("for-{callee}").into(),
            serverless: Some(format!("google-for-{callee}").into()),
        })
    }
}

/// A server that reads what comes, says `reply` and hangs up; counts the connections.
pub(crate) struct HangsUp {
    pub(crate) address: SocketAddr,
    connections: Arc<Mutex<usize>>,
    _server: JoinSet<()>,
}

impl HangsUp {
    pub(crate) async fn after(reply: &'static str) -> Self {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(Mutex::new(0));
        let count = connections.clone();
        let mut server = JoinSet::new();
        server.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                *count.lock().unwrap() += 1;
                let read = stream.read(&mut [0; 4096]).await.unwrap();
                assert!(read > 0, "the request was sent");
                stream.write_all(reply.as_bytes()).await.unwrap();
            }
        });
        Self {
            address,
            connections,
            _server: server,
        }
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).unwrap()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}
