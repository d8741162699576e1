//! What people do, from the public door to the disk and back.

mod links;
mod processes;
mod readme;
mod retries;
mod selling;
mod sessions;
