use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Address,
    write::{Attempt, MARK, Write},
};
use crate::{
    Error, Result,
    google::{
        credentials::Bearers,
        rest::{Answer, Failure, Rest},
    },
    objects::ObjectInfo,
};

const GOOGLE: &str = "https://storage.googleapis.com";
/// The most objects in one answer.
const PAGE: usize = 1000;
/// All but what a URL's path always carries as it is (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The requests to a bucket, as JSON over HTTP. They have no deadline but an attempt's own.
pub(super) struct Wire {
    pub(super) rest: Rest,
    /// Of the bucket's objects.
    url: String,
    /// Where their bytes go.
    uploads: String,
}

/// What became of an attempt to write.
pub(super) type Written = std::result::Result<ObjectInfo, Failure>;

/// An object as it was found.
pub(super) struct Seen {
    pub(super) info: ObjectInfo,
    /// Each is there once: who asks for it gets these bytes or none.
    pub(super) generation: i64,
    /// CRC-32C of the bytes.
    pub(super) sum: Option<u32>,
    /// Of the write that made it.
    pub(super) mark: Option<String>,
}

/// An object as Cloud Storage tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    name: String,
    /// A number as text.
    size: String,
    content_type: Option<String>,
    updated: DateTime<Utc>,
    /// A number as text.
    generation: String,
    /// Big-endian, in base64.
    crc32c: Option<String>,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    items: Vec<Told>,
    next_page_token: Option<String>,
}

impl Told {
    fn seen(mut self) -> Option<Seen> {
        let sum = self.crc32c.and_then(|sum| STANDARD.decode(sum).ok());
        Some(Seen {
            generation: self.generation.parse().ok()?,
            sum: sum.and_then(|sum| sum.try_into().ok()).map(u32::from_be_bytes),
            mark: self.metadata.remove(MARK),
            info: ObjectInfo {
                size: self.size.parse().ok()?,
                name: self.name,
                content_type: self
                    .content_type
                    .unwrap_or_else(|| "application/octet-stream".to_owned()),
                updated_at: self.updated,
                etag: self.generation,
            },
        })
    }
}

/// What is said of an object beside its bytes.
fn about(name: &str, content_type: &str, mark: &str) -> Value {
    json!({ "name": name, "contentType": content_type, "metadata": { MARK: mark } })
}

fn strange() -> Error {
    Error::Unavailable("Cloud Storage: its answer tells of no object".to_owned())
}

impl Wire {
    pub(super) fn of(address: &Address, bearers: Arc<Bearers>) -> Result<Self> {
        let endpoint = address.emulator.as_deref().unwrap_or(GOOGLE);
        Ok(Self {
            rest: Rest::to("Cloud Storage", bearers)?,
            url: format!("{endpoint}/storage/v1/b/{}/o", address.bucket),
            uploads: format!("{endpoint}/upload/storage/v1/b/{}/o", address.bucket),
        })
    }

    pub(super) async fn look(&self, name: &str) -> Result<Seen> {
        let url = self.object(name);
        let told: Told = self.rest.fetch(|http| http.get(&url)).await?;
        told.seen().ok_or_else(strange)
    }

    /// Removes what is there now, not what comes to be there: a request that arrives late removes nothing.
    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        let there = match self.look(name).await {
            Err(Error::NotFound) => return Ok(()),
            there => there?,
        };
        let url = self.object(name);
        let same = [("ifGenerationMatch", there.generation)];
        match self.rest.repeated(|http| http.delete(&url).query(&same)).await {
            // It went another way, or has been replaced since.
            Err(Error::NotFound | Error::Contention) => Ok(()),
            Err(Error::Unavailable(why)) => Err(Error::UnknownOutcome(why)),
            answer => answer.map(drop),
        }
    }

    /// Writes an object that is small enough for one request.
    pub(super) async fn insert(&self, write: &Write<'_>, bytes: &Bytes, attempt: Attempt<'_>) -> Written {
        let mut about = about(write.name, write.content_type, attempt.mark);
        about["crc32c"] = json!(STANDARD.encode(crc32c::crc32c(bytes).to_be_bytes()));
        let (boundary, kind) = (attempt.mark, write.content_type);
        let head = format!(
            "--{boundary}\r\ncontent-type: application/json\r\n\r\n{about}\r\n\
             --{boundary}\r\ncontent-type: {kind}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let body = Bytes::from([head.as_bytes(), bytes, tail.as_bytes()].concat());
        let over = attempt.over.to_string();
        let asked = self.rest.once(|http| {
            http.post(&self.uploads)
                .query(&[("uploadType", "multipart"), ("ifGenerationMatch", &over)])
                .header(CONTENT_TYPE, format!("multipart/related; boundary={boundary}"))
                .body(body.clone())
        });
        self.written(&asked.await?)
    }

    /// Begins an upload of many requests; answers where they go.
    pub(super) async fn begin(&self, name: &str, content_type: &str, mark: &str) -> Result<String> {
        let about = about(name, content_type, mark);
        let begun = self.rest.repeated(|http| {
            http.post(&self.uploads)
                .query(&[("uploadType", "resumable")])
                .header("x-upload-content-type", content_type)
                .json(&about)
        });
        let place = begun.await?.headers.remove(LOCATION);
        let place = place.as_ref().and_then(|place| place.to_str().ok());
        place.map(ToOwned::to_owned).ok_or_else(strange)
    }

    pub(super) async fn compose(&self, write: &Write<'_>, parts: &[&str], attempt: Attempt<'_>) -> Written {
        let sources: Vec<Value> = parts.iter().map(|part| json!({ "name": part })).collect();
        let destination = about(write.name, write.content_type, attempt.mark);
        let order = json!({ "destination": destination, "sourceObjects": sources });
        let url = format!("{}/compose", self.object(write.name));
        let over = [("ifGenerationMatch", attempt.over)];
        let asked = self.rest.once(|http| http.post(&url).query(&over).json(&order));
        self.written(&asked.await?)
    }

    /// An object that has just been written.
    pub(super) fn written(&self, answer: &Answer) -> Written {
        let seen = self.rest.read::<Told>(answer).map(Told::seen);
        match seen.and_then(|seen| seen.ok_or_else(strange)) {
            Ok(seen) => Ok(seen.info),
            Err(error) => Err(Failure::Lost(error.to_string())),
        }
    }

    pub(super) async fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<Vec<ObjectInfo>> {
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        while found.len() < max {
            // One more than asked for: the first may be `after` itself.
            let most = (max - found.len() + 1).min(PAGE).to_string();
            let mut query = vec![("prefix", prefix), ("maxResults", most.as_str())];
            query.extend(after.map(|after| ("startOffset", after)));
            query.extend(token.as_deref().map(|token| ("pageToken", token)));
            let page: Listed = self.rest.fetch(|http| http.get(&self.url).query(&query)).await?;
            for told in page.items {
                if after.is_none_or(|after| told.name.as_str() > after) && found.len() < max {
                    found.push(told.seen().ok_or_else(strange)?.info);
                }
            }
            token = page.next_page_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        Ok(found)
    }

    fn object(&self, name: &str) -> String {
        format!("{}/{}", self.url, utf8_percent_encode(name, RESERVED))
    }
}
