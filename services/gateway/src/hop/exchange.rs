use std::{pin::pin, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use http::{HeaderValue, Method, Request, StatusCode, Version, header, request::Parts};
use http_body::Body as _;
use hyper::{body::Incoming, upgrade::OnUpgrade};
use service_client::header::TIMEOUT;
use service_kit::{RequestContext, Tasks};
use tokio::time::Instant;

use super::{
    badges::Badges,
    instance::Trial,
    pool::{Failure, Lent},
    reply::Reply,
    room::Place,
    tunnel,
    upload::{Turn, Upload, Watch},
    upstream::{Answered, Upstream, tell_time_left},
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
    pub(super) async fn make(
        self,
        parts: Parts,
        body: Body,
        asked: Asked,
        place: Place<'_>,
    ) -> Result<Response, Refusal> {
        let begun = Instant::now();
        let answered = self.exchange(parts, body, asked, place).await;
        match &answered {
            Ok(response) => self.upstream.metrics.answered(response.status(), begun.elapsed()),
            Err(refusal) => self.upstream.metrics.refused(refusal),
        }
        answered
    }

    async fn exchange(
        &self,
        mut parts: Parts,
        body: Body,
        asked: Asked,
        place: Place<'_>,
    ) -> Result<Response, Refusal> {
        let client = parts.extensions.remove::<OnUpgrade>().filter(|_| asked.upgrade);
        let whole = body.is_end_stream();
        if whole && has_content(&parts.method) {
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if body.size_hint().exact().is_none() {
            // Hyper would send a GET without its body.
            let chunked = HeaderValue::from_static("chunked");
            parts.headers.insert(header::TRANSFER_ENCODING, chunked);
        }
        let patience = self.patience(&mut parts, whole);
        self.address(&mut parts, asked).await?;
        let (body, watch) = Upload::of(body, self.config.largest_body);
        let Answered { response, lent } = self
            .ask(
                Request::from_parts(parts, body),
                watch.as_deref(),
                patience,
                place,
            )
            .await?;
        let switched = switches(response.status());
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

    /// Sends it, waits for the head of the answer, and learns from how that went.
    async fn ask(
        &self,
        request: Request<Upload>,
        watch: Option<&Watch>,
        patience: Duration,
        mut place: Place<'_>,
    ) -> Result<Answered, Refusal> {
        let begun = Instant::now();
        let mut trial = None;
        let answered = {
            // Pinned here, so that who waits for it holds a reference and not a copy.
            let sent = pin!(self.upstream.send(request, begun + patience, &mut trial));
            let sent = pin!(self.in_time(sent, watch, patience));
            match watch {
                None => sent.await,
                Some(watch) => self.beside_the_client(sent, watch, &mut place).await,
            }
        };
        let answered = match answered {
            Ok(answered) => answered.map_err(|failure| self.explain(failure, watch)),
            Err(refusal) => Err(refusal),
        };
        match &answered {
            Ok(Answered { response, .. }) => {
                let status = response.status();
                if !status.is_server_error() && !switches(status) {
                    let since = watch.map_or(begun, |watch| watch.last_progress().max(begun));
                    place.answered(since.elapsed());
                }
                if let Some(trial) = trial {
                    trial.answered(status);
                }
            }
            Err(refusal) => self.blame(refusal, trial, patience),
        }
        answered
    }

    /// A client who takes her time with her body keeps no place from others.
    async fn beside_the_client<T>(
        &self,
        answer: impl Future<Output = Result<T, Refusal>>,
        watch: &Watch,
        place: &mut Place<'_>,
    ) -> Result<T, Refusal> {
        let mut answer = pin!(answer);
        tokio::select! {
            biased;
            answered = &mut answer => return answered,
            () = watch.dawdling() => {}
        }
        if place.step_aside() {
            answer.await
        } else {
            Err(Refusal::Overloaded(self.upstream.service))
        }
    }

    /// Whether it is the instance's failure: not when the caller had less patience than the gateway has.
    fn blame(&self, refusal: &Refusal, trial: Option<Trial>, patience: Duration) {
        let patient = patience >= self.config.answer;
        let at_fault = match refusal {
            Refusal::Unreachable(..) | Refusal::Broken(..) => true,
            Refusal::Late(_) => patient,
            _ => false,
        };
        if let Some(trial) = trial.filter(|_| at_fault) {
            trial.failed();
        }
    }

    /// How long the answer may take: the gateway's patience, or what is left of the caller's when that is less.
    /// The service is told, unless the time only counts from the end of the request's body.
    fn patience(&self, parts: &mut Parts, whole: bool) -> Duration {
        let ours = self.config.answer;
        let context = parts.extensions.get::<RequestContext>();
        let leaves = context.and_then(|context| context.deadline());
        let theirs = leaves
            .map(|leaves| leaves.saturating_duration_since(Instant::now()))
            .filter(|theirs| *theirs < ours);
        match (theirs, leaves) {
            (Some(_), Some(leaves)) if whole => tell_time_left(&mut parts.headers, leaves),
            (None, _) if whole => {
                parts.headers.insert(TIMEOUT, self.config.answer_millis.clone());
            }
            _ => {
                parts.headers.remove(TIMEOUT);
            }
        }
        theirs.unwrap_or(ours)
    }

    /// Makes it a request of the gateway to this service.
    async fn address(&self, parts: &mut Parts, asked: Asked) -> Result<(), Refusal> {
        let service = self.upstream.service;
        parts.uri = self.target.path_and_query.clone().into();
        parts.version = Version::HTTP_11;
        let context = parts.extensions.get::<RequestContext>().copied();
        if let Some((traceparent, id)) = context.and_then(RequestContext::headers) {
            parts.headers.insert("traceparent", traceparent);
            parts.headers.insert("x-request-id", id);
        }
        parts.extensions.clear();
        asked.ask(&mut parts.headers);
        self.badges
            .put_on(service, &mut parts.headers)
            .await
            .map_err(|error| Refusal::Unreachable(service, error.to_string()))
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
            let late = Refusal::Late(self.upstream.service);
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
        let service = self.upstream.service;
        match (failure, watch.map(Watch::turn)) {
            (_, Some(Turn::TooLarge)) => Refusal::TooLarge(self.config.largest_body),
            (_, Some(Turn::Cut)) => Refusal::Cut,
            (Failure::Unsent(_, cause), _) => Refusal::Unreachable(service, cause),
            (Failure::LeftAlone, _) => Refusal::LeftAlone(service),
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
            return Err(Refusal::Broken(self.upstream.service, unasked));
        };
        tunnel::connect(client, service, self.config.idle, self.tasks);
        Ok(response.map(|_| Body::empty()))
    }
}

fn switches(status: StatusCode) -> bool {
    status == StatusCode::SWITCHING_PROTOCOLS
}

/// Without a body these say so (RFC 9110, 8.6).
fn has_content(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
}
