use std::time::Duration;

use axum::response::{IntoResponse, Response};
use service_client::{ClientError, Service};
use service_kit::Problem;

use crate::domain::TooDear;

/// Why a request to this service is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PricingError {
    #[error("no such listing")]
    NotFound,
    #[error("the listing belongs to another artisan")]
    NotYours,
    #[error("{0} cannot be asked now")]
    Peer(Service, #[source] Box<ClientError>),
    /// A field has more decimals than the listing's currency.
    #[error("{detail}")]
    Amount { pointer: String, detail: String },
    #[error(transparent)]
    TooDear(#[from] TooDear),
    #[error(transparent)]
    Backend(#[from] backends::Error),
    #[error("refused")]
    Refused(Problem),
}

impl PricingError {
    /// A peer that gave no answer.
    pub(crate) fn peer(service: Service, error: ClientError) -> Self {
        Self::Peer(service, Box::new(error))
    }

    /// The name of it in a list of results.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NotYours => "not_owner",
            Self::Amount { .. } | Self::TooDear(_) => "out_of_range",
            Self::Peer(..) | Self::Backend(_) | Self::Refused(_) => "unavailable",
        }
    }
}

impl From<Problem> for PricingError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<PricingError> for Problem {
    fn from(error: PricingError) -> Self {
        let said = error.to_string();
        match error {
            PricingError::NotFound => Self::not_found(said),
            PricingError::NotYours => Self::forbidden(said).code("not_owner"),
            PricingError::Peer(_, cause) => Self::unavailable(said)
                .retry_after(Duration::from_secs(2))
                .caused_by(cause),
            PricingError::Amount { pointer, detail } => Self::field(pointer, "out_of_range", detail),
            PricingError::TooDear(_) => Self::field("/material_costs", "out_of_range", said),
            PricingError::Backend(error) => error.into(),
            PricingError::Refused(problem) => problem,
        }
    }
}

impl IntoResponse for PricingError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
