//! Hears a refused request out.
//!
//! Who is still sending when the connection is closed sees a broken line instead of the refusal, and tries
//! again for nothing.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::StreamExt;
use http_body::{Frame, SizeHint};
use tokio::{sync::oneshot, time::timeout};

/// As long, and no longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Beyond what any request here may have.
const MOST: usize = 48 << 20;

/// Bodies up to this many bytes lie in the buffers of the line: who sends them is done.
const SMALL: u64 = 16 << 10;

/// Reads what a refused request still has to say, and throws it away: a layer for routes that take files.
pub async fn hear_out(request: Request, next: Next) -> Response {
    heard_out(request, |request| next.run(request)).await
}

/// The same around anything that answers.
pub(crate) async fn heard_out<F: Future<Output = Response>>(
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let size = http_body::Body::size_hint(request.body());
    if size.upper().is_some_and(|upper| upper <= SMALL) {
        return answer(request).await;
    }
    let (back, rest) = oneshot::channel();
    let lend = |body| {
        Body::new(Lent {
            body,
            back: Some(back),
        })
    };
    let response = answer(request.map(lend)).await;
    if response.status().is_client_error() {
        // An error means that the body is still in use, or that it takes too long: then the line breaks.
        let _ = timeout(PATIENCE, async { drain(rest.await.ok()?).await }).await;
    }
    response
}

async fn drain(body: Body) -> Option<()> {
    let mut stream = body.into_data_stream();
    let mut heard = 0;
    while heard < MOST {
        heard += stream.next().await?.ok()?.len();
    }
    None
}

/// A body that comes back when it is dropped.
struct Lent {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take() {
            let _ = back.send(std::mem::take(&mut self.body)); // nobody asks when it was answered well
        }
    }
}
