//! The end of a gateway that is at work.

use std::sync::Arc;

use axum::{Router, routing::get};
use tokio::sync::Semaphore;

use crate::{
    raw::Raw,
    setting_before,
    upstream::{Upstream, eventually, soon, spawn},
};

#[tokio::test]
async fn what_is_under_way_is_answered_and_nothing_new_is_let_in() {
    let gate = Arc::new(Semaphore::new(0));
    let opens = gate.clone();
    let product = Upstream::start(Router::new().route(
        "/products",
        get(move || {
            let gate = opens.clone();
            async move {
                gate.acquire().await.unwrap().forget();
                "at last"
            }
        }),
    ))
    .await;
    let gateway = setting_before(&product).start().await;
    let mut idle = Raw::connect(&gateway).await;
    idle.send("GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, 200);
    let asked: Vec<_> = (0..20)
        .map(|_| spawn(gateway.get("/v1/products").send()))
        .collect();
    eventually(|| (product.seen().len() == 20).then_some(())).await;

    gateway.shut_down();
    assert_eq!(idle.rest().await, b"", "an idle connection is closed");
    let address = gateway.url("").replace("http://", "");
    soon(async { while tokio::net::TcpStream::connect(&address).await.is_ok() {} }).await;
    gate.add_permits(20);
    for asked in asked {
        let answer = soon(asked).await.unwrap().unwrap();
        assert_eq!(answer.text().await.unwrap(), "at last");
    }
    soon(gateway.stop()).await;
}
