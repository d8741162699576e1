//! Numbers: written in each language's digits, and read wherever a text says one.

mod digits;
mod read;
mod spoken;

pub(crate) use digits::written;
pub(crate) use read::{digit, numbers_in, plain_number, small_number};

/// A number in a text; the words it was read from have their own reading in `read`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity(f64);

impl Quantity {
    pub(crate) fn value(self) -> f64 {
        self.0
    }
}

/// Whether two numbers are the same, but for rounding in the last place.
pub(crate) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}
