use backends::documents::{Batch, Direction, Position, Precondition, Query, Store};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared_models::{auth::Following, ids::UserId};

use super::{FOLLOWS, Slice};

/// Who follows whom.
#[derive(Clone)]
pub(crate) struct Follows {
    store: Store,
}

#[derive(Serialize, Deserialize)]
struct Follow {
    user_id: UserId,
    artisan_id: UserId,
    #[serde(with = "backends::documents::time")]
    since: DateTime<Utc>,
}

impl Follows {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Follows; following twice is following once, since the first time.
    pub(crate) async fn begin(
        &self,
        user_id: UserId,
        artisan_id: UserId,
        since: DateTime<Utc>,
    ) -> backends::Result<()> {
        let follow = Follow {
            user_id,
            artisan_id,
            since,
        };
        let mut batch = Batch::new();
        batch.create(FOLLOWS, id(user_id, artisan_id), &follow)?;
        match self.store.commit(batch).await {
            Err(backends::Error::Conflict(_)) => Ok(()), // she does already
            other => other,
        }
    }

    pub(crate) async fn end(&self, user_id: UserId, artisan_id: UserId) -> backends::Result<()> {
        let mut batch = Batch::new();
        batch.delete(FOLLOWS, id(user_id, artisan_id), Precondition::None);
        self.store.commit(batch).await
    }

    pub(crate) async fn holds(&self, user_id: UserId, artisan_id: UserId) -> backends::Result<bool> {
        Ok(self.store.get(FOLLOWS, &id(user_id, artisan_id)).await?.is_some())
    }

    pub(crate) async fn followers(&self, artisan_id: UserId) -> backends::Result<u64> {
        self.store
            .count(&Query::all(FOLLOWS).equals("artisan_id", artisan_id.to_string()))
            .await
    }

    /// Whom a user follows, the latest first, each with its place.
    pub(crate) async fn of(
        &self,
        user_id: UserId,
        slice: Slice,
    ) -> backends::Result<Vec<(Position, Following)>> {
        let query = slice.of(Query::all(FOLLOWS)
            .equals("user_id", user_id.to_string())
            .ordered("since", Direction::Descending));
        let found = self.store.query(&query).await?;
        found
            .iter()
            .map(|document| {
                let Follow {
                    artisan_id, since, ..
                } = document.read()?;
                Ok((query.position_of(document), Following { artisan_id, since }))
            })
            .collect()
    }

    /// Forgets some of what a user follows and of who follows her; says whether there was any.
    pub(crate) async fn forget_some(&self, user: UserId, most: usize) -> backends::Result<bool> {
        let of = |field: &str| Query::all(FOLLOWS).equals(field, user.to_string()).limit(most);
        let follows = super::forget_found(&self.store, &of("user_id")).await?;
        let followed = super::forget_found(&self.store, &of("artisan_id")).await?;
        Ok(follows || followed)
    }
}

fn id(user: UserId, artisan: UserId) -> String {
    format!("{user}:{artisan}")
}
