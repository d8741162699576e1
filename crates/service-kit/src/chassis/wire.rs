//! A connection as hyper sees it, with two things that hyper does not do: refusals of what is not HTTP
//! get a problem document, and a client that still sends is let read its answer.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use http::StatusCode;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{RequestContext, crowd::Visitor, refusal};
use crate::{Problem, Tasks};

/// How long, and for how many bytes, a refused client may go on sending before its connection is cut.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 16 << 20;

/// What the service says of a connection to its wire.
#[derive(Default)]
pub(super) struct Talk {
    /// A request reached the service, and the head of its answer is still to come.
    owed: AtomicBool,
    /// Something was received since then.
    heard: AtomicBool,
    /// A request reached the service at some time.
    begun: AtomicBool,
}

impl Talk {
    /// A request reached the service.
    pub(super) fn asked(&self) {
        self.owed.store(true, Relaxed);
        self.heard.store(false, Relaxed);
        self.begun.store(true, Relaxed);
    }

    /// Ends when there was no request within `patience`; never, when there was one.
    ///
    /// Hyper's own limit begins only when it knows from the first bytes which HTTP is spoken.
    pub(super) async fn silence(&self, patience: Duration) {
        tokio::time::sleep(patience).await;
        if self.begun.load(Relaxed) {
            std::future::pending::<()>().await;
        }
    }
}

pub(super) struct Wire {
    stream: Option<TcpStream>,
    service: &'static str,
    talk: Arc<Talk>,
    tasks: Tasks,
    /// Counted for as long as the connection is open, whatever is spoken on it.
    _visitor: Visitor,
    /// Bytes that replace what hyper wrote, and how many of them are sent.
    instead: Option<(Vec<u8>, usize)>,
    /// Neither side has closed yet, one has, or ours has while theirs may still send.
    ended: bool,
    closing: bool,
}

impl Wire {
    pub(super) fn new(
        stream: TcpStream,
        service: &'static str,
        talk: Arc<Talk>,
        tasks: Tasks,
        visitor: Visitor,
    ) -> Self {
        Self {
            stream: Some(stream),
            service,
            talk,
            tasks,
            _visitor: visitor,
            instead: None,
            ended: false,
            closing: false,
        }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let gone = || io::Error::from(io::ErrorKind::NotConnected);
        self.stream.as_mut().map(Pin::new).ok_or_else(gone)
    }

    /// What to send instead of `written`, when hyper refuses by itself.
    fn replacement(&self, written: &[u8]) -> Option<Vec<u8>> {
        if !written.starts_with(b"HTTP/1.1 ") || written.starts_with(b"HTTP/1.1 1") {
            return None;
        }
        if self.talk.owed.swap(false, Relaxed) || !self.talk.heard.load(Relaxed) {
            return None;
        }
        let status = StatusCode::from_bytes(written.get(9..12)?).ok()?;
        let empty = written.ends_with(b"\r\n\r\n") && contains(written, b"content-length: 0\r\n");
        (status.is_client_error() && empty).then(|| refusal_of(status, self.service))
    }

    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((bytes, sent)) = self.instead.take() {
            let more = self.stream()?.poll_write(cx, &bytes[sent..]);
            let sent = match more {
                Poll::Ready(Ok(more)) => sent + more,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.instead = Some((bytes, sent));
                    return Poll::Pending;
                }
            };
            if sent < bytes.len() {
                self.instead = Some((bytes, sent));
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Tells who came into a full house, as far as that goes without waiting.
pub(super) fn turn_away(stream: &TcpStream, service: &'static str) {
    let refusal = refusal_of(StatusCode::SERVICE_UNAVAILABLE, service);
    if let Err(error) = stream.try_write(&refusal) {
        tracing::debug!(service, %error, "a connection too many went away by itself");
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// A whole answer: what could not be parsed has no path, and its trace begins here.
fn refusal_of(status: StatusCode, service: &'static str) -> Vec<u8> {
    let trace_id = RequestContext::caused_by(None, service).trace_id();
    let (code, detail) = match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ("headers_too_large", "the headers are too large"),
        StatusCode::URI_TOO_LONG => ("uri_too_long", "the path and query are too long"),
        StatusCode::SERVICE_UNAVAILABLE => ("overloaded", "too many connections at once; try again"),
        _ => ("malformed", "this is not a request of HTTP/1.1"),
    };
    let retry_after = if status.is_server_error() {
        "retry-after: 1\r\n"
    } else {
        ""
    };
    tracing::debug!(
        service,
        trace_id,
        status = status.as_u16(),
        "a request was refused before it was read"
    );
    let document = Problem::new(status, code, detail).document("", &trace_id);
    let body = serde_json::to_string(&document).unwrap_or_default();
    let reason = status.canonical_reason().unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: {}\r\ncache-control: no-store\r\nx-request-id: {trace_id}\r\n\
         {retry_after}connection: close\r\ncontent-length: {}\r\n\r\n",
        status.as_u16(),
        refusal::PROBLEM_JSON_TEXT,
        body.len()
    );
    (head + &body).into_bytes()
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(self.stream()?.poll_read(cx, into))?;
        if into.filled().len() > before {
            self.talk.heard.store(true, Relaxed);
        } else if into.remaining() > 0 {
            self.ended = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.instead.is_none() {
            match self.replacement(bytes) {
                None => return self.stream()?.poll_write(cx, bytes),
                replacement => self.instead = replacement.map(|bytes| (bytes, 0)),
            }
        }
        ready!(self.poll_instead(cx))?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut full = slices.iter().filter(|slice| !slice.is_empty());
        match (full.next(), full.next()) {
            (Some(only), None) => self.poll_write(cx, only),
            (first, _) => {
                // An answer with a body is never hyper's own.
                if first.is_some_and(|first| first.starts_with(b"HTTP/1.1 ")) {
                    self.talk.owed.store(false, Relaxed);
                }
                self.stream()?.poll_write_vectored(cx, slices)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.closing = true;
        self.stream()?.poll_shutdown(cx)
    }
}

/// Closing a socket with unread bytes resets the connection, and the client may never see its answer.
/// So the rest of a body that nobody wanted is read for a while (RFC 9112, 9.6).
impl Drop for Wire {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take().filter(|_| self.closing && !self.ended) else {
            return;
        };
        if self.tasks.is_draining() || tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        let tasks = self.tasks.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = tasks.draining() => {}
                () = tokio::time::sleep(LINGER) => {}
                () = read_out(stream) => {}
            }
        });
    }
}

async fn read_out(mut stream: TcpStream) {
    let (mut scratch, mut read) = (vec![0; 16 << 10], 0);
    while let Ok(more @ 1..) = stream.read(&mut scratch).await {
        read += more;
        if read > LINGER_BYTES {
            return;
        }
    }
}
