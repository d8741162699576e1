use std::sync::Arc;

use service_kit::Kit;

use crate::{
    accounts::Accounts,
    enrichment::{Arrivals, Enrichments},
    likes::Likes,
    profiles::Profiles,
    search::Shelf,
    store::Listings,
};

/// What handlers work with.
pub(crate) struct ProductState {
    pub(crate) kit: Kit,
    pub(crate) listings: Listings,
    pub(crate) likes: Likes,
    pub(crate) accounts: Accounts,
    pub(crate) profiles: Profiles,
    pub(crate) shelf: Shelf,
    pub(crate) enrichments: Enrichments,
    pub(crate) arrivals: Arrivals,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<ProductState>;

impl ProductState {
    pub(crate) fn new(kit: Kit) -> Self {
        let documents = kit.backends.documents.clone();
        Self {
            listings: Listings::new(documents.clone(), kit.outbox.clone()),
            likes: Likes::new(documents.clone()),
            accounts: Accounts::new(documents.clone()),
            enrichments: Enrichments::new(documents),
            arrivals: Arrivals::default(),
            profiles: Profiles::new(kit.clone()),
            shelf: Shelf::default(),
            kit,
        }
    }
}
