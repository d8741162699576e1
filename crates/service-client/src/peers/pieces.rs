use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{Stream, StreamExt};

/// A body that comes piece by piece, and whether it is on its way.
pub(super) struct Pieces<S> {
    body: S,
    under_way: UnderWay,
}

/// Set from the first look at a body until its end: meanwhile a broken call may be the fault of whoever sends.
#[derive(Debug, Clone, Default)]
pub(super) struct UnderWay(Arc<AtomicBool>);

impl UnderWay {
    pub(super) fn is(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl<S> Pieces<S> {
    pub(super) fn of(body: S) -> (Self, UnderWay) {
        let under_way = UnderWay::default();
        let pieces = Self {
            body,
            under_way: under_way.clone(),
        };
        (pieces, under_way)
    }
}

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> Stream for Pieces<S> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.body.poll_next_unpin(cx);
        let over = matches!(polled, Poll::Ready(None));
        self.under_way.0.store(!over, Ordering::Release);
        polled
    }
}
