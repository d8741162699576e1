use std::{sync::Arc, time::Duration};

use backends::documents::{Change, Cursor, Store};

use super::{Market, Offer, offer::NAME};
use crate::state::MlState;

/// How long to wait for the next change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// After the store failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Follows the offers for as long as the process lives.
pub(crate) async fn follow(state: Arc<MlState>) {
    let (store, market) = (&state.kit.backends.documents, &state.market);
    let mut cursor = None;
    loop {
        match step(store, market, cursor.as_ref()).await {
            Ok(next) => cursor = Some(next),
            // The cursor is older than the store remembers: what was deleted since is not told any more.
            Err(backends::Error::NotFound) => {
                tracing::warn!("the market begins anew");
                market.clear();
                cursor = None;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the market cannot follow the listings");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn step(store: &Store, market: &Market, cursor: Option<&Cursor>) -> backends::Result<Cursor> {
    let changes = store.changes(NAME, cursor, WAIT).await?;
    market.apply(changes.changes.iter().filter_map(read).collect());
    Ok(changes.cursor)
}

/// An offer that cannot be read, perhaps of another version, is left out.
fn read(change: &Change) -> Option<(shared_models::ids::ProductId, Option<Offer>)> {
    let id = change.id.parse().ok()?;
    let offer = change.document.as_ref().map(backends::documents::Document::read);
    match offer.transpose() {
        Ok(offer) => Some((id, offer)),
        Err(error) => {
            tracing::warn!(%error, "an offer cannot be read");
            None
        }
    }
}
