//! Passwords: argon2id off the async threads, a few at a time, with a short queue.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use backends::Ids;
use shared_models::auth::Password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, feedback::Feedback, zxcvbn};

use crate::error::AuthError;

/// OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Fewer characters are guessed too fast, however they were chosen.
const SHORTEST: usize = 10;
/// Nobody's: verified where there is no account, so that it costs the same.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0LTAwMA$4m0YcW2kY7fB3mJm8s0b0oZ0yQv1r8W2h3o7m9cN5tE";

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    /// Everybody who is here, working or waiting: beyond that it is better to say so.
    room: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    ids: Ids,
}

impl Passwords {
    pub(crate) fn new(at_once: usize, waiting: usize, ids: Ids) -> Self {
        Self {
            room: Arc::new(Semaphore::new(at_once + waiting)),
            at_once: Arc::new(Semaphore::new(at_once)),
            ids,
        }
    }

    /// Whether `password` is the one of `hash`; without a hash it is not, after the same work.
    pub(crate) async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, AuthError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODYS).to_owned();
        let password = normalised(password);
        let matches = self.work(move || matches(&password, &hash)).await??;
        Ok(matches && known)
    }

    /// The hash of a new password, of the field at `pointer`; refuses one that is easy to guess, for which what is
    /// known of its owner counts.
    pub(crate) async fn hash_new(
        &self,
        pointer: &'static str,
        password: &Password,
        about_her: Vec<String>,
    ) -> Result<String, AuthError> {
        let salt: [u8; 16] = self.ids.bytes();
        let password = normalised(password);
        self.work(move || {
            check_strength(&password, &about_her).map_err(|why| AuthError::WeakPassword(pointer, why))?;
            hash(&password, &salt)
        })
        .await?
    }

    /// Does it on a blocking thread when it is its turn. Nobody who gives up waiting keeps a place, and work that was
    /// begun keeps its place until it ends.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let room = self
            .room
            .clone()
            .try_acquire_owned()
            .map_err(|_| AuthError::Busy)?;
        let turn = self
            .at_once
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| AuthError::Busy)?;
        let places: [OwnedSemaphorePermit; 2] = [room, turn];
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(places);
            done
        });
        done.await.map_err(broken)
    }
}

/// Normal form C, as RFC 8265 has it, so that a password is the same from every keyboard.
fn normalised(password: &Password) -> String {
    password.expose().nfc().collect()
}

fn check_strength(password: &str, about_her: &[String]) -> Result<(), String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("must have at least {SHORTEST} characters"));
    }
    let words = about_her
        .iter()
        .flat_map(|about| about.split(|c: char| !c.is_alphanumeric()));
    let known: Vec<&str> = about_her.iter().map(String::as_str).chain(words).collect();
    let estimate = zxcvbn(password, &known);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let warning = estimate.feedback().and_then(Feedback::warning);
    let why = warning.map_or_else(|| "too easy to guess".to_owned(), |warning| warning.to_string());
    Err(format!("is weak: {why}"))
}

fn argon2id() -> Result<Argon2<'static>, AuthError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, AuthError> {
    let hash: PasswordHash = argon2id()?
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(broken)?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str) -> Result<bool, AuthError> {
    use argon2::password_hash::Error;
    let hash = PasswordHash::new(hash).map_err(broken)?;
    match argon2id()?.verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}

fn broken(error: impl std::fmt::Display) -> AuthError {
    AuthError::Store(backends::Error::Other(format!(
        "a password cannot be hashed: {error}"
    )))
}

#[cfg(test)]
mod tests {
    use backends::Clock;

    use super::*;

    fn passwords(at_once: usize, waiting: usize) -> Passwords {
        Passwords::new(at_once, waiting, Ids::new(Clock::system()))
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_only_in_any_normal_form() {
        let passwords = passwords(1, 8);
        let hash = passwords
            .hash_new("/password", &"Jose\u{301} weaves by moonlight".into(), vec![])
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let composed = "Jos\u{e9} weaves by moonlight".into();
        assert!(passwords.verify(&composed, Some(&hash)).await.unwrap());
        assert!(
            !passwords
                .verify(&"Jose weaves by moonlight".into(), Some(&hash))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn nobodys_password_costs_what_everybodys_does() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let somebodys = hash("x", &[0; 16]).unwrap();
        let somebodys = PasswordHash::new(&somebodys).unwrap();
        assert_eq!(nobodys.params.to_string(), somebodys.params.to_string());
        assert_eq!(nobodys.algorithm, somebodys.algorithm);
        let length = |hash: &PasswordHash| hash.hash.as_ref().unwrap().as_bytes().len();
        assert_eq!(length(&nobodys), length(&somebodys));
        assert!(!passwords(1, 8).verify(&"anything".into(), None).await.unwrap());
    }

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        let about = vec!["sita.devi@example.in".to_owned(), "Sita Devi".to_owned()];
        for weak in [
            "short",
            "password123",
            "1234567890",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaa",
            "sita.devi@example.in",
            "अअअ",
        ] {
            assert!(check_strength(weak, &about).is_err(), "{weak}");
        }
        for strong in [
            "correct horse battery staple",
            "मेरी गाय नीली नहीं है",
            "k9#Vw!pR2x@q",
        ] {
            assert!(check_strength(strong, &about).is_ok(), "{strong}");
        }
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_told_at_once() {
        let passwords = passwords(1, 1);
        let held = passwords.at_once.clone().acquire_owned().await.unwrap();
        let anything = "anything".into();
        let mut waits = Box::pin(passwords.verify(&anything, None));
        assert!(futures::poll!(&mut waits).is_pending());
        let mut other = Box::pin(passwords.verify(&anything, None));
        assert!(futures::poll!(&mut other).is_pending());
        let refused = passwords.verify(&anything, None).await;
        assert!(matches!(refused, Err(AuthError::Busy)));
        drop(other); // gave up waiting
        drop(held);
        assert!(!waits.await.unwrap());
        assert!(!passwords.verify(&anything, None).await.unwrap());
    }
}
