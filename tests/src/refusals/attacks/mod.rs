//! Bad requests, made from a good one.

mod bodies;
mod fields;
mod hostile;
mod parameters;
mod people;
mod tokens;

use http::StatusCode;
use shared_models::problem::ProblemDocument;

pub(super) use hostile::hostile;
pub(super) use tokens::Forger;

use super::{
    World,
    document::Operation,
    request::Request,
    row::{Asked, Row},
};
use crate::Answer;

/// A request that must be refused.
pub(super) struct Attack {
    /// What is wrong with it.
    pub(super) name: String,
    pub(super) request: Request,
    pub(super) refusal: Refusal,
}

/// How it must be refused.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// With this status.
    Status(u16),
    /// With one of these.
    OneOf(&'static [u16]),
    /// 400 or 422, and the answer names this field or one in it.
    Names(String),
}

/// What is tried on one operation.
pub(super) struct Target<'a> {
    pub(super) row: &'a Row,
    pub(super) operation: Operation<'a>,
    pub(super) asked: &'a Asked,
    pub(super) good: Request,
}

/// Every attack on an operation.
pub(super) async fn all(target: &Target<'_>, world: &World) -> Vec<Attack> {
    let mut attacks = at_the_door(target, world).await;
    attacks.extend(bodies::attacks(target));
    attacks.extend(fields::attacks(target));
    attacks
}

/// Attacks by who comes and what she asks for, whatever she brings.
pub(super) async fn at_the_door(target: &Target<'_>, world: &World) -> Vec<Attack> {
    let mut attacks = tokens::attacks(target, world).await;
    attacks.extend(people::attacks(target, world).await);
    attacks.extend(parameters::attacks(target));
    attacks
}

impl Attack {
    fn new(name: impl Into<String>, request: Request, refusal: Refusal) -> Self {
        Self {
            name: name.into(),
            request,
            refusal,
        }
    }
}

impl Refusal {
    /// What is wrong with an answer.
    pub(super) fn fault(&self, answer: &Answer) -> Option<String> {
        let status = answer.status;
        let told = || {
            String::from_utf8_lossy(&answer.body)
                .chars()
                .take(300)
                .collect::<String>()
        };
        let expected = match self {
            Self::Status(one) => status == *one,
            Self::OneOf(several) => several.contains(&status.as_u16()),
            Self::Names(_) => status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY,
        };
        if !expected {
            return Some(format!("{status} instead of {self:?}: {}", told()));
        }
        if answer.asked.starts_with("HEAD ") {
            return None; // it says no more than its status
        }
        if answer.header("content-type") != Some("application/problem+json") {
            return Some(format!("{status} is no problem document: {}", told()));
        }
        let Ok(problem) = serde_json::from_slice::<ProblemDocument>(&answer.body) else {
            return Some(format!("{status} is no problem document: {}", told()));
        };
        if problem.status != status.as_u16() || problem.code.is_empty() || problem.trace_id.is_empty() {
            return Some(format!("an incomplete problem: {}", told()));
        }
        match self {
            Self::Names(field) if !problem.errors.iter().any(|error| names(&error.pointer, field)) => {
                Some(format!("it does not name {field}: {}", told()))
            }
            _ => None,
        }
    }
}

/// The field itself, or something in it.
fn names(pointer: &str, field: &str) -> bool {
    pointer
        .strip_prefix(field)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
