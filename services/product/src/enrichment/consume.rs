//! Machines tell that they are done with a listing.

use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use service_client::ClientError;
use service_kit::{
    Background,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{MlAnalysisCompleted, PriceSuggested, Topic},
    ids::ProductId,
    ml::ListingAnalysis,
    money::Money,
    pricing::{MarketRange, PriceRange, SuggestedPrice, WageFloor},
};

use super::{Enrichment, Enrichments};
use crate::{
    error::ProductError,
    state::{ProductState, Shared},
    store::Listings,
};

const ANALYSED: Subscription =
    Subscription::to("product.ml-analysis-completed", &[Topic::MlAnalysisCompleted]);
const PRICED: Subscription = Subscription::to("product.price-suggested", &[Topic::PriceSuggested]);

/// Asks ml for an analysis that could not be had when it was told of.
const FETCH_ANALYSIS: &str = "fetch-analysis";
/// How long ml may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Of which listing.
#[derive(Debug, Serialize, Deserialize)]
struct Of {
    product_id: ProductId,
}

/// Adds what machines tell.
pub(crate) fn background(background: Background, state: &Shared) -> Background {
    let (analysed, priced, fetch) = (state.clone(), state.clone(), state.clone());
    background
        .consume(ANALYSED, move |event| {
            let state = analysed.clone();
            async move { state.analysed(&event).await }
        })
        .consume(PRICED, move |event| {
            let state = priced.clone();
            async move { state.priced(&event).await }
        })
        .run_with(FETCH_ANALYSIS, Policy::UNTIL_PEERS_RETURN, move |job| {
            let state = fetch.clone();
            async move { state.fetch_analysis(&job).await }
        })
}

impl ProductState {
    /// Ml is asked at once, and by a job while it cannot answer.
    async fn analysed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let MlAnalysisCompleted { product_id, .. } = event.body()?;
        let mut batch = Batch::new();
        match self.analysis(product_id).await {
            Ok(Some(analysis)) => self.add(product_id, |known| known.analysed(analysis)).await,
            Ok(None) => Ok(batch),
            Err(error) => {
                tracing::info!(%product_id, %error, "the analysis is fetched later");
                let whose = Of { product_id };
                let (jobs, key) = (&self.kit.jobs, product_id.to_string());
                jobs.enqueue(&mut batch, FETCH_ANALYSIS, &key, &whose)?;
                Ok(batch)
            }
        }
    }

    async fn fetch_analysis(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { product_id } = job.read()?;
        let later = |error: &dyn std::fmt::Display| JobError::Retry(error.to_string());
        match self.analysis(product_id).await.map_err(|error| later(&error))? {
            None => Ok(Batch::new()),
            Some(analysis) => {
                let added = self.add(product_id, |known| known.analysed(analysis)).await;
                added.map_err(|error| later(&error))
            }
        }
    }

    /// What ml made of a listing; nothing when it has forgotten.
    async fn analysis(&self, id: ProductId) -> Result<Option<ListingAnalysis>, ClientError> {
        let asked = self.kit.peers.ml().analysis(&self.kit.call(PATIENCE), id).await;
        match asked {
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            asked => asked.map(Some),
        }
    }

    async fn priced(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let told: PriceSuggested = event.body()?;
        let price = suggested(&told, event.time).map_err(|field| {
            ConsumeError::Dead(format!(
                "{field} of a suggested price is no amount of minor units"
            ))
        })?;
        self.add(told.product_id, |known| known.priced(price)).await
    }

    /// What is added to a listing, unless it was erased.
    async fn add(
        &self,
        id: ProductId,
        change: impl FnOnce(&Enrichment) -> Option<Enrichment>,
    ) -> Result<Batch, ConsumeError> {
        let mut batch = Batch::new();
        let listing = self.listings.find(id).await.map_err(|error| retried(&error))?;
        let Some(listing) = listing else {
            return Ok(batch);
        };
        let found = self.enrichments.find(id).await?;
        if let Some(changed) = change(&found.enrichment) {
            Listings::unchanged(&mut batch, id, &listing.version); // an erasure meanwhile must win
            Enrichments::write(&mut batch, id, &found, &changed)?;
        }
        Ok(batch)
    }
}

fn retried(error: &ProductError) -> ConsumeError {
    ConsumeError::Retry(error.to_string())
}

/// What an event says of a price, as the listing shows it; the field's name when it is no amount.
fn suggested(told: &PriceSuggested, at: DateTime<Utc>) -> Result<SuggestedPrice, &'static str> {
    let amount = |name: &'static str, minor: &str| {
        if minor.is_empty() {
            return Ok::<_, &'static str>(None);
        }
        let minor = minor.parse::<i64>().map_err(|_| name)?;
        let currency = told.currency;
        Ok(Some(Money { minor, currency }.amount()))
    };
    let price = amount("price", &told.price)?;
    let limits = (
        amount("minimum", &told.minimum)?,
        amount("premium", &told.premium)?,
    );
    let low = amount("market_low", &told.market_low)?;
    let (median, high) = (
        amount("market_median", &told.market_median)?,
        amount("market_high", &told.market_high)?,
    );
    let sample_size = u32::try_from(told.sample_size).unwrap_or(0);
    let range = |((minimum, optimal), premium)| PriceRange {
        minimum,
        optimal,
        premium,
    };
    let market = |((low, median), high)| MarketRange {
        low,
        median,
        high,
        sample_size,
    };
    Ok(SuggestedPrice {
        price,
        currency: told.currency,
        price_range: limits.0.zip(price).zip(limits.1).map(range),
        market_range: low.zip(median).zip(high).map(market),
        confidence_score: Some(told.confidence),
        pricing_strategy: Some(told.strategy.clone()).filter(|strategy| !strategy.is_empty()),
        floor: Some(WageFloor::from_name(&told.floor)),
        missing: told.missing.clone(),
        listing_version: u64::try_from(told.listing_version).unwrap_or(0),
        suggested_at: at,
    })
}
