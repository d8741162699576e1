use std::time::Duration;

use backends::documents::{Batch, Cursor, Document, Precondition, Query, Store, Version};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use service_kit::{extract::Caller, outbox::Outbox};
use shared_models::{
    events::{ProductCreated, ProductUpdated},
    identity::Role,
    ids::{FileId, ProductId, UserId},
    product::ProductStatus,
};

use super::{LISTINGS, STOCK};
use crate::{
    domain::{Changed, Keys, Listing, Stock},
    enrichment::Enrichments,
    error::ProductError,
};

/// Listings and their stock.
pub(crate) struct Listings {
    pub(super) store: Store,
    outbox: Outbox,
}

/// What is stored, and its version.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub(crate) value: T,
    pub(crate) version: Version,
}

impl Listings {
    pub(crate) fn new(store: Store, outbox: Outbox) -> Self {
        Self { store, outbox }
    }

    /// A listing that `viewer` may see. A deleted one is gone for its owner, and for others was never there.
    pub(crate) async fn seen_by(
        &self,
        viewer: Option<&Caller>,
        id: ProductId,
    ) -> Result<Kept<Listing>, ProductError> {
        let kept = self.find(id).await?.ok_or(ProductError::NotFound)?;
        let owned = viewer.is_some_and(|viewer| viewer.user_id == kept.value.artisan_id);
        let moderated = viewer.is_some_and(|viewer| viewer.role == Role::Admin);
        match kept.value.status() {
            ProductStatus::Active | ProductStatus::SoldOut => Ok(kept),
            ProductStatus::Deleted if owned => Err(ProductError::Gone),
            ProductStatus::Draft if owned => Ok(kept),
            ProductStatus::Suspended if owned || moderated => Ok(kept),
            _ => Err(ProductError::NotFound),
        }
    }

    /// A listing that `artisan` may change. Another's is refused when she can see it, else it is not there.
    pub(crate) async fn owned_by(
        &self,
        artisan: UserId,
        id: ProductId,
    ) -> Result<Kept<Listing>, ProductError> {
        let kept = self.owned_even_deleted(artisan, id).await?;
        match kept.value.status() {
            ProductStatus::Deleted => Err(ProductError::Gone),
            _ => Ok(kept),
        }
    }

    /// The same, when it was deleted, too.
    pub(crate) async fn owned_even_deleted(
        &self,
        artisan: UserId,
        id: ProductId,
    ) -> Result<Kept<Listing>, ProductError> {
        let kept = self.find(id).await?.ok_or(ProductError::NotFound)?;
        if kept.value.artisan_id == artisan {
            Ok(kept)
        } else if kept.value.status().is_public() {
            Err(ProductError::NotYours)
        } else {
            Err(ProductError::NotFound)
        }
    }

    /// A listing as it is, unless there is none or it was erased.
    pub(crate) async fn find(&self, id: ProductId) -> Result<Option<Kept<Listing>>, ProductError> {
        let document = self.store.get(LISTINGS, &id.to_string()).await?;
        Ok(document.as_ref().map(listing).transpose()?.flatten())
    }

    /// Some listings of an artisan, deleted ones too.
    pub(crate) async fn of_artisan(
        &self,
        artisan: UserId,
        most: usize,
    ) -> backends::Result<Vec<Kept<Listing>>> {
        let all = Query::all(LISTINGS).equals("index.artisan_id", artisan.to_string());
        self.kept(&all.limit(most)).await
    }

    /// Some listings of an artisan that are not yet hidden, or not yet shown, with her account.
    pub(crate) async fn to_withhold(
        &self,
        artisan: UserId,
        withheld: bool,
        most: usize,
    ) -> backends::Result<Vec<Kept<Listing>>> {
        let others = Query::all(LISTINGS)
            .equals("index.artisan_id", artisan.to_string())
            .equals("index.withheld", !withheld);
        self.kept(&others.limit(most)).await
    }

    /// Whether any listing shows a photo, drafts among them.
    pub(crate) async fn show(&self, photo: FileId) -> backends::Result<bool> {
        let any = Query::all(LISTINGS).contains("index.images", photo.to_string());
        Ok(!self.store.query(&any.limit(1)).await?.is_empty())
    }

    /// Some listings that show a photo, drafts among them, and whether everybody may see any of all that do.
    pub(crate) async fn showing(
        &self,
        photo: FileId,
        most: usize,
    ) -> backends::Result<(Vec<ProductId>, bool)> {
        let mut query = Query::all(LISTINGS)
            .contains("index.images", photo.to_string())
            .limit(most);
        let mut first = None;
        loop {
            let found = self.store.query(&query).await?;
            let page: Vec<Kept<Listing>> = read_all(&found)?;
            let public = page.iter().any(|kept| kept.value.status().is_public());
            let ids = first.get_or_insert_with(|| page.iter().map(|kept| kept.value.id).collect());
            match found.last().filter(|_| found.len() == most && !public) {
                Some(last) => query = query.clone().after(Some(query.position_of(last))),
                None => return Ok((std::mem::take(ids), public)),
            }
        }
    }

    async fn kept(&self, query: &Query) -> backends::Result<Vec<Kept<Listing>>> {
        read_all(&self.store.query(query).await?)
    }

