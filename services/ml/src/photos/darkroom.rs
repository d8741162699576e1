//! Where photos are decoded: on threads of their own, and only as many at once as there is memory for.

use std::sync::Arc;

use bytes::Bytes;
use images::{Likeness, Limits, Refusal};
use service_kit::Problem;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use crate::{error::MlError, vision::Raster};

/// Of the longer side, in pixels: measurements compare only at one scale.
pub(crate) const SIDE: u32 = 400;

/// A photo as it is looked at.
pub(crate) struct Print {
    pub(crate) raster: Raster,
    /// Nothing for a plain area.
    pub(crate) likeness: Option<Likeness>,
}

/// Decodes, and computes on what was decoded.
pub(crate) struct Darkroom {
    /// One permit a MiB.
    room: Arc<Semaphore>,
    mib: u32,
}

impl Darkroom {
    pub(crate) fn new(mib: u32) -> Self {
        Self {
            room: Arc::new(Semaphore::new(usize::try_from(mib).unwrap_or(usize::MAX))),
            mib,
        }
    }

    /// Does `work` with the pixels of a photo; `field` is what a refusal names.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        field: &'static str,
        photo: Bytes,
        work: impl FnOnce(&Print) -> T + Send + 'static,
    ) -> Result<T, MlError> {
        let refused = |refusal| MlError::Photo { field, refusal };
        let limits = Limits::default();
        let looked_at = photo.clone();
        let header = blocking(move || images::inspect(&looked_at, &limits)).await?;
        let _room = self.room_for(header.map_err(refused)?.memory).await?;
        let done = blocking(move || {
            let view = images::view(&photo, &limits, SIDE)?;
            drop(photo);
            let likeness = view.likeness()?;
            let raster = Raster::from(view);
            Ok(work(&Print { raster, likeness }))
        });
        done.await?.map_err(refused)
    }

    async fn room_for(&self, memory: u64) -> Result<OwnedSemaphorePermit, MlError> {
        let mib = u32::try_from(memory >> 20).map_or(self.mib, |mib| mib.clamp(1, self.mib));
        let room = self.room.clone().acquire_many_owned(mib).await;
        room.map_err(|closed| Problem::internal(closed).into())
    }
}

/// A decoder's panic is the file's fault, and not the end of anything.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Result<T, Refusal>, MlError> {
    match spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) if error.is_panic() => {
            tracing::error!(%error, "an image made a decoder panic");
            Ok(Err(Refusal::Damaged))
        }
        Err(error) => Err(Problem::internal(error).into()),
    }
}
