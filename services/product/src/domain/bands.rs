//! Bands of prices: in the order of time, a store cannot ask for a range of prices, but for equal bands.

use shared_models::money::Amount;

/// The lower ends of the bands after the first, in major units: 1, 2 and 5 of every power of ten.
const ENDS: [i64; 16] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
    1_000_000,
];
/// A price's scale: ten-thousandths.
const SCALE: i64 = 10_000;

/// Prices from `min` to `max`, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PriceRange {
    pub(crate) min: Option<Amount>,
    pub(crate) max: Option<Amount>,
}

impl PriceRange {
    /// Whether every price is in it.
    pub(crate) fn is_open(self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    /// Whether a price, in ten-thousandths, is in it.
    pub(crate) fn holds(self, price: i64) -> bool {
        self.min.is_none_or(|min| min.tenthousandths() <= price)
            && self.max.is_none_or(|max| price <= max.tenthousandths())
    }
}

/// The bands that a range of prices touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bands {
    first: usize,
    /// Included.
    last: usize,
}

impl Bands {
    /// The band of a price in ten-thousandths.
    pub(crate) fn of(price: i64) -> usize {
        ENDS.iter().take_while(|end| **end * SCALE <= price).count()
    }

    /// All that `range` touches.
    pub(crate) fn touched_by(range: PriceRange) -> Self {
        Self {
            first: range.min.map_or(0, |min| Self::of(min.tenthousandths())),
            last: range.max.map_or(ENDS.len(), |max| Self::of(max.tenthousandths())),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        self.first..=self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(tenthousandths: i64) -> Amount {
        let (whole, rest) = (tenthousandths / SCALE, tenthousandths % SCALE);
        Amount::parse(&format!("{whole}.{rest:04}")).unwrap()
    }

    #[test]
    fn a_band_begins_at_its_end() {
        assert_eq!(Bands::of(0), 0);
        assert_eq!(Bands::of(10 * SCALE - 1), 0);
        assert_eq!(Bands::of(10 * SCALE), 1);
        assert_eq!(Bands::of(1_000_000 * SCALE), ENDS.len());
    }

    proptest! {
        #[test]
        fn every_price_of_a_range_is_in_a_touched_band(
            min in proptest::option::of(0i64..20_000_000_000),
            max in proptest::option::of(0i64..20_000_000_000),
            price in 0i64..20_000_000_000,
        ) {
            let range = PriceRange { min: min.map(amount), max: max.map(amount) };
            let touched = Bands::touched_by(range).iter().any(|band| band == Bands::of(price));
            prop_assert!(touched || !range.holds(price));
        }
    }
}
