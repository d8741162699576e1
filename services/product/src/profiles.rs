//! The languages of the artisans' profiles, which auth knows.

use std::time::Duration;

use bytes::Bytes;
use service_kit::Kit;
use shared_models::{auth::UserSummary, ids::UserId, product::Text, text::Language};

use crate::domain::Speaker;

/// A listing must not wait longer for a language; its script stands in.
const PATIENCE: Duration = Duration::from_millis(800);
/// How soon a changed profile is noticed.
const KEPT: Duration = Duration::from_mins(1);

/// Asks auth, and remembers for a while.
pub(crate) struct Profiles {
    kit: Kit,
}

impl Profiles {
    pub(crate) fn new(kit: Kit) -> Self {
        Self { kit }
    }

    /// Who writes `texts`; auth is asked only when one of them does not say its language.
    pub(crate) async fn speaker(&self, user: UserId, texts: [Option<&Text>; 2]) -> Speaker {
        let plain = |text: &&Text| matches!(text, Text::Plain(_));
        if !texts.iter().flatten().any(plain) {
            return Speaker { profile: None };
        }
        let profile = self.language(user).await;
        Speaker { profile }
    }

    /// The language of a profile; nothing while auth cannot tell.
    pub(crate) async fn language(&self, user: UserId) -> Option<Language> {
        match self.cached(user).await {
            Some(language) => Some(language),
            None => self.asked(user).await,
        }
    }

    async fn cached(&self, user: UserId) -> Option<Language> {
        match self.kit.backends.limits.cached(&key(user)).await {
            Ok(code) => Language::from_tag(std::str::from_utf8(&code?).ok()?),
            Err(error) => {
                tracing::warn!(%error, "the cache cannot be read");
                None
            }
        }
    }

    async fn asked(&self, user: UserId) -> Option<Language> {
        let asked = self.kit.peers.auth().user(&self.kit.call(PATIENCE), user).await;
        let UserSummary { language, .. } = asked
            .inspect_err(|error| tracing::warn!(%error, "the script of a text stands in for its language"))
            .ok()?;
        let code = Bytes::from_static(language.code().as_bytes());
        if let Err(error) = self.kit.backends.limits.cache(&key(user), code, KEPT).await {
            tracing::warn!(%error, "the cache cannot be written");
        }
        Some(language)
    }
}

fn key(user: UserId) -> String {
    format!("product:language:{user}")
}
