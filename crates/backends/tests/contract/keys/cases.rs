use std::collections::HashSet;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use backends::{Error, keys::Keys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;

use super::Fixture;

async fn secret(keys: &dyn Keys, name: &str) -> String {
    keys.secret(name).await.unwrap().expose_secret().to_owned()
}

async fn verify(keys: &dyn Keys, name: &str, message: &[u8], signature: &[u8]) -> bool {
    let public = keys.public_key(name).await.unwrap();
    UnparsedPublicKey::new(&ED25519, public)
        .verify(message, signature)
        .is_ok()
}

pub(crate) async fn a_secret_is_32_random_bytes_and_stays(at: &Fixture) {
    let made = secret(&*at.one, "a").await;
    assert_eq!(URL_SAFE_NO_PAD.decode(&made).unwrap().len(), 32);
    assert_eq!(secret(&*at.one, "a").await, made);
    assert_eq!(secret(&*(at.another)(), "a").await, made);
}

pub(crate) async fn a_signature_verifies_with_the_public_key(at: &Fixture) {
    for message in [b"".as_slice(), b"message", &[0; 10_000]] {
        let signature = at.one.sign("a", message).await.unwrap();
        assert!(verify(&*at.one, "a", message, &signature).await);
        assert!(verify(&*(at.another)(), "a", message, &signature).await);
        assert!(!verify(&*at.one, "a", b"another message", &signature).await);
        assert!(!verify(&*at.one, "b", message, &signature).await);
    }
}

pub(crate) async fn a_key_stays(at: &Fixture) {
    let public = at.one.public_key("a").await.unwrap();
    let signature = at.one.sign("a", b"message").await.unwrap();
    assert_eq!(at.one.public_key("a").await.unwrap(), public);
    assert_eq!((at.another)().public_key("a").await.unwrap(), public);
    assert_eq!(
        (at.another)().sign("a", b"message").await.unwrap(),
        signature,
        "RFC 8032 is deterministic"
    );
    at.one.ping().await.unwrap();
}

pub(crate) async fn names_have_their_own_keys(at: &Fixture) {
    let (mut secrets, mut publics) = (HashSet::new(), HashSet::new());
    for name in ["auth", "auth-2", "service.product", "a_b", "A"] {
        assert!(secrets.insert(secret(&*at.one, name).await));
        assert!(publics.insert(at.one.public_key(name).await.unwrap()));
    }
}

pub(crate) async fn a_secret_and_a_key_may_share_a_name(at: &Fixture) {
    let public = at.one.public_key("a").await.unwrap();
    let made = secret(&*at.one, "a").await;
    assert_eq!(at.one.public_key("a").await.unwrap(), public);
    assert_ne!(URL_SAFE_NO_PAD.decode(made).unwrap(), public);
}

pub(crate) async fn all_who_begin_at_once_agree(at: &Fixture) {
    let mut beginning = JoinSet::new();
    for _ in 0..16 {
        let keys = (at.another)();
        beginning.spawn(async move { (secret(&*keys, "a").await, keys.public_key("a").await.unwrap()) });
    }
    let agreed: HashSet<_> = beginning.join_all().await.into_iter().collect();
    assert_eq!(agreed.len(), 1);
}

pub(crate) async fn bad_names_are_refused(at: &Fixture) {
    let long = "x".repeat(101);
    for name in [
        "",
        ".",
        "..",
        "../a",
        "a/b",
        "/a",
        ".a",
        "a\0",
        "a b",
        "é",
        "a\\b",
        long.as_str(),
    ] {
        assert!(
            matches!(at.one.secret(name).await.err(), Some(Error::Invalid(_))),
            "{name:?}"
        );
        assert!(
            matches!(at.one.public_key(name).await.err(), Some(Error::Invalid(_))),
            "{name:?}"
        );
        assert!(
            matches!(at.one.sign(name, b"").await.err(), Some(Error::Invalid(_))),
            "{name:?}"
        );
    }
}
