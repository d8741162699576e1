//! Ten thousand clients that begin a request and never end it.

use std::time::Duration;

use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    bounded::Bounded,
    child::Gateway,
    load::{Clients, accepted},
    soon, turn,
    wire::read_bytes,
};

const SLOW: usize = 10_000;
/// What the test itself has open beside them.
const OTHER_FILES: u64 = 500;
/// Bytes that the gateway may hold for each.
const EACH: u64 = 48 << 10;

/// How far they get.
const BEGINNINGS: [&str; 4] = [
    "",
    "PRI * HTTP/2.0\r\n",
    "GET /v1/products HTTP/1.1\r\nHost: gateway\r\nX-Slow: ",
    "POST /v1/products/search HTTP/1.1\r\nHost: gateway\r\nContent-Le",
];

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_of_them_do_not_stop_it() {
    let _turn = turn().await;
    // Where the system allows fewer open files, there are as many as it allows.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let count = SLOW.min(usize::try_from(files - OTHER_FILES).unwrap());
    let service = Bounded::start(64, Duration::ZERO).await;
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"), &service.url(), &[]).await;
    let before = gateway.memory();

    let mut slow = Vec::with_capacity(count);
    for begun in BEGINNINGS.iter().cycle().take(count) {
        let mut stream = soon(TcpStream::connect(gateway.address)).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let others = Clients::of(gateway.address, "/v1/products");
    let seen = others.ask(50, Duration::from_secs(2)).await;
    assert_eq!(accepted(&seen).count(), seen.len(), "everybody else is answered");
    if let (Some(before), Some(after)) = (before, gateway.memory()) {
        let each = (after.now.saturating_sub(before.now)) / slow.len() as u64;
        println!("{} slow connections: {each} bytes for each", slow.len());
        assert!(each <= EACH, "{each} bytes for each");
    }
    // Each is told, or not, and closed.
    for mut stream in slow {
        assert!(soon(read_bytes(&mut stream, usize::MAX)).await < 1024);
    }
}
