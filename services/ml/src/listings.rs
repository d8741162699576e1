//! Listings and their photos, as product and media know them.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use images::Likeness;
use service_client::{Call, CallContext, Service};
use shared_models::{
    ids::{FileId, ProductId},
    ml::AiAnalysis,
    product::{ListingFacts, Product},
};

use crate::{
    error::MlError,
    photos::Print,
    state::MlState,
    vision::{self, Seen},
};

/// For one call to a peer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Ids of one question to product.
const AT_ONCE: usize = 100;

/// The first photo of a listing that is there and can be read.
pub(crate) struct Photo {
    pub(crate) file: FileId,
    pub(crate) bytes: Bytes,
    pub(crate) seen: Seen,
    pub(crate) likeness: Option<Likeness>,
}

impl MlState {
    /// A listing as it is now, whatever its status; nothing when there is none.
    pub(crate) async fn listing(&self, id: ProductId) -> Result<Option<ListingFacts>, MlError> {
        match self.kit.peers.product().facts(&self.call(), id).await {
            Ok(facts) => Ok(Some(facts)),
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is seen on a listing.
    pub(crate) async fn first_photo(&self, listing: &ListingFacts) -> Result<Option<Photo>, MlError> {
        for file in &listing.image_ids {
            let Some(bytes) = self.bytes_of(*file).await? else {
                continue;
            };
            let work = |print: &Print| (vision::look(&print.raster), print.likeness);
            match self.darkroom.look("photo", bytes.clone(), work).await {
                Ok((seen, likeness)) => {
                    return Ok(Some(Photo {
                        file: *file,
                        bytes,
                        seen,
                        likeness,
                    }));
                }
                Err(MlError::Photo { refusal, .. }) => {
                    tracing::warn!(%file, %refusal, "a photo of media cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The photo in words; its own listing is not asked what the piece is.
    pub(crate) fn analysis_of(&self, listing: &ListingFacts, photo: &Photo) -> AiAnalysis {
        let verdict = self.gallery.recognise(&photo.seen.features, Some(listing.id));
        photo.seen.analysis(&verdict)
    }

    /// Those listings that are on offer now, as anybody sees them.
    pub(crate) async fn on_offer(&self, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Product>, MlError> {
        let ids: Vec<String> = ids.iter().take(AT_ONCE).map(ToString::to_string).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let call = Call::get(Service::Product, ["products"])
            .query("ids", &ids.join(","))
            .query("limit", &AT_ONCE);
        let products: Vec<Product> = self.kit.peers.send(&self.call(), &call).await?.json()?;
        Ok(products
            .into_iter()
            .map(|product| (product.id, product))
            .collect())
    }

    async fn bytes_of(&self, file: FileId) -> Result<Option<Bytes>, MlError> {
        let path = [
            "internal".to_owned(),
            "media".to_owned(),
            file.to_string(),
            "medium".to_owned(),
        ];
        match self
            .kit
            .peers
            .send(&self.call(), &Call::get(Service::Media, path))
            .await
        {
            Ok(answer) => Ok(Some(answer.body)),
            Err(error) if matches!(error.refused_with(), Some(404 | 410)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn call(&self) -> CallContext {
        self.kit.call(PATIENCE)
    }
}
