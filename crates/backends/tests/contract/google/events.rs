use std::sync::Arc;

use backends::{
    Clock, Ids,
    documents::{
        Schema,
        firestore::{self, FirestoreDocuments},
    },
    events::{
        Events,
        pubsub::{Address, COLLECTIONS, PubSubEvents, Server},
    },
    google::Guarded,
};
use tokio::{runtime::Handle, task::block_in_place};

use crate::events::Fixture;
use emulators::{FIRESTORE, PUBSUB};

/// A project of its own, which the emulators make when they are asked for.
fn address() -> Address {
    let id = Ids::new(Clock::system()).uuid();
    Address {
        project: format!("test-{}", id.simple()),
        server: Server::Emulator(block_in_place(|| PUBSUB.url())),
        push: None,
    }
}

async fn connect(address: Address, clock: Clock) -> Arc<dyn Events> {
    let store = firestore::Address {
        project: address.project.clone(),
        database: "(default)".to_owned(),
        emulator: Some(block_in_place(|| FIRESTORE.url())),
    };
    let store = FirestoreDocuments::connect(&store, Schema::of(COLLECTIONS), Clock::system()).await;
    let store = Guarded::documents(Arc::new(store.unwrap()));
    let log = PubSubEvents::connect(address, store, clock).await;
    Guarded::events(Arc::new(log.unwrap()))
}

async fn fixture() -> Fixture {
    let (address, clock) = (address(), Clock::set_to(Clock::system().now()));
    let hands = clock.clone();
    let one = connect(address.clone(), clock.clone()).await;
    let another = move || {
        let log = connect(address.clone(), clock.clone());
        block_in_place(|| Handle::current().block_on(log))
    };
    Fixture {
        one,
        another: Box::new(another),
        pass: Box::new(move |time| {
            hands.advance(chrono::Duration::from_std(time).unwrap());
            Box::pin(std::future::ready(()))
        }),
        _keep: Box::new(()),
    }
}

crate::events_suite!(super::fixture);

mod faults;
mod pubsub;
mod pushes;
mod raw;
