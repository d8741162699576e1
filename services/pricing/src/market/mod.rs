//! What others ask, and how much is bought.

pub(crate) mod analyse;
mod notes;
mod orders;

pub(crate) use orders::background;

use chrono::NaiveTime;
use shared_models::money::Currency;

use crate::{
    domain::{Comparable, CompetitorPrice, Market, Piece, Sales},
    error::PricingError,
    state::PricingState,
};

/// Competitors' prices that are older say nothing about today's.
pub(crate) const FRESH: chrono::Duration = chrono::Duration::days(365);

/// A category's prices and sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Surroundings {
    pub(crate) market: Market,
    pub(crate) sales: Sales,
}

impl PricingState {
    /// What is known of a category, in one currency.
    pub(crate) async fn around(
        &self,
        category: &str,
        currency: Currency,
    ) -> Result<Surroundings, PricingError> {
        let since = self.today() - FRESH;
        let listed = self.pieces.on_shelf(category, currency).await?;
        let others = self.competitors.since(category, currency, since).await?;
        let pieces = listed
            .into_iter()
            .map(listed_piece)
            .chain(others.into_iter().map(competitors));
        Ok(Surroundings {
            market: Market {
                currency,
                pieces: pieces.collect(),
            },
            sales: self.sales.of_category(category, since).await?,
        })
    }
}

fn listed_piece(piece: Piece) -> Comparable {
    Comparable {
        price: piece.price,
        listing: Some((piece.id, piece.artisan_id)),
        source: None,
        subcategory: Some(piece.subcategory),
        region: piece.region,
        at: piece.listed_at,
    }
}

fn competitors(price: CompetitorPrice) -> Comparable {
    Comparable {
        price: price.price.minor,
        listing: None,
        source: Some(price.source),
        subcategory: price.subcategory,
        region: price.region,
        at: price.date.and_time(NaiveTime::MIN).and_utc(),
    }
}
