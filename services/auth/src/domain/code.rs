//! One-time codes: how often one is sent, how often one is tried.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::auth::CodePurpose;

/// How long a code is good.
pub(crate) const LIFE: Duration = Duration::minutes(5);
/// Wrong tries that void a code.
const TRIES: u32 = 5;
/// Codes to one contact: one a minute and five an hour.
const PAUSE: Duration = Duration::minutes(1);
const HOUR: Duration = Duration::hours(1);
const SENT_AN_HOUR: usize = 5;
/// Wrong tries at one contact a day, over all codes.
const DAY: Duration = Duration::days(1);
const FAILED_A_DAY: usize = 10;

/// What a code is good for. Each has its own, so that asking for one never voids another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    SignIn,
    ResetPassword,
    VerifyContact,
    ChangeContact,
    PayoutMethod,
}

impl Purpose {
    /// The name, as it is hashed and stored.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::ResetPassword => "reset_password",
            Self::VerifyContact => "verify_contact",
            Self::ChangeContact => "change_contact",
            Self::PayoutMethod => "payout_method",
        }
    }
}

impl From<CodePurpose> for Purpose {
    fn from(purpose: CodePurpose) -> Self {
        match purpose {
            CodePurpose::PayoutMethod => Self::PayoutMethod,
            CodePurpose::ChangeContact => Self::ChangeContact,
        }
    }
}

/// A code that was sent: from its id and a key that is not stored here, the code is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) id: String,
    pub(crate) expires_at: DateTime<Utc>,
    /// Wrong ones so far.
    pub(crate) tries: u32,
}

/// What is remembered of the codes of one contact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Codes {
    /// When codes were sent, in the last hour.
    #[serde(default)]
    sent: Vec<DateTime<Utc>>,
    /// When wrong ones were tried, in the last day.
    #[serde(default)]
    failed: Vec<DateTime<Utc>>,
    #[serde(default)]
    open: BTreeMap<Purpose, Challenge>,
    /// When all of it may be forgotten.
    #[serde(default, with = "backends::documents::time")]
    expires_at: DateTime<Utc>,
    /// Of another version of this service.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Right,
    /// To be counted.
    Wrong,
    /// There is no code that could be right.
    Nothing,
}

