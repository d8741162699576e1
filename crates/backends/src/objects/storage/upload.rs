//! Objects on their way there.
//!
//! Large ones go in pieces, by the protocol of resumable uploads: after a failure Cloud Storage is asked how far they
//! came. Google's client (1.21.0) does not ask when a connection broke: it goes on with the bytes after those that were
//! lost, and what is then in place has a hole.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Buf, Bytes, BytesMut};
use futures::{FutureExt, StreamExt};
use reqwest::header::{CONTENT_RANGE, RANGE};

use super::{
    StorageBucket,
    wire::Wire,
    write::{Content, Write, or},
};
use crate::{
    Error, Result, backoff,
    google::rest::Failure,
    objects::{ByteStream, ObjectInfo},
};

/// Bytes of one request; the protocol wants a multiple of 256 KiB.
const PIECE: usize = 1 << 20;

impl StorageBucket {
    /// Writes an object whole or not at all: it appears when its last byte has arrived.
    ///
    /// It takes as long as its bytes take to come; but what has come must be taken within the deadline.
    pub(super) async fn upload(
        &self,
        name: &str,
        content_type: &str,
        bytes: ByteStream,
    ) -> Result<ObjectInfo> {
        let mut pieces = Pieces::of(bytes);
        let (mut piece, mut last) = pieces.next().await?;
        if last {
            let content = Content::Bytes(piece);
            let write = Write {
                name,
                content_type,
                content,
            };
            return self
                .guarded(Error::UnknownOutcome, self.write(&write).boxed())
                .await;
        }
        let mark = self.ids.uuid().to_string();
        let begun = self.wire.begin(name, content_type, &mark);
        let url = self.guarded(Error::Unavailable, begun).await?;
        let mut upload = Upload {
            wire: &self.wire,
            url,
            at: 0,
            sum: 0,
        };
        loop {
            // Before its last bytes an object cannot be in place.
            let late = if last {
                Error::UnknownOutcome
            } else {
                Error::Unavailable
            };
            if let Some(info) = self.guarded(late, upload.send(piece, last)).await? {
                return Ok(info);
            }
            (piece, last) = pieces.next().await?;
        }
    }
}

/// Bytes, cut for the requests that carry them.
struct Pieces {
    bytes: ByteStream,
    held: BytesMut,
    ended: bool,
}

impl Pieces {
    fn of(bytes: ByteStream) -> Self {
        Self {
            bytes,
            held: BytesMut::new(),
            ended: false,
        }
    }

    /// The next ones, and whether they are the last.
    async fn next(&mut self) -> Result<(Bytes, bool)> {
        while self.held.len() <= PIECE && !self.ended {
            match self.bytes.next().await.transpose()? {
                Some(chunk) => self.held.extend_from_slice(&chunk),
                None => self.ended = true,
            }
        }
        let last = self.held.len() <= PIECE;
        let piece = self.held.split_to(self.held.len().min(PIECE));
        Ok((piece.freeze(), last))
    }
}

/// One upload, which is over once, so that nothing of it changes anything later.
struct Upload<'a> {
    wire: &'a Wire,
    /// Where it goes.
    url: String,
    /// How many bytes have arrived.
    at: u64,
    /// CRC-32C of all bytes.
    sum: u32,
}

enum Progress {
    /// So many bytes have arrived.
    Until(u64),
    /// All have.
    Whole(ObjectInfo),
}

impl Upload<'_> {
    /// Sends a piece until it has arrived; with the last one the object is there.
    async fn send(&mut self, mut piece: Bytes, last: bool) -> Result<Option<ObjectInfo>> {
        self.sum = crc32c::crc32c_append(self.sum, &piece);
        let (mut failed, mut lost) = (0, None);
        let mut sent = self.put(&piece, last).await;
        loop {
            let came = match sent {
                Ok(Progress::Whole(info)) if last && info.size == self.at + piece.len() as u64 => {
                    return Ok(Some(info));
                }
                Ok(Progress::Whole(_)) => {
                    let why = "Cloud Storage ended an upload before its end";
                    return Err(Error::UnknownOutcome(why.to_owned()));
                }
                Ok(Progress::Until(end)) => end.checked_sub(self.at),
                Err(Failure::Lost(why) | Failure::Known(Error::Unavailable(why))) => {
                    failed += 1;
                    lost = Some(why);
                    backoff::pause(failed).await;
                    sent = self.ask().await;
                    continue;
                }
                Err(Failure::Known(error)) => return Err(or(lost.as_deref().filter(|_| last), error)),
            };
            match came.and_then(|came| usize::try_from(came).ok()) {
                Some(came) if came <= piece.len() => piece.advance(came),
                _ => {
                    return Err(Error::Unavailable(
                        "Cloud Storage lost count of an upload".to_owned(),
                    ));
                }
            }
            self.at += came.unwrap_or_default();
            if piece.is_empty() && !last {
                return Ok(None);
            }
            backoff::pause(failed).await;
            failed += 1;
            sent = self.put(&piece, last).await;
        }
    }

    async fn put(&self, piece: &Bytes, last: bool) -> std::result::Result<Progress, Failure> {
        let end = self.at + piece.len() as u64;
        let total = if last { end.to_string() } else { "*".to_owned() };
        let range = if piece.is_empty() {
            format!("bytes */{total}")
        } else {
            format!("bytes {}-{}/{total}", self.at, end - 1)
        };
        let sum = last.then(|| format!("crc32c={}", STANDARD.encode(self.sum.to_be_bytes())));
        self.tell(&range, piece, sum.as_deref()).await
    }

    /// How far it has come.
    async fn ask(&self) -> std::result::Result<Progress, Failure> {
        self.tell("bytes */*", &Bytes::new(), None).await
    }

    async fn tell(
        &self,
        range: &str,
        piece: &Bytes,
        sum: Option<&str>,
    ) -> std::result::Result<Progress, Failure> {
        let asked = self.wire.rest.attempt(|http| {
            let mut request = http.put(&self.url).header(CONTENT_RANGE, range);
            if let Some(sum) = sum {
                request = request.header("x-goog-hash", sum);
            }
            request.body(piece.clone())
        });
        let answer = asked.await?;
        if answer.status.as_u16() != 308 {
            let answer = self.wire.rest.accepted(answer)?;
            return self.wire.written(&answer).map(Progress::Whole);
        }
        let range = answer.headers.get(RANGE);
        let last = range.map_or(Some(None), |range| {
            range
                .to_str()
                .ok()?
                .strip_prefix("bytes=0-")?
                .parse::<u64>()
                .ok()
                .map(Some)
        });
        match last {
            Some(last) => Ok(Progress::Until(last.map_or(0, |last| last + 1))),
            None => Err(Failure::Lost(
                "Cloud Storage does not say how far an upload came".to_owned(),
            )),
        }
    }
}
