use backends::documents::{Batch, Direction, Position, Precondition, Query, Store};
use shared_models::ids::{SessionId, UserId};

use super::{SESSIONS, Slice, Stored};
use crate::domain::session::Session;

/// Sessions.
#[derive(Clone)]
pub(crate) struct SessionStore {
    store: Store,
}

impl Stored<Session> {
    /// The session as it is now, unless somebody else changed it since it was read.
    pub(crate) fn save(&self, batch: &mut Batch) -> backends::Result<()> {
        batch
            .replace(SESSIONS, self.value.id.to_string(), &self.version, &self.value)
            .map(drop)
    }
}

/// A new session.
pub(crate) fn add_session(batch: &mut Batch, session: &Session) -> backends::Result<()> {
    batch.create(SESSIONS, session.id.to_string(), session).map(drop)
}

/// Ends a session, whatever became of it since it was read.
pub(crate) fn end_session(batch: &mut Batch, id: SessionId) {
    batch.delete(SESSIONS, id.to_string(), Precondition::None);
}

impl SessionStore {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) async fn find(&self, id: SessionId) -> backends::Result<Option<Stored<Session>>> {
        super::find(&self.store, SESSIONS, &id.to_string()).await
    }

    /// The sessions of a user's present epoch, newest first, each with its place.
    pub(crate) async fn of(
        &self,
        user: UserId,
        epoch: u64,
        slice: Slice,
    ) -> backends::Result<Vec<(Position, Session)>> {
        let query = slice.of(Query::all(SESSIONS)
            .equals("user_id", user.to_string())
            .equals("epoch", epoch)
            .ordered("created_at", Direction::Descending));
        let found = self.store.query(&query).await?;
        found
            .iter()
            .map(|document| Ok((query.position_of(document), document.read()?)))
            .collect()
    }

    /// Forgets some of a user's sessions; says whether there were any.
    pub(crate) async fn forget_some(&self, user: UserId, most: usize) -> backends::Result<bool> {
        let query = Query::all(SESSIONS)
            .equals("user_id", user.to_string())
            .limit(most);
        super::forget_found(&self.store, &query).await
    }
}
