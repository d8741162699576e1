//! Passwords: argon2id on threads of its own, a few at a time, with a short queue.

mod argon;
mod strength;
mod threads;

use std::sync::{Arc, Mutex, PoisonError};

use argon::Memory;
use backends::Ids;
use shared_models::auth::Password;
use threads::Threads;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use unicode_normalization::UnicodeNormalization;

use crate::error::AuthError;

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    /// Everybody who is here, working or waiting: beyond that it is better to say so.
    room: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    /// At most one for each that works at once. Allocated anew each time, it would stay with the allocator's arena of
    /// whichever thread it was, until there is one for each thread.
    memory: Arc<Mutex<Vec<Memory>>>,
    threads: Threads,
    ids: Ids,
}

impl Passwords {
    /// Fails when no threads can be started.
    pub(crate) fn new(at_once: usize, waiting: usize, ids: Ids) -> std::io::Result<Self> {
        Ok(Self {
            room: Arc::new(Semaphore::new(at_once + waiting)),
            at_once: Arc::new(Semaphore::new(at_once)),
            memory: Arc::default(),
            threads: Threads::start(at_once)?,
            ids,
        })
    }

    /// Whether `password` is the one of `hash`; without a hash it is not, after the same work.
    pub(crate) async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, AuthError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(argon::NOBODYS).to_owned();
        let password = normalised(password);
        let matches = self
            .work(move |memory| argon::matches(&password, &hash, memory))
            .await?;
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
        self.work(move |memory| {
            strength::check(&password, &about_her).map_err(|why| AuthError::WeakPassword(pointer, why))?;
            argon::hash(&password, &salt, memory)
        })
        .await
    }

    /// Does it on one of the threads when it is its turn. Nobody who gives up waiting keeps a place, and work that was
    /// begun keeps its place until it ends.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, AuthError> + Send + 'static,
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
        let pool = self.memory.clone();
        let (answer, answered) = oneshot::channel();
        self.threads.run(move || {
            let kept = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = kept.unwrap_or_else(Memory::new);
            let done = work(&mut memory);
            pool.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            drop(places);
            let _ = answer.send(done); // nobody may wait for it any more
        });
        answered.await.map_err(argon::broken)?
    }
}

/// Normal form C, as RFC 8265 has it, so that a password is the same from every keyboard.
fn normalised(password: &Password) -> String {
    password.expose().nfc().collect()
}

#[cfg(test)]
mod tests {
    use backends::Clock;

    use super::*;

    fn passwords(at_once: usize, waiting: usize) -> Passwords {
        Passwords::new(at_once, waiting, Ids::new(Clock::system())).unwrap()
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
    async fn nobody_has_any_password() {
        assert!(!passwords(1, 8).verify(&"anything".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn no_more_memory_is_kept_than_works_at_once() {
        let passwords = passwords(2, 16);
        let anything = "anything".into();
        let many = (0..12).map(|_| passwords.verify(&anything, None));
        futures::future::join_all(many).await;
        assert!((1..=2).contains(&passwords.memory.lock().unwrap().len()));
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
