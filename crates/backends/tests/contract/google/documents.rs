use std::sync::Arc;

use backends::{
    Clock, Ids,
    documents::{
        Documents, Schema,
        firestore::{Address, FirestoreDocuments},
    },
    google::Guarded,
};
use emulators::{FIRESTORE, faults::FaultProxy};
use tokio::{runtime::Handle, task::block_in_place};

use crate::documents::{Fixture, schema};

/// A project of its own, which the emulator makes when it is asked for.
fn address() -> Address {
    let id = Ids::new(Clock::system()).uuid();
    Address {
        project: format!("test-{}", id.simple()),
        database: "(default)".to_owned(),
        emulator: Some(block_in_place(|| FIRESTORE.url())),
    }
}

async fn connect(address: &Address) -> Arc<dyn Documents> {
    connect_with(address, schema()).await
}

async fn connect_with(address: &Address, schema: Schema) -> Arc<dyn Documents> {
    let connected = FirestoreDocuments::connect(address, schema, Clock::system()).await;
    Guarded::documents(Arc::new(connected.unwrap()))
}

/// A store behind a proxy, and the same store without.
async fn behind_a_proxy() -> (FaultProxy, Arc<dyn Documents>, Arc<dyn Documents>) {
    let direct = address();
    let proxy = FaultProxy::before(direct.emulator.as_deref().unwrap()).await;
    let behind = Address {
        emulator: Some(proxy.url.clone()),
        ..direct.clone()
    };
    (proxy, connect(&behind).await, connect(&direct).await)
}

async fn fixture() -> Fixture {
    fixture_of(schema()).await
}

async fn fixture_of(schema: Schema) -> Fixture {
    let address = address();
    let one = connect_with(&address, schema.clone()).await;
    let another =
        move || block_in_place(|| Handle::current().block_on(connect_with(&address, schema.clone())));
    Fixture {
        one,
        another: Box::new(another),
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(()),
    }
}

crate::documents_suite!(super::fixture);

mod faults;
mod firestore;
mod sharded;
