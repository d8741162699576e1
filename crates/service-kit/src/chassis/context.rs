use std::{cell::Cell, ops::Range, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use service_client::CallContext;
use tokio::time::Instant;

/// What belongs to one request, event or job: its trace (<https://www.w3.org/TR/trace-context/>), the
/// service that works on it, and how long anybody waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestContext {
    pub(crate) service: &'static str,
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    /// The span of whoever caused this; nothing when the trace begins here.
    pub(crate) parent: Option<u64>,
    pub(crate) sampled: bool,
    pub(crate) deadline: Option<Instant>,
}

tokio::task_local! {
    static CURRENT: RequestContext;
}

impl RequestContext {
    /// Goes on with the caller's trace, or begins one. The caller's patience counts when it is shorter than `patience`.
    pub(crate) fn of(headers: &HeaderMap, service: &'static str, patience: Option<Duration>) -> Self {
        let traceparent = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let told = CallContext::remaining_from(headers);
        let patience = [patience, told].into_iter().flatten().min();
        Self {
            deadline: patience.and_then(|patience| Instant::now().checked_add(patience)),
            ..Self::caused_by(traceparent, service)
        }
    }

    /// Goes on with the trace of an event or a job, or begins one.
    pub(crate) fn caused_by(traceparent: Option<&str>, service: &'static str) -> Self {
        let parent = traceparent.and_then(parse);
        Self {
            service,
            trace_id: parent.map_or_else(fresh_trace, |parent| parent.trace_id),
            span_id: random(),
            parent: parent.map(|parent| parent.span_id),
            sampled: parent.is_some_and(|parent| parent.sampled),
            deadline: None,
        }
    }

    /// Samples a trace that begins here, with this probability; another's decision stays.
    #[must_use]
    pub(crate) fn perhaps_sampled(mut self, share: f64) -> Self {
        if self.parent.is_none() && share > 0.0 {
            // 53 bits are what an f64 holds exactly.
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
            let drawn = (random() >> 11) as f64 / (1_u64 << 53) as f64;
            self.sampled = drawn < share;
        }
        self
    }

    /// Runs `work` as part of this request, so that events, jobs, logs and calls carry its trace.
    pub(crate) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// The same for what does not wait.
    pub(crate) fn within<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }

    /// The request that this task works for.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
    }

    /// When nobody waits for the answer any more.
    pub fn deadline(self) -> Option<Instant> {
        self.deadline
    }

    /// `deadline`, or when the caller leaves if that is earlier.
    pub(crate) fn until(self, deadline: Instant) -> Instant {
        self.deadline.map_or(deadline, |leaves| leaves.min(deadline))
    }

    /// The header for what this request causes.
    pub fn traceparent(self) -> String {
        self.written().iter().copied().map(char::from).collect()
    }

    /// 32 hex digits.
    pub fn trace_id(self) -> String {
        self.written()[TRACE_ID].iter().copied().map(char::from).collect()
    }

    /// `traceparent` and `x-request-id` for what this request causes, in one allocation.
    pub fn headers(self) -> Option<(HeaderValue, HeaderValue)> {
        let text = Bytes::copy_from_slice(&self.written());
        let id = HeaderValue::from_maybe_shared(text.slice(TRACE_ID)).ok()?;
        Some((HeaderValue::from_maybe_shared(text).ok()?, id))
    }

    /// `x-request-id`.
    pub(super) fn id(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.written()[TRACE_ID]).ok()
    }

    /// The ids as text, without an allocation.
    pub(crate) fn ids(self) -> WrittenIds {
        WrittenIds(self.written())
    }

    fn written(self) -> [u8; 55] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        write_hex(&mut text[TRACE_ID], &self.trace_id.to_be_bytes());
        write_hex(&mut text[SPAN_ID], &self.span_id.to_be_bytes());
        write_hex(&mut text[53..], &[self.sampled.into()]);
        text
    }
}

/// A `traceparent`, to take ids from.
pub(crate) struct WrittenIds([u8; 55]);

impl WrittenIds {
    /// 32 hex digits.
    pub(crate) fn trace(&self) -> &str {
        std::str::from_utf8(&self.0[TRACE_ID]).unwrap_or_default()
    }

    /// 16 hex digits.
    pub(crate) fn span(&self) -> &str {
        std::str::from_utf8(&self.0[SPAN_ID]).unwrap_or_default()
    }
}

/// What a `traceparent` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parent {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

fn parse(text: &str) -> Option<Parent> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let sound = version.len() == 2
        && version != "ff"
        && trace.len() == 32
        && span.len() == 16
        && flags.len() == 2
        && (version != "00" || parts.next().is_none());
    let lower_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !sound || ![version, trace, span, flags].into_iter().all(lower_hex) {
        return None;
    }
    let parent = Parent {
        trace_id: u128::from_str_radix(trace, 16).ok()?,
        span_id: u64::from_str_radix(span, 16).ok()?,
        sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
    };
    (parent.trace_id != 0 && parent.span_id != 0).then_some(parent)
}

/// Where the trace id stands in a `traceparent`.
const TRACE_ID: Range<usize> = 3..35;
const SPAN_ID: Range<usize> = 36..52;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Fills `digits`, two for each byte; formatting would take ten times as long.
fn write_hex(digits: &mut [u8], bytes: &[u8]) {
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
}

fn fresh_trace() -> u128 {
    (u128::from(random()) << 64) | u128::from(random())
}

thread_local! {
    static SEED: Cell<u64> = Cell::new(seed());
}

fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::thread::current().id()) | 1
}

/// xorshift64*: trace ids must be unlikely to clash, not secret. Never zero.
fn random() -> u64 {
    SEED.with(|seed| {
        let mut x = seed.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        seed.set(x);
        x.wrapping_mul(0x2545_F491_4F6C_DD1D)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(headers: [(&'static str, &str); 2], patience: u64) -> RequestContext {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name, value.parse().unwrap());
        }
        RequestContext::of(&map, "product", Some(Duration::from_secs(patience)))
    }

    #[tokio::test]
    async fn a_trace_goes_on_under_a_new_span() {
        let context = of([("traceparent", THEIRS), ("x-request-timeout-ms", "")], 30);
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(context.sampled);
        assert_ne!(context.traceparent(), THEIRS);
        let passed_on = parse(&context.traceparent()).unwrap();
        assert_eq!(
            (passed_on.trace_id, passed_on.span_id),
            (context.trace_id, context.span_id)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_shorter_patience_counts() {
        for (told, ours, seconds) in [("5000", 30, 5), ("90000", 30, 30), ("nonsense", 30, 30)] {
            let context = of([("traceparent", THEIRS), ("x-request-timeout-ms", told)], ours);
            let left = context.deadline.unwrap() - Instant::now();
            assert_eq!(left.as_secs(), seconds, "{told}");
        }
    }

    #[test]
    fn a_broken_traceparent_begins_a_new_trace() {
        for broken in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "é",
        ] {
            assert_eq!(parse(broken), None, "{broken}");
            assert!(!RequestContext::caused_by(Some(broken), "product").sampled);
        }
    }
}
