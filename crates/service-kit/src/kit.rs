use std::sync::Arc;

use backends::{Backends, Clock, Ids, objects::Bucket};
use config::{Common, Environment};
use service_client::{CallContext, Peers, ServiceTokens};

use crate::{
    Service, Tasks, audit::Audit, chassis::RequestContext, idempotency::Idempotency, identity::Verifier,
    jobs::Jobs, leases::Leases, metrics::Metrics, outbox::Outbox,
};

/// Everything a service is built from.
#[derive(Clone)]
pub struct Kit {
    pub service: Service,
    pub common: Arc<Common>,
    /// For the service's own settings.
    pub environment: Environment,
    pub clock: Clock,
    pub ids: Ids,
    pub backends: Backends,
    /// What leaves the fleet where no provider is set: messages as files in `outbox/` of the data folder.
    pub outgoing: Bucket,
    /// The other services.
    pub peers: Peers,
    /// What proves to a peer that this service calls; `peers` adds them by itself.
    pub service_tokens: Arc<dyn ServiceTokens>,
    /// Checks tokens.
    pub verifier: Verifier,
    /// Adds events to a commit.
    pub outbox: Outbox,
    /// Makes a repeated request have one effect.
    pub idempotency: Idempotency,
    /// Adds jobs to a commit.
    pub jobs: Jobs,
    /// Adds entries of the audit log to a commit.
    pub audit: Audit,
    /// One holder at a time.
    pub leases: Leases,
    /// This service's own registry.
    pub metrics: Metrics,
    /// Tracked tasks and the shutdown.
    pub tasks: Tasks,
}

impl Kit {
    /// A call to a peer as part of the request, event or job under way. It may take `patience`, or less when
    /// the request's caller leaves earlier.
    pub fn call(&self, patience: std::time::Duration) -> CallContext {
        let call = CallContext::within(patience);
        match RequestContext::current() {
            Some(request) => CallContext {
                deadline: request.until(call.deadline),
                traceparent: Some(request.traceparent()),
                ..call
            },
            None => call,
        }
    }

    /// A link to `path` of the public API: absolute when `CRAFTCHAIN_PUBLIC_URL` is set.
    pub fn link(&self, path: &str) -> String {
        let base = self
            .common
            .public_url
            .as_ref()
            .map_or("", |url| url.as_str().trim_end_matches('/'));
        format!("{base}/v1{path}")
    }
}
