//! Listings as product tells of them, and the price that each version of them is suggested.

mod hear;
mod reprice;
mod suggest;

pub(crate) use hear::background;

use std::time::Duration;

use service_client::Service;
use shared_models::{
    ids::{ProductId, UserId},
    product::ListingFacts,
};

use crate::{
    domain::{Piece, is_gone},
    error::PricingError,
    state::PricingState,
};

/// How long product may take.
const PATIENCE: Duration = Duration::from_secs(5);

impl PricingState {
    /// A piece of hers. Another's is refused when she can see it, else it is not there.
    pub(crate) async fn owned_by(&self, artisan: UserId, id: ProductId) -> Result<Piece, PricingError> {
        let kept = self.pieces.find(id).await?;
        let piece = match kept.piece() {
            Some(piece) => piece.clone(),
            None => self.just_listed(id).await?,
        };
        if piece.artisan_id == artisan {
            Ok(piece)
        } else if piece.public {
            Err(PricingError::NotYours)
        } else {
            Err(PricingError::NotFound)
        }
    }

    /// A piece that nobody told of yet.
    async fn just_listed(&self, id: ProductId) -> Result<Piece, PricingError> {
        let facts = self.facts(id).await?.filter(|facts| !is_gone(facts));
        let piece = facts.and_then(|facts| Piece::told(None, &facts, self.kit.clock.now()));
        piece.ok_or(PricingError::NotFound)
    }

    /// What product knows of a listing; nothing when there is none, or when it was erased.
    async fn facts(&self, id: ProductId) -> Result<Option<ListingFacts>, PricingError> {
        match self.kit.peers.product().facts(&self.kit.call(PATIENCE), id).await {
            Ok(facts) => Ok(Some(facts)),
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            Err(error) => Err(PricingError::peer(Service::Product, error)),
        }
    }
}
