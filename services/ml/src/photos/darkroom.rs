//! Where photos are decoded: on threads of their own, and only as many at once as there is memory for.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use images::{Likeness, Limits, Refusal, View};
use service_kit::Problem;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use crate::{error::MlError, paint::PaintError, vision::Raster};

/// Of the longer side, in pixels: measurements compare only at one scale.
pub(crate) const SIDE: u32 = 400;

/// A photo as it is looked at.
pub(crate) struct Print {
    pub(crate) raster: Raster,
    /// Nothing for a plain area.
    pub(crate) likeness: Option<Likeness>,
}

/// Of a photo that is drawn, in pixels.
const DRAWN_SIDE: u32 = 1000;
/// A drawing and what it is made of.
const DRAWING: u64 = 32 << 20;
const QUALITY: u8 = 88;

/// A photo within a drawing.
pub(crate) struct Embedded {
    /// A data URI.
    pub(crate) uri: String,
    /// In pixels.
    pub(crate) size: (u32, u32),
}

impl Embedded {
    fn of(view: &View) -> Result<Self, Refusal> {
        let sides = (u16::try_from(view.width), u16::try_from(view.height));
        let (Ok(width), Ok(height)) = sides else {
            return Err(Refusal::Damaged);
        };
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, QUALITY);
        let encoded = encoder.encode(&view.rgb, width, height, jpeg_encoder::ColorType::Rgb);
        encoded.map_err(|_| Refusal::Damaged)?;
        Ok(Self {
            uri: format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)),
            size: (view.width, view.height),
        })
    }
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
        self.decoded(field, photo, SIDE, move |view| {
            let likeness = view.likeness()?;
            let raster = Raster::from(view);
            Ok(work(&Print { raster, likeness }))
        })
        .await
    }

    /// A photo to be drawn with others.
    pub(crate) async fn embed(&self, field: &'static str, photo: Bytes) -> Result<Embedded, MlError> {
        self.decoded(field, photo, DRAWN_SIDE, |view| Embedded::of(&view))
            .await
    }

    /// Draws, which takes a while.
    pub(crate) async fn paint<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PaintError> + Send + 'static,
    ) -> Result<T, MlError> {
        let _room = self.room_for(DRAWING).await?;
        let painted = spawn_blocking(work).await.map_err(Problem::internal)?;
        Ok(painted.map_err(Problem::internal)?)
    }

    async fn decoded<T: Send + 'static>(
        &self,
        field: &'static str,
        photo: Bytes,
        side: u32,
        work: impl FnOnce(View) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, MlError> {
        let refused = |refusal| MlError::Photo { field, refusal };
        let limits = Limits::default();
        let looked_at = photo.clone();
        let header = blocking(move || images::inspect(&looked_at, &limits)).await?;
        let _room = self.room_for(header.map_err(refused)?.memory).await?;
        let done = blocking(move || work(images::view(&photo, &limits, side)?));
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
