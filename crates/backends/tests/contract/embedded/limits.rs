use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use backends::limits::{Limits, Quota, embedded::Memory};
use bytes::Bytes;

use crate::limits::Fixture;

async fn fixture() -> Fixture {
    let elapsed = Arc::new(Mutex::new(Duration::from_secs(1000)));
    let clock = elapsed.clone();
    let memory: Arc<dyn Limits> = Arc::new(Memory::timed_by(move || *clock.lock().unwrap()));
    let same = memory.clone();
    Fixture {
        one: memory,
        another: Box::new(move || same.clone()),
        pass: Box::new(move |time| {
            *elapsed.lock().unwrap() += time;
            Box::pin(std::future::ready(()))
        }),
        _keep: Box::new(()),
    }
}

crate::limits_suite!(super::fixture);

#[tokio::test]
async fn a_flood_of_keys_does_not_free_the_one_that_floods() {
    let memory = Memory::new();
    let quota = Quota {
        every: Duration::from_hours(1),
        burst: 2,
    };
    for n in 0..300_000 {
        memory.take(&format!("address {n}"), quota).await.unwrap();
    }
    for expected in [true, true, false] {
        assert_eq!(memory.take("flooder", quota).await.unwrap().allowed, expected);
    }
}

#[tokio::test]
async fn the_cache_keeps_what_is_asked_for_within_its_size() {
    let memory = Memory::new();
    for n in 0..200 {
        memory
            .cache(&format!("{n}"), vec![0; 1 << 20].into(), Duration::from_hours(1))
            .await
            .unwrap();
    }
    memory
        .cache("small", Bytes::from_static(b"1"), Duration::from_hours(1))
        .await
        .unwrap();
    let mut kept = 0;
    for n in 0..200 {
        kept += usize::from(memory.cached(&format!("{n}")).await.unwrap().is_some());
    }
    assert!(kept <= 64, "{kept} MiB");
}
