//! Links to pictures: stable where anybody may look, else signed and for an hour or two.

use std::collections::BTreeMap;

use ::config::ExposeSecret;
use aws_lc_rs::hmac;
use backends::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use service_kit::{Kit, StartError};
use shared_models::ids::FileId;

use crate::domain::file::{File, ORIGINAL};

const SECRET: &str = "media-links";
const HOUR: u64 = 3600;

/// Makes and checks links.
pub(crate) struct Links {
    key: hmac::Key,
    clock: Clock,
    kit: Kit,
}

/// What a signed link carries.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Signed {
    expires: Option<u64>,
    signature: Option<String>,
}

/// What a link is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It carries no signature.
    Plain,
    /// It opens this picture until it ends, in so many seconds.
    Good { left: u64 },
    /// It has ended, or was made up.
    Bad,
}

impl Links {
    pub(crate) async fn new(kit: &Kit) -> Result<Self, StartError> {
        let secret = kit.backends.keys.secret(SECRET).await?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()),
            clock: kit.clock.clone(),
            kit: kit.clone(),
        })
    }

    /// For anybody, for good.
    pub(crate) fn stable(&self, file: &File) -> BTreeMap<String, String> {
        let names = file.processed().map(|(name, _)| name);
        names
            .map(|name| (name.to_owned(), self.kit.link(&path(file.id, name))))
            .collect()
    }

    /// For whoever gets them, for an hour or two.
    pub(crate) fn signed(&self, file: &File) -> BTreeMap<String, String> {
        let names = file.processed().map(|(name, _)| name);
        names
            .map(|name| (name.to_owned(), self.sign(file.id, name)))
            .collect()
    }

    /// To the photo itself: for its owner, and always signed.
    pub(crate) fn original(&self, file: &File) -> String {
        self.sign(file.id, ORIGINAL)
    }

    fn sign(&self, file: FileId, name: &str) -> String {
        // Rounded, so that within an hour the same link is given and what is cached stays of use.
        let expires = (self.clock.unix() / HOUR + 2) * HOUR;
        let signature = hmac::sign(&self.key, message(file, name, expires).as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let link = self.kit.link(&path(file, name));
        format!("{link}?expires={expires}&signature={signature}")
    }

    pub(crate) fn worth(&self, file: FileId, name: &str, link: &Signed) -> Worth {
        let (Some(expires), Some(signature)) = (link.expires, &link.signature) else {
            let bare = link.expires.is_none() && link.signature.is_none();
            return if bare { Worth::Plain } else { Worth::Bad };
        };
        let left = expires.saturating_sub(self.clock.unix());
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
            return Worth::Bad;
        };
        let message = message(file, name, expires);
        match hmac::verify(&self.key, message.as_bytes(), &signature) {
            Ok(()) if left > 0 => Worth::Good { left },
            _ => Worth::Bad,
        }
    }
}

fn path(file: FileId, name: &str) -> String {
    format!("/media/{file}/{name}")
}

fn message(file: FileId, name: &str, expires: u64) -> String {
    format!("{file}/{name}/{expires}")
}
