//! Keys in files that only their owner may read.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use tokio::task::spawn_blocking;

use super::{Keys, name};
use crate::{Clock, Error, Ids, Result, files};

/// `NAME.secret` and `NAME.ed25519` (PKCS#8) in one folder; a process that finds no file makes it.
#[derive(Clone)]
pub struct KeyFiles(Arc<Folder>);

struct Folder {
    path: PathBuf,
    ids: Ids,
    pairs: Mutex<HashMap<String, Arc<Ed25519KeyPair>>>,
}

impl KeyFiles {
    /// Keys in this folder, which is made when it is not there.
    pub fn open(folder: &Path) -> Result<Self> {
        files::private_folder(folder)?;
        Ok(Self(Arc::new(Folder {
            path: folder.to_owned(),
            ids: Ids::new(Clock::system()),
            pairs: Mutex::default(),
        })))
    }

    async fn pair(&self, name: &str) -> Result<Arc<Ed25519KeyPair>> {
        if let Some(pair) = self.0.known(name) {
            return Ok(pair);
        }
        let (folder, name) = (self.0.clone(), name.to_owned());
        blocking(move || folder.pair(&name)).await
    }
}

#[async_trait]
impl Keys for KeyFiles {
    async fn secret(&self, name: &str) -> Result<SecretString> {
        let (folder, name) = (self.0.clone(), name.to_owned());
        blocking(move || folder.secret(&name)).await
    }

    async fn public_key(&self, name: &str) -> Result<[u8; 32]> {
        let pair = self.pair(name).await?;
        pair.public_key().as_ref().try_into().map_err(broken)
    }

    async fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64]> {
        let pair = self.pair(name).await?;
        pair.sign(message).as_ref().try_into().map_err(broken)
    }

    async fn bearer(&self, _audience: &str) -> Result<Option<SecretString>> {
        Ok(None)
    }

    async fn ping(&self) -> Result<()> {
        let folder = self.0.clone();
        blocking(move || {
            fs::read_dir(&folder.path)
                .map(drop)
                .map_err(|error| files::failure("read", &folder.path, error))
        })
        .await
    }
}

impl Folder {
    fn known(&self, name: &str) -> Option<Arc<Ed25519KeyPair>> {
        let pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.get(name).cloned()
    }

    fn pair(&self, name: &str) -> Result<Arc<Ed25519KeyPair>> {
        let bytes = self.read_or_make(name, "ed25519", || {
            let document = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8());
            document
                .map(|document| document.as_ref().to_vec())
                .map_err(broken)
        })?;
        let pair = Arc::new(Ed25519KeyPair::from_pkcs8(&bytes).map_err(broken)?);
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.insert(name.to_owned(), pair.clone());
        Ok(pair)
    }

    fn secret(&self, name: &str) -> Result<SecretString> {
        let bytes = self.read_or_make(name, "secret", || {
            Ok(URL_SAFE_NO_PAD.encode(self.ids.bytes::<32>()).into_bytes())
        })?;
        let text = String::from_utf8(bytes).map_err(broken)?;
        Ok(text.trim_end().into())
    }

    /// What the file holds; of several who make it at once, one wins and all read the winner's.
    fn read_or_make(
        &self,
        name: &str,
        kind: &str,
        make: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let path = self.path.join(format!("{}.{kind}", name::check(name)?));
        match read(&path) {
            Err(Error::NotFound) => {}
            found => return found,
        }
        let draft = self.path.join(format!(".{name}.{}", self.ids.uuid()));
        files::create_once(&path, &draft, &make()?).map_err(|error| files::failure("make", &path, error))?;
        read(&path)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).map_err(|error| files::failure("read", path, error))?;
    warn_if_open_to_others(path);
    Ok(bytes)
}

#[cfg(unix)]
fn warn_if_open_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others may read this key: chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_path: &Path) {}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(broken)?
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Other(format!("a key cannot be used: {error}"))
}
