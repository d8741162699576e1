use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use google_cloud_auth::credentials::{
    AccessTokenCredentials, Builder,
    idtoken::{self, IDTokenCredentials},
    mds,
};
use secrecy::SecretString;

use super::breaker::Breaker;
use crate::{Error, Result};

/// What a bearer for Google's own APIs is asked for.
pub(crate) const CLOUD: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Audiences that are scopes of Google's APIs begin with this; all others are services.
const SCOPES: &str = "https://www.googleapis.com/auth/";
/// How long a bearer may take: the metadata server is on the same machine.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whose word counts at Google.
#[derive(Debug, Clone, Default)]
pub enum Identity {
    /// The machine's: application default credentials. On Cloud Run a service account's, from the metadata server.
    #[default]
    Machine,
    /// What a stand-in of the metadata server at this `http://host:port` says.
    Metadata(String),
    /// Nobody's: an emulator asks for none.
    Nobody,
}

/// Bearers by application default credentials, each kept while it is good.
pub(crate) struct Bearers {
    identity: Identity,
    kept: Mutex<HashMap<String, Kept>>,
    breaker: Breaker,
}

/// Renews itself in the background, and holds the newest.
#[derive(Clone)]
enum Kept {
    Access(AccessTokenCredentials),
    Id(IDTokenCredentials),
}

impl Bearers {
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            kept: Mutex::default(),
            breaker: Breaker::before("Google's credentials"),
        }
    }

    /// A bearer for a scope of Google's APIs, or for a service that checks ID tokens of this audience.
    pub(crate) async fn bearer(&self, audience: &str) -> Result<Option<SecretString>> {
        if let Identity::Nobody = self.identity {
            return Ok(None);
        }
        // To make credentials is to ask: not while nobody should.
        let newest = async { self.kept(audience)?.newest().await };
        let asked = self.breaker.within(PATIENCE, Error::Unavailable, newest).await;
        if asked.is_err() {
            // Its background task may hang on a connection that says nothing: the next attempt begins anew.
            self.held().remove(audience);
        }
        asked.map(Some)
    }

    fn kept(&self, audience: &str) -> Result<Kept> {
        let mut held = self.held();
        if let Some(kept) = held.get(audience) {
            return Ok(kept.clone());
        }
        let built = if audience.starts_with(SCOPES) {
            Kept::Access(self.access(audience)?)
        } else {
            Kept::Id(self.id(audience)?)
        };
        held.insert(audience.to_owned(), built.clone());
        Ok(built)
    }

    fn access(&self, scope: &str) -> Result<AccessTokenCredentials> {
        match &self.identity {
            Identity::Metadata(url) => mds::Builder::default()
                .with_endpoint(url)
                .with_scopes([scope])
                .build_access_token_credentials(),
            _ => Builder::default()
                .with_scopes([scope])
                .build_access_token_credentials(),
        }
        .map_err(none)
    }

    fn id(&self, audience: &str) -> Result<IDTokenCredentials> {
        match &self.identity {
            // In full: the callee looks at the service account's address.
            Identity::Metadata(url) => idtoken::mds::Builder::new(audience)
                .with_endpoint(url)
                .with_format(idtoken::mds::Format::Full)
                .build(),
            _ => idtoken::Builder::new(audience).with_include_email().build(),
        }
        .map_err(none)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    async fn newest(&self) -> Result<SecretString> {
        match self {
            Self::Access(credentials) => {
                let token = credentials.access_token().await.map_err(none)?;
                Ok(token.token.into())
            }
            Self::Id(credentials) => Ok(credentials.id_token().await.map_err(none)?.into()),
        }
    }
}

fn none(error: impl Display) -> Error {
    Error::Unavailable(format!("no bearer from Google: {error}"))
}
