//! The keys that sign access tokens: which one signs is written in one document, so every process agrees.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use backends::{
    Clock, Ids,
    documents::{Batch, Cursor},
    keys::KeyRing as Keys,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use service_kit::{Kit, audit::Audit, identity::Verifier};
use shared_models::identity::{AccessClaims, Jwks};

use crate::{
    domain::key_ring::{KeyRing, TokenKey},
    error::AuthError,
    retry::retrying,
    store::{Rings, save_ring},
};

/// What was read of the ring is believed this long: far less than the notice that a new key gives.
const BELIEVED: chrono::Duration = chrono::Duration::seconds(30);
/// How long to wait for the ring to be written before asking again.
const WAIT: Duration = Duration::from_secs(20);
/// After the store failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Signs access tokens and rotates the keys.
#[derive(Clone)]
pub(crate) struct TokenKeys(Arc<Inner>);

struct Inner {
    rings: Rings,
    keys: Keys,
    verifier: Verifier,
    audit: Audit,
    clock: Clock,
    ids: Ids,
    read: ArcSwap<Reading>,
}

struct Reading {
    ring: KeyRing,
    at: DateTime<Utc>,
}

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// This key was published and signs from then on.
    Published(String, DateTime<Utc>),
    /// This key waits for its turn already.
    Waits(String, DateTime<Utc>),
}

impl TokenKeys {
    /// Opens the ring, and makes its first key where there is none.
    pub(crate) async fn open(kit: &Kit) -> Result<Self, AuthError> {
        let keys = Self(Arc::new(Inner {
            rings: Rings::new(kit.backends.documents.clone()),
            keys: kit.backends.keys.clone(),
            verifier: kit.verifier.clone(),
            audit: kit.audit.clone(),
            clock: kit.clock.clone(),
            ids: kit.ids.clone(),
            read: ArcSwap::from_pointee(Reading {
                ring: KeyRing::default(),
                at: DateTime::default(),
            }),
        }));
        if keys.reload().await?.ring.keys.is_empty() {
            keys.rotate("start", RotateWhen::Empty).await?;
        }
        Ok(keys)
    }

    /// The id of the key that signs now.
    pub(crate) async fn current(&self) -> Result<String, AuthError> {
        let reading = self.fresh().await?;
        let key = reading.ring.current(self.0.clock.now());
        key.map(|key| key.kid.clone())
            .ok_or_else(|| AuthError::Store(backends::Error::Other("no key signs access tokens".into())))
    }

