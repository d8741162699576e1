//! Which pieces go together: co-occurrence in baskets, by log-likelihood ratio and age.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared_models::ids::ProductId;

use super::baskets::{Basket, Item};

/// After so many days an interest counts half.
const HALF_LIFE_DAYS: f64 = 60.0;
/// Below it two pieces met by chance: 3.84 is the 5% point of chi squared with one degree of freedom.
const CHANCE: f64 = 3.84;

/// Baskets by their id, and which of them hold a piece.
#[derive(Debug, Clone, Default)]
pub(super) struct Affinity {
    baskets: BTreeMap<String, Vec<Item>>,
    holding: BTreeMap<ProductId, BTreeSet<String>>,
}

impl Affinity {
    /// Takes a basket as it is now; nothing when it is gone.
    pub(super) fn put(&mut self, id: &str, basket: Option<Basket>) {
        for item in self.baskets.remove(id).unwrap_or_default() {
            if let Some(holding) = self.holding.get_mut(&item.product_id) {
                holding.remove(id);
                if holding.is_empty() {
                    self.holding.remove(&item.product_id);
                }
            }
        }
        let Some(basket) = basket else { return };
        for item in &basket.items {
            self.holding
                .entry(item.product_id)
                .or_default()
                .insert(id.to_owned());
        }
        self.baskets.insert(id.to_owned(), basket.items);
    }

    pub(super) fn items(&self, id: &str) -> &[Item] {
        self.baskets.get(id).map_or(&[], Vec::as_slice)
    }

    /// Pieces that go with `with` more often than by chance, the strongest first.
    ///
    /// The log-likelihood ratio (Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993) says
    /// how sure that is; the age of the baskets in which they met, how much it still matters.
    pub(super) fn beside(&self, with: ProductId, now: DateTime<Utc>) -> Vec<(ProductId, f64)> {
        let Some(holding) = self.holding.get(&with) else {
            return Vec::new();
        };
        let mut met: BTreeMap<ProductId, (u32, f64)> = BTreeMap::new();
        for id in holding {
            for item in self.items(id).iter().filter(|item| item.product_id != with) {
                let (count, freshness) = met.entry(item.product_id).or_default();
                *count += 1;
                *freshness += fresh(item.at, now) * item.weight;
            }
        }
        let mut beside: Vec<(ProductId, f64)> = met
            .into_iter()
            .filter_map(|(other, (both, freshness))| {
                let ratio = self.surprise(holding.len(), other, both);
                (ratio > CHANCE).then(|| (other, ratio.sqrt() * freshness / f64::from(both)))
            })
            .collect();
        beside.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        beside
    }

    /// How surprising it is that two pieces meet so often; 0 when they meet less than by chance.
    fn surprise(&self, with: usize, other: ProductId, both: u32) -> f64 {
        let others = self.holding.get(&other).map_or(0, BTreeSet::len);
        let [all, with, others] = [self.baskets.len(), with, others].map(count);
        let both = f64::from(both);
        if both * all <= with * others {
            return 0.0;
        }
        let table = [both, with - both, others - both, all - with - others + both];
        let rows = [with, all - with];
        let columns = [others, all - others];
        2.0 * (entropy(&rows) + entropy(&columns) - entropy(&table)).max(0.0)
    }
}

fn count(length: usize) -> f64 {
    f64::from(u32::try_from(length).unwrap_or(u32::MAX))
}

/// Shannon's, times the total (Dunning's H, unnormalised).
fn entropy(counts: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let part = |count: &f64| {
        if *count > 0.0 {
            count * (count / total).ln()
        } else {
            0.0
        }
    };
    -counts.iter().map(part).sum::<f64>()
}

/// From 1 today to a half after the half-life.
fn fresh(at: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    let days = f64::from(i32::try_from((now - at).num_hours().max(0)).unwrap_or(i32::MAX)) / 24.0;
    0.5f64.powf(days / HALF_LIFE_DAYS)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn piece(number: u128) -> ProductId {
        format!("00000000-0000-7000-8000-{number:012x}").parse().unwrap()
    }

    fn basket(pieces: &[u128], at: DateTime<Utc>) -> Basket {
        let item = |number: &u128| Item {
            product_id: piece(*number),
            at,
            weight: 1.0,
        };
        Basket {
            items: pieces.iter().map(item).collect(),
        }
    }

    /// 1 and 2 go together; 3 is in every basket.
    fn known(at: DateTime<Utc>) -> Affinity {
        let mut affinity = Affinity::default();
        for number in 0..40u128 {
            let pieces: &[u128] = if number < 10 {
                &[1, 2, 3]
            } else {
                &[3, 100 + number]
            };
            affinity.put(&number.to_string(), Some(basket(pieces, at)));
        }
        affinity
    }

    #[test]
    fn what_meets_often_is_beside_and_what_is_everywhere_is_not() {
        let now = DateTime::UNIX_EPOCH;
        let beside = known(now).beside(piece(1), now);
        let pieces: Vec<_> = beside.iter().map(|(piece, _)| *piece).collect();
        assert_eq!(pieces, [piece(2)]);
    }

    #[test]
    fn what_is_old_counts_less() {
        let then = DateTime::UNIX_EPOCH;
        let strength = |days| known(then).beside(piece(1), then + Duration::days(days))[0].1;
        assert!((strength(60) / strength(0) - 0.5).abs() < 0.01);
    }

    #[test]
    fn a_basket_that_is_gone_counts_no_more() {
        let now = DateTime::UNIX_EPOCH;
        let mut affinity = known(now);
        for number in 0..40u128 {
            affinity.put(&number.to_string(), None);
        }
        assert!(affinity.beside(piece(1), now).is_empty() && affinity.holding.is_empty());
    }

    #[test]
    fn one_meeting_is_chance() {
        let now = DateTime::UNIX_EPOCH;
        let mut affinity = Affinity::default();
        affinity.put("one", Some(basket(&[1, 2], now)));
        assert!(affinity.beside(piece(1), now).is_empty());
    }
}
