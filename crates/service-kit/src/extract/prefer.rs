use std::{convert::Infallible, time::Duration};

use axum::extract::FromRequestParts;
use http::{HeaderName, HeaderValue, request::Parts};

use crate::chassis::RequestContext;

/// The longest that an answer is held; below the time that a request may take.
const LONGEST: Duration = Duration::from_secs(25);

/// How long the client would like the answer to wait for what is not there yet: `Prefer: wait=N` (RFC 7240),
/// in seconds, up to 25.
///
/// A preference that makes no sense is ignored, as the standard demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    pub wait: Option<Duration>,
}

impl Prefer {
    /// The time for which to wait, and a second less than anybody waits for the answer.
    pub fn patience(&self) -> Duration {
        let wanted = self.wait.unwrap_or_default();
        let deadline = RequestContext::current().and_then(RequestContext::deadline);
        let left = deadline.map(|deadline| deadline.saturating_duration_since(tokio::time::Instant::now()));
        left.map_or(wanted, |left| {
            wanted.min(left.saturating_sub(Duration::from_secs(1)))
        })
    }

    /// `Preference-Applied`, for an answer that was held.
    pub fn applied(&self) -> Option<(HeaderName, HeaderValue)> {
        let text = format!("wait={}", self.wait?.as_secs());
        let name = HeaderName::from_static("preference-applied");
        Some((name, HeaderValue::try_from(text).ok()?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let values = parts.headers.get_all("prefer").iter();
        let mut preferences = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(','));
        Ok(Self {
            wait: preferences.find_map(wait),
        })
    }
}

/// The first of several counts (RFC 7240, 2).
fn wait(preference: &str) -> Option<Duration> {
    let (name, value) = preference.split(';').next()?.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("wait") {
        return None;
    }
    let seconds: u32 = value.trim().trim_matches('"').parse().ok()?;
    Some(Duration::from_secs(seconds.into()).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_found_among_preferences_and_capped() {
        let seconds = |text| wait(text).map(|wait| wait.as_secs());
        assert_eq!(seconds(" wait=10"), Some(10));
        assert_eq!(seconds("Wait=\"3\"; foo"), Some(3));
        assert_eq!(seconds("wait=4000000000"), Some(25));
        for nonsense in ["wait", "wait=-1", "wait=soon", "respond-async", ""] {
            assert_eq!(seconds(nonsense), None, "{nonsense}");
        }
    }
}
