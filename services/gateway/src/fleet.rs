//! How the other services are, seen from here.

use std::{collections::BTreeMap, time::Duration};

use axum::{Json, extract::State};
use futures::future::join_all;
use serde::Serialize;
use service_client::{CallContext, Peers, Service};
use tokio::{sync::Mutex, time::Instant};
use utoipa::ToSchema;

use crate::state::GatewayState;

/// A service that does not answer within this is down.
const PATIENCE: Duration = Duration::from_millis(500);
/// Asked more often, the last answer is given again.
const FRESH: Duration = Duration::from_secs(1);

/// The state of the fleet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FleetHealth {
    /// `healthy` when every service is up, else `degraded`.
    status: FleetStatus,
    /// By name.
    services: BTreeMap<&'static str, ServiceStatus>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FleetStatus {
    Healthy,
    Degraded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServiceStatus {
    /// It says that it is ready.
    Up,
    /// It does not, or does not answer.
    Down,
}

/// Asks the services, at most once a second.
pub(crate) struct Lookout {
    peers: Peers,
    seen: Mutex<Option<(Instant, FleetHealth)>>,
}

impl Lookout {
    pub(crate) fn new(peers: Peers) -> Self {
        Self {
            peers,
            seen: Mutex::default(),
        }
    }

    async fn look(&self) -> FleetHealth {
        let mut seen = self.seen.lock().await;
        if let Some((at, health)) = &*seen
            && at.elapsed() < FRESH
        {
            return health.clone();
        }
        let health = self.ask_all().await;
        *seen = Some((Instant::now(), health.clone()));
        health
    }

    async fn ask_all(&self) -> FleetHealth {
        let context = CallContext::within(PATIENCE);
        let others = Service::ALL
            .into_iter()
            .filter(|service| *service != Service::Gateway);
        let asked = others.map(async |service| {
            let up = self.peers.is_ready(&context, service).await;
            let status = if up {
                ServiceStatus::Up
            } else {
                ServiceStatus::Down
            };
            (service.name(), status)
        });
        let services: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        let all_up = services.values().all(|status| *status == ServiceStatus::Up);
        let status = if all_up {
            FleetStatus::Healthy
        } else {
            FleetStatus::Degraded
        };
        FleetHealth { status, services }
    }
}

/// How the services behind the gateway are. It is 200 also when some are down: the gateway itself is well.
#[utoipa::path(get, path = "/health/fleet", tag = "gateway", responses((status = 200, body = FleetHealth)))]
pub(crate) async fn health(State(state): State<GatewayState>) -> Json<FleetHealth> {
    Json(state.lookout.look().await)
}
