//! Bytes whose way is disturbed: they go on, or clearly do not.

use std::sync::Arc;

use backends::{Error, Result, objects::ByteStream};
use bytes::Bytes;
use emulators::faults::{ALL, Fault};
use futures::{StreamExt, TryStreamExt, future::join_all, stream};

use super::{DEADLINE, Stage, in_time, put, recovers, until};

const MIB: usize = 1 << 20;
/// More than lies on the way at any time.
const LONG: usize = 12 * MIB;

/// Bytes of which no two pages look the same.
fn bytes(length: usize) -> Bytes {
    const PAGE: usize = 4096;
    let mut bytes = vec![b'.'; length];
    for (n, page) in bytes.chunks_mut(PAGE).enumerate() {
        page[..8].copy_from_slice(&n.to_be_bytes());
    }
    bytes.into()
}

/// In half mebibytes; when half of them are gone the fault sets in.
fn harmed(stage: &Arc<Stage>, bytes: &Bytes, fault: Fault) -> ByteStream {
    let (stage, bytes, half) = (stage.clone(), bytes.clone(), bytes.len() / 2);
    let pieces = (0..bytes.len()).step_by(MIB / 2).map(move |at| {
        if at == half {
            stage.proxy.has(fault);
        }
        Ok(bytes.slice(at..bytes.len().min(at + MIB / 2)))
    });
    stream::iter(pieces).boxed()
}

/// The fault is over as soon as somebody has met it.
async fn passes(stage: &Stage) {
    let before = stage.proxy.heard();
    until("somebody asks", async || stage.proxy.heard() > before).await;
    stage.proxy.has(Fault::Nothing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_upload_goes_on_after_a_disturbance() {
    let stages = Stage::for_each(&ALL).await.into_iter();
    let each = stages.map(|(fault, stage)| async move {
        let stage = Arc::new(stage);
        let bytes = bytes(8 * MIB);
        let disturbance = async {
            until("it is harmed", async || stage.proxy.fault() == fault).await;
            passes(&stage).await;
        };
        let upload = stage
            .bucket
            .put("large", "video/mp4", harmed(&stage, &bytes, fault));
        let (info, ()) = tokio::join!(upload, disturbance);
        let (there, read) = stage.direct.get("large", None).await.unwrap();
        assert_eq!(info.unwrap(), there, "{fault:?}");
        let read = read.try_collect::<Vec<_>>().await.unwrap().concat();
        assert!(read == bytes, "{fault:?}: other bytes");
    });
    join_all(each).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_upload_that_cannot_go_on_leaves_what_was_there() {
    let stages = Stage::for_each(&ALL).await.into_iter();
    let each = stages.map(|(fault, stage)| async move {
        let stage = Arc::new(stage);
        let old = Bytes::from_static(b"old");
        let before = put(&*stage.bucket, "large", &old).await.unwrap();
        let harmed = harmed(&stage, &bytes(8 * MIB), fault);
        let answer = stage.bucket.put("large", "video/mp4", harmed);
        let answer = in_time(DEADLINE * 2, &fault, answer).await;
        assert!(
            matches!(answer, Err(Error::Unavailable(_))),
            "{fault:?}: {answer:?}"
        );
        stage.proxy.has(Fault::Nothing);
        recovers(async || stage.bucket.head("large").await).await;
        assert_eq!(stage.direct.head("large").await.unwrap(), before, "{fault:?}");
    });
    join_all(each).await;
}

/// A download whose first bytes came, and what they were.
async fn begun(stage: &Stage, bytes: &Bytes) -> (ByteStream, Vec<u8>) {
    stage.seed("long", bytes).await;
    let (info, mut reading) = stage.bucket.get("long", None).await.unwrap();
    assert_eq!(info.size, bytes.len() as u64);
    let first = reading.try_next().await.unwrap().unwrap();
    (reading, first.to_vec())
}

/// All that came, and how it ended.
async fn rest(mut reading: ByteStream, mut came: Vec<u8>) -> (Vec<u8>, Result<()>) {
    loop {
        match reading.try_next().await {
            Ok(Some(chunk)) => came.extend_from_slice(&chunk),
            Ok(None) => return (came, Ok(())),
            Err(error) => return (came, Err(error)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_goes_on_after_a_disturbance() {
    let bytes = bytes(LONG);
    let stages = Stage::for_each(&[&ALL[..], &[Fault::BreaksOff(MIB)]].concat()).await;
    let each = stages.into_iter().map(|(fault, stage)| {
        let bytes = bytes.clone();
        async move {
            let (reading, first) = begun(&stage, &bytes).await;
            stage.proxy.has(fault);
            let ((came, ended), ()) = tokio::join!(rest(reading, first), passes(&stage));
            assert!(ended.is_ok(), "{fault:?}: {ended:?}");
            assert!(came == bytes, "{fault:?}: other bytes");
        }
    });
    join_all(each).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_cannot_go_on_is_never_taken_for_a_whole_one() {
    let bytes = bytes(LONG);
    let stages = Stage::for_each(&ALL).await.into_iter();
    let each = stages.map(|(fault, stage)| {
        let bytes = bytes.clone();
        async move {
            let (reading, first) = begun(&stage, &bytes).await;
            stage.proxy.has(fault);
            let (came, ended) = in_time(DEADLINE * 2, &fault, rest(reading, first)).await;
            assert!(
                matches!(ended, Err(Error::Unavailable(_))),
                "{fault:?}: {ended:?}"
            );
            assert!(
                came.len() < LONG && bytes.starts_with(&came),
                "{fault:?}: other bytes"
            );
            stage.proxy.has(Fault::Nothing);
            recovers(async || stage.bucket.get("long", None).await.map(drop)).await;
        }
    });
    join_all(each).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_does_not_go_on_with_the_bytes_of_another_object() {
    let stage = Stage::set().await;
    let bytes = bytes(LONG);
    let (reading, first) = begun(&stage, &bytes).await;
    stage.seed("long", &Bytes::from(vec![b'x'; LONG])).await;
    stage.proxy.has(Fault::Resets);
    let ((came, ended), ()) = tokio::join!(rest(reading, first), passes(&stage));
    assert!(matches!(ended, Err(Error::Unavailable(_))), "{ended:?}");
    assert!(bytes.starts_with(&came), "other bytes");
}
