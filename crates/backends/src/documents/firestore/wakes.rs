//! Who waits for changes is woken: by commits of this process at once, by others' through Firestore's Listen.
//!
//! A call to wake says nothing but "look at the log": Listen sends states and not writes, sends everything again
//! after a break, and shows no deletions. A wake that is lost costs a look, never a change.

use std::{collections::HashMap, future::ready, time::Duration};

use firestore::{
    FirestoreDb, FirestoreListener, FirestoreListenerParams, FirestoreListenerTarget,
    FirestoreMemListenStateStorage, FirestoreQueryDirection, FirestoreQueryFilter,
    FirestoreQueryFilterCompare, FirestoreQueryOrder, FirestoreResult,
};
use tokio::sync::{Mutex, watch};

use super::{Wire, log};
use crate::documents::Schema;

/// How long Listen pauses before it connects again.
const RETRY: Duration = Duration::from_millis(500);

type Listener = FirestoreListener<FirestoreDb, FirestoreMemListenStateStorage>;

/// The bells of all followed collections.
pub(super) struct Wakes(HashMap<&'static str, Bell>);

#[derive(Default)]
struct Bell {
    rung: watch::Sender<()>,
    /// Started by the first who waits, on a connection of this number; ends with the store or the connection.
    listener: Mutex<Option<(u64, Listener)>>,
}

impl Wakes {
    pub(super) fn of(schema: &Schema) -> Self {
        let followed = schema
            .collections()
            .iter()
            .filter(|collection| collection.followed);
        Self(
            followed
                .map(|collection| (collection.name, Bell::default()))
                .collect(),
        )
    }

    /// Wakes those of this process who wait for a collection.
    pub(super) fn wake(&self, collection: &str) {
        if let Some(bell) = self.0.get(collection) {
            bell.rung.send_replace(());
        }
    }

    /// Tells of everything from now on; `None` when the collection is not followed.
    pub(super) fn hear(&self, collection: &str) -> Option<watch::Receiver<()>> {
        self.0.get(collection).map(|bell| bell.rung.subscribe())
    }

    /// Listens to other processes' commits, too.
    pub(super) async fn listen(&self, wire: &Wire, collection: &str) {
        let Some(bell) = self.0.get(collection) else {
            return;
        };
        let mut listener = bell.listener.lock().await;
        let line = wire.line();
        if listener
            .as_ref()
            .is_some_and(|(number, _)| *number == line.number)
        {
            return;
        }
        match listening(&line.db, collection, bell.rung.clone()).await {
            Ok(listening) => *listener = Some((line.number, listening)),
            Err(error) => {
                tracing::warn!(%error, collection, "Firestore's Listen does not start; changes come later");
            }
        }
    }
}

async fn listening(db: &FirestoreDb, collection: &str, rung: watch::Sender<()>) -> FirestoreResult<Listener> {
    let params = FirestoreListenerParams::new().with_retry_delay(RETRY);
    let storage = FirestoreMemListenStateStorage::new();
    let mut listener = db.create_listener_with_params(storage, params).await?;
    // The newest entry alone: whatever the server sends again, it is one small document.
    let parts =
        FirestoreQueryFilterCompare::ArrayContainsAny(log::PARTS.to_owned(), log::parts(collection).into());
    let filter = FirestoreQueryFilter::Compare(Some(parts));
    let newest = FirestoreQueryOrder::new(log::AT.to_owned(), FirestoreQueryDirection::Descending);
    let query = db.fluent().select().from(log::COLLECTION);
    let query = query
        .filter(|_| Some(filter.clone()))
        .order(|_| vec![newest.clone()])
        .limit(1);
    query
        .listen()
        .add_target(FirestoreListenerTarget::new(1), &mut listener)?;
    listener
        .start(move |_| {
            rung.send_replace(());
            ready(Ok(()))
        })
        .await?;
    Ok(listener)
}
