use backends::{
    Error,
    objects::{ByteStream, stream_of},
};
use bytes::Bytes;
use futures::{StreamExt, channel::mpsc, stream};
use tokio::task::JoinSet;

use super::{Fixture, bad_names, names, put, read};

pub(crate) async fn an_object_reads_back_as_it_was_written(at: &Fixture) {
    let bytes: Vec<u8> = (0..=255).collect();
    let written = at
        .one
        .put("a/b.bin", "image/png; q=\"1\"", stream_of(bytes.clone()))
        .await
        .unwrap();
    assert_eq!((written.name.as_str(), written.size), ("a/b.bin", 256));
    assert_eq!(written.content_type, "image/png; q=\"1\"");
    assert_eq!(at.one.head("a/b.bin").await.unwrap(), written);
    assert_eq!(
        read(&*at.one, "a/b.bin", None).await,
        (written.clone(), bytes.clone())
    );
    assert_eq!(read(&*(at.another)(), "a/b.bin", None).await, (written, bytes));
}

pub(crate) async fn an_object_may_be_empty(at: &Fixture) {
    let written = put(&*at.one, "empty", b"").await;
    assert_eq!(written.size, 0);
    assert_eq!(read(&*at.one, "empty", None).await, (written, Vec::new()));
    let no_chunks: ByteStream = stream::empty().boxed();
    assert_eq!(at.one.put("none", "text/plain", no_chunks).await.unwrap().size, 0);
}

pub(crate) async fn a_large_object_comes_in_many_chunks(at: &Fixture) {
    let chunks: Vec<Bytes> = (0..50_u8).map(|n| vec![n; 100_001].into()).collect();
    let bytes = stream::iter(chunks.clone()).map(Ok).boxed();
    let written = at.one.put("large", "text/plain", bytes).await.unwrap();
    assert_eq!(written.size, 5_000_050);
    assert_eq!(read(&*at.one, "large", None).await.1, chunks.concat());
    assert_eq!(read(&*at.one, "large", Some(100_000..100_003)).await.1, [0, 1, 1]);
}

pub(crate) async fn a_new_object_replaces_the_old_one(at: &Fixture) {
    let mut tags = vec![put(&*at.one, "a", b"one").await.etag];
    for (content_type, bytes) in [
        ("text/html", "two"),
        ("image/png", "six"),
        ("text/plain", "three"),
    ] {
        let written = (at.another)()
            .put("a", content_type, stream_of(bytes))
            .await
            .unwrap();
        assert!(!tags.contains(&written.etag), "another content, another tag");
        assert_eq!(
            read(&*at.one, "a", None).await,
            (written.clone(), bytes.as_bytes().to_vec())
        );
        assert_eq!(written.content_type, content_type);
        tags.push(written.etag);
    }
}

fn broken() -> ByteStream {
    let chunks = [
        Ok(Bytes::from_static(b"half")),
        Err(Error::Unavailable("the phone went away".to_owned())),
    ];
    stream::iter(chunks).boxed()
}

pub(crate) async fn an_upload_that_breaks_off_leaves_what_was_there(at: &Fixture) {
    let before = put(&*at.one, "a", b"whole").await;
    for name in ["a", "b"] {
        let result = at.one.put(name, "text/plain", broken()).await;
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    }
    assert_eq!(read(&*at.one, "a", None).await, (before, b"whole".to_vec()));
    assert!(matches!(at.one.head("b").await, Err(Error::NotFound)));
    assert_eq!(names(&*at.one, "", None, 10).await, ["a"]);
}

pub(crate) async fn an_unfinished_upload_is_not_seen(at: &Fixture) {
    let (mut sender, receiver) = mpsc::channel(0);
    let upload = at.one.put("a", "text/plain", receiver.map(Ok).boxed());
    let watch = async {
        for _ in 0..3 {
            futures::SinkExt::send(&mut sender, Bytes::from_static(b"part "))
                .await
                .unwrap();
            assert!(matches!(at.one.head("a").await, Err(Error::NotFound)));
            assert!(names(&*at.one, "", None, 10).await.is_empty());
        }
        drop(sender);
    };
    let (written, ()) = tokio::join!(upload, watch);
    assert_eq!(written.unwrap().size, 15);
}

pub(crate) async fn an_object_is_deleted_once_or_often(at: &Fixture) {
    put(&*at.one, "a/b", b"bytes").await;
    put(&*at.one, "a/c", b"bytes").await;
    for _ in 0..2 {
        at.one.delete("a/b").await.unwrap();
        assert!(matches!(at.one.head("a/b").await, Err(Error::NotFound)));
        assert!(matches!(at.one.get("a/b", None).await, Err(Error::NotFound)));
    }
    at.one.delete("never/was").await.unwrap();
    // No object is a folder's name.
    at.one.delete("a").await.unwrap();
    assert_eq!(names(&*at.one, "", None, 10).await, ["a/c"]);
}

pub(crate) async fn a_name_can_be_used_again(at: &Fixture) {
    for name in ["a/b/c", "a", "a/b", "a"] {
        let written = put(&*at.one, name, name.as_bytes()).await;
        assert_eq!(
            read(&*at.one, name, None).await,
            (written, name.as_bytes().to_vec())
        );
        at.one.delete(name).await.unwrap();
    }
}

