use shared_models::{product::Product, text::Language};

use super::Enrichment;
use crate::{
    domain::{Content, Listing},
    error::ProductError,
    state::ProductState,
};

impl ProductState {
    /// A listing with all that is known of it.
    pub(crate) async fn shown(&self, listing: &Listing, to_owner: bool) -> Result<Product, ProductError> {
        let mut product = self.plain(listing, to_owner);
        let found = self.enrichments.find(listing.id).await?;
        found.enrichment.fill(&mut product, to_owner);
        Ok(product)
    }

    /// What an edit says without what a machine wrote: a client that sends back all that it read has not made
    /// that the artisan's.
    pub(crate) async fn in_her_words(
        &self,
        edited: Content,
        before: &Listing,
    ) -> Result<Content, ProductError> {
        let hers = &before.content.description.0;
        if edited
            .description
            .0
            .keys()
            .all(|language| hers.contains_key(language))
        {
            return Ok(edited);
        }
        let found = self.enrichments.find(before.id).await?;
        let known = |language| found.enrichment.words(language);
        Ok(edited.without(|language, text| !hers.contains_key(&language) && known(language) == Some(text)))
    }

    /// Listings as lists show them: one language, in a machine's words where the artisan did not write it.
    pub(crate) async fn summaries(
        &self,
        listings: &[Listing],
        languages: &[Language],
    ) -> Result<Vec<Product>, ProductError> {
        let foreign = listings.iter().filter(|listing| is_foreign(listing, languages));
        let foreign: Vec<_> = foreign.map(|listing| listing.id).collect();
        let known = self.enrichments.of(&foreign).await?;
        let summary = |listing: &Listing| match known.get(&listing.id) {
            None => self.brief(listing, languages),
            Some(enrichment) => translated(listing, self.brief(listing, languages), languages, enrichment),
        };
        Ok(listings.iter().map(summary).collect())
    }
}

/// Whether the artisan did not describe the piece in the language that the reader likes best.
fn is_foreign(listing: &Listing, languages: &[Language]) -> bool {
    let best = languages.first();
    best.is_some_and(|best| !listing.content.description.0.contains_key(best))
}

fn translated(listing: &Listing, hers: Product, languages: &[Language], enrichment: &Enrichment) -> Product {
    let mut product = Product {
        description: listing.content.description.clone(),
        ..hers.clone()
    };
    enrichment.fill_descriptions(&mut product);
    let readable = languages
        .iter()
        .find(|language| product.description.0.contains_key(language));
    let Some(language) = readable else {
        return hers;
    };
    product.description = product.description.narrowed(&[*language]);
    product.machine_written.retain(|machine| machine == language);
    product
}
