//! Clients that keep writing while the services die, and that remember every acknowledgement.

mod journal;
mod mortal;
mod rounds;
mod stage;
mod writers;

pub use journal::Journal;
pub use rounds::{Blow, Life, Rounds};
pub use stage::{Cast, Ended, Stage, all_are_told, opened_in_a_blink};
pub use writers::{Asked, Client, Writers};