    /// A token signed by a key of the ring; nothing when the key was withdrawn.
    pub(crate) async fn sign(&self, kid: &str, claims: &AccessClaims) -> Result<Option<String>, AuthError> {
        if self.fresh().await?.ring.find(kid).is_none() {
            return Ok(None);
        }
        let header = encoded(&json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": kid }))?;
        let message = format!("{header}.{}", encoded(claims)?);
        let signature = self.0.keys.sign(&name(kid), message.as_bytes()).await?;
        Ok(Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    /// The keys that tokens are checked with.
    pub(crate) async fn published(&self) -> Result<Jwks, AuthError> {
        Ok(self.fresh().await?.ring.published())
    }

    /// Publishes a new key, which signs in a while.
    pub(crate) async fn rotate_now(&self, actor: &str) -> Result<Rotation, AuthError> {
        self.rotate(actor, RotateWhen::NoneWaits).await
    }

    /// Withdraws every key, and signs with a new one at once: all access tokens end.
    pub(crate) async fn replace_all(&self, actor: &str) -> Result<Rotation, AuthError> {
        self.rotate(actor, RotateWhen::Stolen).await
    }

    /// Publishes a new key when the newest is old, and forgets those whose last token is gone.
    pub(crate) async fn tend(&self, age: chrono::Duration) -> Result<(), AuthError> {
        self.rotate("sweep", RotateWhen::OlderThan(age)).await.map(drop)
    }

    /// Follows what other processes do to the ring, until shutdown.
    pub(crate) async fn follow(self) {
        let mut seen: Option<Cursor> = None;
        loop {
            let followed = match self.0.rings.written_after(seen.as_ref(), WAIT).await {
                Ok(cursor) => {
                    seen = cursor;
                    self.reload().await.map(drop)
                }
                Err(error) => Err(error.into()),
            };
            if let Err(error) = followed {
                tracing::warn!(%error, "the signing keys cannot be followed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn rotate(&self, actor: &str, when: RotateWhen) -> Result<Rotation, AuthError> {
        let rotation = retrying(|| self.try_rotate(actor, when)).await?;
        self.reload().await?;
        Ok(rotation)
    }

    async fn try_rotate(&self, actor: &str, when: RotateWhen) -> Result<Rotation, AuthError> {
        let now = self.0.clock.now();
        let stored = self.0.rings.find().await?;
        let mut ring = stored
            .as_ref()
            .map(|stored| stored.value.clone())
            .unwrap_or_default();
        ring.prune(now);
        let mut batch = Batch::new();
        if when.holds(&ring, now) {
            let (kid, x) = self.make().await?;
            match when {
                RotateWhen::Stolen => ring.replace(kid, x, now),
                _ => ring.publish(kid, x, now),
            }
            self.record(&mut batch, actor, when, &ring).await?;
        }
        let changed = stored.as_ref().is_none_or(|stored| stored.value != ring);
        if changed {
            save_ring(&mut batch, stored.as_ref(), &ring)?;
            self.0.rings.commit(batch).await?;
        }
        let newest = ring.keys.last().cloned();
        let newest =
            newest.ok_or_else(|| AuthError::Store(backends::Error::Other("an empty ring".into())))?;
        let published = newest.published_at == now;
        let TokenKey { kid, active_from, .. } = newest;
        Ok(if published {
            Rotation::Published(kid, active_from)
        } else {
            Rotation::Waits(kid, active_from)
        })
    }

    async fn make(&self) -> Result<(String, String), AuthError> {
        let kid = hex::encode(self.0.ids.bytes::<8>());
        let public = self.0.keys.public_key(&name(&kid)).await?;
        Ok((kid, URL_SAFE_NO_PAD.encode(public)))
    }

    async fn record(
        &self,
        batch: &mut Batch,
        actor: &str,
        when: RotateWhen,
        ring: &KeyRing,
    ) -> Result<(), AuthError> {
        let act = if matches!(when, RotateWhen::Stolen) {
            "keys-replaced"
        } else {
            "key-published"
        };
        let newest = ring.keys.last();
        let detail =
            json!({ "kid": newest.map(|key| &key.kid), "active_from": newest.map(|key| key.active_from) });
        Ok(self
            .0
            .audit
            .append(batch, actor, act, "token-keys", detail)
            .await?)
    }

    /// The ring as it was a moment ago at the most.
    async fn fresh(&self) -> Result<Arc<Reading>, AuthError> {
        let reading = self.0.read.load_full();
        if (self.0.clock.now() - reading.at).abs() < BELIEVED {
            return Ok(reading);
        }
        self.reload().await
    }

    /// Reads the ring, and checks tokens by it from now on.
    async fn reload(&self) -> Result<Arc<Reading>, AuthError> {
        let at = self.0.clock.now();
        let ring = self
            .0
            .rings
            .find()
            .await?
            .map(|stored| stored.value)
            .unwrap_or_default();
        let news = self.0.read.load().ring != ring;
        if news {
            self.0.verifier.install(&ring.published());
        }
        let reading = Arc::new(Reading { ring, at });
        self.0.read.store(reading.clone());
        Ok(reading)
    }
}

/// When a new key is due.
#[derive(Debug, Clone, Copy)]
enum RotateWhen {
    Empty,
    NoneWaits,
    OlderThan(chrono::Duration),
    Stolen,
}

impl RotateWhen {
    fn holds(self, ring: &KeyRing, now: DateTime<Utc>) -> bool {
        match self {
            Self::Empty => ring.keys.is_empty(),
            Self::NoneWaits => ring.waiting(now).is_none(),
            Self::OlderThan(age) => ring.is_due(age, now),
            Self::Stolen => true,
        }
    }
}

/// In the keys port.
fn name(kid: &str) -> String {
    format!("access-token-{kid}")
}

fn encoded(part: &impl Serialize) -> Result<String, AuthError> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(part)?))
}
