use backends::documents::{
    Batch, Collection, Direction, Document, Index, MAX_PAGE, Position, Precondition, Query, Store,
};
use serde_json::{Value, json};
use shared_models::{
    ids::{ProductId, UserId},
    money::Currency,
};

use super::shelf;
use crate::domain::Piece;

const NAME: &str = "pieces";

/// One document a listing, under its id; of one that is gone only that it is.
pub(super) const PIECES: Collection = Collection {
    name: NAME,
    indexes: &[
        Index::on(&["index.shelf"]).by("index.listed", Direction::Descending),
        Index::on(&["index.artisan_id"]),
    ],
    followed: false,
};

/// Pieces in the store.
pub(crate) struct Pieces {
    store: Store,
}

/// What is stored of a listing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known {
    Nothing,
    Piece(Box<Piece>),
    /// Deleted or erased, and never to come back.
    Gone,
}

/// What is stored of a listing, and what must still be so when it is changed.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) known: Known,
    unchanged: Precondition,
}

impl Kept {
    /// The piece, unless it is gone or was never heard of.
    pub(crate) fn piece(&self) -> Option<&Piece> {
        match &self.known {
            Known::Piece(piece) => Some(piece),
            Known::Nothing | Known::Gone => None,
        }
    }
}

impl Pieces {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// What is known of a listing.
    pub(crate) async fn find(&self, id: ProductId) -> backends::Result<Kept> {
        match self.store.get(NAME, &id.to_string()).await? {
            None => Ok(Kept {
                known: Known::Nothing,
                unchanged: Precondition::Absent,
            }),
            Some(document) => kept(&document),
        }
    }

    /// The newest that everybody sees of a category, in one currency; at most a thousand.
    pub(crate) async fn on_shelf(&self, category: &str, currency: Currency) -> backends::Result<Vec<Piece>> {
        let shelf = Query::all(NAME)
            .equals("index.shelf", shelf(category, currency))
            .ordered("index.listed", Direction::Descending)
            .limit(MAX_PAGE);
        let documents = self.store.query(&shelf).await?;
        documents.iter().map(Document::read).collect()
    }

    /// Some pieces of an artisan after a place, and where to go on when there may be more.
    pub(crate) async fn of_artisan(
        &self,
        artisan: UserId,
        after: Option<Position>,
        most: usize,
    ) -> backends::Result<(Vec<Kept>, Option<Position>)> {
        let hers = Query::all(NAME)
            .equals("index.artisan_id", artisan.to_string())
            .after(after)
            .limit(most);
        let documents = self.store.query(&hers).await?;
        let full = documents.len() == most;
        let last = documents.last().filter(|_| full);
        let next = last.map(|document| hers.position_of(document));
        let pieces: backends::Result<Vec<Kept>> = documents.iter().map(kept).collect();
        Ok((pieces?, next))
    }

    /// Adds what is known now to `batch`, if nobody else wrote meanwhile.
    pub(crate) fn write(batch: &mut Batch, kept: &Kept, piece: &Piece) -> backends::Result<()> {
        let when = kept.unchanged.clone();
        batch
            .write(NAME, piece.id.to_string(), when, &document(piece)?)
            .map(drop)
    }

    /// Adds to `batch` that a listing is gone; nothing else stays of it.
    pub(crate) fn forget(batch: &mut Batch, kept: &Kept, id: ProductId) -> backends::Result<()> {
        let when = kept.unchanged.clone();
        batch
            .write(NAME, id.to_string(), when, &json!({ "gone": true }))
            .map(drop)
    }
}

fn kept(document: &Document) -> backends::Result<Kept> {
    let known = if document.body.get("gone").is_some() {
        Known::Gone
    } else {
        Known::Piece(Box::new(document.read()?))
    };
    Ok(Kept {
        known,
        unchanged: Precondition::Version(document.version.clone()),
    })
}

/// The piece with what it is found by.
fn document(piece: &Piece) -> backends::Result<Value> {
    let unwritable = |error: serde_json::Error| backends::Error::Invalid(error.to_string());
    let mut body = serde_json::to_value(piece).map_err(unwritable)?;
    body["index"] = json!({
        "shelf": piece.public.then(|| shelf(&piece.category, piece.currency)),
        "listed": piece.listed_at.timestamp_micros(),
        "artisan_id": piece.artisan_id,
    });
    Ok(body)
}
