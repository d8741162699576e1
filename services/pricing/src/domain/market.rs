use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared_models::{
    ids::{ProductId, UserId},
    money::{Currency, Money},
    pricing::{MarketRange, MarketSource},
};

use super::portion::share;

/// The name of this marketplace among the sources.
const HERE: &str = "craftchain";
/// Fewer pieces say nothing about a price.
pub(super) const FEWEST: usize = 3;
/// With so many a narrower comparison is preferred to a wider one.
const ENOUGH: usize = 5;

/// A piece whose price is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparable {
    /// In minor units.
    pub(crate) price: i64,
    /// Of this marketplace; nothing for a competitor's.
    pub(crate) listing: Option<(ProductId, UserId)>,
    /// The competitor's, as the operator's data names it.
    pub(crate) source: Option<String>,
    pub(crate) subcategory: Option<String>,
    /// As regions compare.
    pub(crate) region: Option<String>,
    /// When it was listed or seen.
    pub(crate) at: DateTime<Utc>,
}

/// What is known of the prices of one category, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Market {
    pub(crate) currency: Currency,
    pub(crate) pieces: Vec<Comparable>,
}

/// What a piece is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    /// Whose other pieces say nothing about what others ask.
    pub(crate) artisan: UserId,
    pub(crate) subcategory: &'a str,
    pub(crate) region: Option<&'a str>,
}

/// How narrowly pieces were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Narrowed {
    Region,
    Subcategory,
    Category,
}

/// What comparable pieces cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) narrowed: Narrowed,
    /// Ascending.
    pub(crate) prices: Vec<i64>,
    pub(crate) sources: Vec<MarketSource>,
    pub(crate) currency: Currency,
}

impl Market {
    /// The pieces to compare with: as narrowly as there are enough of them.
    pub(crate) fn around(&self, wanted: &Wanted<'_>) -> Position {
        let others = |piece: &&Comparable| piece.listing.is_none_or(|(_, artisan)| artisan != wanted.artisan);
        let others: Vec<&Comparable> = self.pieces.iter().filter(others).collect();
        let same = |piece: &&&Comparable| piece.subcategory.as_deref() == Some(wanted.subcategory);
        let near = |piece: &&&Comparable| wanted.region.is_some() && piece.region.as_deref() == wanted.region;
        let kind: Vec<&Comparable> = others.iter().filter(same).copied().collect();
        let near: Vec<&Comparable> = kind.iter().filter(near).copied().collect();
        let (narrowed, pieces) = if near.len() >= ENOUGH {
            (Narrowed::Region, near)
        } else if kind.len() >= ENOUGH {
            (Narrowed::Subcategory, kind)
        } else {
            (Narrowed::Category, others)
        };
        self.position(narrowed, &pieces)
    }

    /// All pieces, or those of a region.
    pub(crate) fn of(&self, region: Option<&str>) -> (Position, Vec<&Comparable>) {
        let here = |piece: &&Comparable| region.is_none() || piece.region.as_deref() == region;
        let pieces: Vec<&Comparable> = self.pieces.iter().filter(here).collect();
        let narrowed = if region.is_some() {
            Narrowed::Region
        } else {
            Narrowed::Category
        };
        (self.position(narrowed, &pieces), pieces)
    }

    fn position(&self, narrowed: Narrowed, pieces: &[&Comparable]) -> Position {
        let mut prices: Vec<i64> = pieces.iter().map(|piece| piece.price).collect();
        prices.sort_unstable();
        Position {
            narrowed,
            prices,
            sources: sources(pieces),
            currency: self.currency,
        }
    }
}

impl Position {
    /// How many pieces.
    pub(crate) fn size(&self) -> u32 {
        u32::try_from(self.prices.len()).unwrap_or(u32::MAX)
    }

    /// The middle half; nothing when there are too few to say.
    pub(crate) fn range(&self) -> Option<MarketRange> {
        if self.prices.len() < FEWEST {
            return None;
        }
        let quarter = |quarters| {
            let minor = quantile(&self.prices, quarters, 4)?;
            let currency = self.currency;
            Some(Money { minor, currency }.amount())
        };
        Some(MarketRange {
            low: quarter(1)?,
            median: quarter(2)?,
            high: quarter(3)?,
            sample_size: self.size(),
        })
    }

    /// The median of however few; nothing when there are none.
    pub(crate) fn middle(&self) -> Option<i64> {
        quantile(&self.prices, 1, 2)
    }

    /// The median, when there are enough to say.
    pub(crate) fn median(&self) -> Option<i64> {
        self.quartile(2)
    }

