use backends::documents::Batch;
use sha2::{Digest, Sha256};
use shared_models::{
    events::PriceSuggested,
    money::{Amount, Currency},
    pricing::Urgency,
};

use crate::{
    domain::Piece,
    error::PricingError,
    prices::{Estimate, Terms},
    state::PricingState,
};

impl PricingState {
    /// Adds the price of a piece to `batch`, or what is missing for one, unless that was told before; answers the
    /// piece that was told of.
    pub(super) async fn suggest(&self, batch: &mut Batch, piece: Piece) -> Result<Piece, PricingError> {
        let suggested = self.suggestion(&piece).await?;
        let digest = digest(&suggested)?;
        if digest != piece.suggestion {
            self.kit.outbox.emit(batch, piece.id, piece.version, &suggested)?;
        }
        Ok(piece.suggested(digest))
    }

    async fn suggestion(&self, piece: &Piece) -> Result<PriceSuggested, PricingError> {
        let terms = Terms {
            costs: piece.costs.clone().unwrap_or_default(),
            maker: self.maker(piece.artisan_id).await?,
            urgency: Urgency::default(),
        };
        let around = self.around(&piece.category, piece.currency).await?;
        match self.estimate(piece, &terms, &around).await {
            Ok(estimate) => Ok(told(piece, &estimate)),
            Err(PricingError::TooDear(_)) => Ok(beyond_measure(piece)),
            Err(error) => Err(error),
        }
    }
}

/// Of all that it says, the listing's version too.
fn digest(suggested: &PriceSuggested) -> backends::Result<String> {
    let said = serde_json::to_vec(suggested).map_err(|error| backends::Error::Invalid(error.to_string()))?;
    Ok(hex::encode(&Sha256::digest(said)[..8]))
}

fn told(piece: &Piece, estimate: &Estimate) -> PriceSuggested {
    let quote = estimate.quote.as_ref();
    let minor = |minor: Option<i64>| minor.map_or_else(String::new, |minor| minor.to_string());
    let market = estimate.position.range();
    let of_market =
        |amount: Option<Amount>| minor(amount.and_then(|amount| in_minor(amount, piece.currency)));
    PriceSuggested {
        price: minor(quote.map(|quote| quote.price)),
        minimum: minor(quote.map(|quote| quote.minimum)),
        premium: minor(quote.map(|quote| quote.premium)),
        market_low: of_market(market.map(|market| market.low)),
        market_median: of_market(market.map(|market| market.median)),
        market_high: of_market(market.map(|market| market.high)),
        sample_size: i32::try_from(estimate.position.size()).unwrap_or(i32::MAX),
        confidence: quote.map_or(0.0, |quote| quote.confidence),
        strategy: quote
            .map_or("market_range_only", |quote| quote.strategy.as_str())
            .to_owned(),
        floor: estimate.floor().as_str().to_owned(),
        missing: estimate
            .missing
            .iter()
            .map(|missing| missing.in_listing().to_owned())
            .collect(),
        ..nothing(piece)
    }
}

/// Costs that no price can pay.
fn beyond_measure(piece: &Piece) -> PriceSuggested {
    PriceSuggested {
        missing: vec!["costs".to_owned()],
        ..nothing(piece)
    }
}

fn nothing(piece: &Piece) -> PriceSuggested {
    PriceSuggested {
        product_id: piece.id,
        listing_version: i32::try_from(piece.version).unwrap_or(i32::MAX),
        currency: piece.currency,
        price: String::new(),
        minimum: String::new(),
        premium: String::new(),
        market_low: String::new(),
        market_median: String::new(),
        market_high: String::new(),
        sample_size: 0,
        confidence: 0.0,
        strategy: "market_range_only".to_owned(),
        floor: "unknown".to_owned(),
        missing: Vec::new(),
    }
}

fn in_minor(amount: Amount, currency: Currency) -> Option<i64> {
    amount.in_currency(currency).ok().map(|money| money.minor)
}
