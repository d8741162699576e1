use std::{fmt::Display, sync::Arc, time::Duration};

use reqwest::{Client, RequestBuilder, StatusCode, header::HeaderMap, redirect, retry};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;

use super::{
    breaker::Breaker,
    credentials::{Bearers, CLOUD},
};
use crate::{Error, Result, backoff};

/// How long an answer may take, all attempts together.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);
/// How long one attempt may take.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(4);
const CONNECT: Duration = Duration::from_secs(2);
/// How often a request is tried that may be repeated.
pub(crate) const TRIES: u32 = 3;
/// Of an answer, in bytes: a page of a thousand objects is the largest.
const LARGEST: usize = 8 << 20;

/// JSON over HTTP to one of Google's services.
pub(crate) struct Rest {
    what: &'static str,
    http: Client,
    bearers: Arc<Bearers>,
    breaker: Breaker,
}

impl Rest {
    /// To the service of this name.
    pub(crate) fn to(what: &'static str, bearers: Arc<Bearers>) -> Result<Self> {
        let http = Client::builder()
            // A connection that says nothing goes with its attempt; one of HTTP/2 would be there for the next.
            .http1_only()
            .connect_timeout(CONNECT)
            .timeout(ATTEMPT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_gzip()
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Self {
            what,
            http,
            bearers,
            breaker: Breaker::before(what),
        })
    }

    /// What a request is answered that may be repeated, and is while that may help.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<T> {
        let asked = self.fetch(request);
        self.breaker.within(DEADLINE, Error::Unavailable, asked).await
    }

    /// The same for who keeps a deadline and a breaker for several requests together.
    pub(crate) async fn fetch<T: DeserializeOwned>(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<T> {
        self.read(&self.repeated(request).await?)
    }

    /// The same where more counts than what it says.
    pub(crate) async fn repeated(&self, request: impl Fn(&Client) -> RequestBuilder) -> Result<Answer> {
        let mut tried = 0;
        loop {
            let answer = self.once(&request).await;
            tried += 1;
            match answer.map_err(Error::from) {
                Err(Error::Unavailable(_) | Error::Contention) if tried < TRIES => {
                    backoff::pause(tried).await;
                }
                answer => return answer,
            }
        }
    }

    /// One attempt, and a refusal as an error.
    pub(crate) async fn once(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> std::result::Result<Answer, Failure> {
        let answer = self.attempt(request).await?;
        self.accepted(answer)
    }

    /// One attempt, whatever its status is.
    pub(crate) async fn attempt(
        &self,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> std::result::Result<Answer, Failure> {
        let mut request = request(&self.http);
        if let Some(bearer) = self.bearers.bearer(CLOUD).await.map_err(Failure::Known)? {
            request = request.bearer_auth(bearer.expose_secret());
        }
        let mut answer = request.send().await.map_err(|error| self.unsent(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.lost(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Failure::Known(Error::Other(format!(
                    "{}: an answer beyond all bounds",
                    self.what
                ))));
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    /// An error when the status says so.
    pub(crate) fn accepted(&self, answer: Answer) -> std::result::Result<Answer, Failure> {
        let status = answer.status;
        if status.is_success() {
            return Ok(answer);
        }
        let why: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
        let why = format!("{}: {status}: {why}", self.what);
        Err(match status.as_u16() {
            500 | 502 | 504 => Failure::Lost(why),
            known => Failure::Known(refusal(Some(known), why)),
        })
    }

    fn unsent(&self, error: &reqwest::Error) -> Failure {
        let why = format!("{}: {error}", self.what);
        if error.is_connect() || error.is_builder() {
            return Failure::Known(Error::Unavailable(why));
        }
        Failure::Lost(why)
    }

    fn lost(&self, error: &impl Display) -> Failure {
        Failure::Lost(format!("{}: {error}", self.what))
    }

    /// Half an answer, or none of Google's, is no answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T> {
        serde_json::from_slice(&answer.body)
            .map_err(|error| Error::Unavailable(format!("{}: its answer cannot be read: {error}", self.what)))
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

/// Why there is no answer.
pub(crate) enum Failure {
    /// It had no effect, or it is known which.
    Known(Error),
    /// Nobody knows whether it had one.
    Lost(String),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Known(error) => error,
            Failure::Lost(why) => Self::Unavailable(why),
        }
    }
}

/// What a status of Google's means.
pub(crate) fn refusal(status: Option<u16>, why: String) -> Error {
    match status {
        Some(404) => Error::NotFound,
        Some(400 | 414 | 416) => Error::Invalid(why),
        Some(401 | 403) => Error::Other(why),
        Some(409 | 412) => Error::Contention,
        _ => Error::Unavailable(why),
    }
}
