use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{extract::Request, response::Response};
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use utoipa_axum::router::OpenApiRouter;

use crate::Background;

/// A built service: what it answers, and what it does without being asked.
pub struct App {
    /// Routes with their OpenAPI descriptions.
    pub router: OpenApiRouter,
    pub background: Background,
    /// What readiness also depends on, beside the ports: an index, say.
    pub checks: Vec<(&'static str, Check)>,
    /// Replaces the API document derived from `router`: the gateway's is merged from all services.
    pub description: Option<Description>,
    /// Takes requests before the router sees them: the gateway's way to the others.
    pub hop: Option<Arc<dyn Hop>>,
    /// Headers that every answer carries.
    pub always: HeaderMap,
    /// Routes that may take another time than the usual 30 seconds.
    pub patience: HashMap<&'static str, Duration>,
    /// Connections that may be open at once.
    pub connections: Connections,
}

/// How many connections may be open at once; whoever comes beyond that is told 503.
///
/// A service behind others needs no such limits: its peers keep theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// In all; in any case at most three quarters of the files that the process may open.
    pub most: usize,
    /// From one address, or from one network of IPv6 addresses that have one owner.
    pub of_one_address: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: usize::MAX,
            of_one_address: usize::MAX,
        }
    }
}

/// Hands requests on to other services.
///
/// They meet only the chassis's record layer and CORS: whoever hands on checks tokens, limits and times itself.
pub trait Hop: Send + Sync + 'static {
    /// Whether a request is to be handed on. Asked of every request.
    fn takes(&self, request: &Request) -> bool;

    /// Hands it on. Refusals may be a [`Problem`]; what a peer refused stays as the peer said it.
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Response>;
}

/// Whether a part of this instance can work.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, backends::Result<()>> + Send + Sync>;
/// Makes an API document when it is asked for.
pub type Description = Arc<dyn Fn() -> BoxFuture<'static, utoipa::openapi::OpenApi> + Send + Sync>;

impl App {
    /// A service that only answers.
    pub fn new(router: OpenApiRouter) -> Self {
        Self {
            router,
            background: Background::default(),
            checks: Vec::new(),
            description: None,
            hop: None,
            always: HeaderMap::new(),
            patience: HashMap::new(),
            connections: Connections::default(),
        }
    }

    /// Hands on what `hop` takes, past the router.
    #[must_use]
    pub fn handing_on(self, hop: Arc<dyn Hop>) -> Self {
        Self {
            hop: Some(hop),
            ..self
        }
    }

    /// Answers every request with this header, too.
    #[must_use]
    pub fn always(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.always.insert(name, value);
        self
    }

    /// Lets the answers of a route, named as it is declared (`/media/upload`), take so long to begin.
    #[must_use]
    pub fn patient(mut self, route: &'static str, time: Duration) -> Self {
        self.patience.insert(route, time);
        self
    }

    /// With so many connections at most.
    #[must_use]
    pub fn admitting(self, connections: Connections) -> Self {
        Self { connections, ..self }
    }

    /// Ready only when this holds, too.
    #[must_use]
    pub fn ready_when(mut self, name: &'static str, check: Check) -> Self {
        self.checks.push((name, check));
        self
    }

    /// Shows this API document instead of its own.
    #[must_use]
    pub fn described_by(self, description: Description) -> Self {
        Self {
            description: Some(description),
            ..self
        }
    }

    /// With duties of its own.
    #[must_use]
    pub fn with(self, background: Background) -> Self {
        Self { background, ..self }
    }
}
