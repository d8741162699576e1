//! The suite where every order is in shards.

use backends::documents::{Collection, Index, Schema};

use crate::documents::{Fixture, schema};

fn sharded() -> Schema {
    let in_shards = |index: &Index| match index.order {
        Some(_) => index.sharded(),
        None => *index,
    };
    let of = |collection: &Collection| Collection {
        indexes: collection
            .indexes
            .iter()
            .map(in_shards)
            .collect::<Vec<_>>()
            .leak(),
        ..*collection
    };
    let collections: Vec<Collection> = schema().collections().iter().map(of).collect();
    Schema::of(&collections)
}

async fn fixture() -> Fixture {
    super::fixture_of(sharded()).await
}

crate::documents_suite!(super::fixture);
