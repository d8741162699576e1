//! What product says of the listings that show a photo. Its events tell the same a moment later.

use std::time::Duration;

use shared_models::ids::FileId;

use crate::{domain::file::File, error::MediaError, state::MediaState};

/// Whoever looks at a picture must not wait longer to learn what an event is about to tell.
const WHILE_SHE_LOOKS: Duration = Duration::from_secs(1);
/// For an answer that decides whether a photo goes.
const PATIENCE: Duration = Duration::from_secs(5);

impl MediaState {
    /// Whether everybody may see a photo now: product is asked when events have not said so (yet).
    pub(crate) async fn is_public(&self, file: &File) -> Result<bool, MediaError> {
        if self.files.is_public(file).await? {
            return Ok(true);
        }
        let product = self.kit.peers.product();
        let shown = product.image_use(&self.kit.call(WHILE_SHE_LOOKS), file.id).await;
        Ok(shown
            .map_err(MediaError::Listings)?
            .is_some_and(|shown| shown.public))
    }

    /// The same for those who may see it anyway: while product is away, what events told has to do.
    pub(crate) async fn is_known_to_be_public(&self, file: &File) -> Result<bool, MediaError> {
        match self.is_public(file).await {
            Err(MediaError::Listings(error)) => {
                tracing::warn!(%error, "what events told has to do");
                Ok(false)
            }
            outcome => outcome,
        }
    }

    /// Dismisses a photo at product: from then on no listing can show it. False when one does.
    pub(crate) async fn dismissed(&self, file: FileId) -> Result<bool, MediaError> {
        let product = self.kit.peers.product();
        let dismissed = product.dismiss_image(&self.kit.call(PATIENCE), file).await;
        dismissed.map_err(MediaError::Listings)
    }
}
