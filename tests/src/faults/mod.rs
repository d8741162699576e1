//! Disks that fail when told to.

mod folder;

pub use folder::Folder;
