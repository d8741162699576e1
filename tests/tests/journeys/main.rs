//! What people do, from the public door to the disk and back.

#![cfg(test)]

mod broken_forms;
mod flow;
mod leaving;
mod links;
mod making_known;
mod operators;
mod photos;
mod processes;
mod public_address;
mod readme;
mod retries;
mod selling;
mod sessions;

use tests::Fleet;
