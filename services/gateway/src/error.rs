use std::time::Duration;

use http::StatusCode;
use service_client::Service;
use service_kit::{Problem, identity::TokenError};

use crate::target::Ambiguous;

/// Why a request is not handed on, or its answer not handed back. The only place that maps to a problem.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("only GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are known here")]
    Method,
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
    #[error("{0}")]
    Malformed(&'static str),
    /// Where this request ends is not sure, so nothing after it is read.
    #[error("Transfer-Encoding may only be chunked")]
    Framing,
    #[error("nothing is here")]
    NotRouted,
    #[error("this needs a bearer token")]
    NoToken,
    #[error(transparent)]
    BadToken(#[from] TokenError),
    #[error("{}", .0.status())]
    Limited(Problem),
    #[error("a request may have at most {0} bytes")]
    TooLarge(u64),
    #[error("the request's body did not come")]
    Stalled,
    #[error("the request's body broke off")]
    Cut,
    #[error("{0} cannot be reached; try again")]
    Unreachable(Service, String),
    /// It failed again and again; it is tried again by one request at a time.
    #[error("{0} cannot be reached; try again")]
    LeftAlone(Service),
    #[error("{0} has more to do than it can; try again")]
    Overloaded(Service),
    #[error("{0} broke off before it answered")]
    Broken(Service, String),
    #[error("{0} did not answer in time")]
    Late(Service),
}

/// A service that is down is tried again this soon.
const SOON: Duration = Duration::from_secs(1);

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        use Refusal as R;
        let detail = refusal.to_string();
        match refusal {
            R::Method => Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail),
            R::Ambiguous(_) => Self::malformed(detail).code("ambiguous_path"),
            R::Malformed(_) | R::Framing | R::Cut => Self::malformed(detail),
            R::NotRouted => Self::not_found(detail),
            R::NoToken => Self::unauthenticated(detail),
            R::BadToken(error) => error.into(),
            R::Limited(problem) => problem,
            R::TooLarge(_) => Self::too_large(detail),
            R::Stalled => Self::new(StatusCode::REQUEST_TIMEOUT, "stalled", detail),
            R::Unreachable(_, cause) => Self::unavailable(detail)
                .code("upstream_unavailable")
                .retry_after(SOON)
                .caused_by(cause),
            R::LeftAlone(_) => Self::unavailable(detail)
                .code("upstream_unavailable")
                .retry_after(SOON),
            R::Overloaded(_) => Self::unavailable(detail).code("overloaded").retry_after(SOON),
            R::Broken(_, cause) => {
                Self::new(StatusCode::BAD_GATEWAY, "upstream_broken", detail).caused_by(cause)
            }
            R::Late(_) => Self::new(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", detail),
        }
    }
}
