//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod shop;

mod accounts;
mod catalogue;
mod create;
mod delete;
mod dismissals;
mod edit;
mod enrichment;
mod inventory;
mod likes;
mod list;
mod moderation;
mod paging;
mod photos;
mod processes;
mod profiles;
mod read;
mod search;
