#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod romanise;
pub mod script;
pub mod sound;
pub mod stem;
pub mod transliterate;
pub mod words;
