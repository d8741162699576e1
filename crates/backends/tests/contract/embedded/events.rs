use std::{sync::Arc, time::Duration};

use backends::{
    Clock,
    events::{Events, embedded::SqliteEvents},
};
use tempfile::TempDir;

use crate::events::Fixture;

async fn fixture() -> Fixture {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("events.sqlite");
    let clock = Clock::set_to(Clock::system().now());
    let hands = clock.clone();
    let open = move || -> Arc<dyn Events> { Arc::new(SqliteEvents::open(&path, clock.clone()).unwrap()) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(move |time: Duration| {
            hands.advance(chrono::Duration::from_std(time).unwrap());
            Box::pin(std::future::ready(()))
        }),
        _keep: Box::new(folder),
    }
}

crate::events_suite!(super::fixture);

mod sqlite;
