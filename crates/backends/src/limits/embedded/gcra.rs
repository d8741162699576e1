//! The generic cell rate algorithm: one time a key (ATM Forum Traffic Management 4.0, 4.4.2).

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{Decision, Quota};

const SHARDS: usize = 16;
/// Keys a shard; with a full shard, keys whose quota is whole are forgotten first.
const SHARD_KEYS: usize = 8192;

/// When each key's quota is whole again.
#[derive(Default)]
pub(super) struct Buckets {
    hasher: RandomState,
    shards: [Mutex<HashMap<String, Duration>>; SHARDS],
}

impl Buckets {
    pub(super) fn take(&self, key: &str, quota: Quota, now: Duration) -> Decision {
        let mut shard = self.shard(key).lock().unwrap_or_else(PoisonError::into_inner);
        let whole_at = shard.get(key).copied().unwrap_or_default();
        let (whole_at, decision) = decide(whole_at, quota, now);
        if let Some(known) = shard.get_mut(key) {
            *known = whole_at;
        } else {
            make_room(&mut shard, now);
            shard.insert(key.to_owned(), whole_at);
        }
        decision
    }

    fn shard(&self, key: &str) -> &Mutex<HashMap<String, Duration>> {
        let hash = self.hasher.hash_one(key);
        &self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or(0)]
    }
}

fn make_room(shard: &mut HashMap<String, Duration>, now: Duration) {
    if shard.len() < SHARD_KEYS {
        return;
    }
    shard.retain(|_, whole_at| *whole_at > now);
    // Under a flood of keys any eighth is forgiven, so that looking for room stays rare.
    if shard.len() > SHARD_KEYS / 8 * 7 {
        let mut nth = 0_u32;
        shard.retain(|_, _| {
            nth += 1;
            !nth.is_multiple_of(8)
        });
    }
}

/// When the quota is whole again after one more request at `now`, and whether it may pass.
fn decide(whole_at: Duration, quota: Quota, now: Duration) -> (Duration, Decision) {
    let burst = quota.burst.max(1);
    let room = quota.every.saturating_mul(burst);
    let next = whole_at.max(now).saturating_add(quota.every);
    let retry_after = next.saturating_sub(now.saturating_add(room));
    let allowed = retry_after.is_zero();
    let whole_at = if allowed { next } else { whole_at };
    let reset_after = whole_at.saturating_sub(now);
    let decision = Decision {
        allowed,
        remaining: remaining(room.saturating_sub(reset_after), quota.every, burst),
        retry_after,
        reset_after,
    };
    (whole_at, decision)
}

fn remaining(room: Duration, every: Duration, burst: u32) -> u32 {
    let requests = room.as_nanos().checked_div(every.as_nanos());
    requests.map_or(burst, |requests| {
        u32::try_from(requests).unwrap_or(u32::MAX).min(burst)
    })
}
