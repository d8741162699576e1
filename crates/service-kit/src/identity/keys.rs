//! The public keys of access tokens: from auth, remembered in the store.

use std::{collections::HashMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use backends::documents::{Batch, Store};
use jsonwebtoken::DecodingKey;
use service_client::{CallContext, Peers};
use shared_models::identity::{Jwk, Jwks};
use tokio::{sync::Mutex, time::Instant};

use super::KEYS;
use crate::Tasks;

/// An unknown `kid` asks auth for its keys at most this often.
const REFETCH: Duration = Duration::from_secs(10);
/// The same while no key is known at all.
const FIRST_FETCH: Duration = Duration::from_secs(1);
/// How long auth may take to tell them.
const PATIENCE: Duration = Duration::from_secs(3);
/// How soon a key that auth withdrew is known everywhere.
const REFRESH: Duration = Duration::from_mins(5);
/// The id of the remembered keys.
const REMEMBERED: &str = "auth";

/// The keys in use.
#[derive(Default)]
pub(super) struct KeySet {
    by_name: HashMap<String, Key>,
    /// Another one when a key was withdrawn: what was verified before has to be verified again.
    pub(super) generation: u64,
}

#[derive(Clone)]
struct Key {
    public: String,
    decoding: Arc<DecodingKey>,
}

impl KeySet {
    pub(super) fn get(&self, name: &str) -> Option<Arc<DecodingKey>> {
        self.by_name.get(name).map(|key| key.decoding.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// These keys after `self`.
    fn followed_by(&self, keys: &Jwks) -> Self {
        let by_name: HashMap<String, Key> = keys.keys.iter().filter_map(Key::of).collect();
        let stays =
            |(name, key): (&String, &Key)| by_name.get(name).is_some_and(|new| new.public == key.public);
        let withdrawn = !self.by_name.iter().all(stays);
        Self {
            by_name,
            generation: self.generation + u64::from(withdrawn),
        }
    }

    fn with(&self, key: &Jwk) -> Self {
        let mut by_name = self.by_name.clone();
        by_name.extend(Key::of(key));
        Self {
            by_name,
            generation: self.generation + 1,
        }
    }
}

impl Key {
    /// A key of ours with its name.
    fn of(key: &Jwk) -> Option<(String, Self)> {
        let ours = key.kty == "OKP" && key.crv == "Ed25519";
        let decoding = DecodingKey::from_ed_components(&key.x).ok().filter(|_| ours)?;
        let (public, decoding) = (key.x.clone(), Arc::new(decoding));
        Some((key.kid.clone(), Self { public, decoding }))
    }
}

/// Knows the keys, and asks auth when it must.
pub(super) struct Keys {
    peers: Peers,
    store: Store,
    /// Whether auth is another service.
    asks: bool,
    set: ArcSwap<KeySet>,
    /// When auth was last asked. Whoever needs its answer waits here, and nobody else.
    asked: Mutex<Option<Instant>>,
}

impl Keys {
    pub(super) fn new(peers: Peers, store: Store, asks: bool) -> Self {
        Self {
            peers,
            store,
            asks,
            set: ArcSwap::default(),
            asked: Mutex::new(None),
        }
    }

    pub(super) fn current(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    pub(super) fn install(&self, keys: &Jwks) {
        self.set.rcu(|set| set.followed_by(keys));
    }

    pub(super) fn add(&self, key: &Jwk) {
        self.set.rcu(|set| set.with(key));
    }

    /// The keys with one that `name` names, if auth knows it; asks at most every ten seconds.
    pub(super) async fn with(&self, name: &str) -> Arc<KeySet> {
        let known = self.current();
        if known.get(name).is_some() || !self.asks {
            return known;
        }
        let gap = if known.is_empty() { FIRST_FETCH } else { REFETCH };
        let mut asked = self.asked.lock().await;
        let lately = asked.is_some_and(|at| at.elapsed() < gap);
        if !lately && self.current().get(name).is_none() {
            self.ask().await;
            *asked = Some(Instant::now());
        }
        self.current()
    }

    /// Asks auth now and then, so that a key that was withdrawn is known, until nothing new may begin.
    pub(super) async fn follow(&self, tasks: &Tasks) {
        while self.asks && !tasks.is_draining() {
            let mut asked = self.asked.lock().await;
            let told = self.ask().await;
            *asked = Some(Instant::now());
            drop(asked);
            let pause = if told { REFRESH } else { REFETCH };
            tokio::select! {
                () = tasks.draining() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// What auth says is installed and remembered; what is known stays when it says nothing.
    async fn ask(&self) -> bool {
        match self.peers.auth().jwks(&CallContext::within(PATIENCE)).await {
            Ok(keys) if !keys.keys.is_empty() => {
                self.install(&keys);
                self.remember(&keys).await;
                true
            }
            Ok(_) => {
                tracing::warn!("auth has no signing keys");
                false
            }
            Err(error) => {
                tracing::warn!(%error, "auth did not tell its signing keys");
                false
            }
        }
    }

    async fn remember(&self, keys: &Jwks) {
        let mut batch = Batch::new();
        let stored = match batch.put(KEYS, REMEMBERED, &serde_json::json!({ "jwks": keys })) {
            Ok(_) => self.store.commit(batch).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stored {
            tracing::warn!(%error, "the signing keys could not be remembered");
        }
    }

    /// Installs the keys of before a restart, so that auth may be down.
    pub(super) async fn recall(&self) -> backends::Result<()> {
        if let Some(document) = self.store.get(KEYS, REMEMBERED).await?
            && let Some(keys) = document.body.get("jwks")
            && let Ok(keys) = serde_json::from_value(keys.clone())
        {
            self.install(&keys);
        }
        Ok(())
    }
}
