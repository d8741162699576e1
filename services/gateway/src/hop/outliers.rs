//! Instances that fail where others do not.

/// What became of the requests to one instance between two sweeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) asked: u32,
    /// No answer, or a 5xx.
    pub(crate) failed: u32,
}

/// Fewer requests in one sweep say nothing.
const ENOUGH: u32 = 10;
/// The longest ejection, in sweeps.
const LONGEST: u32 = 6;

/// The outliers among the instances of one service: each failed half of its requests or more, and the best one
/// less than half as often. The best one is never among them.
pub(crate) fn outliers(counts: &[Count]) -> impl Iterator<Item = bool> {
    let shares = counts.iter().filter_map(|count| count.failed_share());
    let best = shares.fold(f64::INFINITY, f64::min);
    let stands_out = move |share| share >= 0.5 && best < share / 2.0;
    counts
        .iter()
        .map(move |count| count.failed_share().is_some_and(stands_out))
}

impl Count {
    /// Nothing when there was too little to tell.
    fn failed_share(self) -> Option<f64> {
        (self.asked >= ENOUGH).then(|| f64::from(self.failed) / f64::from(self.asked))
    }
}

/// How one instance did in the sweeps before.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// Sweeps that it is still left alone.
    left: u32,
    /// Ejections without a good sweep between them.
    ejections: u32,
}

impl Past {
    pub(crate) fn is_ejected(&self) -> bool {
        self.left > 0
    }

    /// One sweep has passed. Each ejection soon after another is a sweep longer. True for a new one.
    pub(crate) fn judge(&mut self, outlier: bool) -> bool {
        let was_ejected = self.is_ejected();
        self.left = self.left.saturating_sub(1);
        if outlier {
            self.ejections = (self.ejections + 1).min(LONGEST);
            self.left = self.ejections;
        } else if !was_ejected {
            self.ejections = self.ejections.saturating_sub(1);
        }
        outlier
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(counts: &[(u32, u32)]) -> Vec<bool> {
        let counts: Vec<Count> = counts
            .iter()
            .map(|&(asked, failed)| Count { asked, failed })
            .collect();
        outliers(&counts).collect()
    }

    #[test]
    fn an_instance_that_fails_where_others_do_not_is_an_outlier() {
        assert_eq!(found(&[(100, 60), (100, 1)]), [true, false]);
        assert_eq!(found(&[(20, 20), (500, 500), (500, 3)]), [true, true, false]);
    }

    #[test]
    fn when_all_fail_none_is_an_outlier() {
        assert_eq!(found(&[(100, 100), (100, 100)]), [false, false]);
        assert_eq!(found(&[(100, 90), (100, 50)]), [false, false]);
        assert_eq!(found(&[(1000, 1000)]), [false]);
    }

    #[test]
    fn a_few_requests_say_nothing() {
        assert_eq!(found(&[(9, 9), (100, 0)]), [false, false]);
        assert_eq!(found(&[(100, 100), (9, 0)]), [false, false]);
    }

    #[test]
    fn who_fails_again_is_left_alone_for_longer_and_a_good_sweep_forgives() {
        let mut past = Past::default();
        let mut left_alone = |good_before: usize| {
            for _ in 0..good_before {
                past.judge(false);
            }
            past.judge(true);
            let mut sweeps = 0;
            while past.is_ejected() {
                sweeps += 1;
                past.judge(false);
            }
            sweeps
        };
        let again_and_again: Vec<u32> = (0..8).map(|_| left_alone(0)).collect();
        assert_eq!(again_and_again, [1, 2, 3, 4, 5, 6, 6, 6]);
        assert_eq!(left_alone(3), 4);
        assert_eq!(left_alone(60), 1);
    }
}
