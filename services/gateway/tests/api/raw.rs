//! Bytes on a connection, for what no client library would send.

use service_kit::harness::Harness;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::upstream::soon;

/// A connection to the gateway.
pub(crate) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Raw {
    pub(crate) async fn connect(gateway: &Harness) -> Self {
        let address = gateway.url("").replace("http://", "");
        let stream = TcpStream::connect(address).await.expect("the gateway listens");
        Self {
            stream,
            read: Vec::new(),
        }
    }

    /// Sends bytes as they are. The other side may have closed already.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Reads until `end` has come, and returns all up to its end; or what came before the connection ended.
    pub(crate) async fn read_past(&mut self, end: &[u8]) -> Vec<u8> {
        soon(async {
            loop {
                let found = self.read.windows(end.len()).position(|part| part == end);
                if let Some(at) = found {
                    let rest = self.read.split_off(at + end.len());
                    return std::mem::replace(&mut self.read, rest);
                }
                let mut part = [0; 4096];
                match self.stream.read(&mut part).await {
                    Ok(length) if length > 0 => self.read.extend_from_slice(&part[..length]),
                    _ => return std::mem::take(&mut self.read),
                }
            }
        })
        .await
    }

    /// Everything until the other side closes.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        soon(async {
            let _ = self.stream.read_to_end(&mut self.read).await;
            std::mem::take(&mut self.read)
        })
        .await
    }

    /// The head of the next answer.
    pub(crate) async fn head(&mut self) -> String {
        String::from_utf8(self.read_past(b"\r\n\r\n").await).expect("a head in ASCII")
    }

    /// The next answer, whose length must be stated. Status 0 when the connection ends without one.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.head().await;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head
            .to_ascii_lowercase()
            .split("\r\n")
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        let body = soon(async {
            while self.read.len() < length {
                let mut part = [0; 4096];
                match self.stream.read(&mut part).await {
                    Ok(got) if got > 0 => self.read.extend_from_slice(&part[..got]),
                    _ => break,
                }
            }
            let rest = self.read.split_off(length.min(self.read.len()));
            std::mem::replace(&mut self.read, rest)
        })
        .await;
        Answer {
            status: status.unwrap_or(0),
            head,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// What the gateway answers to one request of these bytes.
pub(crate) async fn ask(gateway: &Harness, request: impl AsRef<[u8]>) -> Answer {
    let mut connection = Raw::connect(gateway).await;
    connection.send(request).await;
    connection.answer().await
}
