use axum::response::{IntoResponse, Response};
use images::Refusal;
use service_client::ClientError;
use service_kit::Problem;

/// Why a request to this service is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MlError {
    #[error("{field} {refusal}")]
    Photo { field: &'static str, refusal: Refusal },
    #[error(transparent)]
    Peer(#[from] ClientError),
    #[error(transparent)]
    Backend(#[from] backends::Error),
    #[error("refused")]
    Refused(Problem),
}

impl From<Problem> for MlError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<MlError> for Problem {
    fn from(error: MlError) -> Self {
        let said = error.to_string();
        match error {
            MlError::Photo { field, refusal } => not_taken(refusal, said).code(refusal.code()).and_field(
                field,
                refusal.code(),
                refusal.to_string(),
            ),
            MlError::Peer(error) => Self::of_peer(
                &error,
                "peer_unavailable",
                "a service that this one needs does not answer; try again",
            ),
            MlError::Backend(error) => error.into(),
            MlError::Refused(problem) => problem,
        }
    }
}

fn not_taken(refusal: Refusal, said: String) -> Problem {
    match refusal {
        Refusal::TooManyBytes { .. } | Refusal::TooManyPixels { .. } => Problem::too_large(said),
        Refusal::Heic | Refusal::Avif | Refusal::Unknown => Problem::unsupported_media_type(said),
        _ => Problem::invalid(said),
    }
}

impl IntoResponse for MlError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
