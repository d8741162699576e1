//! Somebody at a door of the fleet, signed in or not, and what she asks there.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use http::Method;
use serde::Serialize;
use shared_models::product::Product;
use url::Url;

use crate::{Answer, listing::Listed, photos::Form};

/// Somebody at a door.
#[derive(Debug, Clone)]
pub struct Visitor {
    http: reqwest::Client,
    /// `http://127.0.0.1:8000`
    origin: String,
    /// `/v1`, or nothing.
    prefix: &'static str,
    token: Option<String>,
}

impl Visitor {
    pub(crate) fn new(http: reqwest::Client, door: &Url, prefix: &'static str) -> Self {
        let origin = door.as_str().trim_end_matches('/').to_owned();
        Self {
            http,
            origin,
            prefix,
            token: None,
        }
    }

    /// The same person, showing a token.
    #[must_use]
    pub fn showing(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same person at the door of another service, or of another process.
    #[must_use]
    pub fn going_to(&self, door: &Url) -> Self {
        Self {
            token: self.token.clone(),
            ..Self::new(self.http.clone(), door, "")
        }
    }

    /// The same person at the same door, but for the paths without a version.
    #[must_use]
    pub fn without_version(&self) -> Self {
        Self {
            prefix: "",
            ..self.clone()
        }
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Ask {
        self.ask(Method::GET, path)
    }

    /// Creates, or asks for something to be done.
    pub fn post(&self, path: &str, body: impl Serialize) -> Ask {
        self.ask(Method::POST, path).json(&body)
    }

    /// Sends a form.
    pub fn sends(&self, path: &str, form: Form) -> Ask {
        let ask = self
            .ask(Method::POST, path)
            .header("Content-Type", &form.content_type());
        Ask {
            request: ask.request.body(form.bytes()),
            ..ask
        }
    }

    /// Replaces.
    pub fn put(&self, path: &str, body: impl Serialize) -> Ask {
        self.ask(Method::PUT, path).json(&body)
    }

    /// Changes.
    pub fn patch(&self, path: &str, body: impl Serialize) -> Ask {
        self.ask(Method::PATCH, path).json(&body)
    }

    /// Takes away.
    pub fn delete(&self, path: &str) -> Ask {
        self.ask(Method::DELETE, path)
    }

    /// Follows a path-absolute link as it was given.
    pub fn follow(&self, link: &str) -> Ask {
        Self {
            prefix: "",
            ..self.clone()
        }
        .get(link)
    }

    /// A listing as everybody sees it.
    pub async fn sees(&self, piece: &Listed) -> Product {
        self.get(&piece.path()).await.expect(200).json()
    }

    /// The listings of a query such as `category=pottery&limit=2`.
    pub async fn browses(&self, query: &str) -> Vec<Product> {
        self.get(&format!("/products?{query}")).await.expect(200).json()
    }

    fn ask(&self, method: Method, path: &str) -> Ask {
        let url = format!("{}{}{path}", self.origin, self.prefix);
        let asked = format!("{method} {}{path}", self.prefix);
        let request = self.http.request(method, url);
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        Ask { asked, request }
    }
}

/// A request that is sent when it is awaited.
#[derive(Debug)]
#[must_use = "a request is sent when it is awaited"]
pub struct Ask {
    asked: String,
    request: reqwest::RequestBuilder,
}

impl Ask {
    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self {
            request: self.request.header(name, value),
            ..self
        }
    }

    /// If nobody changed it since it had this tag.
    pub fn if_match(self, tag: &str) -> Self {
        self.header("If-Match", tag)
    }

    /// Once, however often it is sent.
    pub fn once(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// The same once more.
    pub fn again(&self) -> Self {
        Self {
            asked: self.asked.clone(),
            request: self.request.try_clone().expect("a body that is no stream"),
        }
    }

    fn json(self, body: &impl Serialize) -> Self {
        Self {
            request: self.request.json(body),
            ..self
        }
    }

    async fn send(self) -> reqwest::Result<Answer> {
        let response = self.request.send().await?;
        Ok(Answer {
            asked: self.asked,
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await?,
        })
    }

    /// The answer, or why there is none: nobody listens.
    pub async fn try_send(self) -> Result<Answer, String> {
        let asked = self.asked.clone();
        self.send().await.map_err(|error| format!("{asked}: {error}"))
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.try_send().await.expect("an answer") })
    }
}
