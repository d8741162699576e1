#![doc = include_str!("../README.md")]

pub mod auth;
pub mod events;
pub mod identity;
pub mod ids;
pub mod media;
pub mod ml;
pub mod money;
pub mod pricing;
pub mod problem;
pub mod product;
pub mod text;
