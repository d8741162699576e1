#![doc = include_str!("../README.md")]

mod common;
mod environment;
mod google;
mod setting;
mod source;

pub use common::{Common, Limits, Profile};
pub use environment::{Described, Environment, SettingError};
pub use google::{Emulators, Google, HostPort, KeyRing, Push};
pub use secrecy::{ExposeSecret, SecretString};
pub use setting::{Setting, Share, Whole};
pub use source::Source;
