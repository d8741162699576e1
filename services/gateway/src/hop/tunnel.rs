//! An upgraded connection: bytes both ways until one side ends, falls silent, or the gateway drains.

use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use service_kit::Tasks;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// Connects both sides once both have changed their protocol.
pub(crate) fn connect(client: OnUpgrade, service: OnUpgrade, idle: Duration, tasks: &Tasks) {
    let draining = tasks.clone();
    tasks.spawn(async move {
        let (client, service) = match tokio::try_join!(client, service) {
            Ok(sides) => sides,
            Err(error) => {
                tracing::debug!(%error, "an upgrade came to nothing");
                return;
            }
        };
        tokio::select! {
            ended = pass(client, service, idle) => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "an upgraded connection ended badly");
                }
            }
            () = draining.draining() => {}
        }
    });
}

async fn pass(client: Upgraded, service: Upgraded, idle: Duration) -> io::Result<()> {
    let pulse = Pulse::new();
    let mut client = Heard {
        io: TokioIo::new(client),
        pulse: &pulse,
    };
    let mut service = TokioIo::new(service);
    tokio::select! {
        ended = tokio::io::copy_bidirectional(&mut client, &mut service) => ended.map(drop),
        () = pulse.silence(idle) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// When something last passed.
struct Pulse {
    begun: Instant,
    /// Milliseconds from `begun`.
    last: AtomicU64,
}

impl Pulse {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    fn beat(&self) {
        let millis = self.begun.elapsed().as_millis();
        self.last
            .store(u64::try_from(millis).unwrap_or(u64::MAX), Relaxed);
    }

    /// Ends when nothing has passed for `idle`.
    async fn silence(&self, idle: Duration) {
        loop {
            let until = self.begun + Duration::from_millis(self.last.load(Relaxed)) + idle;
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }
}

/// One side, whose every read and write is a beat; the other side's bytes pass through here, too.
struct Heard<'a, T> {
    io: T,
    pulse: &'a Pulse,
}

impl<T: AsyncRead + Unpin> AsyncRead for Heard<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.io).poll_read(cx, buffer);
        if read.is_ready() {
            self.pulse.beat();
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Heard<'_, T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        if written.is_ready() {
            self.pulse.beat();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
