use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Request, Response, Uri, header};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use prometheus_client::metrics::counter::Counter;
use service_client::Service;
use service_kit::{StartError, Tasks};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::Instant,
};
use url::Url;

use super::{
    instance::Busy,
    tls::{Tls, Trust},
    upload::{Turn, Upload, Watch},
};

/// Idle connections kept to one service.
const MOST_IDLE: usize = 256;
/// Idle for longer, a connection is not trusted: services close theirs after 15 seconds.
const LONGEST_IDLE: Duration = Duration::from_secs(10);

pub(crate) type Sender = http1::SendRequest<Upload>;

/// The connections to one instance. Those that are idle end with the pool.
pub(crate) struct Pool {
    service: Service,
    /// What the instance sees as `Host`.
    pub(crate) host: HeaderValue,
    /// A path of the instance's address, before all of its own.
    base: String,
    name: String,
    port: u16,
    /// Only for https.
    tls: Option<Tls>,
    connect: Duration,
    tasks: Tasks,
    opened: Counter,
    /// Newest last.
    idle: Mutex<VecDeque<(Sender, Instant)>>,
}

/// Why a request has no answer.
pub(crate) enum Failure {
    /// No connection: here it is again, and nobody has seen anything of it.
    Unsent(Box<Request<Upload>>, String),
    /// The connection broke, or the request's body did.
    Broken(hyper::Error),
    /// All instances have failed and are left alone for a while.
    LeftAlone,
}

/// A connection that is in use.
pub(crate) struct Lent {
    sender: Sender,
    pool: Arc<Pool>,
    _busy: Busy,
}

impl Pool {
    pub(crate) fn new(
        service: Service,
        url: &Url,
        connect: Duration,
        tasks: &Tasks,
        opened: Counter,
        trust: &Trust,
    ) -> Result<Self, StartError> {
        let refuse = |why: &str| StartError::Other(format!("{} is {url}: {why}", service.url_variable()));
        let name = url.host_str().ok_or_else(|| refuse("it has no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let https = url.scheme() == "https";
        let tls = https
            .then(|| Tls::to(name.trim_matches(['[', ']']), trust))
            .transpose();
        let tls = tls.map_err(|error| refuse(&error.to_string()))?;
        let host = url
            .port()
            .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self {
            service,
            host: HeaderValue::try_from(host).map_err(|_| refuse("its host is none"))?,
            base: url.path().trim_end_matches('/').to_owned(),
            name: name.trim_matches(['[', ']']).to_owned(),
            port,
            tls,
            connect,
            tasks: tasks.clone(),
            opened,
            idle: Mutex::default(),
        })
    }

    /// Makes it a request to this instance.
    pub(crate) fn address(&self, request: &mut Request<Upload>) {
        request.headers_mut().insert(header::HOST, self.host.clone());
        if !self.base.is_empty() {
            let under = |uri: &Uri| format!("{}{uri}", self.base).parse().ok();
            if let Some(uri) = under(request.uri()) {
                *request.uri_mut() = uri;
            }
        }
    }

    /// Sends a request, and again only while it comes back untouched: from a connection that the instance had
    /// closed meanwhile.
    pub(crate) async fn send(
        &self,
        mut request: Request<Upload>,
    ) -> Result<(Response<Incoming>, Sender), Failure> {
        loop {
            let (mut sender, fresh) = match self.check_out().await {
                Ok(connection) => connection,
                Err(cause) => return Err(Failure::Unsent(Box::new(request), cause)),
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok((response, sender)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !fresh => request = unsent,
                    Some(unsent) => {
                        let cause = error.into_error().to_string();
                        return Err(Failure::Unsent(Box::new(unsent), cause));
                    }
                    None => return Err(Failure::Broken(error.into_error())),
                },
            }
        }
    }

    /// The connection used last, or a new one; and whether it is new.
    async fn check_out(&self) -> Result<(Sender, bool), String> {
        while let Some(mut sender) = self.take_idle() {
            if sender.ready().await.is_ok() {
                return Ok((sender, false));
            }
        }
        // Rare, and large with TLS: not a part of every request's future.
        let connecting = Box::pin(self.connect());
        match tokio::time::timeout(self.connect, connecting).await {
            Ok(connected) => Ok((connected?, true)),
            Err(_) => Err("no connection in time".to_owned()),
        }
    }

    fn take_idle(&self) -> Option<Sender> {
        let mut idle = self.idle();
        let (sender, since) = idle.pop_back()?;
        if since.elapsed() < LONGEST_IDLE {
            return Some(sender);
        }
        idle.clear(); // the newest is too old, so all are
        None
    }

    async fn connect(&self) -> Result<Sender, String> {
        let stream = TcpStream::connect((self.name.as_str(), self.port))
            .await
            .map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        match &self.tls {
            None => self.speak(stream).await,
            Some(tls) => {
                let stream = tls.shake_hands(stream).await.map_err(|error| error.to_string())?;
                self.speak(stream).await
            }
        }
    }

    async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Sender, String> {
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        self.opened.inc();
        let service = self.service;
        self.tasks.spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%service, %error, "a connection ended badly");
            }
        });
        Ok(sender)
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<(Sender, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    pub(crate) fn new(sender: Sender, pool: Arc<Pool>, busy: Busy) -> Self {
        Self {
            sender,
            pool,
            _busy: busy,
        }
    }

    /// Back to the pool, after the answer's end. A request whose body still passes would hold up the next.
    pub(crate) fn give_back(self, watch: Option<&Watch>) {
        let Self { sender, pool, _busy } = self;
        let sent = watch.is_none_or(|watch| watch.turn() == Turn::Done);
        if !sent || sender.is_closed() {
            return;
        }
        let mut idle = pool.idle();
        if idle.len() >= MOST_IDLE {
            idle.pop_front();
        }
        idle.push_back((sender, Instant::now()));
    }
}
