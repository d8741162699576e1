use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    ids::{FileId, ProductId, UserId},
    product::{Nullable, Product, ProductStatus, PublishStatus, Suspension},
    text::Language,
};

use super::{Content, Link};

/// One piece, or several alike, that an artisan offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) id: ProductId,
    pub(crate) artisan_id: UserId,
    pub(crate) content: Content,
    /// What the owner chose.
    pub(crate) published: PublishStatus,
    /// What an admin decided.
    suspension: Option<Order>,
    /// Whether the artisan's account is suspended.
    pub(crate) withheld: bool,
    /// Follows the stock, in the same commit.
    sold_out: bool,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    /// Raised by the owner's edits: what `If-Match` compares.
    pub(crate) revision: u64,
    /// Raised by every change: what orders the events.
    pub(crate) sequence: u64,
    pub(crate) created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Of a newer version of this service.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// Why and since when a listing is suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Order {
    reason: String,
    since: DateTime<Utc>,
}

/// A listing that differs from what is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Changed {
    pub(crate) listing: Listing,
    /// The names of what others see differently; none when nobody does.
    pub(crate) fields: Vec<String>,
}

/// The owner wants to publish what an admin hid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the listing is suspended, so its owner cannot activate it")]
pub(crate) struct Suspended;

impl Listing {
    /// The revision of a new one.
    pub(crate) const FIRST: u64 = 1;

