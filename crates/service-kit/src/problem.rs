use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use service_client::ClientError;
use shared_models::problem::{FieldError, ProblemDocument};

/// A refusal (RFC 9457). The chassis adds `instance` and `trace_id` on the way out.
///
/// What caused an internal one is logged once, with the trace id, and never sent.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    cause: Option<String>,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal;)*) => {
        /// When a peer may be asked again that does not say so itself.
const SOON: Duration = Duration::from_secs(2);

impl Problem {
            $(
                $(#[$doc])*
                pub fn $name(detail: impl Into<Cow<'static, str>>) -> Self {
                    Self::new(StatusCode::$status, $code, detail)
                }
            )*
        }
    };
}

refusals! {
    /// 400: the syntax is wrong.
    malformed = BAD_REQUEST, "malformed";
    /// 401: no token, or not a good one.
    unauthenticated = UNAUTHORIZED, "unauthenticated";
    /// 403: known, but not allowed.
    forbidden = FORBIDDEN, "forbidden";
    /// 404.
    not_found = NOT_FOUND, "not_found";
    /// 409: at odds with the state.
    conflict = CONFLICT, "conflict";
    /// 410: it was there, and its owner may know.
    gone = GONE, "gone";
    /// 412: changed since it was read.
    stale = PRECONDITION_FAILED, "stale";
    /// 413.
    too_large = PAYLOAD_TOO_LARGE, "too_large";
    /// 415.
    unsupported_media_type = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type";
    /// 422: understood, but it makes no sense.
    invalid = UNPROCESSABLE_ENTITY, "invalid";
    /// 429.
    too_many_requests = TOO_MANY_REQUESTS, "too_many_requests";
    /// 503.
    unavailable = SERVICE_UNAVAILABLE, "unavailable";
}

impl Problem {
    /// Any status with a stable code.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// 500; `cause` goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong here; the trace id finds it in the logs",
        )
        .caused_by(cause)
    }

    /// A peer did not do its part: 503 with `code` when no answer came in time, with the wait that it asked for or two
    /// seconds; 500 when it refused what this service asked for, or answered with what is no answer.
    pub fn of_peer(error: &ClientError, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let wait = match error {
            ClientError::Unavailable { retry_after, .. } => retry_after.unwrap_or(SOON),
            ClientError::DeadlineExceeded { .. } => SOON,
            ClientError::Refused { .. } | ClientError::Malformed { .. } => return Self::internal(error),
        };
        Self::unavailable(detail)
            .code(code)
            .retry_after(wait)
            .caused_by(error)
    }

    /// 422 for one field.
    pub fn field(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let pointer = pointer.into();
        Self::invalid(format!("{pointer} {detail}")).and_field(pointer, code, detail)
    }

    /// One more field at fault.
    #[must_use]
    pub fn and_field(mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.into(),
        });
        self
    }

    /// With another stable code.
    #[must_use]
    pub fn code(self, code: &'static str) -> Self {
        Self {
            code: code.into(),
            ..self
        }
    }

    /// With `Retry-After`.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// With a cause for the log.
    #[must_use]
    pub fn caused_by(self, cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..self
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the log should know.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The document, for a request's path and trace.
    pub(crate) fn document(&self, instance: &str, trace_id: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("/problems/{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Refused").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.to_string(),
            instance: instance.to_owned(),
            code: self.code.to_string(),
            errors: self.errors.clone(),
            trace_id: trace_id.to_owned(),
        }
    }
}

/// The chassis finds the problem among the extensions and writes its body, where path and trace are known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 6750, 3.1: no error is named to who sent no token.
            let challenge = match &*self.code {
                "invalid_token" => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            let challenge = HeaderValue::from_static(challenge);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<backends::Error> for Problem {
    fn from(error: backends::Error) -> Self {
        use backends::Error as E;
        let soon = Duration::from_secs(1);
        match error {
            E::NotFound => Self::not_found("not found"),
            E::Conflict(_) => Self::conflict("it was changed at the same time; read it and try again"),
            E::Contention => Self::unavailable("too many changes at once; try again").retry_after(soon),
            E::UnknownOutcome(cause) => {
                Self::unavailable("whether it was done is not known; repeat it with the same Idempotency-Key")
                    .code("unknown_outcome")
                    .retry_after(soon)
                    .caused_by(cause)
            }
            E::Full(cause) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "storage_full",
                "no room is left to store this; nothing was changed",
            )
            .caused_by(cause),
            E::Unavailable(cause) => Self::unavailable("storage cannot be reached; nothing was changed")
                .retry_after(soon)
                .caused_by(cause),
            E::Invalid(cause) | E::Other(cause) => Self::internal(cause),
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
