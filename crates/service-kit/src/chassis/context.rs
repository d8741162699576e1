use std::{cell::Cell, ops::Range};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use service_client::CallContext;
use tokio::time::Instant;

/// W3C trace context of one request (<https://www.w3.org/TR/trace-context/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestContext {
    trace_id: u128,
    span_id: u64,
    pub(crate) sampled: bool,
    /// When its caller leaves, if it said so.
    deadline: Option<Instant>,
}

tokio::task_local! {
    static CURRENT: RequestContext;
}

impl RequestContext {
    /// Goes on with the caller's trace, or begins one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let parent = headers
            .get("traceparent")
            .and_then(|value| Self::parse(value.to_str().ok()?));
        let (trace_id, sampled) = parent.map_or_else(
            || ((u128::from(random()) << 64) | u128::from(random()), false),
            |parent| (parent.trace_id, parent.sampled),
        );
        Self {
            trace_id,
            span_id: random(),
            sampled,
            deadline: CallContext::remaining_from(headers).map(|remaining| Instant::now() + remaining),
        }
    }

    /// Runs `work` as part of this request, so that events and outbound calls carry its trace.
    pub(crate) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// `deadline`, or when the caller leaves if that is earlier.
    pub(crate) fn until(self, deadline: Instant) -> Instant {
        self.deadline.map_or(deadline, |leaves| leaves.min(deadline))
    }

    /// The request that this task works for.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
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

    fn written(self) -> [u8; 55] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        write_hex(&mut text[TRACE_ID], self.trace_id);
        write_hex(&mut text[36..52], self.span_id.into());
        write_hex(&mut text[53..], self.sampled.into());
        text
    }

    /// Reads a `traceparent`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let sound = version.len() == 2
            && version != "ff"
            && trace.len() == 32
            && span.len() == 16
            && flags.len() == 2;
        let lower_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !sound || ![version, trace, span, flags].into_iter().all(lower_hex) {
            return None;
        }
        let context = Self {
            trace_id: u128::from_str_radix(trace, 16).ok()?,
            span_id: u64::from_str_radix(span, 16).ok()?,
            sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
            deadline: None,
        };
        (context.trace_id != 0 && context.span_id != 0).then_some(context)
    }
}

/// Where the trace id stands in a `traceparent`.
const TRACE_ID: Range<usize> = 3..35;

/// Fills `digits` with the last hex digits of `value`; formatting would take ten times as long.
fn write_hex(digits: &mut [u8], mut value: u128) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(value & 15) as usize];
        value >>= 4;
    }
}

thread_local! {
    static SEED: Cell<u64> = Cell::new(seed());
}

fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::thread::current().id()) | 1
}

/// xorshift64*: trace ids must be unlikely to clash, not secret.
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
    use std::time::Duration;

    use service_client::header;

    use super::*;

    #[test]
    fn a_trace_goes_on_under_a_new_span() {
        let mut headers = HeaderMap::new();
        let theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", theirs.parse().unwrap());
        let context = RequestContext::of(&headers);
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(context.sampled);
        assert_ne!(context.traceparent(), theirs);
        assert_eq!(RequestContext::parse(&context.traceparent()), Some(context));
    }

    #[test]
    fn what_a_request_causes_ends_when_its_caller_leaves() {
        let late = Instant::now() + Duration::from_mins(1);
        let until = |remaining: Option<u64>| {
            let mut headers = HeaderMap::new();
            headers.extend(remaining.map(|millis| (header::TIMEOUT, millis.into())));
            RequestContext::of(&headers).until(late)
        };
        assert_eq!(until(None), late);
        assert!(until(Some(1_000)) < late);
        assert!(until(Some(1_000)) > Instant::now());
        assert_eq!(until(Some(u64::MAX)), late);
    }

    #[test]
    fn a_broken_traceparent_begins_a_new_trace() {
        for broken in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "é",
        ] {
            assert_eq!(RequestContext::parse(broken), None, "{broken}");
        }
    }
}
