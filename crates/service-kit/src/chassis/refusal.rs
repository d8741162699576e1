use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

use super::RequestContext;
use crate::Problem;

pub(super) const PROBLEM_JSON_TEXT: &str = "application/problem+json";
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static(PROBLEM_JSON_TEXT);

/// Marks a response whose body stays as it is, whatever its status: a probe's, or a peer's.
#[derive(Clone)]
pub(super) struct AsIs;

/// Gives every refusal its document: ours, axum's own (404, 405, 413) and tower's.
pub(super) fn complete(response: Response, path: &str, route: &str, context: RequestContext) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if let Some(problem) = response.extensions().get::<Problem>().cloned() {
        log(&problem, route);
        return write(response, &problem, path, context);
    }
    let passed_on = response.headers().get(header::CONTENT_TYPE) == Some(&PROBLEM_JSON);
    if passed_on || response.extensions().get::<AsIs>().is_some() {
        return response;
    }
    write(response, &of_status(status), path, context)
}

/// The cause, once. The formatter adds service and trace.
fn log(problem: &Problem, route: &str) {
    let Some(cause) = problem.cause() else {
        return;
    };
    let status = problem.status().as_u16();
    if problem.status().is_server_error() {
        tracing::error!(route, status, cause, "a request failed");
    } else {
        tracing::debug!(route, status, cause, "a request was refused");
    }
}

fn write(response: Response, problem: &Problem, path: &str, context: RequestContext) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match serde_json::to_vec(&problem.document(path, &context.trace_id())) {
        Ok(body) => Response::from_parts(parts, Body::from(body)),
        Err(_) => parts.status.into_response(),
    }
}

fn of_status(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("not_found", "nothing is here"),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "the path knows other methods; see Allow"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "the body is larger than this path allows"),
        StatusCode::GATEWAY_TIMEOUT => ("timeout", "it took too long"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "the body has another type"),
        StatusCode::UNPROCESSABLE_ENTITY => ("invalid", "the request makes no sense"),
        status if status.is_server_error() => ("internal", "something went wrong here"),
        _ => ("malformed", "the request cannot be understood"),
    };
    Problem::new(status, code, detail)
}
