//! Keys that Google publishes and replaces now and then.

use std::{collections::HashMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use backends::Clock;
use http::{HeaderMap, Method, header};
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use service_client::{Outbound, OutboundRequest, OutboundRules};
use tokio::{sync::Mutex, time::Instant};
use url::{Host, Url};

use super::TokenError;

/// How long they may take to come.
const PATIENCE: Duration = Duration::from_secs(3);
/// Of the set, in bytes; Google's has less than four thousand.
const LARGEST: usize = 64 << 10;
/// An unknown name asks for the keys at most this often, in seconds.
const REFETCH: u64 = 10;
/// The same while there are no keys at all.
const FIRST_FETCH: u64 = 1;
/// Seconds that keys are fresh, whatever their answer says: at least, and at most.
const FRESH: (u64, u64) = (5 * 60, 24 * 60 * 60);
/// Seconds that they are used after that, while no new ones are to be had.
const STALE: u64 = 60 * 60;

/// The keys at one address.
pub(super) struct PublishedKeys {
    outbound: Outbound,
    url: Url,
    clock: Clock,
    set: ArcSwap<KeySet>,
    /// When they were last asked for. Whoever needs the answer waits here, and nobody else.
    asked: Mutex<Option<u64>>,
}

#[derive(Default)]
struct KeySet {
    by_name: HashMap<String, Arc<DecodingKey>>,
    /// Seconds since 1970.
    fresh_until: u64,
}

impl KeySet {
    fn is_fresh(&self, now: u64) -> bool {
        now < self.fresh_until
    }

    fn is_usable(&self, now: u64) -> bool {
        now < self.fresh_until + STALE
    }

    fn get(&self, name: &str, now: u64) -> Option<Arc<DecodingKey>> {
        let key = self.by_name.get(name)?;
        self.is_usable(now).then(|| key.clone())
    }
}

impl PublishedKeys {
    pub(super) fn at(url: Url, clock: Clock) -> Self {
        Self {
            outbound: Outbound::new(rules(&url)),
            url,
            clock,
            set: ArcSwap::default(),
            asked: Mutex::new(None),
        }
    }

    /// The key with a name; asks for the keys when they are old or do not have it.
    pub(super) async fn named(&self, name: &str) -> Result<Arc<DecodingKey>, TokenError> {
        let (set, now) = (self.set.load_full(), self.clock.unix());
        let known = set.get(name, now);
        if let Some(key) = known.as_ref().filter(|_| set.is_fresh(now)) {
            return Ok(key.clone());
        }
        let turn = match known {
            Some(_) => self.asked.try_lock().ok(),
            None => Some(self.asked.lock().await),
        };
        if let Some(mut asked) = turn
            && self.should_ask(name, *asked)
        {
            self.ask().await;
            *asked = Some(self.clock.unix());
        }
        let (set, now) = (self.set.load(), self.clock.unix());
        let missing = if set.is_fresh(now) {
            TokenError::BadSignature
        } else {
            TokenError::NoKeys
        };
        set.get(name, now).ok_or(missing)
    }

    fn should_ask(&self, name: &str, asked: Option<u64>) -> bool {
        let (set, now) = (self.set.load(), self.clock.unix());
        let gap = if set.is_usable(now) { REFETCH } else { FIRST_FETCH };
        let lately = asked.is_some_and(|asked| now.abs_diff(asked) < gap);
        let served = set.is_fresh(now) && set.by_name.contains_key(name);
        !lately && !served
    }

    /// Takes the keys that are published now; those that are known stay when none come.
    async fn ask(&self) {
        match self.published().await {
            Ok(set) => self.set.store(Arc::new(set)),
            Err(why) => tracing::warn!(%why, host = self.url.host_str(), "published keys are not to be had"),
        }
    }

    async fn published(&self) -> Result<KeySet, String> {
        let deadline = Instant::now() + PATIENCE;
        let request = OutboundRequest::new(Method::GET, self.url.clone(), deadline).largest_answer(LARGEST);
        let answer = self
            .outbound
            .send(request)
            .await
            .map_err(|error| error.to_string())?;
        if !answer.status.is_success() {
            return Err(format!("refused with {}", answer.status.as_u16()));
        }
        let published: Published = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        let by_name: HashMap<_, _> = published.keys.into_iter().filter_map(Key::named).collect();
        if by_name.is_empty() {
            return Err("there is no RSA key among them".to_owned());
        }
        Ok(KeySet {
            by_name,
            fresh_until: self.clock.unix() + fresh_for(&answer.headers),
        })
    }
}

/// Production's, but for an address of this machine that stands in the URL itself.
fn rules(url: &Url) -> OutboundRules {
    let own = match url.host() {
        Some(Host::Ipv4(address)) if address.is_loopback() => Some(address.into()),
        Some(Host::Ipv6(address)) if address.is_loopback() => Some(address.into()),
        _ => None,
    };
    OutboundRules {
        allow_http: own.is_some(),
        allowed: own.into_iter().collect(),
    }
}

/// `max-age` of `Cache-Control`, within bounds.
fn fresh_for(headers: &HeaderMap) -> u64 {
    let said = headers
        .get(header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok());
    let age = said.and_then(|said| {
        said.split(',')
            .find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
    });
    age.unwrap_or(0).clamp(FRESH.0, FRESH.1)
}

/// A JWK set (RFC 7517).
#[derive(Deserialize)]
struct Published {
    keys: Vec<Key>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: String,
    n: String,
    e: String,
}

impl Key {
    /// A key for RS256 with its name.
    fn named(self) -> Option<(String, Arc<DecodingKey>)> {
        let fits = |said: Option<&str>, wanted| said.is_none_or(|said| said == wanted);
        let ours =
            self.kty == "RSA" && fits(self.alg.as_deref(), "RS256") && fits(self.usage.as_deref(), "sig");
        if !ours || self.kid.is_empty() {
            return None;
        }
        let key = DecodingKey::from_rsa_components(&self.n, &self.e).ok()?;
        Some((self.kid, Arc::new(key)))
    }
}
