use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http_body::{Body as _, Frame, SizeHint};
use tokio::time::Instant;

/// Whose turn it is while a request's body passes, and since when.
#[derive(Debug)]
pub(crate) struct Watch {
    begun: Instant,
    /// Milliseconds from `begun` to the last progress.
    at: AtomicU64,
    turn: AtomicU8,
}

/// Who is to act next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Turn {
    /// The client is to send.
    Client,
    /// The service is to take what was sent.
    Service,
    /// The whole body has passed.
    Done,
    /// The client sent more than is allowed.
    TooLarge,
    /// The client went away.
    Cut,
}

const TURNS: [Turn; 5] = [Turn::Client, Turn::Service, Turn::Done, Turn::TooLarge, Turn::Cut];

/// A body that takes longer comes at its client's pace.
const PROMPT: Duration = Duration::from_millis(100);

impl Watch {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            at: AtomicU64::new(0),
            turn: AtomicU8::new(Turn::Service as u8),
        }
    }

    pub(crate) fn turn(&self) -> Turn {
        TURNS[usize::from(self.turn.load(Relaxed))]
    }

    /// When the last bytes passed.
    pub(crate) fn last_progress(&self) -> Instant {
        self.begun + Duration::from_millis(self.at.load(Relaxed))
    }

    /// Ends when the client is waited for; never, once all has come.
    pub(crate) async fn dawdling(&self) {
        loop {
            tokio::time::sleep(PROMPT).await;
            match self.turn() {
                Turn::Client => return,
                Turn::Service => {}
                _ => std::future::pending().await,
            }
        }
    }

    fn set(&self, turn: Turn) {
        self.turn.store(turn as u8, Relaxed);
    }

    fn progressed(&self, turn: Turn) {
        let millis = self.begun.elapsed().as_millis();
        self.at.store(u64::try_from(millis).unwrap_or(u64::MAX), Relaxed);
        self.set(turn);
    }
}

/// A request's body on its way: counted, watched, never held.
pub(crate) enum Upload {
    /// Most requests have none.
    Nothing,
    Passing {
        body: Body,
        /// Bytes that may still come.
        left: u64,
        watch: Arc<Watch>,
    },
}

/// Why a body goes no further. Who cares asks the `Watch`.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the request's body ends early")]
pub(crate) struct Ended;

impl Upload {
    /// A body of at most `largest` bytes, and what watches it; nothing for no body.
    pub(crate) fn of(body: Body, largest: u64) -> (Self, Option<Arc<Watch>>) {
        if body.is_end_stream() {
            return (Self::Nothing, None);
        }
        let watch = Arc::new(Watch::new());
        let passing = Self::Passing {
            body,
            left: largest,
            watch: watch.clone(),
        };
        (passing, Some(watch))
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = Ended;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Ended>>> {
        let Self::Passing { body, left, watch } = &mut *self else {
            return Poll::Ready(None);
        };
        if watch.turn() != Turn::Client {
            watch.set(Turn::Client);
        }
        let frame = match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            None => {
                watch.progressed(Turn::Done);
                return Poll::Ready(None);
            }
            Some(Err(_)) => {
                watch.set(Turn::Cut);
                return Poll::Ready(Some(Err(Ended)));
            }
            Some(Ok(frame)) => frame,
        };
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        let Some(rest) = left.checked_sub(length) else {
            watch.set(Turn::TooLarge);
            return Poll::Ready(Some(Err(Ended)));
        };
        *left = rest;
        watch.progressed(if body.is_end_stream() {
            Turn::Done
        } else {
            Turn::Service
        });
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Passing { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Nothing => SizeHint::with_exact(0),
            Self::Passing { body, .. } => body.size_hint(),
        }
    }
}
