//! Which key signs access tokens now, and which are told to those who check them.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::identity::{Jwk, Jwks};

/// A key is told this long before it signs, so that nobody meets a token of a key he has not heard of.
pub(crate) const PUBLISHED_BEFORE: Duration = Duration::minutes(15);
/// A key is told this long after another took over: twice what its last token lives.
pub(crate) const KEPT_AFTER: Duration = Duration::minutes(30);

/// The public half of a key, and when it signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenKey {
    /// The key's id, also part of its name in the keys port.
    pub(crate) kid: String,
    /// base64url.
    pub(crate) x: String,
    pub(crate) published_at: DateTime<Utc>,
    /// From then on it signs, until another does.
    pub(crate) active_from: DateTime<Utc>,
}

/// All keys that matter, in the order in which they sign. One document: so every process agrees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeyRing {
    pub(crate) keys: Vec<TokenKey>,
    /// Of another version of this service.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl KeyRing {
    /// The key that signs. The first does even for a process whose clock is a little behind that of its maker.
    pub(crate) fn current(&self, now: DateTime<Utc>) -> Option<&TokenKey> {
        let newest_active = self.keys.iter().rev().find(|key| key.active_from <= now);
        newest_active.or(self.keys.first())
    }

    /// The key of an id.
    pub(crate) fn find(&self, kid: &str) -> Option<&TokenKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// Whether the newest key has signed for `age`, so that another should follow.
    pub(crate) fn is_due(&self, age: Duration, now: DateTime<Utc>) -> bool {
        self.keys
            .last()
            .is_none_or(|newest| newest.active_from + age <= now)
    }

    /// A key that waits for its turn.
    pub(crate) fn waiting(&self, now: DateTime<Utc>) -> Option<&TokenKey> {
        self.keys.last().filter(|newest| newest.active_from > now)
    }

    /// With one more key: it signs in a while, or at once when it is the first.
    pub(crate) fn publish(&mut self, kid: String, x: String, now: DateTime<Utc>) {
        let active_from = if self.current(now).is_some() {
            now + PUBLISHED_BEFORE
        } else {
            now
        };
        self.keys.push(TokenKey {
            kid,
            x,
            published_at: now,
            active_from,
        });
    }

    /// With one key only, which signs at once: the others are in wrong hands.
    pub(crate) fn replace(&mut self, kid: String, x: String, now: DateTime<Utc>) {
        self.keys.clear();
        self.publish(kid, x, now);
    }

    /// Without the keys whose last token is long gone.
    pub(crate) fn prune(&mut self, now: DateTime<Utc>) {
        let successors: Vec<Option<DateTime<Utc>>> = (1..=self.keys.len())
            .map(|next| self.keys.get(next).map(|key| key.active_from))
            .collect();
        let mut successors = successors.into_iter();
        self.keys.retain(|_| {
            let replaced_at = successors.next().flatten();
            replaced_at.is_none_or(|at| at + KEPT_AFTER > now)
        });
    }

    /// For those who check tokens.
    pub(crate) fn published(&self) -> Jwks {
        let jwk = |key: &TokenKey| Jwk {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: key.x.clone(),
            kid: key.kid.clone(),
            alg: "EdDSA".into(),
            usage: "sig".into(),
        };
        Jwks {
            keys: self.keys.iter().map(jwk).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// What an access token lives.
    const TOKEN: Duration = Duration::minutes(15);

    fn noon() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn signs(ring: &KeyRing, now: DateTime<Utc>) -> &str {
        &ring.current(now).unwrap().kid
    }

    #[test]
    fn the_first_key_signs_at_once_and_the_next_a_while_later() {
        let mut ring = KeyRing::default();
        ring.publish("a".into(), String::new(), noon());
        ring.publish("b".into(), String::new(), noon());
        assert_eq!(signs(&ring, noon()), "a");
        assert_eq!(ring.waiting(noon()).unwrap().kid, "b");
        assert_eq!(signs(&ring, noon() + PUBLISHED_BEFORE), "b");
    }

    #[test]
    fn the_first_key_signs_for_a_clock_that_is_behind() {
        let mut ring = KeyRing::default();
        ring.publish("a".into(), String::new(), noon());
        assert_eq!(signs(&ring, noon() - Duration::seconds(3)), "a");
    }

    #[test]
    fn a_key_is_kept_half_an_hour_after_another_took_over() {
        let mut ring = KeyRing::default();
        ring.publish("a".into(), String::new(), noon());
        ring.publish("b".into(), String::new(), noon());
        let replaced = noon() + PUBLISHED_BEFORE;
        ring.prune(replaced + KEPT_AFTER - Duration::seconds(1));
        assert_eq!(ring.keys.len(), 2);
        ring.prune(replaced + KEPT_AFTER);
        assert_eq!(ring.published().keys.len(), 1);
    }

    #[test]
    fn a_stolen_key_is_replaced_at_once() {
        let mut ring = KeyRing::default();
        ring.publish("a".into(), String::new(), noon());
        ring.replace("b".into(), String::new(), noon());
        assert_eq!(signs(&ring, noon()), "b");
        assert!(ring.find("a").is_none());
    }

    proptest! {
        /// Rotating and pruning at any times never takes away the key of a token that is still good,
        /// and no token is signed by a key that was not told before.
        #[test]
        fn no_good_token_loses_its_key(steps in vec((0u8..3, 1i64..40), 1..60)) {
            let mut ring = KeyRing::default();
            ring.publish("0".into(), String::new(), noon());
            let (mut now, mut signed) = (noon(), Vec::new());
            for (number, (step, minutes)) in steps.into_iter().enumerate() {
                now += Duration::minutes(minutes);
                match step {
                    0 if ring.waiting(now).is_none() => ring.publish(format!("{}", number + 1), String::new(), now),
                    1 => ring.prune(now),
                    _ => {
                        let key = ring.current(now).unwrap();
                        let first = key.kid == "0";
                        prop_assert!(first || key.published_at + PUBLISHED_BEFORE <= now);
                        signed.push((key.kid.clone(), now + TOKEN));
                    }
                }
                for (kid, _) in signed.iter().filter(|(_, expires)| *expires > now) {
                    prop_assert!(ring.find(kid).is_some());
                }
            }
        }
    }
}
