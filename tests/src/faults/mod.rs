//! Disks that fail when told to, and services that stand on them.

mod disk;
mod folder;
mod shop;

pub use disk::{Disk, Failure, Fault, Lasts, Toll, Which};
pub use folder::Folder;
pub use shop::{Promise, Shop, entry};
