use service_kit::{Answer, Tagged, extract::Prefer};
use shared_models::{ids::ProductId, product::Product};
use tokio::time::{Instant, sleep_until};

use super::Enrichment;
use crate::{domain::Listing, error::ProductError, state::ProductState};

impl ProductState {
    /// The answer to a new listing with what machines added to it, for which it waits as long as the client prefers.
    pub(crate) async fn awaited(&self, answer: Answer, prefer: Prefer) -> Result<Answer, ProductError> {
        let Some((name, value)) = prefer.applied().filter(|_| answer.status == 201) else {
            return Ok(answer);
        };
        let mut product: Product = serde_json::from_value(answer.body.clone())?;
        let deadline = Instant::now() + prefer.patience();
        let enrichment = self.whole(product.id, deadline).await?;
        enrichment.fill(&mut product, true);
        let location = answer.headers.iter().find(|(name, _)| name == "location");
        let location = location.map(|(_, location)| location.clone());
        let held = Tagged::new(Listing::FIRST, product)?.created(location.unwrap_or_default());
        Ok(held.answer()?.header(&name, value.to_str().unwrap_or_default()))
    }

    /// What machines added once nothing more is to come, or what is there by the deadline.
    async fn whole(&self, id: ProductId, deadline: Instant) -> Result<Enrichment, ProductError> {
        let mut news = self.arrivals.listen();
        loop {
            let found = self.enrichments.find(id).await?.enrichment;
            if found.is_whole() {
                return Ok(found);
            }
            tokio::select! {
                () = news.of(id) => {}
                () = sleep_until(deadline) => return Ok(self.enrichments.find(id).await?.enrichment),
                () = self.kit.tasks.draining() => return Ok(found),
            }
        }
    }
}
