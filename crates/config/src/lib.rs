#![doc = include_str!("../README.md")]

mod common;
mod environment;
mod setting;
mod source;

pub use common::{Common, Limits, Profile};
pub use environment::{Described, Environment, SettingError};
pub use secrecy::{ExposeSecret, SecretString};
pub use setting::{Setting, Share, Whole};
pub use source::Source;
