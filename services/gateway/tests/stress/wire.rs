//! Bytes on a connection.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::child::spawn;

/// Hands each connection to `serve`.
pub(crate) async fn bytes_server<R>(serve: impl Fn(TcpStream) -> R + Send + 'static) -> String
where
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            spawn(serve(stream));
        }
    });
    url
}

/// Reads to the end of a head; empty when the connection ends before.
pub(crate) async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return String::new(),
        }
    }
    String::from_utf8(head).unwrap()
}

/// Writes so many bytes.
pub(crate) async fn write_bytes(stream: &mut (impl AsyncWriteExt + Unpin), count: usize) {
    let part = vec![b'x'; 1 << 18];
    let mut left = count;
    while left > 0 {
        let now = left.min(part.len());
        stream.write_all(&part[..now]).await.unwrap();
        left -= now;
    }
}

/// Reads so many bytes, or fewer if there are no more.
pub(crate) async fn read_bytes(stream: &mut (impl AsyncReadExt + Unpin), count: usize) -> usize {
    let mut part = vec![0; 1 << 18];
    let mut read = 0;
    while read < count {
        let wanted = part.len().min(count - read);
        match stream.read(&mut part[..wanted]).await {
            Ok(more @ 1..) => read += more,
            _ => break,
        }
    }
    read
}

/// A connection on which `request` was sent and the head of its answer read.
pub(crate) async fn asked(address: SocketAddr, request: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    (stream, head)
}
