use std::time::{Duration, Instant};

use backends::{
    Clock,
    limits::{Limits, redis::RedisLimits},
};
use bytes::Bytes;
use emulators::{
    faults::{ALL, AT_ONCE, Fault, FaultProxy},
    redis_url,
};
use tokio::task::block_in_place;

use super::QUOTA;

/// What Redis may take to be connected to and to answer, and a tenth of a second.
const DEADLINE: Duration = Duration::from_millis(300);
/// Within this all limit together again.
const RECOVERY: Duration = Duration::from_secs(10);
const VALUE: Bytes = Bytes::from_static(b"value");

/// A Redis behind a proxy, and the same without.
async fn behind_a_proxy() -> (FaultProxy, RedisLimits, RedisLimits) {
    let url = block_in_place(redis_url);
    let (server, database) = url.trim_start_matches("redis://").split_once('/').unwrap();
    let proxy = FaultProxy::before(server).await;
    let through = format!("redis://{}/{database}", proxy.url.trim_start_matches("http://"));
    let at = |url: &str| RedisLimits::at(url, Clock::system()).unwrap();
    (proxy, at(&through), at(&url))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_redis_does_nobody_is_told_an_error_or_waits() {
    for fault in ALL.into_iter().chain([Fault::Strands]) {
        let (proxy, limits, direct) = behind_a_proxy().await;
        assert!(limits.take("a", QUOTA).await.unwrap().allowed);
        proxy.has(fault);
        let (mut passed, mut waited) = (0, 0);
        for _ in 0..100 {
            let begun = Instant::now();
            passed += u32::from(limits.take("b", QUOTA).await.unwrap().allowed);
            assert!(begun.elapsed() < DEADLINE, "{fault:?}: {:?}", begun.elapsed());
            waited += u32::from(begun.elapsed() > AT_ONCE);
        }
        assert!(waited <= 1, "{fault:?}: one finds out, and {waited} waited");
        // Together while the proxy has not yet cut the connection, and then by itself.
        let expected = QUOTA.burst..=QUOTA.burst * 2;
        assert!(expected.contains(&passed), "{fault:?}: {passed} passed");
        limits.cache("c", VALUE, QUOTA.every).await.unwrap();
        assert_eq!(limits.cached("c").await.unwrap(), Some(VALUE), "{fault:?}");
        limits.ping().await.unwrap();
        if fault != Fault::Strands {
            proxy.has(Fault::Nothing);
        }
        let begun = Instant::now();
        while direct.cached("d").await.unwrap().is_none() {
            assert!(begun.elapsed() < RECOVERY, "{fault:?}: it stays by itself");
            limits.cache("d", VALUE, QUOTA.every).await.unwrap();
        }
    }
}
