//! How much one service bears, learnt from its answers' times.

use std::time::Duration;

use tokio::time::Instant;

/// The least and the most requests that a service is given at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) least: usize,
    pub(crate) most: usize,
}

/// Where it begins, before anything is known, if the bounds allow it.
const BEGIN: usize = 128;
/// Answers in one round, and the shortest time of one.
const ROUND: u32 = 32;
const SHORTEST_ROUND: Duration = Duration::from_millis(50);
/// Requests queue when answers take this much longer than usual, and by more than scheduling explains.
const QUEUED: f64 = 1.25;
const SCHEDULING: f64 = 2_000.0; // microseconds
/// How much of a new time is believed: at leisure, and under load, when a queue of our own may be the reason.
const AT_LEISURE: f64 = 0.2;
const UNDER_LOAD: f64 = 0.0003;

/// The limit of requests at once: it grows by its root while it is reached and answers come as fast as at
/// leisure, and shrinks in the measure in which they do not (a gradient; "additive increase, multiplicative
/// decrease" as in RFC 5681).
///
/// Times are compared by their geometric mean: it minds a queue, which delays all, and hardly a few slow requests.
#[derive(Debug)]
pub(crate) struct Pace {
    bounds: Bounds,
    limit: f64,
    /// The usual logarithm of microseconds; nothing before the first round.
    usual: Option<f64>,
    round: Option<Round>,
    /// What was asked before this says nothing of the limit of now.
    changed: Option<Instant>,
}

#[derive(Debug)]
struct Round {
    begun: Instant,
    answers: u32,
    logarithms: f64,
    most_inside: usize,
}

impl Pace {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            limit: to_float(BEGIN.clamp(bounds.least, bounds.most)),
            usual: None,
            round: None,
            changed: None,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between the bounds"
    )]
    pub(crate) fn limit(&self) -> usize {
        self.limit as usize
    }

    /// An answer took this long while so many were inside. The limit from now on.
    pub(crate) fn note(&mut self, took: Duration, inside: usize, now: Instant) -> usize {
        let asked_before = self
            .changed
            .is_some_and(|changed| now.checked_sub(took).is_none_or(|asked| asked < changed));
        if asked_before {
            return self.limit();
        }
        let round = self.round.get_or_insert_with(|| Round::new(now));
        round.answers += 1;
        round.logarithms += (took.as_secs_f64() * 1e6).max(1.0).ln();
        round.most_inside = round.most_inside.max(inside);
        if round.answers >= ROUND && now.duration_since(round.begun) >= SHORTEST_ROUND {
            let (mean, inside) = (round.mean(), round.most_inside);
            self.round = None;
            self.conclude(mean, inside, now);
        }
        self.limit()
    }

    fn conclude(&mut self, mean: f64, inside: usize, now: Instant) {
        let before = self.limit();
        let usual = self.usual.unwrap_or(mean);
        let (took, allowed) = (mean.exp(), usual.exp() * QUEUED + SCHEDULING);
        // In tenths of the limit.
        let (at_leisure, pressed) = (10 * inside <= 7 * before, 10 * inside >= 9 * before);
        if took > allowed && pressed {
            self.limit *= (allowed / took).max(0.5);
        } else if inside >= before {
            self.limit += self.limit.sqrt();
        } else if at_leisure {
            // What nobody needs would be too much when it is needed all at once.
            self.limit = self.limit.min((self.limit * 0.75).max(1.5 * to_float(inside)));
        }
        let Bounds { least, most } = self.bounds;
        self.limit = self.limit.clamp(to_float(least), to_float(most));
        if self.limit() < before {
            self.changed = Some(now);
        }
        // At the lower bound there is no queue that could be made shorter: what is slow there is slow by itself.
        let belief = if at_leisure || mean < usual || before <= least {
            AT_LEISURE
        } else {
            UNDER_LOAD
        };
        self.usual = Some(usual + belief * (mean - usual));
    }
}

impl Round {
    fn new(begun: Instant) -> Self {
        Self {
            begun,
            answers: 0,
            logarithms: 0.0,
            most_inside: 0,
        }
    }

