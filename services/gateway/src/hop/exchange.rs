use std::{pin::pin, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version, header, request::Parts};
use http_body::Body as _;
use hyper::{body::Incoming, upgrade::OnUpgrade};
use service_client::{CallContext, header::TIMEOUT};
use service_kit::{RequestContext, Tasks};
use tokio::time::Instant;

use super::{
    Upstream,
    badges::Badges,
    pool::{Failure, Lent},
    reply::Reply,
    tunnel,
    upload::{Turn, Upload, Watch},
};
use crate::{
    config::Config,
    error::Refusal,
    headers::{Asked, hand_back, upgraded},
    target::Target,
};

/// One request on its way to one service.
pub(super) struct Exchange<'a> {
    pub(super) upstream: &'a Upstream,
    pub(super) badges: &'a Badges,
    pub(super) config: &'a Config,
    pub(super) tasks: &'a Tasks,
    pub(super) target: &'a Target,
}

impl Exchange<'_> {
    /// Sends the request and hands back the answer as it comes.
    pub(super) async fn make(self, parts: Parts, body: Body, asked: Asked) -> Result<Response, Refusal> {
        let begun = Instant::now();
        let answered = self.exchange(parts, body, asked).await;
        match &answered {
            Ok(response) => self.upstream.metrics.answered(response.status(), begun.elapsed()),
            Err(refusal) => self.upstream.metrics.refused(refusal),
        }
        answered
    }

    async fn exchange(&self, mut parts: Parts, body: Body, asked: Asked) -> Result<Response, Refusal> {
        let client = parts.extensions.remove::<OnUpgrade>().filter(|_| asked.upgrade);
        let whole = body.is_end_stream();
        if whole && has_content(&parts.method) {
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let patience = self.patience(&mut parts.headers, whole);
        self.address(&mut parts, asked).await?;
        let (body, watch) = Upload::of(body, self.config.largest_body);
        let sent = self.upstream.pool.send(Request::from_parts(parts, body));
        let answered = self.in_time(sent, watch.as_deref(), patience).await?;
        let (response, lent) = answered.map_err(|failure| self.explain(failure, watch.as_deref()))?;
        let switched = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        let mut response = if switched {
            self.upgrade(response, client)?
        } else {
            self.reply(response, lent, watch)
        };
        hand_back(response.headers_mut(), self.target.versioned);
        if switched {
            upgraded(response.headers_mut());
        }
        Ok(response)
    }

    /// How long the answer may take: the gateway's patience, or the caller's when she has less. The service is
    /// told, unless the time only counts from the end of the request's body.
    fn patience(&self, headers: &mut HeaderMap, whole: bool) -> Duration {
        let ours = self.config.answer;
        let theirs = CallContext::remaining_from(headers).filter(|theirs| *theirs < ours);
        match theirs {
            Some(_) if whole => {} // told already
            None if whole => {
                headers.insert(TIMEOUT, self.config.answer_millis.clone());
            }
            _ => {
                headers.remove(TIMEOUT);
            }
        }
        theirs.unwrap_or(ours)
    }

    /// Makes it a request of the gateway to this service.
    async fn address(&self, parts: &mut Parts, asked: Asked) -> Result<(), Refusal> {
        let pool = &self.upstream.pool;
        parts.uri = self.uri()?;
        parts.version = Version::HTTP_11;
        parts.headers.insert(header::HOST, pool.host.clone());
        let context = parts.extensions.get::<RequestContext>().copied();
        if let Some((traceparent, id)) = context.and_then(RequestContext::headers) {
            parts.headers.insert("traceparent", traceparent);
            parts.headers.insert("x-request-id", id);
        }
        parts.extensions.clear();
        asked.ask(&mut parts.headers);
        self.badges
            .put_on(pool.service, &mut parts.headers)
            .await
            .map_err(|error| Refusal::Unreachable(pool.service, error.to_string()))
    }

    fn uri(&self) -> Result<Uri, Refusal> {
        let (base, path) = (&self.upstream.pool.base, &self.target.path_and_query);
        if base.is_empty() {
            return Ok(path.clone().into());
        }
        format!("{base}{path}")
            .parse()
            .map_err(|_| Refusal::Malformed("the path is too long"))
    }

    /// Waits for the answer's head: `patience` from when the service has the whole request, and as long as a
    /// body may stand still while the client is to send more.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = T>,
        watch: Option<&Watch>,
        patience: Duration,
    ) -> Result<T, Refusal> {
        let idle = self.config.idle;
        let mut answer = pin!(answer);
        let first = watch.map_or(patience, |_| patience.min(idle));
        let mut timer = pin!(tokio::time::sleep(first));
        loop {
            tokio::select! {
                biased;
                answered = &mut answer => return Ok(answered),
                () = &mut timer => {}
            }
            let late = Refusal::Late(self.upstream.pool.service);
            let Some(watch) = watch else {
                return Err(late);
            };
            let (allowed, refusal) = match watch.turn() {
                Turn::Client => (idle, Refusal::Stalled),
                _ => (patience, late),
            };
            let until = watch.last_progress() + allowed;
            if until <= Instant::now() {
                return Err(refusal);
            }
            timer.as_mut().reset(until);
        }
    }

    /// Whose fault it was.
    fn explain(&self, failure: Failure, watch: Option<&Watch>) -> Refusal {
        let service = self.upstream.pool.service;
        match (failure, watch.map(Watch::turn)) {
            (_, Some(Turn::TooLarge)) => Refusal::TooLarge(self.config.largest_body),
            (_, Some(Turn::Cut)) => Refusal::Cut,
            (Failure::Unreachable(cause), _) => Refusal::Unreachable(service, cause),
            (Failure::Broken(error), _) => Refusal::Broken(service, error.to_string()),
        }
    }

    fn reply(&self, response: Response<Incoming>, lent: Lent, watch: Option<Arc<Watch>>) -> Response {
        if response.body().is_end_stream() {
            lent.give_back(watch.as_deref()); // nobody would read this body to its end
            return response.map(|_| Body::empty());
        }
        response.map(|body| Body::new(Reply::new(body, lent, watch, self.config.idle)))
    }

    /// Joins both connections, when both sides want that.
    fn upgrade(
        &self,
        mut response: Response<Incoming>,
        client: Option<OnUpgrade>,
    ) -> Result<Response, Refusal> {
        let service = response.extensions_mut().remove::<OnUpgrade>();
        let (Some(client), Some(service)) = (client, service) else {
            let unasked = "it changed the protocol without being asked".to_owned();
            return Err(Refusal::Broken(self.upstream.pool.service, unasked));
        };
        tunnel::connect(client, service, self.config.idle, self.tasks);
        Ok(response.map(|_| Body::empty()))
    }
}

/// Without a body these say so (RFC 9110, 8.6).
fn has_content(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
}