    /// Those of some listings that are on offer now, in no order.
    pub(crate) async fn active(&self, ids: &[ProductId]) -> backends::Result<Vec<Listing>> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let documents = self.store.get_many(LISTINGS, &ids).await?;
        let kept = documents
            .iter()
            .filter_map(|document| listing(document).transpose());
        let on_offer = |kept: &backends::Result<Kept<Listing>>| {
            kept.as_ref()
                .map_or(true, |kept| kept.value.status() == ProductStatus::Active)
        };
        kept.filter(on_offer)
            .map(|kept| kept.map(|kept| kept.value))
            .collect()
    }

    /// What changed after a place: each listing as it is now, or nothing when it is gone; where to go on; and
    /// whether nothing more was waiting.
    pub(crate) async fn changes(
        &self,
        after: Option<&Cursor>,
        wait: Duration,
    ) -> backends::Result<(Vec<(ProductId, Option<Listing>)>, Cursor, bool)> {
        let page = self.store.changes(LISTINGS, after, wait).await?;
        let mut changed = Vec::with_capacity(page.changes.len());
        for change in page.changes {
            let Ok(id) = change.id.parse() else { continue };
            let kept = change.document.as_ref().map(listing).transpose()?.flatten();
            changed.push((id, kept.map(|kept| kept.value)));
        }
        Ok((changed, page.cursor, page.caught_up))
    }

    /// Whether the id is taken, by an erased listing, too.
    pub(crate) async fn is_taken(&self, id: ProductId) -> Result<bool, ProductError> {
        Ok(self.store.get(LISTINGS, &id.to_string()).await?.is_some())
    }

    /// The stock of a listing.
    pub(crate) async fn stock(&self, id: ProductId) -> Result<Kept<Stock>, ProductError> {
        let document = self.store.get(STOCK, &id.to_string()).await?;
        let document = document.ok_or(ProductError::NotFound)?;
        Ok(Kept {
            value: document.read()?,
            version: document.version,
        })
    }

    /// Adds a new listing to `batch`, with its stock and its event.
    pub(crate) fn create(&self, batch: &mut Batch, listing: &Listing, stock: &Stock) -> backends::Result<()> {
        let id = listing.id.to_string();
        batch.create(LISTINGS, &id, &document(listing)?)?;
        batch.create(STOCK, &id, stock)?;
        let created = ProductCreated {
            product_id: listing.id,
            artisan_id: listing.artisan_id,
            category: listing.content.category.clone(),
            image_ids: listing.image_ids(),
            status: listing.status().as_str().to_owned(),
        };
        self.outbox.emit(batch, listing.id, listing.sequence, &created)
    }

    /// Adds a change to `batch`, with its event when others see a difference.
    pub(crate) fn change(
        &self,
        batch: &mut Batch,
        version: &Version,
        changed: &Changed,
    ) -> backends::Result<()> {
        let listing = &changed.listing;
        batch.replace(LISTINGS, listing.id.to_string(), version, &document(listing)?)?;
        self.tell(batch, changed)
    }

    /// Adds a change of the stock to `batch`, if it still has `version`.
    pub(crate) fn restock(
        batch: &mut Batch,
        id: ProductId,
        version: &Version,
        stock: &Stock,
    ) -> backends::Result<()> {
        batch.replace(STOCK, id.to_string(), version, stock).map(drop)
    }

    /// Applies the rest of `batch` only if the listing still has `version`.
    pub(crate) fn unchanged(batch: &mut Batch, id: ProductId, version: &Version) {
        batch.check(LISTINGS, id.to_string(), Precondition::Version(version.clone()));
    }

    /// Commits a change of one listing alone.
    pub(crate) async fn save(&self, version: &Version, changed: &Changed) -> Result<(), ProductError> {
        let mut batch = Batch::new();
        self.change(&mut batch, version, changed)?;
        self.commit(batch).await
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), ProductError> {
        Ok(self.store.commit(batch).await?)
    }

    /// Adds an erasure to `batch`: of the listing only its id and how often it changed stay, so that no
    /// other can take its place, and nothing says whose it was.
    pub(crate) fn erase(
        &self,
        batch: &mut Batch,
        kept: &Kept<Listing>,
        now: DateTime<Utc>,
    ) -> backends::Result<()> {
        let id = kept.value.id.to_string();
        let erased = json!({ "erased": true, "sequence": kept.value.sequence + 1 });
        batch.replace(LISTINGS, &id, &kept.version, &erased)?;
        batch.delete(STOCK, &id, Precondition::None);
        Enrichments::erase(batch, kept.value.id);
        match kept.value.deleted(now) {
            Some(deleted) => self.tell(batch, &deleted),
            None => Ok(()), // its owner deleted it before, and it was told then
        }
    }

    /// Adds the event of a change to `batch`, when others see a difference.
    fn tell(&self, batch: &mut Batch, changed: &Changed) -> backends::Result<()> {
        let Changed { listing, fields } = changed;
        if fields.is_empty() {
            return Ok(());
        }
        let updated = ProductUpdated {
            product_id: listing.id,
            artisan_id: listing.artisan_id,
            changed_fields: fields.clone(),
            image_ids: listing.image_ids(),
            status: listing.status().as_str().to_owned(),
        };
        self.outbox.emit(batch, listing.id, listing.sequence, &updated)
    }
}

/// The listing with what it is found by.
fn document(listing: &Listing) -> backends::Result<Value> {
    let unwritable = |error: serde_json::Error| backends::Error::Invalid(error.to_string());
    let mut body = serde_json::to_value(listing).map_err(unwritable)?;
    body["index"] = serde_json::to_value(Keys::of(listing)).map_err(unwritable)?;
    Ok(body)
}

/// The listings of documents, without erased ones.
fn read_all(documents: &[Document]) -> backends::Result<Vec<Kept<Listing>>> {
    documents
        .iter()
        .filter_map(|document| listing(document).transpose())
        .collect()
}

/// The listing of a document; nothing when it was erased.
pub(super) fn listing(document: &Document) -> backends::Result<Option<Kept<Listing>>> {
    if document.body.get("erased").is_some() {
        return Ok(None);
    }
    let version = document.version.clone();
    let value = document.read()?;
    Ok(Some(Kept { value, version }))
}
