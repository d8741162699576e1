//! What the tests say in the words of the trade.

use std::{io::Cursor, ops::Deref, time::Duration};

use image::{ImageFormat, RgbImage};
use reqwest::RequestBuilder;
use serde_json::Value;
pub(crate) use service_kit::harness::{Answer, Asked};
use service_kit::harness::{Harness, Person};
use tokio::time::Instant;

const BOUNDARY: &str = "a-boundary";

/// The service under test.
pub(crate) struct Bench(pub(crate) Harness);

impl Deref for Bench {
    type Target = Harness;

    fn deref(&self) -> &Harness {
        &self.0
    }
}

impl Bench {
    pub(crate) async fn open() -> Self {
        Self(Harness::start(ml::SERVICE).await)
    }

    /// A form with these fields.
    pub(crate) fn sends(&self, by: &Person, path: &str, fields: &[(&str, &[u8])]) -> RequestBuilder {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.post(path).bearer_auth(&by.token);
        request.header("content-type", kind).body(form(fields))
    }

    pub(crate) fn asks(&self, by: &Person, path: &str, body: &Value) -> RequestBuilder {
        self.post(path).bearer_auth(&by.token).json(body)
    }
}

fn form(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in fields {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// A PNG of 120 x 120 pixels.
pub(crate) fn photo(pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let image = RgbImage::from_fn(120, 120, |x, y| image::Rgb(pixel(x, y)));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// How long something that must happen may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again until there is an answer.
pub(crate) async fn soon<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it did not happen in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
