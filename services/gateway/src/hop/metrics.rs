use std::time::Duration;

use http::StatusCode;
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use service_client::Service;
use service_kit::metrics::Metrics;

use crate::error::Refusal;

/// Seconds; from half a millisecond, doubling, to about 32 s.
const BUCKETS: [f64; 17] = [
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192,
    16.384, 32.768,
];

type Labels = Vec<(&'static str, &'static str)>;

/// What became of the requests to one service; registered before the first of them.
pub(crate) struct HopMetrics {
    /// By the first digit of the status.
    classes: [Counter; 5],
    unreachable: Counter,
    broken: Counter,
    late: Counter,
    left_alone: Counter,
    overloaded: Counter,
    /// The request's own fault.
    given_up: Counter,
    duration: Histogram,
    /// Connections made.
    pub(crate) opened: Counter,
    /// Attempts after the first.
    pub(crate) repeated: Counter,
    /// Ejections of instances.
    pub(crate) ejected: Counter,
}

/// The families that the services' metrics are of.
pub(crate) struct HopFamilies {
    requests: Family<Labels, Counter>,
    durations: Family<Labels, Histogram, fn() -> Histogram>,
    connections: Family<Labels, Counter>,
    repeats: Family<Labels, Counter>,
    ejections: Family<Labels, Counter>,
}

impl HopFamilies {
    pub(crate) fn register(metrics: &Metrics) -> Self {
        Self {
            requests: metrics.register(
                "upstream_requests",
                "Requests handed on, by service and by what became of them",
                Family::default(),
            ),
            durations: metrics.register(
                "upstream_answer_seconds",
                "Time to the head of a service's answer",
                Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            ),
            connections: metrics.register(
                "upstream_connections",
                "Connections made to a service",
                Family::default(),
            ),
            repeats: metrics.register(
                "upstream_repeats",
                "Requests sent again, to another instance if there is one",
                Family::default(),
            ),
            ejections: metrics.register(
                "upstream_ejections",
                "Instances left alone because they failed where others did not",
                Family::default(),
            ),
        }
    }

    pub(crate) fn of(&self, service: Service) -> HopMetrics {
        let labels = vec![("service", service.name())];
        let counter = |result| {
            let labels = vec![("service", service.name()), ("result", result)];
            self.requests.get_or_create_owned(&labels)
        };
        HopMetrics {
            classes: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(counter),
            unreachable: counter("unreachable"),
            broken: counter("broken"),
            late: counter("late"),
            left_alone: counter("left_alone"),
            overloaded: counter("overloaded"),
            given_up: counter("given_up"),
            duration: self.durations.get_or_create_owned(&labels),
            opened: self.connections.get_or_create_owned(&labels),
            repeated: self.repeats.get_or_create_owned(&labels),
            ejected: self.ejections.get_or_create_owned(&labels),
        }
    }
}

impl HopMetrics {
    pub(crate) fn answered(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.classes[class].inc();
        self.duration.observe(took.as_secs_f64());
    }

    pub(crate) fn refused(&self, refusal: &Refusal) {
        match refusal {
            Refusal::Unreachable(..) => self.unreachable.inc(),
            Refusal::Broken(..) => self.broken.inc(),
            Refusal::Late(_) => self.late.inc(),
            Refusal::LeftAlone(_) => self.left_alone.inc(),
            Refusal::Overloaded(_) => self.overloaded.inc(),
            _ => self.given_up.inc(),
        };
    }
}
