use std::time::Duration;

use backends::limits::{Decision, Quota};
use tokio::task::JoinSet;

use super::Fixture;

const SECOND: Duration = Duration::from_secs(1);
/// One request each ten seconds, three at once.
const QUOTA: Quota = Quota {
    every: Duration::from_secs(10),
    burst: 3,
};

async fn take(at: &Fixture, key: &str) -> Decision {
    at.one.take(key, QUOTA).await.unwrap()
}

/// The times differ by what a real clock went on meanwhile.
fn about(told: Duration, expected: Duration) {
    assert!(
        told <= expected && told + SECOND >= expected,
        "{told:?} instead of {expected:?}"
    );
}

pub(crate) async fn a_burst_passes_and_the_next_request_waits(at: &Fixture) {
    for passed in 1..=3 {
        let decision = take(at, "a").await;
        assert!(decision.allowed);
        assert_eq!(decision.remaining, 3 - passed);
        assert_eq!(decision.retry_after, Duration::ZERO);
        about(decision.reset_after, QUOTA.every * passed);
    }
    let refused = take(at, "a").await;
    assert!(!refused.allowed);
    assert_eq!(refused.remaining, 0);
    about(refused.retry_after, QUOTA.every);
    about(refused.reset_after, QUOTA.every * 3);
}

pub(crate) async fn a_refused_request_takes_nothing(at: &Fixture) {
    for _ in 0..3 {
        take(at, "a").await;
    }
    for _ in 0..50 {
        assert!(!take(at, "a").await.allowed);
    }
    about(take(at, "a").await.retry_after, QUOTA.every);
}

pub(crate) async fn after_the_time_it_was_told_a_request_passes(at: &Fixture) {
    for _ in 0..3 {
        take(at, "a").await;
    }
    for _ in 0..5 {
        let refused = take(at, "a").await;
        (at.pass)(refused.retry_after.saturating_sub(SECOND)).await;
        assert!(!take(at, "a").await.allowed);
        (at.pass)(SECOND).await;
        assert!(take(at, "a").await.allowed);
    }
}

pub(crate) async fn the_quota_is_whole_again_after_a_pause(at: &Fixture) {
    for _ in 0..4 {
        take(at, "a").await;
    }
    (at.pass)(QUOTA.every * 100).await;
    for passed in 1..=3 {
        let decision = take(at, "a").await;
        assert!(decision.allowed, "a pause is worth a burst and no more");
        assert_eq!(decision.remaining, 3 - passed);
    }
    assert!(!take(at, "a").await.allowed);
}

pub(crate) async fn in_the_long_run_requests_pass_at_the_rate(at: &Fixture) {
    let mut passed = 0;
    for _ in 0..100 {
        passed += u32::from(take(at, "a").await.allowed);
        (at.pass)(QUOTA.every / 4).await;
    }
    // 250 seconds, one each ten, and the burst.
    assert!((26..=28).contains(&passed), "{passed}");
}

pub(crate) async fn keys_have_their_own_quotas(at: &Fixture) {
    for key in ["a", "b", "मधु", ""] {
        for expected in [true, true, true, false] {
            assert_eq!(take(at, key).await.allowed, expected);
        }
    }
}

pub(crate) async fn many_who_take_at_once_share_the_burst(at: &Fixture) {
    let quota = Quota { burst: 50, ..QUOTA };
    let mut taking = JoinSet::new();
    for _ in 0..20 {
        let limiter = at.one.clone();
        taking.spawn(async move {
            let mut passed = 0;
            for _ in 0..10 {
                passed += u32::from(limiter.take("a", quota).await.unwrap().allowed);
            }
            passed
        });
    }
    assert_eq!(taking.join_all().await.into_iter().sum::<u32>(), 50);
}