/// It is too early: wait this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Codes {
    /// Opens a challenge in the place of an older one of the same purpose.
    pub(crate) fn issue(&mut self, purpose: Purpose, id: String, now: DateTime<Utc>) -> Result<(), Wait> {
        self.may_fail(now)?;
        self.sent.retain(|at| *at > now - HOUR);
        if let Some(last) = self.sent.iter().max().filter(|last| **last > now - PAUSE) {
            return Err(Wait(*last + PAUSE - now));
        }
        if self.sent.len() >= SENT_AN_HOUR {
            let first = self.sent.iter().min().copied().unwrap_or(now);
            return Err(Wait(first + HOUR - now));
        }
        self.sent.push(now);
        let challenge = Challenge {
            id,
            expires_at: now + LIFE,
            tries: 0,
        };
        self.open.insert(purpose, challenge);
        self.expires_at = now + DAY;
        Ok(())
    }

    /// Tries a code; `is_right` compares it with that of a challenge. A right one is used up.
    pub(crate) fn attempt(
        &mut self,
        purpose: Purpose,
        now: DateTime<Utc>,
        is_right: impl FnOnce(&Challenge) -> bool,
    ) -> Result<Attempt, Wait> {
        self.may_fail(now)?;
        let Some(challenge) = self.open.get_mut(&purpose).filter(|open| open.expires_at > now) else {
            return Ok(Attempt::Nothing);
        };
        if is_right(challenge) {
            self.open.remove(&purpose);
            return Ok(Attempt::Right);
        }
        challenge.tries += 1;
        if challenge.tries >= TRIES {
            self.open.remove(&purpose);
        }
        self.failed.push(now);
        self.expires_at = now + DAY;
        Ok(Attempt::Wrong)
    }

    /// The open challenge of a purpose.
    pub(crate) fn open(&self, purpose: Purpose, now: DateTime<Utc>) -> Option<&Challenge> {
        self.open.get(&purpose).filter(|open| open.expires_at > now)
    }

    fn may_fail(&mut self, now: DateTime<Utc>) -> Result<(), Wait> {
        self.failed.retain(|at| *at > now - DAY);
        if self.failed.len() < FAILED_A_DAY {
            return Ok(());
        }
        let first = self.failed.iter().min().copied().unwrap_or(now);
        Err(Wait(first + DAY - now))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn noon() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn wrong(codes: &mut Codes, at: DateTime<Utc>) -> Result<Attempt, Wait> {
        codes.attempt(Purpose::SignIn, at, |_| false)
    }

    fn right(codes: &mut Codes, at: DateTime<Utc>) -> Result<Attempt, Wait> {
        codes.attempt(Purpose::SignIn, at, |_| true)
    }

    #[test]
    fn a_code_is_good_once_and_for_five_minutes() {
        let mut codes = Codes::default();
        codes.issue(Purpose::SignIn, "a".into(), noon()).unwrap();
        let mut later = codes.clone();
        assert_eq!(right(&mut later, noon() + LIFE), Ok(Attempt::Nothing));
        assert_eq!(right(&mut codes, noon()), Ok(Attempt::Right));
        assert_eq!(right(&mut codes, noon()), Ok(Attempt::Nothing));
    }

    #[test]
    fn the_fifth_wrong_try_voids_it() {
        let mut codes = Codes::default();
        codes.issue(Purpose::SignIn, "a".into(), noon()).unwrap();
        for _ in 0..TRIES {
            assert_eq!(wrong(&mut codes, noon()), Ok(Attempt::Wrong));
        }
        assert_eq!(right(&mut codes, noon()), Ok(Attempt::Nothing));
    }

    #[test]
    fn the_tenth_failure_ends_the_day() {
        let mut codes = Codes::default();
        for round in 0..2 {
            let at = noon() + PAUSE * round;
            codes.issue(Purpose::SignIn, "a".into(), at).unwrap();
            for _ in 0..TRIES {
                wrong(&mut codes, at).unwrap();
            }
        }
        let later = noon() + PAUSE * 2;
        assert_eq!(
            codes.issue(Purpose::SignIn, "c".into(), later),
            Err(Wait(DAY - PAUSE * 2))
        );
        assert!(
            codes
                .issue(Purpose::SignIn, "c".into(), noon() + DAY + PAUSE * 2)
                .is_ok()
        );
    }

    #[test]
    fn one_a_minute_and_five_an_hour() {
        let mut codes = Codes::default();
        for minute in 0..5 {
            let at = noon() + PAUSE * minute;
            codes.issue(Purpose::SignIn, "a".into(), at).unwrap();
            let soon = codes.issue(Purpose::ResetPassword, "b".into(), at + Duration::seconds(1));
            assert_eq!(soon, Err(Wait(Duration::seconds(59))));
        }
        let sixth = codes.issue(Purpose::SignIn, "c".into(), noon() + PAUSE * 5);
        assert_eq!(sixth, Err(Wait(Duration::minutes(55))));
    }

    #[test]
    fn a_new_code_voids_the_old_of_its_purpose_only() {
        let mut codes = Codes::default();
        codes.issue(Purpose::SignIn, "a".into(), noon()).unwrap();
        codes
            .issue(Purpose::VerifyContact, "b".into(), noon() + PAUSE)
            .unwrap();
        codes
            .issue(Purpose::SignIn, "c".into(), noon() + PAUSE * 2)
            .unwrap();
        let at = noon() + PAUSE * 2;
        assert_eq!(codes.open(Purpose::SignIn, at).unwrap().id, "c");
        assert_eq!(codes.open(Purpose::VerifyContact, at).unwrap().id, "b");
    }

    proptest! {
        /// Whatever an attacker does within a day, he gets ten guesses.
        #[test]
        fn nobody_guesses_more_than_ten_times_a_day(steps in vec((any::<bool>(), 0i64..600), 1..200)) {
            let mut codes = Codes::default();
            let (mut now, mut guesses) = (noon(), 0);
            for (ask, seconds) in steps {
                now += Duration::seconds(seconds);
                if now >= noon() + DAY {
                    break;
                }
                if ask {
                    let _ = codes.issue(Purpose::SignIn, "x".into(), now);
                } else if wrong(&mut codes, now) == Ok(Attempt::Wrong) {
                    guesses += 1;
                }
            }
            prop_assert!(guesses <= FAILED_A_DAY);
        }
    }
}
