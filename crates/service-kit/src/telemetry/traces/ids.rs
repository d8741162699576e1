use std::cell::Cell;

use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanId, SpanKind, TraceId},
};
use opentelemetry_sdk::trace::{
    IdGenerator, RandomIdGenerator, SamplingDecision, SamplingResult, ShouldSample,
};

use crate::chassis::RequestContext;

thread_local! {
    static BEGINNING: Cell<Option<RequestContext>> = const { Cell::new(None) };
}

/// Begins one span under the ids of `context`, which headers and lines name already.
pub(super) fn with<T>(context: RequestContext, begin: impl FnOnce() -> T) -> T {
    BEGINNING.set(Some(context));
    let begun = begin();
    BEGINNING.set(None);
    begun
}

/// Ids and sampling as the request's context has decided them.
#[derive(Debug, Clone)]
pub(super) struct OfContext;

impl IdGenerator for OfContext {
    fn new_trace_id(&self) -> TraceId {
        match BEGINNING.get() {
            Some(context) => TraceId::from(context.trace_id),
            None => RandomIdGenerator::default().new_trace_id(),
        }
    }

    fn new_span_id(&self) -> SpanId {
        match BEGINNING.get() {
            Some(context) => SpanId::from(context.span_id),
            None => RandomIdGenerator::default().new_span_id(),
        }
    }
}

impl ShouldSample for OfContext {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let sampled = RequestContext::current().is_some_and(|context| context.sampled);
        SamplingResult {
            decision: if sampled {
                SamplingDecision::RecordAndSample
            } else {
                SamplingDecision::Drop
            },
            attributes: Vec::new(),
            trace_state: opentelemetry::trace::TraceState::default(),
        }
    }
}
