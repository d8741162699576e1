use std::{collections::HashMap, convert::Infallible, time::Duration};

use backends::documents::Cursor;
use shared_models::ids::ProductId;
use tokio::sync::Mutex;

use super::entries;
use crate::{
    domain::Listing,
    state::{ProductState, Shared},
};

/// How long to wait for the next change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// After the store failed.
const PAUSE: Duration = Duration::from_millis(250);

/// What the store has forgotten deletions since: everything is to be read anew.
struct TooOld;

/// Follows the store's changes for as long as the process lives.
pub(crate) async fn follow(state: Shared) {
    loop {
        let TooOld = Following::of(&state).listings_and_enrichments().await;
        tracing::warn!("the search begins anew");
        state.shelf.clear();
        tokio::time::sleep(PAUSE).await;
    }
}

/// Two collections followed into one index.
struct Following<'a> {
    state: &'a ProductState,
    /// One at a time: what is taken in last was read last.
    turn: Mutex<()>,
}

impl<'a> Following<'a> {
    fn of(state: &'a ProductState) -> Self {
        Self {
            state,
            turn: Mutex::new(()),
        }
    }

    /// First the listings alone, so that the search opens soon; then what machines add to them, too.
    async fn listings_and_enrichments(&self) -> TooOld {
        let opened = match self.catch_up().await {
            Ok(cursor) => cursor,
            Err(too_old) => return too_old,
        };
        tokio::select! {
            Err(too_old) = self.listings(opened) => too_old,
            Err(too_old) = self.enrichments() => too_old,
        }
    }

    async fn catch_up(&self) -> Result<Option<Cursor>, TooOld> {
        let mut cursor = None;
        while !self.state.shelf.is_open() {
            // It waits for nothing: an empty catalogue is read at once.
            cursor = self
                .going_on(self.more_listings(cursor.as_ref(), Duration::ZERO).await, cursor)
                .await?;
        }
        Ok(cursor)
    }

    async fn listings(&self, mut cursor: Option<Cursor>) -> Result<Infallible, TooOld> {
        loop {
            cursor = self
                .going_on(self.more_listings(cursor.as_ref(), WAIT).await, cursor)
                .await?;
        }
    }

    async fn enrichments(&self) -> Result<Infallible, TooOld> {
        let mut cursor = None;
        loop {
            cursor = self
                .going_on(self.more_enrichments(cursor.as_ref()).await, cursor)
                .await?;
        }
    }

    /// Where to go on: after a failure at the same place, a while later.
    async fn going_on(
        &self,
        read: backends::Result<Cursor>,
        before: Option<Cursor>,
    ) -> Result<Option<Cursor>, TooOld> {
        match read {
            Ok(next) => Ok(Some(next)),
            // The cursor is older than the store remembers: what was deleted since is not told any more.
            Err(backends::Error::NotFound) => Err(TooOld),
            Err(error) => {
                tracing::warn!(%error, "the search cannot follow the catalogue");
                tokio::time::sleep(PAUSE).await;
                Ok(before)
            }
        }
    }

    async fn more_listings(&self, after: Option<&Cursor>, wait: Duration) -> backends::Result<Cursor> {
        let (changed, cursor, caught_up) = self.state.listings.changes(after, wait).await?;
        let _turn = self.turn.lock().await;
        self.take_in(&changed).await?;
        if caught_up {
            self.state.shelf.open();
        }
        Ok(cursor)
    }

    async fn more_enrichments(&self, after: Option<&Cursor>) -> backends::Result<Cursor> {
        let page = self.state.enrichments.changes(after, WAIT).await?;
        let ids = page.changes.iter().filter_map(|change| change.id.parse().ok());
        let ids: Vec<ProductId> = ids.collect();
        for id in &ids {
            self.state.arrivals.tell(*id);
        }
        let _turn = self.turn.lock().await;
        let active = self.state.listings.active(&ids).await?;
        let active: Vec<_> = active
            .into_iter()
            .map(|listing| (listing.id, Some(listing)))
            .collect();
        self.take_in(&active).await?;
        Ok(page.cursor)
    }

    /// While the shelf is closed nothing is known of enrichments: they are all told when it has opened.
    async fn take_in(&self, changed: &[(ProductId, Option<Listing>)]) -> backends::Result<()> {
        let ids: Vec<ProductId> = changed.iter().map(|(id, _)| *id).collect();
        let known = if self.state.shelf.is_open() {
            self.state.enrichments.of(&ids).await?
        } else {
            HashMap::new()
        };
        let changes = changed
            .iter()
            .map(|(id, listing)| entries::change(*id, listing.as_ref(), known.get(id)));
        self.state.shelf.apply(changes.collect());
        Ok(())
    }
}
