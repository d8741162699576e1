use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::Policy;

/// What one retry costs, so that a request can earn hundredths of one.
const RETRY: u32 = 100;
/// A long quiet day does not pay for a storm: no more than this many retries are saved up.
const SAVED_AT_MOST: u32 = 100 * RETRY;

/// Caps the retries to a share of the requests, so that retrying never becomes the load that keeps a peer down.
#[derive(Debug)]
pub struct Budget {
    earned: u32,
    floor: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    saved: u32,
    topped_up: Instant,
}

impl Budget {
    /// A budget of `retry_percent` of the requests, with the floor `retries_at_least`.
    pub fn new(policy: &Policy) -> Self {
        let floor = policy.retries_at_least * RETRY;
        Self {
            earned: policy.retry_percent,
            floor,
            state: Mutex::new(State {
                saved: floor,
                topped_up: Instant::now(),
            }),
        }
    }

    /// A first attempt was made.
    pub fn earn(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.saved = (state.saved + self.earned).min(SAVED_AT_MOST);
    }

    /// Pays for one retry if it can.
    pub fn spend(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.top_up(&mut state);
        let paid = state.saved.checked_sub(RETRY);
        state.saved = paid.unwrap_or(state.saved);
        paid.is_some()
    }

    /// Below the floor, one retry a second comes back.
    fn top_up(&self, state: &mut State) {
        let seconds = u32::try_from(state.topped_up.elapsed().as_secs()).unwrap_or(u32::MAX);
        if seconds > 0 {
            state.topped_up = Instant::now();
            let topped = state.saved.saturating_add(seconds.saturating_mul(RETRY));
            state.saved = state.saved.max(topped.min(self.floor));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    fn spent(budget: &Budget) -> usize {
        std::iter::repeat_with(|| budget.spend())
            .take_while(|paid| *paid)
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_requests_earn_a_retry() {
        let budget = Budget::new(&Policy::default());
        assert_eq!(spent(&budget), 3);
        for _ in 0..99 {
            budget.earn();
        }
        assert_eq!(spent(&budget), 9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_service_gets_one_back_each_second_up_to_the_floor() {
        let budget = Budget::new(&Policy::default());
        assert_eq!(spent(&budget), 3);
        advance(Duration::from_millis(2_500)).await;
        assert_eq!(spent(&budget), 2);
        advance(Duration::from_hours(1)).await;
        assert_eq!(spent(&budget), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_calm_does_not_pay_for_a_storm() {
        let budget = Budget::new(&Policy::default());
        for _ in 0..1_000_000 {
            budget.earn();
        }
        assert_eq!(spent(&budget), 100);
    }
}
