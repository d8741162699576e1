use std::{sync::Arc, time::Duration};

use backends::{
    Clock,
    limits::{Limits, Quota, redis::RedisLimits},
};
use bytes::Bytes;
use emulators::redis_url;
use tokio::task::block_in_place;

use crate::{
    faults::{Fault, FaultProxy},
    limits::Fixture,
};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_a_process_limits_by_itself_and_later_together_again() {
    let url = block_in_place(redis_url);
    let (server, database) = url.trim_start_matches("redis://").split_once('/').unwrap();
    let proxy = FaultProxy::before(server).await;
    let through = format!("redis://{}/{database}", proxy.url.trim_start_matches("http://"));
    let limits = RedisLimits::at(&through, Clock::system()).unwrap();
    for expected in [true, true, false] {
        assert_eq!(limits.take("a", QUOTA).await.unwrap().allowed, expected);
    }
    proxy.has(Fault::Resets);
    for expected in [true, true, false] {
        assert_eq!(
            limits.take("a", QUOTA).await.unwrap().allowed,
            expected,
            "by itself"
        );
    }
    limits.ping().await.unwrap();
    proxy.has(Fault::Nothing);
    let direct = RedisLimits::at(&url, Clock::system()).unwrap();
    let begun = std::time::Instant::now();
    while direct.cached("b").await.unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays by itself");
        limits
            .cache("b", Bytes::from_static(b"b"), QUOTA.every)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stalls_does_not_hold_up_requests() {
    let url = block_in_place(redis_url);
    let (server, database) = url.trim_start_matches("redis://").split_once('/').unwrap();
    let proxy = FaultProxy::before(server).await;
    let through = format!("redis://{}/{database}", proxy.url.trim_start_matches("http://"));
    let limits = RedisLimits::at(&through, Clock::system()).unwrap();
    assert!(limits.take("a", QUOTA).await.unwrap().allowed);
    proxy.has(Fault::Stalls);
    let begun = std::time::Instant::now();
    for _ in 0..100 {
        limits.take("b", QUOTA).await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}
