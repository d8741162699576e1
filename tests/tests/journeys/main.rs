//! What people do, from the public door to the disk and back.

mod leaving;
mod links;
mod operators;
mod processes;
mod readme;
mod retries;
mod selling;
mod sessions;
