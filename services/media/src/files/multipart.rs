//! A multipart upload, part by part, without holding files in memory.

use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use backends::objects::ByteStream;
use bytes::Bytes;
use futures::{StreamExt, channel::mpsc};
use http::StatusCode;
use serde::Serialize;
use service_kit::Problem;
use shared_models::ids::ProductId;

use crate::{
    domain::file::named,
    error::MediaError,
    shelf::{Incoming, Shelf},
};

/// Files of one request.
const MAX_FILES: usize = 20;
/// Of a field that holds a word.
const MAX_WORD: usize = 100;

/// What was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) files: Vec<SentFile>,
    pub(super) product_id: Option<ProductId>,
    pub(super) optimize: Option<bool>,
}

#[derive(Debug)]
pub(super) struct SentFile {
    pub(super) filename: Option<String>,
    pub(super) incoming: Incoming,
}

/// What a repeated request must have in common with the first, whatever its boundary.
#[derive(Debug, Serialize)]
pub(super) struct Fingerprint {
    files: Vec<(Option<String>, String)>,
    product_id: Option<ProductId>,
    optimize: Option<bool>,
}

impl Sent {
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let files = self.files.iter();
        Fingerprint {
            files: files
                .map(|file| (file.filename.clone(), file.incoming.digest.clone()))
                .collect(),
            product_id: self.product_id,
            optimize: self.optimize,
        }
    }

    /// Takes in all parts; what was taken in before something went wrong stays in `self`.
    pub(super) async fn take(&mut self, form: &mut Multipart, shelf: &Shelf) -> Result<(), MediaError> {
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "files" => self.file(field, shelf).await?,
                "product_id" => {
                    let word = word(field).await?;
                    self.product_id = Some(word.parse().map_err(|error| wrong("product_id", error))?);
                }
                "optimize" => {
                    let word = word(field).await?;
                    self.optimize = Some(flag(&word)?);
                }
                other => {
                    let other: String = other.chars().take(MAX_WORD).collect();
                    return Err(Problem::field(other, "unknown_field", "is not a field of an upload").into());
                }
            }
        }
        if self.files.is_empty() {
            return Err(Problem::field("files", "required", "must be sent").into());
        }
        Ok(())
    }

    async fn file(&mut self, field: Field<'_>, shelf: &Shelf) -> Result<(), MediaError> {
        if self.files.len() == MAX_FILES {
            let detail = format!("are more than {MAX_FILES}");
            return Err(Problem::field("files", "too_many", detail).into());
        }
        let filename = field.file_name().and_then(named);
        let incoming = spool(field, shelf).await?;
        self.files.push(SentFile { filename, incoming });
        Ok(())
    }
}

fn wrong(field: &str, detail: impl std::fmt::Display) -> MediaError {
    Problem::field(field, "malformed", detail.to_string()).into()
}

/// `true` or `false`, as forms write it.
fn flag(word: &str) -> Result<bool, MediaError> {
    match word {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(wrong("optimize", "must be true or false")),
    }
}

async fn word(mut field: Field<'_>) -> Result<String, MediaError> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_WORD {
            return Err(wrong(&name, "is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong(&name, "is no text"))
}

/// Hands the chunks of a part on to the bucket as they come.
async fn spool(mut field: Field<'_>, shelf: &Shelf) -> Result<Incoming, MediaError> {
    let (mut sender, receiver) = mpsc::channel::<backends::Result<Bytes>>(4);
    let stream: ByteStream = receiver.boxed();
    let feed = async move {
        use futures::SinkExt;
        let ended = loop {
            match field.chunk().await {
                Ok(Some(chunk)) => {
                    if sender.send(Ok(chunk)).await.is_err() {
                        break Ok(()); // the bucket gave up, and says why
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if ended.is_err() {
            // Else the bucket would take a part of the file for the whole.
            let cut = backends::Error::Unavailable("the request broke off".into());
            let _ = sender.send(Err(cut)).await;
        }
        ended
    };
    let (fed, kept) = futures::join!(feed, shelf.take_in(stream));
    fed.map_err(broken)?;
    Ok(kept?)
}

#[expect(clippy::needless_pass_by_value, reason = "handed over by map_err")]
fn broken(error: MultipartError) -> MediaError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::too_large("a request takes at most 30 MiB; send larger files to /media/uploads").into()
        }
        StatusCode::INTERNAL_SERVER_ERROR => Problem::internal(error.body_text()).into(),
        _ => Problem::malformed(format!("the form cannot be read: {}", error.body_text())).into(),
    }
}
