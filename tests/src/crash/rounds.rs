use std::time::Duration;

use config::{Environment, SettingError, Source, Whole};
use fastrand::Rng;

/// How often and when the services are killed: random, and the same again for the same seed.
pub struct Rounds {
    left: u64,
    random: Rng,
}

/// When the ledger is killed in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// So long after its start: perhaps while it opens what it keeps.
    Opening(Duration),
    /// So long after clients found it, or the one that came last.
    Writing(Duration),
    /// So long after its relay began to move events.
    Relaying(Duration),
}

/// When the reader is killed: in the middle of its work, or when it had none for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// After it was told of so many entries,
    pub told: u64,
    /// and a little later;
    pub then: Duration,
    /// or after this time.
    pub longest: Duration,
}

impl Rounds {
    /// `CRASH_ROUNDS` rounds, or `usual`, with `CRASH_SEED` or a seed of their own, which is printed.
    #[expect(clippy::print_stdout, reason = "who repeats a failure needs the seed")]
    pub fn read(usual: u64) -> Result<Self, SettingError> {
        let mut environment = Environment::new(Source::process());
        let rounds: Whole<1, 1_000_000> = environment.read(
            "CRASH_ROUNDS",
            &usual.to_string(),
            "how often the services are killed",
        )?;
        let seed: Option<Whole<0, { u64::MAX }>> =
            environment.read_optional("CRASH_SEED", "random", "repeats the moments of an earlier run")?;
        let seed = seed.map_or_else(|| fastrand::u64(..), |seed| seed.0);
        println!("{} rounds, CRASH_SEED={seed}", rounds.0);
        Ok(Self {
            left: rounds.0,
            random: Rng::with_seed(seed),
        })
    }

    /// The next round, if any is left.
    pub fn next_blow(&mut self) -> Option<Blow> {
        self.left = self.left.checked_sub(1)?;
        Some(match self.random.u8(..10) {
            0..2 => Blow::Opening(self.within(80)),
            2..8 => Blow::Writing(self.within(1500)),
            _ => Blow::Relaying(self.within(1000)),
        })
    }

    /// Lives of the reader, which nobody times to those of the ledger.
    pub fn lives(&self) -> impl Iterator<Item = Life> + Send + use<> {
        let mut random = self.random.clone();
        std::iter::repeat_with(move || Life {
            told: random.u64(..60),
            then: Duration::from_micros(random.u64(..30_000)),
            longest: Duration::from_millis(random.u64(..3_000)),
        })
    }

    /// To the microsecond, with more short times than long ones.
    fn within(&mut self, millis: u64) -> Duration {
        let longest = self.random.u64(1..=millis * 1000);
        Duration::from_micros(self.random.u64(0..=longest))
    }
}
