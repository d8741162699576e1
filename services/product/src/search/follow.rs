use std::{sync::Arc, time::Duration};

use backends::documents::Cursor;

use super::{Shelf, entries};
use crate::{state::ProductState, store::Listings};

/// How long to wait for the next change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// After the store failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Follows the store's changes for as long as the process lives.
pub(crate) async fn follow(state: Arc<ProductState>) {
    let mut cursor = None;
    loop {
        match step(&state.listings, &state.shelf, cursor.as_ref()).await {
            Ok(next) => cursor = Some(next),
            // The cursor is older than the store remembers: what was deleted since is not told any more.
            Err(backends::Error::NotFound) => {
                tracing::warn!("the search begins anew");
                state.shelf.clear();
                cursor = None;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the search cannot follow the catalogue");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn step(listings: &Listings, shelf: &Shelf, cursor: Option<&Cursor>) -> backends::Result<Cursor> {
    // Until it has caught up it waits for nothing: an empty catalogue is read at once.
    let wait = if shelf.is_open() { WAIT } else { Duration::ZERO };
    let (changed, cursor, caught_up) = listings.changes(cursor, wait).await?;
    let changes = changed
        .iter()
        .map(|(id, listing)| entries::change(*id, listing.as_ref()));
    shelf.apply(changes.collect());
    if caught_up {
        shelf.open();
    }
    Ok(cursor)
}
