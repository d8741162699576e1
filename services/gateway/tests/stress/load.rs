//! An open loop: requests are sent when they are due, whether or not earlier ones are answered.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::MissedTickBehavior};

use crate::child::spawn;

/// What became of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// From the beginning of the load.
    pub(crate) sent: Duration,
    pub(crate) took: Duration,
    /// Nothing when there was no answer.
    pub(crate) status: Option<StatusCode>,
    /// Whether it said when to come again.
    pub(crate) told_when: bool,
}

/// Clients of one gateway, with as many connections as they need.
#[derive(Clone)]
pub(crate) struct Clients(Arc<Shared>);

struct Shared {
    address: SocketAddr,
    path: String,
    idle: Mutex<Vec<SendRequest<Empty<Bytes>>>>,
}

impl Clients {
    pub(crate) fn of(address: SocketAddr, path: &str) -> Self {
        Self(Arc::new(Shared {
            address,
            path: path.to_owned(),
            idle: Mutex::default(),
        }))
    }

    /// Sends so many requests a second, evenly, and waits for all answers.
    pub(crate) async fn ask(&self, a_second: u32, time: Duration) -> Vec<Seen> {
        let mut due = tokio::time::interval(Duration::from_secs(1) / a_second);
        due.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let begun = Instant::now();
        let mut asked = Vec::new();
        while begun.elapsed() < time {
            due.tick().await;
            let this = self.clone();
            asked.push(spawn(async move { this.ask_once(begun).await }));
        }
        let mut seen = Vec::with_capacity(asked.len());
        for asked in asked {
            seen.push(asked.await.expect("no panic"));
        }
        seen
    }

    async fn ask_once(self, begun: Instant) -> Seen {
        let sent = Instant::now();
        let answer = self.exchange().await;
        Seen {
            sent: sent - begun,
            took: sent.elapsed(),
            status: answer.as_ref().ok().map(|answer| answer.0),
            told_when: answer.is_ok_and(|answer| answer.1),
        }
    }

    async fn exchange(&self) -> Result<(StatusCode, bool), Box<dyn std::error::Error + Send + Sync>> {
        let mut sender = match self.take_idle() {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let request = Request::get(&self.0.path)
            .header("host", "gateway")
            .body(Empty::new())?;
        let answer = sender.send_request(request).await?;
        let seen = (answer.status(), answer.headers().contains_key("retry-after"));
        answer.into_body().collect().await?;
        self.idle().push(sender);
        Ok(seen)
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.0.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    fn take_idle(&self) -> Option<SendRequest<Empty<Bytes>>> {
        let mut idle = self.idle();
        while let Some(sender) = idle.pop() {
            if sender.is_ready() {
                return Some(sender);
            }
        }
        None
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SendRequest<Empty<Bytes>>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that were answered with 200.
pub(crate) fn accepted(seen: &[Seen]) -> impl Iterator<Item = &Seen> {
    seen.iter().filter(|seen| seen.status == Some(StatusCode::OK))
}

/// Of the times of accepted ones, the longest but a share: 0.5 is the median.
pub(crate) fn quantile(seen: &[Seen], share: f64) -> Duration {
    let mut times: Vec<Duration> = accepted(seen).map(|seen| seen.took).collect();
    times.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a short list"
    )]
    let place = ((times.len().saturating_sub(1)) as f64 * share).round() as usize;
    times.get(place).copied().unwrap_or_default()
}
