//! The embedded implementations against the contracts, and what is true of them alone.

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod children;
mod documents;
mod events;
#[cfg(target_os = "linux")]
mod faults;
mod keys;
mod limits;
mod objects;
#[cfg(target_os = "linux")]
mod processes;
