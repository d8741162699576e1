//! Where photos are developed: on threads of their own, and only as many at once as there is memory for.

use std::sync::Arc;

use bytes::Bytes;
use images::{Finish, Format, Header, Limits, Photo, Picture, Proof, Refusal, Slow};
use service_kit::Problem;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    task::spawn_blocking,
};

use crate::error::MediaError;

/// Files that are in memory at once, waiting for room to be decoded or being decoded.
const IN_HAND: usize = 4;
/// How much a thread gives way, of -20 to 19.
#[cfg(target_os = "linux")]
const LEAST: i32 = 19;

/// Decodes and encodes.
pub(crate) struct Studio {
    hands: Arc<Semaphore>,
    /// One permit a MiB.
    room: Arc<Semaphore>,
    mib: u32,
    /// What takes long is done one by one.
    leisure: Arc<Semaphore>,
}

/// The right to hold one file in memory.
pub(crate) struct Hand(OwnedSemaphorePermit);

impl Studio {
    pub(crate) fn new(mib: u32) -> Self {
        Self {
            hands: Arc::new(Semaphore::new(IN_HAND)),
            room: Arc::new(Semaphore::new(usize::try_from(mib).unwrap_or(usize::MAX))),
            mib,
            leisure: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for the right to hold a file in memory.
    pub(crate) async fn hand(&self) -> Result<Hand, MediaError> {
        Ok(Hand(acquire(&self.hands, 1).await?))
    }

    /// Everything that is kept of a photo.
    pub(crate) async fn develop(
        &self,
        hand: Hand,
        bytes: Bytes,
        limits: Limits,
        finish: Finish,
    ) -> Result<Result<Photo, Refusal>, MediaError> {
        self.work(hand, bytes, limits, move |bytes| {
            images::develop(bytes, &limits, finish)
        })
        .await
    }

    /// A photo that was developed before, as other pictures.
    pub(crate) async fn render(
        &self,
        hand: Hand,
        original: Bytes,
        wanted: Vec<(String, u32, Format, u8)>,
    ) -> Result<Result<Vec<(String, Picture)>, Refusal>, MediaError> {
        let limits = images_here();
        let work = move |bytes: &[u8]| {
            let render = |(name, side, format, quality)| {
                let picture = images::render(bytes, &limits, side, format, quality)?;
                Ok((name, picture))
            };
            wanted.into_iter().map(render).collect()
        };
        self.work(hand, original, limits, work).await
    }

    /// What a photo's slow pictures are made of. It takes its turn among the uploads, and no longer than one of them.
    pub(crate) async fn proof(
        &self,
        hand: Hand,
        original: Bytes,
    ) -> Result<Result<Proof, Refusal>, MediaError> {
        let limits = images_here();
        self.work(hand, original, limits, move |bytes| Proof::of(bytes, &limits))
            .await
    }

    /// A slow picture, made by a thread of its own that gives way to whatever else this machine has to do. Beside what
    /// uploads may take, it has at most 128 MiB.
    pub(crate) async fn picture(
        &self,
        proof: &Arc<Proof>,
        slow: Slow,
    ) -> Result<Result<Picture, Refusal>, MediaError> {
        let turn = acquire(&self.leisure, 1).await?;
        let (sender, made) = oneshot::channel();
        let proof = proof.clone();
        let work = move || {
            let _turn = turn;
            give_way();
            let _ = sender.send(proof.picture(slow)); // nobody waits any more
        };
        let thread = std::thread::Builder::new().name("slow-picture".to_owned());
        thread.spawn(work).map_err(Problem::internal)?;
        made.await.map_err(|lost| {
            // It panicked, and said why.
            Problem::internal(lost).into()
        })
    }

    async fn work<T: Send + 'static>(
        &self,
        hand: Hand,
        bytes: Bytes,
        limits: Limits,
        work: impl FnOnce(&[u8]) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<Result<T, Refusal>, MediaError> {
        let looked_at = bytes.clone();
        let header = match blocking(move || images::inspect(&looked_at, &limits)).await? {
            Ok(header) => header,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let room = acquire(&self.room, self.needed(&header)).await?;
        blocking(move || {
            let _held = (hand.0, room);
            work(&bytes)
        })
        .await
    }

    fn needed(&self, header: &Header) -> u32 {
        u32::try_from(header.memory >> 20).map_or(self.mib, |mib| mib.clamp(1, self.mib))
    }
}

/// The lowest priority, where threads have priorities of their own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(LEAST) {
        tracing::warn!(%error, "slow pictures are made as fast as others");
    }
}

/// What this service took in before is taken again, however large the file became when it was turned.
fn images_here() -> Limits {
    Limits {
        bytes: 64 << 20,
        memory: u64::MAX,
        ..Limits::default()
    }
}

async fn acquire(semaphore: &Arc<Semaphore>, permits: u32) -> Result<OwnedSemaphorePermit, MediaError> {
    let acquired = semaphore.clone().acquire_many_owned(permits).await;
    acquired.map_err(|closed| Problem::internal(closed).into())
}

/// A decoder's panic is the file's fault, and not the end of anything.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Result<T, Refusal>, MediaError> {
    match spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) if error.is_panic() => {
            tracing::error!(%error, "an image made a decoder panic");
            Ok(Err(Refusal::Damaged))
        }
        Err(error) => Err(Problem::internal(error).into()),
    }
}
