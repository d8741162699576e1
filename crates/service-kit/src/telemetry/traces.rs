//! Traces over OTLP: one exporter a service, since each is a resource of its own although ten share a process.

mod export;
mod ids;

use std::{collections::HashMap, sync::Arc, time::Duration};

use config::{Common, SettingError};
use opentelemetry::{
    Context, InstrumentationScope,
    trace::{
        SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
        TracerProvider,
    },
};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span as SdkSpan};
use tracing::{Level, Metadata, Span, Subscriber, field, level_filters::LevelFilter};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, filter_fn},
    registry::LookupSpan,
};

use super::ACCESS;
use crate::{StartError, chassis::RequestContext};

/// The target of the spans of requests, events and jobs.
const WORK: &str = "work";
/// How long the last spans may take on their way when the process ends.
const PATIENCE: Duration = Duration::from_millis(500);

/// The exporter of one process; exports what is left when it is dropped.
pub(super) struct Traces {
    provider: SdkTracerProvider,
    tracer: PerService,
}

impl Traces {
    /// To `OTEL_EXPORTER_OTLP_ENDPOINT`, when it is set. Connects later, and again when it must.
    pub(super) fn to_endpoint(common: &Common, process: &'static str) -> Result<Option<Self>, StartError> {
        let Some(endpoint) = &common.otlp_endpoint else {
            return Ok(None);
        };
        if endpoint.scheme() != "http" {
            return Err(SettingError::Refused {
                name: "OTEL_EXPORTER_OTLP_ENDPOINT",
                read: endpoint.to_string(),
                why: "must be http: a collector beside the service, which takes traces further".into(),
            }
            .into());
        }
        let services = service_client::Service::ALL.map(service_client::Service::name);
        let names = || services.into_iter().chain([process]);
        let exporter = export::PerService::to(endpoint.as_str(), names())
            .map_err(|error| StartError::Other(error.to_string()))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_id_generator(ids::OfContext)
            .with_sampler(ids::OfContext)
            .build();
        let tracer = |name: &'static str| {
            let scope = InstrumentationScope::builder(name).build();
            (name, provider.tracer_with_scope(scope))
        };
        let tracer = PerService {
            process,
            tracers: Arc::new(names().map(tracer).collect()),
        };
        Ok(Some(Self { provider, tracer }))
    }

    /// Spans of our own, and of the code that they enclose; lines only from warnings on.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        OpenTelemetryLayer::new(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(wanted())
    }
}

fn wanted() -> FilterFn {
    filter_fn(|metadata: &Metadata<'_>| {
        if metadata.is_event() {
            return *metadata.level() <= Level::WARN && metadata.target() != ACCESS;
        }
        metadata.target() == WORK || *metadata.level() <= Level::INFO
    })
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(PATIENCE) {
            tracing::debug!(%error, "the last spans were not exported");
        }
    }
}

/// Hands each span to the tracer of the service that works on it.
#[derive(Clone)]
struct PerService {
    process: &'static str,
    tracers: Arc<HashMap<&'static str, SdkTracer>>,
}

impl Tracer for PerService {
    type Span = SdkSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> SdkSpan {
        let service = RequestContext::current().map_or(self.process, |context| context.service);
        let tracer = self
            .tracers
            .get(service)
            .unwrap_or_else(|| &self.tracers[self.process]);
        tracer.build_with_context(builder, parent)
    }
}

/// The share of the traces that begin here which is sampled.
pub(crate) fn share_of_new_traces(common: &Common) -> f64 {
    common
        .otlp_endpoint
        .as_ref()
        .map_or(0.0, |_| common.sampled.of_one())
}

/// The span of a request, an event or a job, begun under the ids of its context; only when it is sampled, or
/// when somebody debugs.
pub(crate) fn span(context: RequestContext, kind: &'static str, name: impl FnOnce() -> String) -> Span {
    let debugging = LevelFilter::current() >= LevelFilter::DEBUG;
    if !(context.sampled || debugging) || !tracing::span_enabled!(target: WORK, Level::DEBUG) {
        return Span::none();
    }
    context.within(|| {
        let span = tracing::debug_span!(
            target: WORK,
            parent: None,
            "work",
            otel.name = name(),
            otel.kind = kind,
            http.response.status_code = field::Empty,
        );
        if let Some(caller) = context.parent {
            // Refused only without exporter, or when somebody else has begun it: nothing to tell then.
            let _ = span.set_parent(remote(context, caller));
        }
        ids::with(context, || drop(span.context())); // begins it
        span
    })
}

fn remote(context: RequestContext, caller: u64) -> Context {
    let caller = SpanContext::new(
        TraceId::from(context.trace_id),
        SpanId::from(caller),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    Context::new().with_remote_span_context(caller)
}
