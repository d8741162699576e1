//! Keeps what arrives, also when the request that brings it dies halfway.

use aws_lc_rs::digest::{self, Algorithm};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, channel::mpsc};
use tokio::sync::{OwnedMutexGuard, oneshot};

use crate::{domain::upload::Upload, error::MediaError, state::Shared, store::Kept};

/// What is kept at once at least, while more is to come: what a broken connection can cost, beside what is on its way.
const PART: usize = 64 << 10;
/// At most: while one part is being written, more arrives.
const MOST: usize = 1 << 20;

/// Bytes as they arrive; nothing when they broke off.
pub(super) type Chunks = mpsc::Sender<Option<Bytes>>;

/// What all bytes of a request must add up to.
pub(crate) struct Checksum {
    algorithm: &'static Algorithm,
    digest: Vec<u8>,
}

impl Checksum {
    pub(super) fn of(algorithm: &str, digest: Vec<u8>) -> Option<Self> {
        let algorithm = match algorithm {
            "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => &digest::SHA256,
            _ => return None,
        };
        Some(Self { algorithm, digest })
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        digest::digest(self.algorithm, bytes).as_ref() == self.digest
    }
}

type Outcome = Result<Kept<Upload>, MediaError>;

impl crate::state::MediaState {
    /// Keeps the chunks in a task of its own, which ends when they do.
    pub(super) fn persist(
        self: &std::sync::Arc<Self>,
        turn: Option<OwnedMutexGuard<()>>,
        kept: Kept<Upload>,
        chunks: mpsc::Receiver<Option<Bytes>>,
        checksum: Option<Checksum>,
    ) -> oneshot::Receiver<Outcome> {
        let (sender, outcome) = oneshot::channel();
        let state = self.clone();
        self.kit.tasks.spawn(async move {
            let kept = match checksum {
                Some(checksum) => state.keep_checked(kept, chunks, &checksum).await,
                None => state.keep_parts(kept, chunks).await,
            };
            drop(turn);
            let _ = sender.send(kept); // the request may be gone
        });
        outcome
    }

    async fn keep_parts(
        self: &Shared,
        mut kept: Kept<Upload>,
        mut chunks: mpsc::Receiver<Option<Bytes>>,
    ) -> Outcome {
        let mut waiting = BytesMut::new();
        while let Some(Some(chunk)) = chunks.next().await {
            waiting.extend_from_slice(&chunk);
            let mut broken = false;
            while waiting.len() < MOST {
                match chunks.try_recv() {
                    Ok(Some(more)) => waiting.extend_from_slice(&more),
                    Ok(None) => broken = true,
                    Err(_) => break,
                }
                if broken {
                    break;
                }
            }
            if waiting.len() >= PART {
                kept = self.keep_one(kept, waiting.split().freeze()).await?;
            }
            if broken {
                break;
            }
        }
        if waiting.is_empty() {
            Ok(kept)
        } else {
            self.keep_one(kept, waiting.freeze()).await
        }
    }

    async fn keep_checked(
        self: &Shared,
        kept: Kept<Upload>,
        mut chunks: mpsc::Receiver<Option<Bytes>>,
        checksum: &Checksum,
    ) -> Outcome {
        let mut all = BytesMut::new();
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Some(chunk) => all.extend_from_slice(&chunk),
                None => return Ok(kept), // the other side says why
            }
        }
        if !checksum.fits(&all) {
            return Err(MediaError::Checksum);
        }
        if all.is_empty() {
            Ok(kept)
        } else {
            self.keep_one(kept, all.freeze()).await
        }
    }

    /// One part: in the bucket first, and then it counts.
    async fn keep_one(self: &Shared, kept: Kept<Upload>, bytes: Bytes) -> Outcome {
        let size = bytes.len() as u64;
        let part = self
            .shelf
            .put_part(kept.value.id, kept.value.offset, bytes)
            .await?;
        self.uploads.lengthen(&kept, part, size).await
    }
}
