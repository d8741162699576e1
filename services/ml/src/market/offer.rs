use std::collections::BTreeSet;

use backends::documents::{Batch, Collection, Precondition, Store};
use serde::{Deserialize, Serialize};
use shared_models::{
    ids::ProductId,
    money::Currency,
    product::{Dimensions, LengthUnit, ListingFacts},
};

use crate::{
    demand::folded,
    hedonic::{Piece, Priced},
};

pub(super) const NAME: &str = "offers";

/// One document a listing, under its id; every process follows them.
pub(crate) const OFFERS: Collection = Collection {
    name: NAME,
    indexes: &[],
    followed: true,
};

/// What a price depends on; without words, photos or costs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Offer {
    /// Of the listing when product told it; an older one never overwrites a newer.
    pub(crate) sequence: u64,
    /// Minor units; 0 for what is not on offer any more.
    #[serde(default)]
    pub(crate) price: i64,
    #[serde(default)]
    pub(crate) currency: Currency,
    #[serde(default)]
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) subcategory: String,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) materials: BTreeSet<String>,
    /// In centimetres.
    #[serde(default)]
    pub(crate) size: Option<f64>,
    #[serde(default)]
    pub(crate) skill: Option<u8>,
}

impl Offer {
    pub(super) fn of(facts: ListingFacts, skill: Option<u8>) -> Self {
        let price = facts
            .price
            .in_currency(facts.currency)
            .map_or(0, |money| money.minor);
        Self {
            sequence: facts.sequence,
            price,
            currency: facts.currency,
            category: facts.category,
            subcategory: facts.subcategory,
            region: facts.region_key.as_deref().map(folded),
            materials: facts.materials.iter().map(|material| folded(material)).collect(),
            size: size(&facts.dimensions),
            skill,
        }
    }

    /// What is not on offer keeps its place, so that an older event does not bring it back.
    pub(super) fn withdrawn(sequence: u64) -> Self {
        Self {
            sequence,
            ..Self::default()
        }
    }

    pub(super) fn is_on_offer(&self) -> bool {
        self.price > 0
    }

    #[expect(clippy::cast_precision_loss, reason = "a price of at most a trillion")]
    pub(super) fn priced(&self, id: ProductId) -> Priced<ProductId> {
        Priced {
            id,
            price: self.price as f64 / 10_f64.powi(i32::try_from(self.currency.decimals()).unwrap_or(0)),
            piece: Piece {
                category: self.category.clone(),
                craft: self.subcategory.clone(),
                region: self.region.clone(),
                materials: self.materials.clone(),
                size: self.size,
                skill: self.skill.map(f64::from),
            },
        }
    }
}

/// The geometric mean of the sides that are known, in centimetres.
pub(crate) fn size(dimensions: &Dimensions) -> Option<f64> {
    let unit = match dimensions.unit {
        LengthUnit::Mm => 0.1,
        LengthUnit::Cm => 1.0,
        LengthUnit::M => 100.0,
        LengthUnit::In => 2.54,
    };
    let sides = [dimensions.length, dimensions.width, dimensions.height];
    let logs: Vec<f64> = sides
        .into_iter()
        .flatten()
        .filter(|side| *side > 0.0)
        .map(|side| (side * unit).ln())
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "at most three sides")]
    let count = logs.len() as f64;
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / count).exp().clamp(1e-3, 1e8))
}

/// What is kept of a listing, and what must still be so when it is overwritten.
pub(super) struct Kept {
    sequence: Option<u64>,
    unchanged: Precondition,
}

pub(super) async fn kept(store: &Store, id: ProductId) -> backends::Result<Kept> {
    Ok(match store.get(NAME, &id.to_string()).await? {
        None => Kept {
            sequence: None,
            unchanged: Precondition::Absent,
        },
        Some(document) => Kept {
            sequence: Some(document.read::<Offer>()?.sequence),
            unchanged: Precondition::Version(document.version),
        },
    })
}

impl Kept {
    pub(super) fn becomes(self, batch: &mut Batch, id: ProductId, offer: &Offer) -> backends::Result<()> {
        if self.sequence.is_some_and(|kept| kept > offer.sequence) {
            return Ok(());
        }
        batch.write(NAME, id.to_string(), self.unchanged, offer).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_compare_across_units_and_missing_sides() {
        let of = |length, width, height, unit| {
            size(&Dimensions {
                length,
                width,
                height,
                unit,
            })
        };
        let in_cm = of(Some(20.0), Some(20.0), None, LengthUnit::Cm).unwrap();
        let in_mm = of(Some(200.0), None, None, LengthUnit::Mm).unwrap();
        assert!((in_cm - in_mm).abs() < 1e-9);
        assert_eq!(of(None, None, None, LengthUnit::Cm), None);
    }
}
