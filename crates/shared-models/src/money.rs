//! Money: integer minor units inside, a plain JSON number of major units on the wire.

use iso_currency::Currency as IsoCurrency;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use utoipa::{PartialSchema, ToSchema, openapi};

/// An ISO 4217 currency; `INR` unless a request says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(IsoCurrency);

impl Currency {
    /// The Indian rupee.
    pub const INR: Self = Self(IsoCurrency::INR);

    /// How many decimals an amount may have: 2 for INR, 0 for JPY.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::INR
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        IsoCurrency::from_code(&code)
            .map(Self)
            .ok_or_else(|| de::Error::custom("must be an ISO 4217 currency such as INR"))
    }
}

impl PartialSchema for Currency {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::String)
            .pattern(Some("^[A-Z]{3}$"))
            .min_length(Some(3))
            .max_length(Some(3))
            .description(Some("ISO 4217 currency"))
            .examples([serde_json::json!("INR")])
            .into()
    }
}

impl ToSchema for Currency {}

/// Why an amount or a split was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("has more decimals than {0} knows")]
    TooManyDecimals(&'static str),
    #[error("is too large")]
    TooLarge,
    #[error("cannot be split by shares that are all zero")]
    NoShares,
    #[error("amounts of different currencies do not add up")]
    Mixed,
}

/// The largest absolute amount in major units: a trillion, so that JSON's doubles stay exact.
pub const MAX_MAJOR: i64 = 1_000_000_000_000;
/// The most decimals of any currency (ISO 4217 knows four).
const MAX_DECIMALS: u32 = 4;

/// A decimal number as it stands on the wire, before its currency is known.
///
/// Never converted by floating arithmetic: the shortest decimal text of the JSON number is read
/// digit by digit, which is exact for the up to 16 digits that the range allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    /// In units of 10^-4.
    tenthousandths: i64,
}

const SCALE: i64 = 10_i64.pow(MAX_DECIMALS);

impl Amount {
    /// Reads decimal text such as `1499.50`.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > MAX_DECIMALS as usize {
            return None;
        }
        let whole: i64 = whole.parse().ok().filter(|whole| *whole <= MAX_MAJOR)?;
        let fraction: i64 = format!("{fraction:0<4}").parse().ok()?;
        let size = whole * SCALE + fraction;
        Some(Self {
            tenthousandths: if negative { -size } else { size },
        })
    }

    /// This amount of a currency.
    pub fn in_currency(self, currency: Currency) -> Result<Money, MoneyError> {
        let step = 10_i64.pow(MAX_DECIMALS - currency.decimals().min(MAX_DECIMALS));
        if self.tenthousandths % step != 0 {
            return Err(MoneyError::TooManyDecimals(currency.code()));
        }
        Ok(Money {
            minor: self.tenthousandths / step,
            currency,
        })
    }

    /// In units of 10^-4, which every currency's amounts are whole numbers of: for sorting.
    pub fn tenthousandths(self) -> i64 {
        self.tenthousandths
    }

    /// The nearest amount of so many significant digits, halves away from zero: 1287.45 in two digits is 1300.
    #[must_use]
    pub fn rounded(self, digits: u32) -> Self {
        let size = self.tenthousandths.unsigned_abs();
        let spare = size
            .checked_ilog10()
            .map_or(0, |last| (last + 1).saturating_sub(digits));
        let step = 10_i64.pow(spare);
        let rest = self.tenthousandths % step;
        let whole = self.tenthousandths - rest;
        let up = if rest.abs() * 2 >= step {
            step * rest.signum()
        } else {
            0
        };
        Self {
            tenthousandths: whole + up,
        }
    }

    /// Below zero.
    pub fn is_negative(self) -> bool {
        self.tenthousandths < 0
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let size = self.tenthousandths.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        let scale = SCALE.unsigned_abs();
        let text = format!("{sign}{}.{:04}", size / scale, size % scale);
        // Parsing decimal text gives the nearest double, whose shortest text is the same decimal.
        let number: f64 = text.parse().map_err(ser::Error::custom)?;
        if self.tenthousandths % SCALE == 0 {
            serializer.serialize_i64(self.tenthousandths / SCALE)
        } else {
            serializer.serialize_f64(number)
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let text = number.to_string();
        let text = text.strip_suffix(".0").unwrap_or(&text);
        Self::parse(text).ok_or_else(|| {
            de::Error::custom("must be an amount with at most four decimals and at most a trillion")
        })
    }
}

