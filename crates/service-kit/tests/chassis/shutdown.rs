use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Subscription, Topic},
};
use serde_json::json;
use service_kit::{harness::Harness, jobs::State};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    bowls::SERVICE,
    reply::{DEADLINE, eventually},
};

async fn connect(kiln: &Harness) -> TcpStream {
    TcpStream::connect(kiln.url("").replace("http://", ""))
        .await
        .unwrap()
}

/// Reads until `text` has come.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&read).contains(text) {
            let mut more = [0; 4096];
            let length = stream.read(&mut more).await.unwrap();
            assert!(
                length > 0,
                "the end came before {text}: {}",
                String::from_utf8_lossy(&read)
            );
            read.extend_from_slice(&more[..length]);
        }
    };
    timeout(DEADLINE, reading).await.expect("in time");
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn a_request_under_way_is_answered_and_its_event_told() {
    let kiln = Harness::start(SERVICE).await;
    let (maya, log, url) = (
        kiln.artisan().await,
        kiln.kit.backends.events.clone(),
        kiln.url("/health"),
    );
    let mut idle = connect(&kiln).await;
    let mut stream = connect(&kiln).await;
    let body = r#"{"title":"the last bowl","grams":5}"#;
    let head = format!(
        "POST /bowls HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        maya.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, "100 Continue").await; // the handler waits for the body
    kiln.shut_down();
    let mut end = [0; 1];
    let idle_end = timeout(DEADLINE, idle.read(&mut end))
        .await
        .expect("idle connections end at once");
    assert!(matches!(idle_end, Ok(0) | Err(_)));
    stream.write_all(body.as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "the last bowl").await;
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    let begun = Instant::now();
    let _folder = kiln.stop().await; // the log is read below
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "nothing else is waited for"
    );
    assert!(reqwest::get(url).await.is_err(), "nobody listens any more");
    let everything = Subscription::to("tests.everything", Topic::ALL);
    log.subscribe(&everything).await.unwrap();
    let told = log.pull(&everything, 10, Duration::ZERO).await.unwrap();
    assert_eq!(told.len(), 1, "the relay ends after the requests");
}

#[tokio::test]
async fn what_never_ends_is_cut_within_eight_seconds() {
    let kiln = Harness::start(SERVICE).await;
    let mut batch = Batch::new();
    let job = kiln
        .kit
        .jobs
        .enqueue(&mut batch, "stuck", "stuck", &json!({}))
        .unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    let store = kiln.kit.jobs.clone();
    eventually("the job is under way", async || {
        let (record, _) = store.find(job).await.unwrap().unwrap();
        record.holder.is_some().then_some(())
    })
    .await;
    let mut endless = connect(&kiln).await;
    endless
        .write_all(b"GET /endless HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut endless, "drop").await;
    let mut stuck = connect(&kiln).await;
    stuck
        .write_all(b"GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let begun = Instant::now();
    timeout(Duration::from_secs(8), kiln.stop())
        .await
        .expect("within eight seconds");
    assert!(
        begun.elapsed() > Duration::from_secs(4),
        "work under way has its time"
    );
    let mut rest = Vec::new();
    let _ = timeout(DEADLINE, endless.read_to_end(&mut rest))
        .await
        .expect("it was cut");
    let (record, _) = store.find(job).await.unwrap().unwrap();
    assert_eq!(
        record.state,
        State::Waiting,
        "the job is left to the next instance"
    );
}
