use std::{sync::Arc, time::Duration};

use backends::documents::{Cursor, Document, Store};

use super::{Tastes, affinity::Affinity, baskets::NAME};
use crate::state::MlState;

/// How long to wait for the next change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// After the store failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Follows the baskets for as long as the process lives.
pub(crate) async fn follow(state: Arc<MlState>) {
    let (store, tastes) = (&state.kit.backends.documents, &state.tastes);
    let mut cursor = None;
    loop {
        match step(store, tastes, cursor.as_ref()).await {
            Ok(next) => cursor = Some(next),
            // The cursor is older than the store remembers: what was deleted since is not told any more.
            Err(backends::Error::NotFound) => {
                tracing::warn!("the counts of what goes together begin anew");
                tastes.write(|affinity| *affinity = Affinity::default());
                cursor = None;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::warn!(%error, "what goes together cannot be followed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn step(store: &Store, tastes: &Tastes, cursor: Option<&Cursor>) -> backends::Result<Cursor> {
    let page = store.changes(NAME, cursor, WAIT).await?;
    for change in &page.changes {
        match change.document.as_ref().map(Document::read).transpose() {
            Ok(basket) => tastes.write(|affinity| affinity.put(&change.id, basket)),
            Err(error) => tracing::warn!(%error, "a basket cannot be read"),
        }
    }
    Ok(page.cursor)
}
