//! Who needs nothing of what is in trouble, and should not notice.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use service_client::Service;
use tests::Ask;

use super::{AS_BEFORE, Stage, median, timed};

/// Of each kind, or there is nothing to compare.
const ENOUGH: usize = 10;

/// They ask all the time, and see to it that they are answered.
pub(super) struct Bystanders {
    asks: Vec<Ask>,
    /// Whether these processes live, which needs nobody.
    pulses: Vec<Ask>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    troubled: bool,
    /// How long answers took, by what was asked.
    calm: BTreeMap<String, Vec<f64>>,
    in_trouble: BTreeMap<String, Vec<f64>>,
    slowest_pulse: Duration,
}

impl Bystanders {
    /// Those who ask this; and the pulses of the processes on which what is in trouble tells.
    pub(super) fn asking(asks: Vec<Ask>, stage: &Stage) -> Self {
        let beats = [Service::Gateway, Service::Product, Service::Media, Service::Auth];
        Self {
            asks,
            pulses: beats
                .map(|service| stage.cluster.at(service, 0).get("/health"))
                .into(),
            seen: Mutex::default(),
        }
    }

    /// Asks one thing after the other, for as long as anybody listens.
    pub(super) async fn ask_on(&self) -> Infallible {
        loop {
            for ask in &self.asks {
                let before = self.seen().troubled;
                let (answer, took) = timed(ask).await;
                let asked = answer.expect(200).asked;
                let seen = &mut *self.seen();
                let kind = match (before, seen.troubled) {
                    (false, false) => &mut seen.calm,
                    (true, true) => &mut seen.in_trouble,
                    _ => continue,
                };
                kind.entry(asked).or_default().push(took.as_secs_f64());
            }
            for pulse in &self.pulses {
                let (answer, took) = timed(pulse).await;
                answer.expect(200);
                let seen = &mut *self.seen();
                seen.slowest_pulse = seen.slowest_pulse.max(took);
            }
        }
    }

    /// Somebody else is in trouble from now on, or no longer.
    pub(super) fn others_are_in_trouble(&self, they_are: bool) {
        let seen = &mut *self.seen();
        seen.troubled = they_are;
        if they_are {
            seen.slowest_pulse = Duration::ZERO;
        }
    }

    /// By how much this machine was late itself since others are in trouble.
    pub(super) fn slowest_pulse(&self) -> Duration {
        self.seen().slowest_pulse
    }

    /// They were answered as before, all the time.
    pub(super) fn noticed_nothing(&self) {
        let seen = &mut *self.seen();
        assert_eq!(seen.calm.len(), self.asks.len());
        for (asked, calm) in &mut seen.calm {
            let in_trouble = seen.in_trouble.entry(asked.clone()).or_default();
            let counts = (calm.len(), in_trouble.len());
            assert!(counts.0 >= ENOUGH && counts.1 >= ENOUGH, "{asked}: {counts:?}");
            let (calm, in_trouble) = (median(calm), median(in_trouble));
            assert!(
                in_trouble < calm * AS_BEFORE,
                "{asked}: {calm} s, but {in_trouble} s while others are in trouble"
            );
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}
