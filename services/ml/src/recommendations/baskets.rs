use backends::documents::{Batch, Collection, Precondition, Store, time};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared_models::ids::{OrderId, ProductId, UserId};

pub(super) const NAME: &str = "baskets";

/// What one person was interested in, and what was in one order; every process follows them.
pub(crate) const BASKETS: Collection = Collection {
    name: NAME,
    indexes: &[],
    followed: true,
};

/// Pieces that one basket remembers, the latest.
const REMEMBERED: usize = 60;

/// Pieces that were of interest together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Basket {
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) product_id: ProductId,
    #[serde(with = "time")]
    pub(super) at: DateTime<Utc>,
    /// How strong the interest was.
    pub(super) weight: f64,
}

/// Baskets in the store.
pub(crate) struct Baskets {
    store: Store,
}

/// How much an action says; nothing for what is none of a piece.
pub(super) fn weight(action: &str) -> Option<f64> {
    match action {
        "view" => Some(0.3),
        "like" | "share" => Some(0.7),
        "add_to_cart" => Some(0.8),
        "purchase" => Some(1.0),
        _ => None,
    }
}

/// The id of a person's basket.
pub(super) fn of_user(user: UserId) -> String {
    format!("user:{user}")
}

impl Baskets {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Adds what somebody did with a piece.
    pub(crate) async fn acted(
        &self,
        batch: &mut Batch,
        user: UserId,
        product: ProductId,
        action: &str,
        at: DateTime<Utc>,
    ) -> backends::Result<()> {
        let Some(weight) = weight(action) else {
            return Ok(());
        };
        let id = of_user(user);
        let stored = self.store.get(NAME, &id).await?;
        let (mut basket, unchanged) = match stored {
            None => (Basket::default(), Precondition::Absent),
            Some(document) => (document.read()?, Precondition::Version(document.version)),
        };
        basket.add(Item {
            product_id: product,
            at,
            weight,
        });
        batch.write(NAME, id, unchanged, &basket).map(drop)
    }

    /// Adds an order; one of a single piece says nothing.
    pub(crate) fn ordered(
        batch: &mut Batch,
        order: OrderId,
        products: &[ProductId],
        at: DateTime<Utc>,
    ) -> backends::Result<()> {
        let mut basket = Basket::default();
        for product in products {
            basket.add(Item {
                product_id: *product,
                at,
                weight: 1.0,
            });
        }
        if basket.items.len() > 1 {
            batch.put(NAME, format!("order:{order}"), &basket)?;
        }
        Ok(())
    }

    /// Forgets an erased person.
    pub(crate) fn erase(batch: &mut Batch, user: UserId) {
        batch.delete(NAME, of_user(user), Precondition::None);
    }
}

impl Basket {
    /// One entry a piece: the latest time, and the strongest interest.
    fn add(&mut self, item: Item) {
        match self
            .items
            .iter_mut()
            .find(|known| known.product_id == item.product_id)
        {
            Some(known) => {
                known.at = known.at.max(item.at);
                known.weight = known.weight.max(item.weight);
            }
            None => self.items.push(item),
        }
        self.items.sort_by_key(|item| std::cmp::Reverse(item.at));
        self.items.truncate(REMEMBERED);
    }
}
