use std::sync::Arc;

use service_kit::Kit;
use shared_models::{product::Product, text::Language};

use crate::{
    accounts::Accounts,
    domain::Listing,
    enrichment::{Arrivals, Enrichments},
    likes::Likes,
    products::Memos,
    profiles::Profiles,
    search::Shelf,
    store::{Dismissals, Listings},
};

/// What handlers work with.
pub(crate) struct ProductState {
    pub(crate) kit: Kit,
    pub(crate) listings: Listings,
    pub(crate) dismissals: Dismissals,
    pub(crate) likes: Likes,
    pub(crate) accounts: Accounts,
    pub(crate) profiles: Profiles,
    pub(crate) shelf: Shelf,
    pub(crate) enrichments: Enrichments,
    pub(crate) arrivals: Arrivals,
    pub(crate) memos: Memos,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<ProductState>;

impl ProductState {
    pub(crate) fn new(kit: Kit) -> Self {
        let documents = kit.backends.documents.clone();
        Self {
            memos: Memos::new(&documents),
            listings: Listings::new(documents.clone(), kit.outbox.clone()),
            dismissals: Dismissals::new(documents.clone(), kit.clock.clone()),
            likes: Likes::new(documents.clone()),
            accounts: Accounts::new(documents.clone()),
            enrichments: Enrichments::new(documents),
            arrivals: Arrivals::default(),
            profiles: Profiles::new(kit.clone()),
            shelf: Shelf::default(),
            kit,
        }
    }

    /// A listing with its links, for everybody or for its owner; without what machines add.
    pub(crate) fn plain(&self, listing: &Listing, to_owner: bool) -> Product {
        listing.product(to_owner, &|path| self.kit.link(path))
    }

    /// The same as lists show it.
    pub(crate) fn brief(&self, listing: &Listing, languages: &[Language]) -> Product {
        listing.summary(languages, &|path| self.kit.link(path))
    }
}
