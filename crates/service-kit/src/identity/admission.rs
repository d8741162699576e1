//! Before a handler: who asks, and whether she asks too often.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request},
    response::{IntoResponse, Response},
};
use backends::limits::{Decision, Limiter, Quota};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use service_client::{Service, header::SERVICE_TOKEN};

use super::{Caller, TokenError, Verifier, permissions};
use crate::{Kit, Problem, chassis::Chassis};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

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

/// Whoever has one IPv6 address has the other 2^64 of its network, too (RFC 6177).
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(value: &HeaderValue) -> Option<&str> {
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

/// The address that the N-th trusted proxy from here saw; without any, the peer's.
fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted_hops: u8) -> Option<IpAddr> {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let Some(back) = usize::from(trusted_hops).checked_sub(1) else {
        return peer;
    };
    forwarded_for(headers, back).or(peer)
}

/// The entry of X-Forwarded-For that is `back` before the last.
fn forwarded_for(headers: &HeaderMap, back: usize) -> Option<IpAddr> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    let entries = values.rev().filter_map(|value| value.to_str().ok());
    let entry = entries.flat_map(|value| value.rsplit(',')).nth(back)?.trim();
    entry.parse().ok()
}

/// The address of whoever asks, as far as it is known. For limits and logs only.
///
/// The gateway's word is taken when its token proves it; otherwise `CRAFTCHAIN_TRUSTED_HOPS` says whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let by_gateway = matches!(Admitted::of(parts)?.service, Some(Ok(Service::Gateway)));
        let told = forwarded_for(&parts.headers, 0).filter(|_| by_gateway);
        if told.is_some() {
            return Ok(Self(told));
        }
        let chassis = parts
            .extensions
            .get::<Arc<Chassis>>()
            .ok_or_else(|| Problem::internal("a route outside the chassis"))?;
        Ok(Self(chassis.admission.address(&parts.extensions, &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(forwarded: &[&str], trusted_hops: u8) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        client_address(&extensions, &headers, trusted_hops)
            .unwrap()
            .to_string()
    }

    #[test]
    fn what_a_client_claims_counts_only_through_trusted_proxies() {
        assert_eq!(seen(&["1.1.1.1"], 0), "10.0.0.1");
        assert_eq!(seen(&["1.1.1.1, 2.2.2.2"], 1), "2.2.2.2");
        assert_eq!(seen(&["1.1.1.1, 2.2.2.2", "3.3.3.3"], 2), "2.2.2.2");
        assert_eq!(seen(&["1.1.1.1"], 2), "10.0.0.1", "fewer entries than proxies");
        assert_eq!(seen(&["unknown"], 1), "10.0.0.1");
        assert_eq!(seen(&["2001:db8::1"], 1), "2001:db8::1");
    }
}