    /// A new one.
    pub(crate) fn new(
        id: ProductId,
        artisan_id: UserId,
        content: Content,
        published: PublishStatus,
        sold_out: bool,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            artisan_id,
            content,
            published,
            suspension: None,
            withheld: false,
            sold_out,
            deleted_at: None,
            revision: Self::FIRST,
            sequence: 1,
            created_at: now,
            updated_at: now,
            unknown: Map::new(),
        }
    }

    /// What it is to those who look at it; what hides it counts first.
    pub(crate) fn status(&self) -> ProductStatus {
        if self.deleted_at.is_some() {
            ProductStatus::Deleted
        } else if self.suspension.is_some() || self.withheld {
            ProductStatus::Suspended
        } else if self.published == PublishStatus::Draft {
            ProductStatus::Draft
        } else if self.sold_out {
            ProductStatus::SoldOut
        } else {
            ProductStatus::Active
        }
    }

    /// The owner's edit; nothing when it says what is already there. `chosen` is what the request itself
    /// says about the status.
    pub(crate) fn edited(
        &self,
        content: Content,
        chosen: Option<PublishStatus>,
        now: DateTime<Utc>,
    ) -> Result<Option<Changed>, Suspended> {
        if self.status() == ProductStatus::Suspended && chosen == Some(PublishStatus::Active) {
            return Err(Suspended);
        }
        let edited = Self {
            content: content.in_place_of(&self.content),
            published: chosen.unwrap_or(self.published),
            ..self.clone()
        };
        if edited == *self {
            return Ok(None);
        }
        Ok(Some(self.become_of(Self {
            revision: self.revision + 1,
            updated_at: now,
            ..edited
        })))
    }

    /// The owner's deletion; nothing when it was deleted before.
    pub(crate) fn deleted(&self, now: DateTime<Utc>) -> Option<Changed> {
        self.deleted_at.is_none().then(|| {
            self.become_of(Self {
                deleted_at: Some(now),
                updated_at: now,
                revision: self.revision + 1,
                ..self.clone()
            })
        })
    }

    /// An admin's decision; nothing when it stands already. The reason of the first one stays.
    pub(crate) fn suspended(&self, reason: String, now: DateTime<Utc>) -> Option<Changed> {
        self.suspension.is_none().then(|| {
            self.become_of(Self {
                suspension: Some(Order { reason, since: now }),
                ..self.clone()
            })
        })
    }

    /// An admin's decision taken back; nothing when there was none.
    pub(crate) fn restored(&self) -> Option<Changed> {
        self.suspension.is_some().then(|| {
            self.become_of(Self {
                suspension: None,
                ..self.clone()
            })
        })
    }

    /// Hidden or shown with its artisan's account.
    pub(crate) fn withheld(&self, withheld: bool) -> Option<Changed> {
        (self.withheld != withheld).then(|| {
            self.become_of(Self {
                withheld,
                ..self.clone()
            })
        })
    }

    /// After the stock changed; nothing when that makes no difference.
    pub(crate) fn stocked(&self, sold_out: bool) -> Option<Changed> {
        (self.sold_out != sold_out).then(|| {
            self.become_of(Self {
                sold_out,
                ..self.clone()
            })
        })
    }

    /// When its owner last changed it.
    pub(crate) fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }

    /// The photos that it shows.
    pub(crate) fn image_ids(&self) -> Vec<FileId> {
        self.content.photos.iter().map(|photo| photo.file_id).collect()
    }

    /// The listing for everybody, or for its owner; without what machines add.
    pub(crate) fn product(&self, to_owner: bool, link: Link<'_>) -> Product {
        let content = self.content.clone();
        let photos = &content.photos;
        let status = self.status();
        Product {
            id: self.id,
            artisan_id: self.artisan_id,
            costs: to_owner.then(|| Nullable::from(content.costs())),
            title: content.title,
            description: content.description,
            machine_written: Vec::new(),
            category: content.category,
            subcategory: content.subcategory,
            price: content.price.amount(),
            currency: content.price.currency,
            ai_suggested_price: None,
            images: photos.iter().map(|photo| photo.large(link)).collect(),
            media: photos.iter().map(|photo| photo.shown(link)).collect(),
            materials: content.materials,
            dimensions: content.dimensions,
            weight_grams: content.weight_grams,
            production_time: content.production_time,
            region: content.region,
            cultural_origin: content.cultural_origin,
            cultural_story: None,
            ai_analysis: None,
            provenance: None,
            status,
            available: status == ProductStatus::Active,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// The listing as lists show it: one language, nothing for its owner alone.
    pub(crate) fn summary(&self, languages: &[Language], link: Link<'_>) -> Product {
        let product = self.product(false, link);
        Product {
            title: product.title.narrowed(languages),
            description: product.description.narrowed(languages),
            ..product
        }
    }

    /// For the admin.
    pub(crate) fn suspension(&self) -> Suspension {
        let order = self.suspension.clone();
        Suspension {
            product_id: self.id,
            suspended: order.is_some(),
            suspended_at: order.as_ref().map(|order| order.since),
            reason: order.map(|order| order.reason),
        }
    }

    fn become_of(&self, after: Self) -> Changed {
        let mut fields = differing(&self.facts(), &after.facts());
        let (was, is) = (self.status(), after.status());
        let status = "status".to_owned();
        if was != is && !fields.contains(&status) {
            fields.push(status);
        }
        if (was == ProductStatus::Active) != (is == ProductStatus::Active) {
            fields.push("available".to_owned());
        }
        Changed {
            fields,
            listing: Self {
                sequence: self.sequence + 1,
                ..after
            },
        }
    }

    fn facts(&self) -> Value {
        serde_json::to_value(self.content.editable(self.published)).unwrap_or_default()
    }
}

/// The names of the fields whose values differ.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let after = after.as_object().into_iter().flatten();
    after
        .filter(|(name, value)| before.get(name) != Some(value))
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Speaker;

    fn content(title: &str) -> Content {
        let request = json!({
            "title": { "en": title }, "description": { "en": "d" }, "category": "pottery", "subcategory": "cups",
            "price": 10, "materials": [], "dimensions": {}, "production_time": "a day",
        });
        Content::of(
            serde_json::from_value(request).unwrap(),
            Speaker { profile: None },
        )
        .unwrap()
    }

    fn cup() -> Listing {
        let (id, artisan) = (ProductId(uuid::Uuid::nil()), UserId(uuid::Uuid::max()));
        Listing::new(
            id,
            artisan,
            content("Cup"),
            PublishStatus::Active,
            false,
            DateTime::UNIX_EPOCH,
        )
    }

    fn after(change: Option<Changed>) -> Listing {
        change.unwrap().listing
    }

    const NOW: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;

    #[test]
    fn what_hides_a_listing_counts_first() {
        let sold = after(cup().stocked(true));
        assert_eq!(sold.status(), ProductStatus::SoldOut);
        let draft = after(
            sold.edited(content("Cup"), Some(PublishStatus::Draft), NOW)
                .unwrap(),
        );
        assert_eq!(draft.status(), ProductStatus::Draft);
        let withheld = after(draft.withheld(true));
        assert_eq!(withheld.status(), ProductStatus::Suspended);
        let suspended = after(after(withheld.suspended("r".into(), NOW)).withheld(false));
        assert_eq!(suspended.status(), ProductStatus::Suspended);
        let deleted = after(suspended.deleted(NOW));
        assert_eq!(deleted.status(), ProductStatus::Deleted);
        assert_eq!(after(suspended.restored()).status(), ProductStatus::Draft);
    }

    #[test]
    fn others_are_told_of_what_they_see_differently() {
        let told = |change: Option<Changed>| change.unwrap().fields;
        assert_eq!(told(cup().stocked(true)), ["status", "available"]);
        assert_eq!(told(cup().deleted(NOW)), ["status", "available"]);
        assert_eq!(told(cup().edited(content("Mug"), None, NOW).unwrap()), ["title"]);
        let draft = cup()
            .edited(content("Cup"), Some(PublishStatus::Draft), NOW)
            .unwrap();
        assert_eq!(draft.as_ref().unwrap().fields, ["status", "available"]);
        let draft = after(draft);
        assert!(told(draft.stocked(true)).is_empty());
        assert!(told(after(draft.withheld(true)).suspended("r".into(), NOW)).is_empty());
    }

    #[test]
    fn only_the_owner_raises_the_revision_and_everybody_the_sequence() {
        let numbers = |listing: &Listing| (listing.revision, listing.sequence);
        let cup = cup();
        assert_eq!(
            numbers(&after(cup.edited(content("Mug"), None, NOW).unwrap())),
            (2, 2)
        );
        assert_eq!(numbers(&after(cup.deleted(NOW))), (2, 2));
        for change in [
            cup.stocked(true),
            cup.withheld(true),
            cup.suspended("r".into(), NOW),
        ] {
            assert_eq!(numbers(&after(change)), (1, 2));
        }
    }

    #[test]
    fn what_stands_already_is_no_change() {
        let cup = cup();
        assert_eq!(
            cup.edited(content("Cup"), Some(PublishStatus::Active), NOW),
            Ok(None)
        );
        assert_eq!(cup.stocked(false), None);
        assert_eq!(cup.withheld(false), None);
        assert_eq!(cup.restored(), None);
        let deleted = after(cup.deleted(NOW));
        assert_eq!(deleted.deleted(NOW), None);
        let suspended = after(cup.suspended("first".into(), NOW));
        assert_eq!(suspended.suspended("second".into(), NOW), None);
    }

    #[test]
    fn the_owner_cannot_activate_what_is_suspended() {
        let suspended = after(cup().suspended("r".into(), NOW));
        let chosen = |status| suspended.edited(content("Mug"), status, NOW);
        assert_eq!(chosen(Some(PublishStatus::Active)), Err(Suspended));
        assert!(chosen(None).unwrap().is_some());
        assert!(chosen(Some(PublishStatus::Draft)).unwrap().is_some());
    }

    #[test]
    fn fields_of_a_newer_version_are_kept() {
        let mut stored = serde_json::to_value(cup()).unwrap();
        stored["auction"] = json!({ "ends": 1 });
        let listing: Listing = serde_json::from_value(stored).unwrap();
        let edited = after(listing.edited(content("Mug"), None, NOW).unwrap());
        assert_eq!(
            serde_json::to_value(edited).unwrap()["auction"],
            json!({ "ends": 1 })
        );
    }
}
