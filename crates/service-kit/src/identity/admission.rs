//! Before a handler: who asks, and whether she asks too often.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backends::limits::{Decision, Quota};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use service_client::Service;

use super::{Caller, TokenError, permissions};
use crate::{Problem, chassis::Chassis};

const SERVICE_TOKEN: HeaderName = HeaderName::from_static("x-service-token");

/// What the tokens of a request proved.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    person: Option<Result<Arc<Caller>, TokenError>>,
    service: Option<Result<Service, TokenError>>,
    callee: &'static str,
}

impl Admitted {
    pub(super) fn of(parts: &Parts) -> Result<&Self, Problem> {
        parts
            .extensions
            .get()
            .ok_or_else(|| Problem::internal("a route outside the chassis"))
    }

    pub(super) fn person(&self) -> Result<Caller, Problem> {
        self.perhaps_person()?
            .ok_or_else(|| Problem::unauthenticated("this needs a bearer token"))
    }

    pub(super) fn perhaps_person(&self) -> Result<Option<Caller>, Problem> {
        match &self.person {
            None => Ok(None),
            Some(Ok(caller)) => Ok(Some((**caller).clone())),
            Some(Err(error)) => Err(refused(*error)),
        }
    }

    pub(super) fn service(&self, parts: &Parts) -> Result<Service, Problem> {
        let service = match &self.service {
            None => return Err(Problem::unauthenticated("this is for services only")),
            Some(Err(error)) => return Err(refused(*error)),
            Some(Ok(service)) => *service,
        };
        let route = parts
            .extensions
            .get::<MatchedPath>()
            .map_or("", MatchedPath::as_str);
        if permissions::allows(service, &parts.method, self.callee, route) {
            Ok(service)
        } else {
            Err(Problem::forbidden("this service may not call this"))
        }
    }
}

fn refused(error: TokenError) -> Problem {
    match error {
        TokenError::NoKeys => Problem::unavailable("tokens cannot be checked right now")
            .code("keys_unavailable")
            .retry_after(std::time::Duration::from_secs(2)),
        other => Problem::unauthenticated(other.to_string()).code("invalid_token"),
    }
}

/// Checks the tokens once a request, and takes it from its caller's quota.
pub(crate) async fn admit(State(chassis): State<Arc<Chassis>>, mut request: Request, next: Next) -> Response {
    let admitted = Admitted {
        person: person(&chassis, request.headers()).await,
        service: service(&chassis, request.headers()).await,
        callee: chassis.service,
    };
    let decision = match quota_of(&chassis, &admitted, &request) {
        None => None,
        Some((key, quota)) => match chassis.limits.take(&key, quota).await {
            Ok(decision) => Some((decision, quota)),
            Err(error) => {
                tracing::warn!(%error, "limits cannot be had; the request passes");
                None
            }
        },
    };
    if let Some((decision, quota)) = &decision
        && !decision.allowed
    {
        let refusal =
            Problem::too_many_requests("too many requests; wait a little").retry_after(decision.retry_after);
        return told(refusal.into_response(), decision, quota);
    }
    request.extensions_mut().insert(admitted);
    let response = next.run(request).await;
    match &decision {
        Some((decision, quota)) => told(response, decision, quota),
        None => response,
    }
}

async fn person(chassis: &Chassis, headers: &HeaderMap) -> Option<Result<Arc<Caller>, TokenError>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return Some(Err(TokenError::Malformed));
    }
    let Some(token) = bearer(value) else {
        return Some(Err(TokenError::Malformed));
    };
    Some(chassis.verifier.verify(token).await)
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

async fn service(chassis: &Chassis, headers: &HeaderMap) -> Option<Result<Service, TokenError>> {
    let token = headers.get(SERVICE_TOKEN)?.to_str().unwrap_or("");
    Some(chassis.service_tokens.verify(token).await)
}

/// A person by her id, anyone else by address; services are not limited.
fn quota_of(chassis: &Chassis, admitted: &Admitted, request: &Request) -> Option<(String, Quota)> {
    let limits = &chassis.common.limits;
    if let Some(Ok(caller)) = &admitted.person {
        let quota = Quota::a_second(limits.user_rate, limits.user_burst)?;
        return Some((format!("{}:user:{}", chassis.service, caller.user_id), quota));
    }
    if matches!(admitted.service, Some(Ok(_))) {
        return None;
    }
    let address = client_address(request, chassis.common.trusted_hops)?;
    let quota = Quota::a_second(limits.address_rate, limits.address_burst)?;
    Some((format!("{}:address:{address}", chassis.service), quota))
}

/// The peer's address, or the N-th entry of X-Forwarded-For from the right. For limits and logs only.
pub(crate) fn client_address<B>(request: &http::Request<B>, trusted_hops: u8) -> Option<IpAddr> {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let Some(back) = usize::from(trusted_hops).checked_sub(1) else {
        return peer;
    };
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let entries: Vec<&str> = forwarded
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    entries
        .iter()
        .rev()
        .nth(back)
        .and_then(|entry| entry.parse().ok())
        .or(peer)
}

/// `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers).
fn told(mut response: Response, decision: &Decision, quota: &Quota) -> Response {
    let headers = response.headers_mut();
    headers.insert("ratelimit-limit", HeaderValue::from(quota.burst));
    headers.insert("ratelimit-remaining", HeaderValue::from(decision.remaining));
    headers.insert(
        "ratelimit-reset",
        HeaderValue::from(decision.reset_after.as_secs()),
    );
    response
}