    fn mean(&self) -> f64 {
        self.logarithms / f64::from(self.answers)
    }
}

#[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
fn to_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that works on so many requests at once, each for so long; the rest queue.
    struct Model {
        servers: usize,
        time: Duration,
        pace: Pace,
        now: Instant,
    }

    impl Model {
        fn new(servers: usize, millis: u64) -> Self {
            Self {
                servers,
                time: Duration::from_millis(millis),
                pace: Pace::new(Bounds { least: 8, most: 512 }),
                now: Instant::now(),
            }
        }

        /// With so many clients, each of whom asks again when she is answered, for so many seconds.
        /// The longest answer's time in units of the service's own, and the share of its capacity that was used.
        fn asked_by(&mut self, clients: usize, seconds: u64) -> (f64, f64) {
            let end = self.now + Duration::from_secs(seconds);
            let (mut longest, mut used, mut rounds) = (0.0, 0.0, 0.0);
            while self.now < end {
                let inside = clients.min(self.pace.limit());
                let queue = to_float(inside) / to_float(self.servers);
                let took = self.time.mul_f64(queue.max(1.0));
                self.now += took;
                for _ in 0..inside {
                    self.pace.note(took, inside, self.now);
                }
                longest = queue.max(longest);
                used += queue.min(1.0);
                rounds += 1.0;
            }
            (longest, used / rounds)
        }
    }

    #[test]
    fn a_service_that_is_overrun_is_given_a_little_more_than_it_bears() {
        for (servers, millis) in [(16, 100), (40, 20), (100, 50), (200, 10)] {
            let mut model = Model::new(servers, millis);
            model.asked_by(servers * 4 / 5, 20);
            let (longest, used) = model.asked_by(servers * 10, 60);
            assert!(longest < 2.0, "{servers} at {millis} ms: {longest}");
            assert!(used > 0.95, "{servers} at {millis} ms: {used}");
        }
    }

    #[test]
    fn a_service_that_bears_more_is_given_more() {
        let mut model = Model::new(400, 20);
        model.asked_by(20, 5);
        let (_, used) = model.asked_by(1_000, 60);
        assert!(model.pace.limit() >= 400, "{}", model.pace.limit());
        assert!(used > 0.8, "{used}");
    }

    #[test]
    fn slower_requests_at_leisure_are_no_queue() {
        let mut model = Model::new(100, 5);
        model.asked_by(20, 10);
        model.time = Duration::from_millis(500);
        model.asked_by(20, 60);
        let (_, used) = model.asked_by(90, 60);
        assert!(used > 0.85, "{used}");
    }

    #[test]
    fn slower_requests_under_load_are_found_to_be_no_queue() {
        let mut model = Model::new(400, 5);
        model.asked_by(20, 10);
        model.time = Duration::from_millis(500);
        model.asked_by(100, 60);
        assert!(model.pace.limit() >= 100, "{}", model.pace.limit());
    }

    #[test]
    fn a_long_overload_is_not_mistaken_for_what_is_usual() {
        let mut model = Model::new(16, 100);
        model.asked_by(12, 20);
        model.asked_by(500, 600);
        assert!(model.pace.limit() < 40, "{}", model.pace.limit());
    }

    #[test]
    fn a_service_that_bears_less_than_the_lower_bound_is_given_little_more() {
        let mut model = Model::new(4, 100);
        model.asked_by(3, 20);
        model.asked_by(500, 600);
        assert!(model.pace.limit() <= 12, "{}", model.pace.limit());
    }

    #[test]
    fn the_bounds_are_kept() {
        let bounds = Bounds { least: 4, most: 6 };
        let mut pace = Pace::new(bounds);
        let mut now = Instant::now();
        for round in 0_u32..1_000 {
            let took = Duration::from_micros(u64::from(round * 7_919 % 100_000));
            now += took;
            let limit = pace.note(took, 6, now);
            assert!((4..=6).contains(&limit), "{limit}");
        }
    }
}
