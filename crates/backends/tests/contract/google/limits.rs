use std::{sync::Arc, time::Duration};

use backends::{
    Clock,
    limits::{Limits, Quota, redis::RedisLimits},
};
use bytes::Bytes;
use emulators::redis_url;
use tokio::task::block_in_place;

use crate::limits::Fixture;

const QUOTA: Quota = Quota {
    every: Duration::from_hours(1),
    burst: 2,
};

async fn fixture() -> Fixture {
    let clock = Clock::movable();
    let url = block_in_place(redis_url);
    let hands = clock.clone();
    let open = move || -> Arc<dyn Limits> { Arc::new(RedisLimits::at(&url, hands.clone()).unwrap()) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(move |time| {
            clock.advance(chrono::Duration::from_std(time).unwrap());
            Box::pin(std::future::ready(()))
        }),
        _keep: Box::new(()),
    }
}

crate::limits_suite!(super::fixture);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_instances_share_a_quota_and_the_cache() {
    let at = fixture().await;
    let another = (at.another)();
    assert!(at.one.take("a", QUOTA).await.unwrap().allowed);
    assert!(another.take("a", QUOTA).await.unwrap().allowed);
    assert!(!at.one.take("a", QUOTA).await.unwrap().allowed);
    let value = Bytes::from_static(b"value");
    at.one.cache("a", value.clone(), QUOTA.every).await.unwrap();
    assert_eq!(another.cached("a").await.unwrap(), Some(value));
}

mod faults;
