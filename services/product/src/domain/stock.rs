use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    ids::ProductId,
    product::{Inventory, InventoryUpdate},
};

/// How many pieces of a listing there are. Beside the listing, so that a sale never spoils an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stock {
    /// All pieces, those that are reserved among them.
    quantity: u32,
    /// Never more than `quantity`.
    reserved: u32,
    pub(crate) revision: u64,
    updated_at: DateTime<Utc>,
    /// Of a newer version of this service.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// More pieces are reserved than there would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reserved} pieces are reserved, so there cannot be fewer")]
pub(crate) struct TooFew {
    pub(crate) reserved: u32,
}

impl Stock {
    /// The stock of a new listing.
    pub(crate) fn of(quantity: u32, now: DateTime<Utc>) -> Self {
        Self {
            quantity,
            reserved: 0,
            revision: 1,
            updated_at: now,
            unknown: Map::new(),
        }
    }

    /// Whether nobody can buy a piece.
    pub(crate) fn is_sold_out(&self) -> bool {
        self.quantity == self.reserved
    }

    /// The stock after the owner counted it; nothing when it is as it was.
    pub(crate) fn counted(
        &self,
        update: InventoryUpdate,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, TooFew> {
        if update.quantity < self.reserved {
            return Err(TooFew {
                reserved: self.reserved,
            });
        }
        let counted = Self {
            quantity: update.quantity,
            revision: self.revision + 1,
            updated_at: now,
            ..self.clone()
        };
        Ok((update.quantity != self.quantity).then_some(counted))
    }

    pub(crate) fn inventory(&self, product_id: ProductId) -> Inventory {
        Inventory {
            product_id,
            quantity: self.quantity,
            reserved: self.reserved,
            updated_at: self.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stock(quantity: u32, reserved: u32) -> Stock {
        Stock {
            reserved,
            ..Stock::of(quantity, DateTime::UNIX_EPOCH)
        }
    }

    fn count(quantity: u32) -> InventoryUpdate {
        InventoryUpdate { quantity }
    }

    #[test]
    fn there_are_never_fewer_pieces_than_reserved() {
        let stock = stock(5, 2);
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(stock.counted(count(1), now), Err(TooFew { reserved: 2 }));
        let counted = stock.counted(count(2), now).unwrap().unwrap();
        assert!(counted.is_sold_out());
        assert_eq!(counted.revision, 2);
    }

    #[test]
    fn counting_the_same_changes_nothing() {
        assert_eq!(stock(5, 2).counted(count(5), DateTime::UNIX_EPOCH), Ok(None));
    }
}
