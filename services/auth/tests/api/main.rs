//! The API over HTTP, with the embedded backends and a clock that can be moved.

#[cfg(test)]
mod people;
mod sign_in;
