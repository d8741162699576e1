use std::sync::Arc;

use backends::{Clock, Ids, documents::Store};
use chrono::{DateTime, Utc};
use serde::Serialize;
use service_kit::{
    Kit, Problem, StartError,
    audit::Audit,
    extract::IdempotencyKey,
    idempotency::{Idempotency, Intent},
    identity::Caller,
    jobs::Jobs,
    outbox::Outbox,
};
use shared_models::ids::{SessionId, UserId};

use crate::{
    codes::Codes,
    config::Config,
    delivery,
    domain::user::User,
    error::AuthError,
    firebase::Firebase,
    passwords::Passwords,
    secrets::Secrets,
    sessions::Sessions,
    store::{CodeStore, CounterStore, Follows, SessionStore, Stored, Users},
    throttle::Throttle,
    token_keys::TokenKeys,
};

/// What every handler and every duty of auth shares.
pub(crate) struct Auth {
    pub(crate) config: Arc<Config>,
    pub(crate) users: Users,
    pub(crate) sessions: Sessions,
    pub(crate) follows: Follows,
    pub(crate) codes: Codes,
    pub(crate) throttle: Throttle,
    pub(crate) passwords: Passwords,
    pub(crate) keys: TokenKeys,
    pub(crate) firebase: Option<Firebase>,
    pub(crate) secrets: Secrets,
    pub(crate) store: Store,
    pub(crate) idempotency: Idempotency,
    pub(crate) outbox: Outbox,
    pub(crate) audit: Audit,
    pub(crate) jobs: Jobs,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
}

/// Shared by reference.
pub(crate) type AuthState = Arc<Auth>;

/// A caller whose account and session were just looked at: her token may be older than what happened to them.
pub(crate) struct Present {
    pub(crate) user: Stored<User>,
    pub(crate) session: SessionId,
}

impl Present {
    pub(crate) fn id(&self) -> UserId {
        self.user.value.id
    }
}

impl Auth {
    /// Opens everything.
    pub(crate) async fn open(kit: &mut Kit) -> Result<AuthState, StartError> {
        let config = Arc::new(Config::read(&mut kit.environment)?);
        let store = kit.backends.documents.clone();
        let (clock, ids) = (kit.clock.clone(), kit.ids.clone());
        let secrets = Secrets::load(&kit.backends.keys).await?;
        let keys = TokenKeys::open(kit).await.map_err(cannot_start)?;
        let users = Users::new(store.clone(), secrets.clone());
        let counters = CounterStore::new(store.clone(), secrets.clone());
        let throttle = Throttle::new(
            counters.clone(),
            secrets.clone(),
            clock.clone(),
            config.account_failures,
            config.address_failures,
        );
        let sessions = Sessions::new(
            SessionStore::new(store.clone()),
            config.session_idle,
            secrets.clone(),
            keys.clone(),
            clock.clone(),
            ids.clone(),
        );
        let codes = Codes {
            store: CodeStore::new(store.clone()),
            counters,
            users: users.clone(),
            throttle: throttle.clone(),
            secrets: secrets.clone(),
            jobs: kit.jobs.clone(),
            delivery: Arc::new(delivery::Outbox::new(kit.outgoing.clone())),
            clock: clock.clone(),
            ids: ids.clone(),
            config: config.clone(),
        };
        Ok(Arc::new(Self {
            passwords: Passwords::new(config.hashes_at_once, config.hashes_waiting, ids.clone())
                .map_err(cannot_start)?,
            follows: Follows::new(store.clone()),
            idempotency: kit.idempotency.clone(),
            outbox: kit.outbox.clone(),
            audit: kit.audit.clone(),
            firebase: config
                .firebase
                .as_ref()
                .map(|project| Firebase::new(project, clock.clone())),
            jobs: kit.jobs.clone(),
            config,
            users,
            sessions,
            codes,
            throttle,
            keys,
            secrets,
            store,
            clock,
            ids,
        }))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The account and the session behind a token, while both are in order.
    pub(crate) async fn present(&self, caller: &Caller) -> Result<Present, AuthError> {
        let session = caller.session.ok_or(AuthError::SessionEnded)?;
        let (user, stored) =
            futures::try_join!(self.users.find(caller.user_id), self.sessions.store.find(session))?;
        let user = user.ok_or(AuthError::SessionEnded)?;
        if user.value.suspension.is_some() {
            return Err(AuthError::Suspended);
        }
        let alive = |epoch| epoch == user.value.epoch && caller.role == user.value.role;
        match stored {
            Some(stored) if stored.value.user_id == caller.user_id && alive(stored.value.epoch) => {
                Ok(Present { user, session })
            }
            _ => Err(AuthError::SessionEnded),
        }
    }

    /// What a principal means by a request whose body may hold secrets.
    pub(crate) fn intent(
        &self,
        key: &IdempotencyKey,
        principal: impl std::fmt::Display,
        body: &impl Serialize,
    ) -> Result<Intent, Problem> {
        key.intent(principal, &self.secrets.fingerprint(body)?)
    }
}

fn cannot_start(error: impl std::fmt::Display) -> StartError {
    StartError::Other(error.to_string())
}
