use std::{sync::Arc, time::Duration};

use backends::documents::{Change, Cursor, Store};

use super::{Example, Gallery, example::NAME};
use crate::state::MlState;

/// How long to wait for the next change before asking again.
const WAIT: Duration = Duration::from_secs(30);
/// After the store failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Follows the examples for as long as the process lives.
pub(crate) async fn follow(state: Arc<MlState>) {
    let (store, gallery) = (&state.kit.backends.documents, &state.gallery);
    let mut cursor = None;
    loop {
        match step(store, gallery, cursor.as_ref()).await {
            Ok(next) => cursor = Some(next),
            // The cursor is older than the store remembers: what was deleted since is not told any more.
            Err(backends::Error::NotFound) => {
                tracing::warn!("the gallery begins anew");
                gallery.clear();
                cursor = None;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the gallery cannot follow the listings");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn step(store: &Store, gallery: &Gallery, cursor: Option<&Cursor>) -> backends::Result<Cursor> {
    let changes = store.changes(NAME, cursor, WAIT).await?;
    gallery.apply(changes.changes.iter().filter_map(read).collect());
    Ok(changes.cursor)
}

/// An example that cannot be read, perhaps of another version, is left out.
fn read(change: &Change) -> Option<(shared_models::ids::ProductId, Option<Example>)> {
    let id = change.id.parse().ok()?;
    let example = change.document.as_ref().map(backends::documents::Document::read);
    match example.transpose() {
        Ok(example) => Some((id, example)),
        Err(error) => {
            tracing::warn!(%error, "an example cannot be read");
            None
        }
    }
}
