use std::time::Duration;

use bytes::Bytes;

use super::Fixture;

const MINUTE: Duration = Duration::from_mins(1);

pub(crate) async fn a_value_is_kept_for_a_while(at: &Fixture) {
    let value = Bytes::from_static(b"\0value");
    at.one.cache("a", value.clone(), MINUTE).await.unwrap();
    assert_eq!(at.one.cached("a").await.unwrap(), Some(value.clone()));
    (at.pass)(Duration::from_secs(58)).await;
    assert_eq!(at.one.cached("a").await.unwrap(), Some(value));
    (at.pass)(Duration::from_secs(2)).await;
    assert_eq!(at.one.cached("a").await.unwrap(), None);
}

pub(crate) async fn a_new_value_replaces_the_old_one(at: &Fixture) {
    at.one.cache("a", Bytes::from_static(b"1"), MINUTE).await.unwrap();
    at.one
        .cache("a", Bytes::from_static(b"2"), MINUTE * 2)
        .await
        .unwrap();
    (at.pass)(MINUTE).await;
    assert_eq!(at.one.cached("a").await.unwrap(), Some(Bytes::from_static(b"2")));
}

pub(crate) async fn what_was_never_cached_is_absent(at: &Fixture) {
    assert_eq!(at.one.cached("a").await.unwrap(), None);
    at.one.ping().await.unwrap();
}
