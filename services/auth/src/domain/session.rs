//! Sessions: a signed-in device, and the family of its refresh tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    identity::Role,
    ids::{SessionId, UserId},
};
use uuid::Uuid;

/// A session ends after this, however busy it is.
pub(crate) const LONGEST: Duration = Duration::days(180);
/// A repeated refresh with the same key gets the same tokens for this long: the answer may have been lost.
pub(crate) const REPEATABLE: Duration = Duration::seconds(60);

/// What the present access token of a session says, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Issued {
    pub(crate) jti: String,
    /// Seconds since 1970.
    pub(crate) iat: u64,
    pub(crate) kid: String,
    pub(crate) role: Role,
}

/// A session as it is stored. No token is: the present refresh token is computed of `id`, `salt`, `generation` and a
/// key that is not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) user_id: UserId,
    /// The user's when it began; it has ended when hers is another.
    pub(crate) epoch: u64,
    pub(crate) device: String,
    pub(crate) salt: String,
    /// From 1; each refresh makes the next, and voids the tokens of those before.
    pub(crate) generation: u32,
    pub(crate) issued: Issued,
    /// What the last refresh said to be known by.
    #[serde(default)]
    pub(crate) repeat: Option<String>,
    #[serde(with = "backends::documents::time")]
    pub(crate) created_at: DateTime<Utc>,
    #[serde(with = "backends::documents::time")]
    pub(crate) used_at: DateTime<Utc>,
    #[serde(with = "backends::documents::time")]
    pub(crate) expires_at: DateTime<Utc>,
    /// Of another version of this service.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// What a refresh token means for its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The present one: exchange it.
    Fresh,
    /// The one before, and its exchange is asked for again.
    Repeated,
    /// One that was exchanged before: somebody else has it.
    Reused,
    /// One that was never given.
    Unknown,
}

impl Session {
    /// What a token of `generation` means, when the request is known by `repeat`.
    pub(crate) fn judge(&self, generation: u32, repeat: Option<&str>, now: DateTime<Utc>) -> Use {
        let last = generation.checked_add(1) == Some(self.generation);
        let asked_again = repeat.is_some() && repeat == self.repeat.as_deref();
        match generation {
            _ if generation == self.generation => Use::Fresh,
            _ if last && asked_again && now <= self.used_at + REPEATABLE => Use::Repeated,
            _ if generation < self.generation => Use::Reused,
            _ => Use::Unknown,
        }
    }

    /// The next generation.
    pub(crate) fn rotate(
        &mut self,
        issued: Issued,
        repeat: Option<String>,
        idle: Duration,
        now: DateTime<Utc>,
    ) {
        self.generation += 1;
        self.issued = issued;
        self.repeat = repeat;
        self.used_at = now;
        self.expires_at = (now + idle).min(self.created_at + LONGEST);
    }
}

/// What a refresh token says of itself; its seal is checked with the session's salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) session: SessionId,
    pub(crate) generation: u32,
    pub(crate) seal: [u8; 32],
}

/// 16 of the id, 4 of the generation, 32 of the seal.
const BYTES: usize = 52;

impl RefreshToken {
    /// As it is given out.
    pub(crate) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(self.session.0.as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&self.seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what looks like one.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self {
            session: Uuid::from_slice(&bytes[..16]).ok()?.into(),
            generation: u32::from_be_bytes(bytes[16..20].try_into().ok()?),
            seal: bytes[20..].try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noon() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn issued() -> Issued {
        Issued {
            jti: "j".into(),
            iat: 0,
            kid: "k".into(),
            role: Role::Buyer,
        }
    }

    fn refreshed_once() -> Session {
        let mut session = Session {
            id: Uuid::nil().into(),
            user_id: Uuid::nil().into(),
            epoch: 0,
            device: String::new(),
            salt: String::new(),
            generation: 1,
            issued: issued(),
            repeat: None,
            created_at: noon(),
            used_at: noon(),
            expires_at: noon(),
            rest: Map::new(),
        };
        session.rotate(issued(), Some("key".into()), Duration::days(30), noon());
        session
    }

    #[test]
    fn an_exchanged_token_is_a_stolen_one_unless_asked_again_with_its_key() {
        let session = refreshed_once();
        let soon = noon() + REPEATABLE;
        assert_eq!(session.judge(2, None, soon), Use::Fresh);
        assert_eq!(session.judge(1, Some("key"), soon), Use::Repeated);
        assert_eq!(
            session.judge(1, Some("key"), soon + Duration::seconds(1)),
            Use::Reused
        );
        assert_eq!(session.judge(1, Some("other"), soon), Use::Reused);
        assert_eq!(session.judge(1, None, soon), Use::Reused);
        assert_eq!(session.judge(0, Some("key"), soon), Use::Reused);
        assert_eq!(session.judge(3, Some("key"), soon), Use::Unknown);
    }

    #[test]
    fn a_refresh_without_a_key_cannot_be_asked_again_without_one() {
        let mut session = refreshed_once();
        session.rotate(issued(), None, Duration::days(30), noon());
        assert_eq!(session.judge(2, None, noon()), Use::Reused);
    }

    #[test]
    fn no_session_outlives_half_a_year() {
        let mut session = refreshed_once();
        session.rotate(
            issued(),
            None,
            Duration::days(30),
            noon() + LONGEST - Duration::days(1),
        );
        assert_eq!(session.expires_at, noon() + LONGEST);
    }

    proptest! {
        #[test]
        fn a_token_comes_back(id in any::<u128>(), generation in any::<u32>(), seal in any::<[u8; 32]>()) {
            let token = RefreshToken { session: Uuid::from_u128(id).into(), generation, seal };
            prop_assert_eq!(RefreshToken::decode(&token.encode()), Some(token));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,100}") {
            let _ = RefreshToken::decode(&text);
        }
    }
}