impl PartialSchema for Amount {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::Number)
            .description(Some(
                "Amount in major units, with at most the currency's decimals",
            ))
            .minimum(Some(-MAX_MAJOR))
            .maximum(Some(MAX_MAJOR))
            .examples([serde_json::json!(1499.5)])
            .into()
    }
}

impl ToSchema for Amount {}

/// An exact amount: minor units (paise, cents) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Paise of an INR amount.
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Rupees and paise as paise.
    pub const fn inr(paise: i64) -> Self {
        Self {
            minor: paise,
            currency: Currency::INR,
        }
    }

    /// For the wire.
    pub fn amount(self) -> Amount {
        let step = 10_i64.pow(MAX_DECIMALS - self.currency.decimals().min(MAX_DECIMALS));
        Amount {
            tenthousandths: self.minor.saturating_mul(step),
        }
    }

    /// The sum, exactly.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
}

/// Splits `total` by `shares` so that the parts sum to it exactly.
///
/// Largest remainder (Hamilton) method; ties go to the earlier share, so equal inputs give equal splits.
/// `shares` are weights, need not sum to anything, and must not all be zero.
pub fn split(total: Money, shares: &[u64]) -> Result<Vec<Money>, MoneyError> {
    let weight: i128 = shares.iter().map(|share| i128::from(*share)).sum();
    if weight == 0 {
        return Err(MoneyError::NoShares);
    }
    let portions: Vec<(i128, i128)> = shares
        .iter()
        .map(|share| {
            let portion = i128::from(total.minor) * i128::from(*share);
            (portion.div_euclid(weight), portion.rem_euclid(weight))
        })
        .collect();
    let mut parts: Vec<i128> = portions.iter().map(|(whole, _)| *whole).collect();
    let missing = i128::from(total.minor) - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by(|a, b| portions[*b].1.cmp(&portions[*a].1));
    for index in by_remainder
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        parts[index] += 1;
    }
    parts
        .into_iter()
        .map(|minor| {
            let minor = i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?;
            Ok(Money { minor, ..total })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn on_the_wire(text: &str) -> Amount {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn rupees_become_paise_exactly() {
        let price = on_the_wire("1499.50").in_currency(Currency::INR).unwrap();
        assert_eq!(price, Money::inr(149_950));
        assert_eq!(serde_json::to_string(&price.amount()).unwrap(), "1499.5");
    }

    #[test]
    fn a_yen_has_no_decimals() {
        let yen: Currency = serde_json::from_str("\"JPY\"").unwrap();
        assert_eq!(
            on_the_wire("10.5").in_currency(yen),
            Err(MoneyError::TooManyDecimals("JPY"))
        );
        assert_eq!(on_the_wire("10").in_currency(yen).unwrap().minor, 10);
    }

    #[test]
    fn rounding_keeps_the_significant_digits() {
        for (amount, digits, rounded) in [
            ("1287.45", 2, "1300"),
            ("1250", 2, "1300"),
            ("1249.99", 2, "1200"),
            ("-1250", 2, "-1300"),
            ("0.0456", 2, "0.046"),
            ("7", 2, "7"),
            ("0", 2, "0"),
            ("996", 2, "1000"),
        ] {
            let parsed = Amount::parse(amount).unwrap();
            assert_eq!(
                parsed.rounded(digits),
                Amount::parse(rounded).unwrap(),
                "{amount}"
            );
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["1e40", "\"12\"", "0.00001", "1000000000001", "null", "[]"] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_total(minor in 0i64.., shares in vec(0u64..1_000, 1..20)) {
            prop_assume!(shares.iter().any(|share| *share > 0));
            let parts = split(Money::inr(minor), &shares).unwrap();
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor)).sum::<i128>(), i128::from(minor));
        }

        #[test]
        fn no_part_is_off_by_a_paisa_or_more(minor in 0i64..1_000_000_000, shares in vec(0u64..1_000, 1..20)) {
            let weight: u64 = shares.iter().sum();
            prop_assume!(weight > 0);
            for (part, share) in split(Money::inr(minor), &shares).unwrap().iter().zip(&shares) {
                let off = i128::from(part.minor) * i128::from(weight) - i128::from(minor) * i128::from(*share);
                prop_assert!(off.abs() < i128::from(weight));
            }
        }

        #[test]
        fn an_amount_survives_the_wire(minor in -MAX_MAJOR * 100..MAX_MAJOR * 100) {
            let there = serde_json::to_string(&Money::inr(minor).amount()).unwrap();
            prop_assert_eq!(on_the_wire(&there).in_currency(Currency::INR).unwrap().minor, minor);
        }
    }
}
