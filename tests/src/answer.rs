//! What the fleet answered, and what a test expects of it.

use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared_models::problem::ProblemDocument;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// `PATCH /v1/products/…`, for messages.
    pub asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: bytes::Bytes,
}

impl Answer {
    /// The answer, when it has this status.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "a test may want no more than the status"
    )]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(
            self.status.as_u16(),
            status,
            "{} was answered with {body}",
            self.asked
        );
        self
    }

    /// The body of a 200.
    #[track_caller]
    pub fn expect_ok(self) -> Value {
        self.expect(200).json()
    }

    /// A refusal with this status and code, complete as every refusal is.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> ProblemDocument {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem: ProblemDocument = answer.json();
        assert_eq!(problem.code, code, "{}: {}", answer.asked, problem.detail);
        assert_eq!(problem.status, status);
        assert!(!problem.trace_id.is_empty() && !problem.instance.is_empty());
        problem
    }

    /// The body as a type of the wire.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            let body = String::from_utf8_lossy(&self.body);
            panic!("{}: {error} in {body}", self.asked)
        })
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The entity tag.
    #[track_caller]
    pub fn tag(&self) -> String {
        let tag = self.header(header::ETAG.as_str());
        tag.unwrap_or_else(|| panic!("{} was answered without an ETag", self.asked))
            .to_owned()
    }

    /// Where the next page is.
    pub fn next_page(&self) -> Option<String> {
        let link = self.header(header::LINK.as_str())?;
        let (target, relation) = link.split_once('>')?;
        assert_eq!(relation, "; rel=\"next\"");
        Some(target.trim_start_matches('<').to_owned())
    }
}
