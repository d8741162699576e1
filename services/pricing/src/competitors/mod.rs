//! What others ask, as the operator's feed says.

use std::time::Duration;

use http::Method;
use service_client::OutboundRequest;
use service_kit::{Background, Problem};
use tokio::time::Instant;
use url::Url;

use crate::{
    domain::competitor_prices,
    market::FRESH,
    state::{PricingState, Shared},
};

/// How long the feed may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Its size, in bytes.
const LARGEST: usize = 4 << 20;
/// How often what is too old is forgotten.
const DAILY: Duration = Duration::from_hours(24);

/// Fetches the feed, and forgets what is too old.
pub(crate) fn background(background: Background, state: &Shared) -> Background {
    let forgetting = state.clone();
    let background = background.every("competitor-prices", DAILY, move || {
        let state = forgetting.clone();
        async move { state.forget_old_prices().await }
    });
    let Some(feed) = state.config.feed.clone() else {
        return background;
    };
    let fetching = state.clone();
    background.every("competitor-feed", state.config.feed_every, move || {
        let (state, feed) = (fetching.clone(), feed.clone());
        async move { state.fetch(feed).await }
    })
}

impl PricingState {
    async fn fetch(&self, feed: Url) -> Result<(), Problem> {
        let request = OutboundRequest::new(Method::GET, feed, Instant::now() + PATIENCE);
        let answer = self.outbound.send(request.largest_answer(LARGEST)).await;
        let answer = answer.map_err(|error| failed(&error))?;
        if answer.status != http::StatusCode::OK {
            return Err(failed(&format!("it answered {}", answer.status)));
        }
        let prices = competitor_prices(&answer.body).map_err(|error| failed(&error))?;
        self.competitors.keep(&prices).await?;
        tracing::info!(prices = prices.len(), "competitors' prices were fetched");
        Ok(())
    }

    async fn forget_old_prices(&self) -> Result<(), Problem> {
        while self.competitors.forget_before(self.today() - FRESH).await? {}
        Ok(())
    }
}

fn failed(cause: &dyn std::fmt::Display) -> Problem {
    Problem::unavailable("the competitors' prices cannot be fetched").caused_by(cause)
}
