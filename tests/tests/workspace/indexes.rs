//! The indexes that are checked in for Terraform are those that the services declare.

use tests::{indexes, written};

#[test]
fn the_checked_in_indexes_are_those_that_the_services_declare() {
    let checked_in = written::read(&indexes::folder()).unwrap();
    let remedy = "run `cargo run -p tests --bin indexes` and look at the difference";
    assert_eq!(
        checked_in,
        indexes::declared(),
        "infrastructure/firestore/: {remedy}"
    );
}
