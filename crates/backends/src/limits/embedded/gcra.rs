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

/// 128 bits of a key's hash, which nobody outside can foresee: a third of the memory that keys take, and no two of them meet.
type Hash = [u64; 2];

/// When each key's quota is whole again, in nanoseconds.
#[derive(Default)]
pub(super) struct Buckets {
    hashers: [RandomState; 2],
    shards: [Mutex<HashMap<Hash, u64>>; SHARDS],
}

impl Buckets {
    pub(super) fn take(&self, key: &str, quota: Quota, now: Duration) -> Decision {
        let hash: Hash = self.hashers.each_ref().map(|hasher| hasher.hash_one(key));
        let mut shard = self.shard(hash).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shard.get_mut(&hash) {
            let (whole_at, decision) = decide(Duration::from_nanos(*known), quota, now);
            *known = nanos(whole_at);
            return decision;
        }
        let (whole_at, decision) = decide(Duration::ZERO, quota, now);
        make_room(&mut shard, nanos(now));
        shard.insert(hash, nanos(whole_at));
        decision
    }

    fn shard(&self, [hash, _]: Hash) -> &Mutex<HashMap<Hash, u64>> {
        &self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or(0)]
    }
}

/// It lasts for 584 years.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn make_room(shard: &mut HashMap<Hash, u64>, now: u64) {
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
