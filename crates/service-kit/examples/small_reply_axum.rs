//! 500 bytes from memory, on axum alone: what `small_reply` is measured against. Listens on `PORT`.

use std::{io, net::Ipv4Addr};

use axum::{Router, http::header, response::IntoResponse, routing::get};
use config::Source;
use tokio::net::TcpListener;

const BODY: [u8; 500] = [b'a'; 500];

async fn small() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain")], BODY.as_slice())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let port = Source::process().get("PORT").and_then(|port| port.parse().ok());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(8001))).await?;
    axum::serve(listener, Router::new().route("/small", get(small))).await
}
