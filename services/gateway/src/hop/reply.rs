use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use super::{pool::Lent, upload::Watch};

/// A service's answer on its way back.
///
/// The connection goes back to its pool only when the body was read to its end. Dropped early it is closed, so
/// that no later request can read a stranger's bytes.
pub(crate) struct Reply {
    body: Incoming,
    lent: Option<Lent>,
    /// Moves while the request's body still passes.
    watch: Option<Arc<Watch>>,
    idle: Duration,
    /// Made only when there is something to wait for.
    patience: Option<Pin<Box<Sleep>>>,
}

/// Why an answer broke off after its head was sent; the client sees its connection cut.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CutOff {
    #[error("the service broke off")]
    Broken(#[from] hyper::Error),
    #[error("the service fell silent")]
    Silent,
}

impl Reply {
    pub(crate) fn new(body: Incoming, lent: Lent, watch: Option<Arc<Watch>>, idle: Duration) -> Self {
        Self {
            body,
            lent: Some(lent),
            watch,
            idle,
            patience: None,
        }
    }

    /// Whether nothing has moved, in either direction, for too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let idle = self.idle;
        let patience = self
            .patience
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
        while patience.as_mut().poll(cx).is_ready() {
            let moved = self.watch.as_ref().map(|watch| watch.last_progress() + idle);
            match moved.filter(|until| *until > Instant::now()) {
                Some(until) => patience.as_mut().reset(until),
                None => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) else {
            return this.poll_silence(cx).map(|()| {
                this.lent = None;
                Some(Err(CutOff::Silent))
            });
        };
        this.patience = None;
        match &frame {
            Some(Err(_)) => this.lent = None,
            Some(Ok(_)) if !this.body.is_end_stream() => {}
            Some(Ok(_)) | None => {
                if let Some(lent) = this.lent.take() {
                    lent.give_back(this.watch.as_deref());
                }
            }
        }
        Poll::Ready(frame.map(|frame| frame.map_err(CutOff::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
