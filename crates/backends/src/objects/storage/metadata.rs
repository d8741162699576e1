use std::sync::Arc;

use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Address;
use crate::{
    Error, Result,
    google::{credentials::Bearers, rest::Rest},
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

/// Everything about objects but their bytes.
pub(super) struct Metadata {
    rest: Rest,
    /// Of the bucket's objects.
    url: String,
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
    generation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    items: Vec<Told>,
    next_page_token: Option<String>,
}

impl TryFrom<Told> for ObjectInfo {
    type Error = Error;

    fn try_from(told: Told) -> Result<Self> {
        Ok(Self {
            size: told
                .size
                .parse()
                .map_err(|_| Error::Other(format!("{} has no size", told.name)))?,
            name: told.name,
            content_type: told
                .content_type
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            updated_at: told.updated,
            etag: told.generation,
        })
    }
}

impl Metadata {
    pub(super) fn of(address: &Address, bearers: Arc<Bearers>) -> Result<Self> {
        let endpoint = address.emulator.as_deref().unwrap_or(GOOGLE);
        Ok(Self {
            rest: Rest::to("Cloud Storage", bearers)?,
            url: format!("{endpoint}/storage/v1/b/{}/o", address.bucket),
        })
    }

    pub(super) async fn head(&self, name: &str) -> Result<ObjectInfo> {
        let url = self.object(name);
        let told: Told = self.rest.ask(|http| http.get(&url)).await?;
        told.try_into()
    }

    pub(super) async fn delete(&self, name: &str) -> Result<()> {
        let url = self.object(name);
        match self.rest.order(|http| http.delete(&url)).await {
            Err(Error::NotFound) => Ok(()),
            answer => answer,
        }
    }

    pub(super) async fn compose(&self, name: &str, content_type: &str, parts: &[&str]) -> Result<ObjectInfo> {
        let sources: Vec<Value> = parts.iter().map(|part| json!({ "name": part })).collect();
        let order = json!({ "destination": { "contentType": content_type }, "sourceObjects": sources });
        let url = format!("{}/compose", self.object(name));
        // Sent once: of an object that is a part of itself it would not be the same a second time.
        let told: Told = self.rest.once(|http| http.post(&url).json(&order)).await?;
        told.try_into()
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
            let page: Listed = self.rest.ask(|http| http.get(&self.url).query(&query)).await?;
            for told in page.items {
                if after.is_none_or(|after| told.name.as_str() > after) && found.len() < max {
                    found.push(told.try_into()?);
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
