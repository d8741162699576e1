//! What must hold for the repository as a whole.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod contract;
mod dependencies;
mod doors;
mod indexes;
mod links;
mod readmes;
mod terms;
