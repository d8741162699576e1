//! The hop: a request goes to its service and the answer comes back, both as streams.

mod badges;
mod exchange;
mod instance;
mod metrics;
mod outliers;
mod pace;
mod pool;
mod reply;
mod room;
mod tls;
mod tunnel;
mod upload;
mod upstream;

pub(crate) use pace::Bounds;

use std::sync::Arc;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use http_body::Body as _;
use service_client::Service;
use service_kit::{
    Kit, Problem, Route, StartError, Tasks,
    identity::{Admission, Taken},
};

use self::{
    badges::Badges, exchange::Exchange, metrics::HopFamilies, room::Place, tls::Trust, upstream::Upstream,
};
use crate::{
    config::Config,
    error::Refusal,
    headers::{Origin, check_framing, check_host, clean},
    target::{METHODS_IN_WORDS, Target},
};

/// What the gateway answers by itself; everything else is handed on.
const OWN: &[&str] = &[
    "/",
    "/health",
    "/health/live",
    "/health/ready",
    "/health/fleet",
    "/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
];

/// The way to the services.
pub(crate) struct Hop {
    admission: Admission,
    badges: Badges,
    config: Config,
    tasks: Tasks,
    behind_proxies: bool,
    public_https: bool,
    /// By their place in the fleet.
    upstreams: Vec<Upstream>,
}

impl Hop {
    pub(crate) fn new(kit: &Kit, config: Config) -> Result<Arc<Self>, StartError> {
        let families = HopFamilies::register(&kit.metrics);
        let trust = Trust::default();
        let upstreams = Service::ALL
            .into_iter()
            .map(|service| Upstream::new(service, kit, &config, &families, &trust))
            .collect::<Result<_, _>>()?;
        Ok(Arc::new(Self {
            admission: Admission::of(kit),
            badges: Badges::new(kit.service_tokens.clone(), kit.clock.clone()),
            config,
            tasks: kit.tasks.clone(),
            behind_proxies: kit.common.trusted_hops > 0,
            public_https: is_https(kit),
            upstreams,
        }))
    }

    fn upstream(&self, service: Service) -> &Upstream {
        &self.upstreams[usize::from(service.port_offset())]
    }

    /// Every so often, leaves those instances alone that fail where others do not.
    pub(crate) async fn sweep(self: Arc<Self>) {
        loop {
            tokio::time::sleep(self.config.sweep).await;
            self.upstreams.iter().for_each(Upstream::sweep);
        }
    }

    async fn hand_on(&self, request: Request) -> Response {
        let target = match examine(&request) {
            Ok(target) => target,
            Err(refusal) => return refused(refusal),
        };
        let upstream = self.upstream(target.prefix.service);
        // Before anything is done for the request.
        let place = if waits_on_purpose(request.headers()) {
            upstream.room.enter_aside()
        } else {
            upstream.room.enter().await
        };
        let Some(place) = place else {
            let refusal = Refusal::Overloaded(upstream.service);
            upstream.metrics.refused(&refusal);
            return routed(refused(refusal), &target);
        };
        let mut taken = None;
        let mut response = match self.pass(request, &target, place, &mut taken).await {
            Ok(response) => response,
            Err(refusal) => refused(refusal),
        };
        if let Some(taken) = taken {
            taken.tell(response.headers_mut());
        }
        routed(response, &target)
    }

    async fn pass(
        &self,
        request: Request,
        target: &Target,
        place: Place<'_>,
        taken: &mut Option<Taken>,
    ) -> Result<Response, Refusal> {
        let (mut parts, body) = request.into_parts();
        let origin = self.origin(&parts);
        let asked = clean(&mut parts.headers);
        self.admit(&parts.headers, &origin, target, taken).await?;
        if body.size_hint().lower() > self.config.largest_body {
            return Err(Refusal::TooLarge(self.config.largest_body));
        }
        origin.tell(&mut parts.headers);
        self.exchange(target).make(parts, body, asked, place).await
    }

    fn origin(&self, parts: &Parts) -> Origin {
        let address = self.admission.address(&parts.extensions, &parts.headers);
        Origin::of(
            &parts.uri,
            &parts.headers,
            address,
            self.behind_proxies,
            self.public_https,
        )
    }

    /// Who may pass: a good token or a public route, and nobody too often.
    async fn admit(
        &self,
        headers: &HeaderMap,
        origin: &Origin,
        target: &Target,
        taken: &mut Option<Taken>,
    ) -> Result<(), Refusal> {
        let person = self.admission.person(headers).await;
        let known = person.as_ref().and_then(|person| person.as_deref().ok());
        *taken = self.admission.take(known, origin.address).await;
        limited(taken.as_ref())?;
        match person {
            // Whether a public route minds a bad token is for the service to say: it checks again.
            _ if target.public => {}
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Refusal::NoToken),
        }
        if let Some((key, quota)) = &self.upstream(target.prefix.service).limit {
            let of_service = self.admission.take_from(key, *quota).await;
            if limited(of_service.as_ref()).is_err() {
                *taken = of_service;
            }
            limited(of_service.as_ref())?;
        }
        Ok(())
    }

    fn exchange<'a>(&'a self, target: &'a Target) -> Exchange<'a> {
        Exchange {
            upstream: self.upstream(target.prefix.service),
            badges: &self.badges,
            config: &self.config,
            tasks: &self.tasks,
            target,
        }
    }
}

impl service_kit::Hop for Hop {
    fn takes(&self, request: &Request) -> bool {
        let path = request.uri().path();
        !OWN.contains(&path) && !path.starts_with("/docs/")
    }

    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Response> {
        Box::pin(async move { self.hand_on(request).await })
    }
}

/// Whether clients reach the gateway over TLS.
pub(crate) fn is_https(kit: &Kit) -> bool {
    let url = kit.common.public_url.as_ref();
    url.is_some_and(|url| url.scheme() == "https")
}

/// Where a request goes, if it can be read in one way only.
fn examine(request: &Request) -> Result<Target, Refusal> {
    check_framing(request.headers())?;
    check_host(request.uri(), request.version(), request.headers())?;
    Target::of(request.method(), request.uri())
}

/// `Prefer: wait` (RFC 7240, 4.3): the service has nothing to do for it meanwhile.
fn waits_on_purpose(headers: &HeaderMap) -> bool {
    let wait = |value: &HeaderValue| {
        value
            .as_bytes()
            .windows(4)
            .any(|word| word.eq_ignore_ascii_case(b"wait"))
    };
    headers.get_all("prefer").iter().any(wait)
}

/// For the access log.
fn routed(mut response: Response, target: &Target) -> Response {
    response.extensions_mut().insert(Route(target.prefix.route));
    response
}

fn limited(taken: Option<&Taken>) -> Result<(), Refusal> {
    match taken.and_then(Taken::refusal) {
        Some(problem) => Err(Refusal::Limited(problem)),
        None => Ok(()),
    }
}

fn refused(refusal: Refusal) -> Response {
    let more = match refusal {
        Refusal::Method => Some((header::ALLOW, HeaderValue::from_static(METHODS_IN_WORDS))),
        Refusal::Framing => Some((header::CONNECTION, HeaderValue::from_static("close"))),
        _ => None,
    };
    let mut response = Problem::from(refusal).into_response();
    response.headers_mut().extend(more);
    response
}