pub(crate) async fn parts_become_one_object_and_stay(at: &Fixture) {
    let parts: Vec<String> = (0..32).map(|n| format!("parts/{n}")).collect();
    for part in &parts {
        put(&*at.one, part, part.as_bytes()).await;
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let whole = at.one.compose("whole", "video/mp4", &parts).await.unwrap();
    assert_eq!(whole.content_type, "video/mp4");
    assert_eq!(
        read(&*at.one, "whole", None).await,
        (whole, parts.concat().into_bytes())
    );
    assert_eq!(names(&*at.one, "parts/", None, 100).await.len(), 32);
    let twice = at
        .one
        .compose("twice", "text/plain", &["parts/1", "parts/1"])
        .await
        .unwrap();
    assert_eq!(
        read(&*at.one, "twice", None).await,
        (twice, b"parts/1parts/1".to_vec())
    );
}

pub(crate) async fn an_object_can_be_a_part_of_itself(at: &Fixture) {
    put(&*at.one, "log", b"one ").await;
    put(&*at.one, "more", b"two ").await;
    at.one
        .compose("log", "text/plain", &["log", "more"])
        .await
        .unwrap();
    assert_eq!(read(&*at.one, "log", None).await.1, b"one two ");
}

pub(crate) async fn composing_needs_all_its_parts(at: &Fixture) {
    put(&*at.one, "a", b"bytes").await;
    let missing = at.one.compose("whole", "text/plain", &["a", "b"]).await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
    for parts in [vec![], vec!["a"; 33]] {
        let result = at.one.compose("whole", "text/plain", &parts).await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{result:?}");
    }
    assert!(matches!(at.one.head("whole").await, Err(Error::NotFound)));
}

fn invalid<T>(result: Result<T, Error>, name: &str) {
    assert!(matches!(result.err(), Some(Error::Invalid(_))), "{name:?}");
}

pub(crate) async fn bad_names_are_refused(at: &Fixture) {
    put(&*at.one, "a", b"bytes").await;
    for name in bad_names() {
        invalid(at.one.put(&name, "text/plain", stream_of("x")).await, &name);
        invalid(at.one.get(&name, None).await, &name);
        invalid(at.one.head(&name).await, &name);
        invalid(at.one.delete(&name).await, &name);
        invalid(at.one.compose(&name, "text/plain", &["a"]).await, &name);
        invalid(at.one.compose("b", "text/plain", &["a", &name]).await, &name);
        invalid(
            at.one.signed_url(&name, std::time::Duration::from_secs(1)).await,
            &name,
        );
    }
    assert_eq!(names(&*at.one, "", None, 10).await, ["a"]);
}

pub(crate) async fn a_content_type_is_a_header(at: &Fixture) {
    let long = "x".repeat(256);
    for content_type in ["", "text/plain\r\nset-cookie: a", "text/\u{e9}", long.as_str()] {
        invalid(at.one.put("a", content_type, stream_of("x")).await, content_type);
    }
    assert!(matches!(at.one.head("a").await, Err(Error::NotFound)));
}

/// Each writer's size, bytes and content type go together, whenever one looks.
pub(crate) async fn of_many_who_write_one_object_one_wins_whole(at: &Fixture) {
    put(&*at.one, "a", b"0").await;
    let mut working = JoinSet::new();
    for n in 1..=4_usize {
        let bucket = if n % 2 == 0 {
            at.one.clone()
        } else {
            (at.another)()
        };
        working.spawn(async move {
            for _ in 0..25 {
                let bytes = vec![u8::try_from(n).unwrap(); n * 1000];
                bucket
                    .put("a", &format!("type/{n}"), stream_of(bytes))
                    .await
                    .unwrap();
            }
        });
    }
    let reader = (at.another)();
    working.spawn(async move {
        for _ in 0..200 {
            let (info, bytes) = read(&*reader, "a", None).await;
            let writer = usize::from(bytes[0] % b'0');
            assert!(bytes.iter().all(|byte| *byte == bytes[0]));
            assert_eq!(info.size, bytes.len() as u64);
            if writer > 0 {
                assert_eq!(
                    (info.content_type, bytes.len()),
                    (format!("type/{writer}"), writer * 1000)
                );
            }
        }
    });
    working.join_all().await;
    assert_eq!(names(&*at.one, "", None, 10).await, ["a"]);
}

pub(crate) async fn writers_and_deleters_of_a_folder_do_not_disturb_each_other(at: &Fixture) {
    let mut working = JoinSet::new();
    for n in 0..4 {
        let bucket = if n % 2 == 0 {
            at.one.clone()
        } else {
            (at.another)()
        };
        working.spawn(async move {
            let name = format!("deep/folder/{n}");
            for _ in 0..25 {
                put(&*bucket, &name, name.as_bytes()).await;
                assert_eq!(read(&*bucket, &name, None).await.1, name.as_bytes());
                bucket.delete(&name).await.unwrap();
            }
        });
    }
    working.join_all().await;
    assert!(names(&*at.one, "", None, 10).await.is_empty());
}
