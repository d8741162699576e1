//! Who likes what.

use axum::extract::State;
use backends::documents::{Batch, Collection, Index, Precondition, Query, Store};
use serde::{Deserialize, Serialize};
use service_kit::extract::{Caller, OptionalCaller, Path};
use shared_models::{
    ids::{ProductId, UserId},
    product::Like,
};

use crate::{error::ProductError, state::Shared};

const NAME: &str = "likes";

/// One document a like; they are counted when asked, so that no document is written by everybody.
pub(crate) const LIKES: Collection = Collection {
    name: NAME,
    indexes: &[Index::on(&["product_id"]), Index::on(&["user_id"])],
    followed: false,
};

#[derive(Debug, Serialize, Deserialize)]
struct Liked {
    product_id: ProductId,
    user_id: UserId,
}

/// Likes in the store.
pub(crate) struct Likes {
    store: Store,
}

impl Likes {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    async fn add(&self, product_id: ProductId, user_id: UserId) -> Result<(), ProductError> {
        let liked = Liked { product_id, user_id };
        let mut batch = Batch::new();
        batch.put(NAME, id(product_id, user_id), &liked)?;
        Ok(self.store.commit(batch).await?)
    }

    async fn take_away(&self, product_id: ProductId, user_id: UserId) -> Result<(), ProductError> {
        let mut batch = Batch::new();
        batch.delete(NAME, id(product_id, user_id), Precondition::None);
        Ok(self.store.commit(batch).await?)
    }

    async fn of(&self, product_id: ProductId, viewer: Option<UserId>) -> Result<Like, ProductError> {
        let liked = match viewer {
            None => false,
            Some(user_id) => self.store.get(NAME, &id(product_id, user_id)).await?.is_some(),
        };
        let all = Query::all(NAME).equals("product_id", product_id.to_string());
        Ok(Like {
            product_id,
            liked,
            likes: self.store.count(&all).await?,
        })
    }

    /// Adds the removal of some likes of a user to `batch`; says whether more are left.
    pub(crate) async fn forget(
        &self,
        batch: &mut Batch,
        user: UserId,
        most: usize,
    ) -> backends::Result<bool> {
        let hers = Query::all(NAME).equals("user_id", user.to_string()).limit(most);
        let found = self.store.query(&hers).await?;
        let more = found.len() == most;
        for like in found {
            batch.delete(NAME, like.id, Precondition::None);
        }
        Ok(more)
    }
}

fn id(product: ProductId, user: UserId) -> String {
    format!("{product}.{user}")
}

/// Likes a listing; liking it again changes nothing.
#[utoipa::path(put, path = "/products/{id}/like", tag = "likes", params(("id" = ProductId, Path)),
    responses((status = 200, body = Like)), security(("bearer" = [])))]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    Path(id): Path<ProductId>,
) -> Result<axum::Json<Like>, ProductError> {
    state.listings.seen_by(Some(&caller), id).await?;
    state.likes.add(id, caller.user_id).await?;
    Ok(axum::Json(state.likes.of(id, Some(caller.user_id)).await?))
}

/// Takes a like back; nothing changes when there was none.
#[utoipa::path(delete, path = "/products/{id}/like", tag = "likes", params(("id" = ProductId, Path)),
    responses((status = 200, body = Like)), security(("bearer" = [])))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    caller: Caller,
    Path(id): Path<ProductId>,
) -> Result<axum::Json<Like>, ProductError> {
    state.listings.seen_by(Some(&caller), id).await?;
    state.likes.take_away(id, caller.user_id).await?;
    Ok(axum::Json(state.likes.of(id, Some(caller.user_id)).await?))
}

/// How many like a listing, and whether the caller does.
#[utoipa::path(get, path = "/products/{id}/like", tag = "likes", params(("id" = ProductId, Path)),
    responses((status = 200, body = Like)), security((), ("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    OptionalCaller(viewer): OptionalCaller,
    Path(id): Path<ProductId>,
) -> Result<axum::Json<Like>, ProductError> {
    state.listings.seen_by(viewer.as_ref(), id).await?;
    let viewer = viewer.map(|viewer| viewer.user_id);
    Ok(axum::Json(state.likes.of(id, viewer).await?))
}
