use backends::Error;
use futures::TryStreamExt;

use super::{Fixture, names, put, read};

pub(crate) async fn a_range_is_read(at: &Fixture) {
    let written = put(&*at.one, "a", b"0123456789").await;
    for (range, expected) in [
        (0..10, "0123456789"),
        (0..1, "0"),
        (3..7, "3456"),
        (9..10, "9"),
        (5..1000, "56789"),
        (9..u64::MAX, "9"),
        (4..4, ""),
    ] {
        let (info, bytes) = read(&*at.one, "a", Some(range.clone())).await;
        assert_eq!(bytes, expected.as_bytes(), "{range:?}");
        assert_eq!(info, written, "of the whole object");
    }
}

pub(crate) async fn a_range_outside_is_invalid(at: &Fixture) {
    put(&*at.one, "a", b"0123456789").await;
    put(&*at.one, "empty", b"").await;
    #[expect(clippy::reversed_empty_ranges, reason = "to be refused")]
    let outside = [
        ("a", 10..11),
        ("a", 11..20),
        ("a", u64::MAX..u64::MAX),
        ("a", 5..4),
        ("empty", 0..1),
    ];
    for (name, range) in outside {
        let result = at.one.get(name, Some(range.clone())).await.map(|(info, _)| info);
        assert!(
            matches!(result, Err(Error::Invalid(_))),
            "{range:?} of {name}: {result:?}"
        );
    }
}

pub(crate) async fn what_is_not_there_is_not_found(at: &Fixture) {
    put(&*at.one, "folder/a", b"bytes").await;
    for name in ["b", "folder", "folder/b", "folder/a/c", "Folder/a"] {
        assert!(matches!(at.one.head(name).await, Err(Error::NotFound)), "{name}");
        assert!(
            matches!(at.one.get(name, None).await.map(drop), Err(Error::NotFound)),
            "{name}"
        );
    }
    at.one.ping().await.unwrap();
}

pub(crate) async fn a_reader_keeps_what_it_began_to_read(at: &Fixture) {
    let before = vec![b'a'; 1 << 20];
    put(&*at.one, "a", &before).await;
    let (_, mut bytes) = at.one.get("a", None).await.unwrap();
    let first = bytes.try_next().await.unwrap().unwrap();
    put(&*at.one, "a", b"replaced").await;
    at.one.delete("a").await.unwrap();
    let rest = bytes.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!([first.as_ref(), &rest].concat(), before);
}

pub(crate) async fn any_plain_name_works(at: &Fixture) {
    let long = format!("{}/{}", "d".repeat(255), "f".repeat(255));
    let mut all = [
        "a b",
        "é",
        "मधु/बनी",
        "a.b",
        "a..b",
        "-",
        "~",
        "%2e%2e",
        "con",
        "a:b",
        "'\"*?<>|",
        &long,
    ];
    for name in all {
        let written = put(&*at.one, name, name.as_bytes()).await;
        assert_eq!(
            read(&*at.one, name, None).await,
            (written, name.as_bytes().to_vec())
        );
    }
    all.sort_unstable();
    assert_eq!(names(&*at.one, "", None, 100).await, all);
}
