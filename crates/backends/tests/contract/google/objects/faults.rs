//! However Cloud Storage is, there is an answer in time, and what was acknowledged is there.

use std::{fmt::Debug, time::Duration};

use backends::{Error, Result, objects::Objects};
use bytes::Bytes;
use emulators::faults::{ALL, Fault};
use futures::{FutureExt, TryStreamExt, future::join_all};
use tokio::time::{Instant, sleep};

use super::{DEADLINE, Stage, in_time, is_no_answer, put, recovers};

/// Everything that can be asked of a bucket.
async fn everything(bucket: &dyn Objects) -> Vec<Result<()>> {
    let bytes = Bytes::from_static(b"bytes");
    let (put, get) = (put(bucket, "put", &bytes), bucket.get("before", None));
    let (head, delete) = (bucket.head("before"), bucket.delete("gone"));
    let (list, ping) = (bucket.list("", None, 10), bucket.ping());
    let compose = bucket.compose("composed", "text/plain", &["before", "before"]);
    join_all([
        put.map(nothing).boxed(),
        get.map(nothing).boxed(),
        head.map(nothing).boxed(),
        delete.map(nothing).boxed(),
        list.map(nothing).boxed(),
        compose.map(nothing).boxed(),
        ping.map(nothing).boxed(),
    ])
    .await
}

fn nothing<T>(answer: Result<T>) -> Result<()> {
    answer.map(drop)
}

fn are_no_answers<T: Debug>(answers: &[Result<T>], fault: Fault) {
    assert!(answers.iter().all(is_no_answer), "{fault:?}: {answers:?}");
}

/// Every fault on a bucket of its own, all at once: they take as long as the slowest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_there_is_an_answer_in_time_and_five_failures_are_enough() {
    let stages = Stage::for_each(&ALL).await.into_iter();
    let each = stages.map(|(fault, stage)| async move {
        let stage = stage; // all of it, also what is not asked for anything
        let before = Bytes::from_static(b"before");
        put(&*stage.bucket, "before", &before).await.unwrap();
        stage.proxy.has(fault);
        let answers = in_time(DEADLINE, &fault, everything(&*stage.bucket)).await;
        are_no_answers(&answers, fault);

        let (heard, begun) = (stage.proxy.heard(), Instant::now());
        are_no_answers(&everything(&*stage.bucket).await, fault);
        // Every two seconds one tries.
        if begun.elapsed() < Duration::from_secs(1) {
            assert_eq!(stage.proxy.heard(), heard, "{fault:?}: it is left alone");
        }
        stage.proxy.has(Fault::Nothing);
        recovers(async || stage.bucket.head("before").await).await;
        for answer in everything(&*stage.bucket).await {
            answer.unwrap();
        }
    });
    join_all(each).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_and_what_was_refused_is_not() {
    let stage = Stage::set().await;
    let write = async |writer: usize| {
        let mut told = Vec::new();
        for n in 0..15 {
            let size = [10, 10, 3 << 20][n % 3];
            let bytes = Bytes::from(format!("{writer} {n};").repeat(size / 4));
            let name = format!("{writer}/{n}");
            let answer = put(&*stage.bucket, &name, &bytes).await;
            told.push((name, bytes, answer));
            sleep(Duration::from_millis(50)).await;
        }
        told
    };
    let harm = async {
        for fault in ALL.into_iter().cycle() {
            stage.proxy.has(fault);
            sleep(Duration::from_millis(30)).await;
            stage.proxy.has(Fault::Nothing);
            sleep(Duration::from_millis(300)).await;
        }
    };
    let told = tokio::select! {
        told = join_all((0..4).map(write)) => told.concat(),
        () = harm => unreachable!("it goes on and on"),
    };
    let mut acknowledged = 0;
    for (name, bytes, answer) in told {
        let there = stage.direct.get(&name, None).await;
        match (answer, there) {
            (Ok(info), Ok((there, read))) => {
                assert_eq!(info, there);
                let read = read.try_collect::<Vec<_>>().await.unwrap().concat();
                assert!(read == bytes, "{name}: other bytes");
                acknowledged += 1;
            }
            (Err(Error::UnknownOutcome(_)), Ok((there, _))) => assert_eq!(there.size, bytes.len() as u64),
            (Err(Error::Unavailable(_) | Error::UnknownOutcome(_)), Err(Error::NotFound)) => {}
            (answer, there) => panic!("{name}: {answer:?}, but {:?}", there.map(|(info, _)| info)),
        }
    }
    assert!(acknowledged >= 10, "{acknowledged}");
}
