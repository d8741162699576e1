#![doc = include_str!("README.md")]

mod caption;
mod check;
mod describe;
mod facts;
mod grammar;
mod keywords;
mod lexicon;
mod messages;
mod numbers;
mod prompt;
mod readability;
mod sentences;
mod term;
mod title;

pub use caption::{Size, caption, hashtags};
pub use check::{Invention, check};
pub use describe::{Descriptions, describe};
pub use facts::{Care, Facts};
pub(crate) use grammar::language_of;
pub use keywords::keywords;
pub use prompt::{Unfit, accept, prompt};
pub use readability::{Readability, ReadabilityMethod, readability};
pub(crate) use term::term;

#[cfg(test)]
mod tests;
