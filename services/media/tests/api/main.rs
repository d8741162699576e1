//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod hostile;
mod product;
mod studio;

mod avif;
mod duplicates;
mod lifecycle;
mod optimize;
mod serving;
mod upload;
mod uploads;
