//! Limits of amounts in requests: together they stay below what an amount can be.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde hands values and context over by reference"
)]

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use crate::money::Amount;

/// The greatest cost, in major units.
pub(super) const MOST: f64 = 1e9;
/// The most hours that a piece takes.
pub(super) const MOST_HOURS: f64 = 10_000.0;
/// The greatest hourly wage, in major units; as in profiles.
pub(super) const MOST_WAGE: f64 = 100_000.0;

/// Not negative, at most a billion.
pub(super) fn cost(amount: &Amount, _: &()) -> garde::Result {
    within(*amount, "0", "1000000000", "must be 0 to a billion")
}

/// Not negative, at most 10,000.
pub(super) fn hours(amount: &Amount, _: &()) -> garde::Result {
    within(*amount, "0", "10000", "must be 0 to 10,000 hours")
}

/// More than nothing, at most 100,000.
pub(super) fn wage(amount: &Amount, _: &()) -> garde::Result {
    within(
        *amount,
        "0.0001",
        "100000",
        "must be more than nothing and at most 100,000",
    )
}

fn within(amount: Amount, least: &str, most: &str, said: &'static str) -> garde::Result {
    let bound = |text| Amount::parse(text);
    if bound(least).is_some_and(|least| amount >= least) && bound(most).is_some_and(|most| amount <= most) {
        return Ok(());
    }
    Err(garde::Error::new(said))
}

/// A number of these bounds.
pub(super) fn schema(least: f64, most: f64, nullable: bool) -> RefOr<Schema> {
    let types = [Type::Number].into_iter().chain(nullable.then_some(Type::Null));
    let number = ObjectBuilder::new()
        .schema_type(types.collect::<utoipa::openapi::schema::SchemaType>())
        .minimum(Some(least))
        .maximum(Some(most));
    number.into()
}
