use std::time::Duration;

use bytes::BytesMut;
use config::{ExposeSecret, SecretString};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::AUTHORIZATION};
use tokio::time::Instant;
use url::Url;

use super::Failure;
use crate::{Answer, Call, CallContext, Cause, ClientError, Service, ServiceTokens, error::explain, header};

/// One exchange with a peer.
pub(super) struct Attempt<'a> {
    pub(super) http: &'a reqwest::Client,
    pub(super) base: &'a Url,
    pub(super) tokens: &'a dyn ServiceTokens,
    pub(super) largest_answer: usize,
    pub(super) context: &'a CallContext,
    pub(super) call: &'a Call,
}

/// How an exchange ended.
pub(super) enum Outcome {
    Answered(Answer),
    /// No connection, or one that broke.
    Broken(String),
    TooLarge,
}

impl Attempt<'_> {
    /// Sends the request and reads the answer. Errors are those of this side; the peer was not asked.
    pub(super) async fn make(self, body: impl Into<reqwest::Body>) -> Result<Outcome, ClientError> {
        let request = self
            .http
            .request(self.call.method.clone(), self.call.url(self.base)?)
            .headers(self.headers().await?)
            .body(body);
        let exchanged = async { self.read(request.send().await?).await }.await;
        Ok(exchanged.unwrap_or_else(|error| Outcome::Broken(explain(error))))
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Outcome, reqwest::Error> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > self.largest_answer {
                return Ok(Outcome::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Outcome::Answered(Answer {
            service: self.call.service,
            status,
            headers,
            body: body.freeze(),
        }))
    }

    async fn headers(&self) -> Result<HeaderMap, ClientError> {
        let mut headers = self.call.headers.clone();
        self.inherit(&mut headers)?;
        if !self.call.anonymous {
            self.identify(&mut headers).await?;
        }
        Ok(headers)
    }

    /// What the call has from the request that causes it.
    fn inherit(&self, headers: &mut HeaderMap) -> Result<(), ClientError> {
        let remaining = self.context.deadline.saturating_duration_since(Instant::now());
        if remaining < Duration::from_millis(1) {
            let service = self.call.service;
            return Err(ClientError::DeadlineExceeded { service });
        }
        let remaining = u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX);
        headers.insert(header::TIMEOUT, remaining.into());
        if let Some(traceparent) = &self.context.traceparent {
            headers.insert(header::TRACEPARENT, self.value(traceparent)?);
        }
        if let Some(key) = self
            .context
            .idempotency_key
            .as_ref()
            .filter(|_| !self.call.method.is_safe())
        {
            headers.insert(header::IDEMPOTENCY_KEY, self.value(key)?);
        }
        if let Some(bearer) = &self.context.on_behalf_of {
            self.put_bearer(headers, AUTHORIZATION, bearer)?;
        }
        Ok(())
    }

    /// Who calls.
    async fn identify(&self, headers: &mut HeaderMap) -> Result<(), ClientError> {
        let service = self.call.service;
        let token = self
            .tokens
            .token_for(service)
            .await
            .map_err(|error| ClientError::Unavailable {
                service,
                retry_after: None,
                cause: error.into(),
            })?;
        headers.insert(header::SERVICE_TOKEN, self.secret(token.token.expose_secret())?);
        if let Some(serverless) = &token.serverless {
            self.put_bearer(headers, header::SERVERLESS_AUTHORIZATION, serverless)?;
        }
        Ok(())
    }

    fn put_bearer(
        &self,
        headers: &mut HeaderMap,
        name: HeaderName,
        bearer: &SecretString,
    ) -> Result<(), ClientError> {
        let value = self.secret(&format!("Bearer {}", bearer.expose_secret()))?;
        headers.insert(name, value);
        Ok(())
    }

    fn secret(&self, text: &str) -> Result<HeaderValue, ClientError> {
        let mut value = self.value(text)?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn value(&self, text: &str) -> Result<HeaderValue, ClientError> {
        HeaderValue::from_str(text)
            .map_err(|_| ClientError::malformed(self.call.service, "a header holds control characters"))
    }
}

impl Outcome {
    /// Whether it counts against the peer: no answer, or a 5xx.
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Answered(answer) => answer.status.is_server_error(),
            Self::Broken(_) => true,
            Self::TooLarge => false,
        }
    }

    /// Whether the exchange was never finished.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    pub(super) fn into_result(self, service: Service) -> Result<Answer, Failure> {
        let answer = match self {
            Self::Answered(answer) if answer.status.is_success() => return Ok(answer),
            Self::Answered(answer) => answer,
            Self::Broken(reason) => return Err(Failure::broken(service, reason)),
            Self::TooLarge => {
                let error = ClientError::malformed(service, "the answer is too large");
                return Err(Failure::lasting(error));
            }
        };
        Err(Failure::answered(&answer))
    }
}

impl Failure {
    fn broken(service: Service, reason: String) -> Self {
        let error = ClientError::Unavailable {
            service,
            retry_after: None,
            cause: Cause::Transport(reason),
        };
        Self {
            error,
            retry: Some(Duration::ZERO),
        }
    }

    fn answered(answer: &Answer) -> Self {
        let (service, status) = (answer.service, answer.status);
        let retry_after = answer.retry_after();
        let error = if status.is_client_error() {
            let problem = Box::new(answer.problem());
            ClientError::Refused { service, problem }
        } else if status.is_server_error() {
            let cause = Cause::Answered(status.as_u16());
            ClientError::Unavailable {
                service,
                retry_after,
                cause,
            }
        } else {
            ClientError::malformed(service, format!("it answered {status}"))
        };
        let retry = match status {
            StatusCode::TOO_MANY_REQUESTS => retry_after,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Some(retry_after.unwrap_or_default())
            }
            _ => None,
        };
        Self { error, retry }
    }
}

impl Call {
    /// Whether a second request has no second effect.
    pub(super) fn may_be_retried(&self, context: &CallContext) -> bool {
        self.method.is_idempotent() || context.idempotency_key.is_some()
    }
}
