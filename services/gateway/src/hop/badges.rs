use std::sync::{Arc, PoisonError, RwLock};

use backends::Clock;
use config::{ExposeSecret, SecretString};
use http::{HeaderMap, HeaderValue};
use service_client::{Service, ServiceTokens, TokenError, header};

/// Seconds that a token is used before it is asked for again; it is good for at least twice that.
const KEPT: u64 = 10;

/// What proves to each service that the gateway calls: its tokens, ready to be sent.
pub(crate) struct Badges {
    tokens: Arc<dyn ServiceTokens>,
    clock: Clock,
    /// By the service's place in the fleet.
    held: [RwLock<Option<Badge>>; Service::ALL.len()],
}

#[derive(Clone)]
struct Badge {
    made: u64,
    token: HeaderValue,
    serverless: Option<HeaderValue>,
}

impl Badges {
    pub(crate) fn new(tokens: Arc<dyn ServiceTokens>, clock: Clock) -> Self {
        Self {
            tokens,
            clock,
            held: Default::default(),
        }
    }

    /// Adds the tokens for `callee`.
    pub(crate) async fn put_on(&self, callee: Service, headers: &mut HeaderMap) -> Result<(), TokenError> {
        let held = &self.held[usize::from(callee.port_offset())];
        let now = self.clock.unix();
        let known = held.read().unwrap_or_else(PoisonError::into_inner).clone();
        let badge = if let Some(badge) = known.filter(|badge| now.abs_diff(badge.made) < KEPT) {
            badge
        } else {
            let badge = self.make(callee, now).await?;
            *held.write().unwrap_or_else(PoisonError::into_inner) = Some(badge.clone());
            badge
        };
        headers.insert(header::SERVICE_TOKEN, badge.token);
        if let Some(serverless) = badge.serverless {
            headers.insert(header::SERVERLESS_AUTHORIZATION, serverless);
        }
        Ok(())
    }

    async fn make(&self, callee: Service, now: u64) -> Result<Badge, TokenError> {
        let made = self.tokens.token_for(callee).await?;
        let bearer = |token: &SecretString| secret(&format!("Bearer {}", token.expose_secret()));
        Ok(Badge {
            made: now,
            token: secret(made.token.expose_secret())?,
            serverless: made.serverless.as_ref().map(bearer).transpose()?,
        })
    }
}

fn secret(text: &str) -> Result<HeaderValue, TokenError> {
    let mut value = HeaderValue::from_str(text).map_err(|error| TokenError(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}
