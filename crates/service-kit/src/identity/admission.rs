//! Before a handler: who asks, and whether she asks too often.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request},
    response::{IntoResponse, Response},
};
use backends::limits::{Decision, Limiter, Quota};
use http::{Extensions, HeaderMap, HeaderValue, header, request::Parts};
use service_client::{Service, header::SERVICE_TOKEN};

use super::{
    Caller, TokenError, Verifier,
    address::{client_address, household},
    permissions,
};
use crate::{Kit, Problem, chassis::Chassis};

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
            Some(Err(error)) => Err((*error).into()),
        }
    }

    /// Whether a service has proved that it asks.
    pub(super) fn is_by(&self, service: Service) -> bool {
        matches!(&self.service, Some(Ok(caller)) if *caller == service)
    }

    pub(super) fn service(&self, parts: &Parts) -> Result<Service, Problem> {
        let service = match &self.service {
            None => return Err(Problem::unauthenticated("this is for services only")),
            Some(Err(error)) => return Err((*error).into()),
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

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NoKeys => Self::unavailable("tokens cannot be checked right now")
                .code("keys_unavailable")
                .retry_after(std::time::Duration::from_secs(2)),
            other => Self::unauthenticated(other.to_string()).code("invalid_token"),
        }
    }
}

/// Whose token a request carries, and whether she asks too often.
///
/// The stack asks this before every route, and the gateway before every hop.
#[derive(Clone)]
pub struct Admission {
    service: &'static str,
    verifier: Verifier,
    limiter: Limiter,
    limits: config::Limits,
    trusted_hops: u8,
}

impl Admission {
    /// The tokens and limits of one service.
    pub fn of(kit: &Kit) -> Self {
        Self {
            service: kit.service.name,
            verifier: kit.verifier.clone(),
            limiter: kit.backends.limits.clone(),
            limits: kit.common.limits.clone(),
            trusted_hops: kit.common.trusted_hops,
        }
    }

    /// The person whose bearer token this is; nothing when there is none.
    pub async fn person(&self, headers: &HeaderMap) -> Option<Result<Arc<Caller>, TokenError>> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next()?;
        if values.next().is_some() {
            return Some(Err(TokenError::Malformed));
        }
        let Some(token) = bearer(value) else {
            return Some(Err(TokenError::Malformed));
        };
        Some(self.verifier.verify(token).await)
    }

    /// Takes one request from a person's quota, or from her address's when nobody is known.
    ///
    /// Nothing is taken when that limit is off, or when limits cannot be had: the request passes.
    pub async fn take(&self, person: Option<&Caller>, address: Option<IpAddr>) -> Option<Taken> {
        let (key, quota) = match (person, address) {
            (Some(caller), _) => {
                let quota = Quota::a_second(self.limits.user_rate, self.limits.user_burst)?;
                (format!("{}:user:{}", self.service, caller.user_id), quota)
            }
            (None, Some(address)) => {
                let quota = Quota::a_second(self.limits.address_rate, self.limits.address_burst)?;
                (format!("{}:address:{}", self.service, household(address)), quota)
            }
            (None, None) => return None,
        };
        self.take_from(&key, quota).await
    }

    /// Takes one request from any quota.
    pub async fn take_from(&self, key: &str, quota: Quota) -> Option<Taken> {
        match self.limiter.take(key, quota).await {
            Ok(decision) => Some(Taken { decision, quota }),
            Err(error) => {
                tracing::warn!(%error, "limits cannot be had; the request passes");
                None
            }
        }
    }

    /// Who is at the other end: the peer's address, or with trusted proxies the one they saw.
    pub fn address(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        client_address(extensions, headers, self.trusted_hops)
    }
}

/// What was taken from a quota.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    decision: Decision,
    quota: Quota,
}

impl Taken {
    /// Why the request may not pass, when it may not.
    pub fn refusal(&self) -> Option<Problem> {
        (!self.decision.allowed).then(|| {
            Problem::too_many_requests("too many requests; wait a little")
                .retry_after(self.decision.retry_after)
        })
    }

    /// Tells the caller, with `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell(&self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-limit", HeaderValue::from(self.quota.burst));
        headers.insert("ratelimit-remaining", HeaderValue::from(self.decision.remaining));
        let reset = self.decision.reset_after.as_secs();
        headers.insert("ratelimit-reset", HeaderValue::from(reset));
    }
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
pub(crate) fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Checks the tokens once a request, and takes it from its caller's quota. Services are not limited.
pub(crate) async fn admit(
    chassis: &Arc<Chassis>,
    request: &mut Request,
) -> Result<Option<Taken>, Box<Response>> {
    let admission = &chassis.admission;
    let admitted = Admitted {
        person: admission.person(request.headers()).await,
        service: service(chassis, request.headers()).await,
        callee: chassis.service,
    };
    let taken = match (&admitted.person, &admitted.service) {
        (Some(Ok(caller)), _) => admission.take(Some(caller), None).await,
        (_, Some(Ok(_))) => None,
        _ => {
            let address = admission.address(request.extensions(), request.headers());
            admission.take(None, address).await
        }
    };
    if let Some(taken) = &taken
        && let Some(refusal) = taken.refusal()
    {
        let mut response = refusal.into_response();
        taken.tell(response.headers_mut());
        return Err(Box::new(response));
    }
    request.extensions_mut().insert(admitted);
    Ok(taken)
}

async fn service(chassis: &Chassis, headers: &HeaderMap) -> Option<Result<Service, TokenError>> {
    let mut values = headers.get_all(SERVICE_TOKEN).iter();
    let token = values.next()?.to_str();
    match (token, values.next()) {
        (Ok(token), None) => Some(chassis.service_tokens.verify(token).await),
        _ => Some(Err(TokenError::Malformed)),
    }
}
