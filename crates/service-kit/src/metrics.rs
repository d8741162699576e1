//! Metrics of one service: its own registry, since ten services may share a process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{Method, StatusCode};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Metric, Registry},
};

/// A registry that clones share.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Mutex<Registry>>);

impl Metrics {
    /// Registers a metric and hands it back, to be counted on.
    pub fn register<M: Metric + Clone>(&self, name: &str, help: &str, metric: M) -> M {
        let mut registry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register(name, help, metric.clone());
        metric
    }

    /// The text that Prometheus scrapes (OpenMetrics).
    pub fn encode(&self) -> String {
        let mut text = String::new();
        let registry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if encode(&mut text, &registry).is_err() {
            tracing::error!("metrics could not be encoded");
        }
        text
    }
}

/// Seconds; from half a millisecond, doubling, to about 16 s.
const BUCKETS: [f64; 16] = [
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192,
    16.384,
];

type Labels = Vec<(&'static str, String)>;

/// Requests by route, method and class of status; registered before the first request.
pub(crate) struct HttpMetrics {
    routes: HashMap<String, Vec<(Method, RouteMetrics)>>,
    other: RouteMetrics,
}

struct RouteMetrics {
    /// By the first digit of the status.
    classes: [Counter; 5],
    duration: Histogram,
}

impl HttpMetrics {
    /// One set of counters an operation of the API document.
    pub(crate) fn register(metrics: &Metrics, document: &utoipa::openapi::OpenApi) -> Self {
        let requests: Family<Labels, Counter> = Family::default();
        let durations: Family<Labels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let of = |method: &str, route: &str| RouteMetrics {
            classes: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| {
                let labels = vec![
                    ("method", method.to_owned()),
                    ("route", route.to_owned()),
                    ("status", class.to_owned()),
                ];
                requests.get_or_create_owned(&labels)
            }),
            duration: durations
                .get_or_create_owned(&vec![("method", method.to_owned()), ("route", route.to_owned())]),
        };
        let mut routes = HashMap::<String, Vec<(Method, RouteMetrics)>>::new();
        for (route, method) in operations(document) {
            let counted = of(method.as_str(), &route);
            routes.entry(route).or_default().push((method, counted));
        }
        let other = of("other", "other");
        metrics.register("http_requests", "Requests answered", requests);
        metrics.register(
            "http_request_duration_seconds",
            "Time to the answer's head",
            durations,
        );
        Self { routes, other }
    }

    /// Counts one answered request.
    pub(crate) fn record(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        // The router answers HEAD where it answers GET.
        let asked = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let known = self.routes.get(route).and_then(|methods| {
            let found = methods.iter().find(|(known, _)| known == asked);
            found.map(|(_, metrics)| metrics)
        });
        let metrics = known.unwrap_or(&self.other);
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        metrics.classes[class].inc();
        metrics.duration.observe(took.as_secs_f64());
    }
}

fn operations(document: &utoipa::openapi::OpenApi) -> Vec<(String, Method)> {
    let mut operations = Vec::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            (&item.get, Method::GET),
            (&item.post, Method::POST),
            (&item.put, Method::PUT),
            (&item.patch, Method::PATCH),
            (&item.delete, Method::DELETE),
        ];
        for (operation, method) in methods {
            if operation.is_some() {
                operations.push((path.clone(), method));
            }
        }
    }
    operations
}