    /// The first, second or third quartile, when there are enough to say.
    pub(crate) fn quartile(&self, quarters: usize) -> Option<i64> {
        let enough = self.prices.len() >= FEWEST;
        enough.then(|| quantile(&self.prices, quarters, 4)).flatten()
    }

    /// Whether somebody else's prices are among them.
    pub(crate) fn has_competitors(&self) -> bool {
        self.sources.iter().any(|source| source.name != HERE)
    }
}

/// A quantile of ascending values, interpolated between the two nearest (type 7 of Hyndman and Fan 1996).
pub(super) fn quantile(ascending: &[i64], part: usize, parts: usize) -> Option<i64> {
    let last = ascending.len().checked_sub(1)?;
    let (below, rest) = (last * part / parts, last * part % parts);
    let low = *ascending.get(below)?;
    let high = *ascending.get(below + 1).unwrap_or(&low);
    let (rest, parts) = (i64::try_from(rest).ok()?, i64::try_from(parts).ok()?);
    Some(low + share(high - low, rest, parts))
}

fn sources(pieces: &[&Comparable]) -> Vec<MarketSource> {
    let mut by_name: BTreeMap<&str, (u32, NaiveDate)> = BTreeMap::new();
    for piece in pieces {
        let day = piece.at.date_naive();
        let name = piece.source.as_deref().unwrap_or(HERE);
        let (count, newest) = by_name.entry(name).or_insert((0, day));
        *count += 1;
        *newest = day.max(*newest);
    }
    let source = |(name, (count, newest)): (&str, (u32, NaiveDate))| MarketSource {
        name: name.to_owned(),
        count,
        newest,
    };
    by_name.into_iter().map(source).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use uuid::Uuid;

    use super::*;

    const SHE: UserId = UserId(Uuid::from_u128(1));
    const OTHER: UserId = UserId(Uuid::from_u128(2));

    fn piece(price: i64, artisan: UserId, subcategory: &str, region: Option<&str>) -> Comparable {
        Comparable {
            price,
            listing: Some((ProductId(Uuid::nil()), artisan)),
            source: None,
            subcategory: Some(subcategory.into()),
            region: region.map(Into::into),
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn market(pieces: Vec<Comparable>) -> Market {
        Market {
            currency: Currency::INR,
            pieces,
        }
    }

    const WANTED: Wanted<'_> = Wanted {
        artisan: SHE,
        subcategory: "bowls",
        region: Some("bihar"),
    };

    #[test]
    fn pieces_are_compared_as_narrowly_as_there_are_enough() {
        let near = || vec![piece(10, OTHER, "bowls", Some("bihar")); ENOUGH];
        let kind = || vec![piece(20, OTHER, "bowls", None); ENOUGH];
        let narrowed = |pieces| market(pieces).around(&WANTED).narrowed;
        assert_eq!(narrowed(near()), Narrowed::Region);
        assert_eq!(
            narrowed([near().split_off(1), kind()].concat()),
            Narrowed::Subcategory
        );
        assert_eq!(narrowed(vec![piece(30, OTHER, "cups", None)]), Narrowed::Category);
    }

    #[test]
    fn her_own_pieces_say_nothing_about_what_others_ask() {
        let pieces = vec![piece(10, SHE, "bowls", None); 9];
        let position = market(pieces).around(&WANTED);
        assert_eq!(position.size(), 0);
        assert_eq!(position.range(), None);
    }

    #[test]
    fn sources_are_counted_by_name() {
        let competitor = Comparable {
            listing: None,
            source: Some("bazaar".into()),
            ..piece(10, OTHER, "bowls", None)
        };
        let pieces = vec![piece(10, OTHER, "bowls", None), competitor.clone(), competitor];
        let position = market(pieces).around(&WANTED);
        let counts: Vec<(&str, u32)> = position
            .sources
            .iter()
            .map(|source| (source.name.as_str(), source.count))
            .collect();
        assert_eq!(counts, [("bazaar", 2), ("craftchain", 1)]);
        assert!(position.has_competitors());
    }

    #[test]
    fn quartiles_are_interpolated() {
        let prices = [100, 200, 300, 400];
        let quartiles = [1, 2, 3].map(|quarters| quantile(&prices, quarters, 4).unwrap());
        assert_eq!(quartiles, [175, 250, 325]);
        assert_eq!(quantile(&[], 1, 2), None);
        assert_eq!(quantile(&[7], 3, 4), Some(7));
    }

    proptest! {
        #[test]
        fn a_quantile_lies_among_the_values(mut prices in vec(0_i64..1_000_000, 1..40), quarters in 0_usize..5) {
            prices.sort_unstable();
            let value = quantile(&prices, quarters, 4).unwrap();
            prop_assert!(prices[0] <= value && value <= prices[prices.len() - 1]);
        }
    }
}
