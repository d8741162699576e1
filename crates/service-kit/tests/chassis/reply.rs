use std::time::Duration;

use serde_json::Value;
use shared_models::problem::ProblemDocument;

/// No answer and no effect of these tests takes longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A problem document with everything that every refusal has.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> ProblemDocument {
        let problem: ProblemDocument =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no problem ({error}): {self:?}"));
        assert_eq!(
            (problem.status, problem.code.as_str()),
            (status, code),
            "{self:?}"
        );
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem.kind, format!("/problems/{code}"));
        assert_eq!(problem.trace_id, self.header("x-request-id"));
        assert_eq!(problem.trace_id.len(), 32);
        problem
    }
}

pub(crate) trait Ask {
    /// Sends it, and reads the whole answer.
    async fn ask(self) -> Reply;
}

impl Ask for reqwest::RequestBuilder {
    async fn ask(self) -> Reply {
        let response = self.timeout(DEADLINE).send().await.expect("an answer");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a body"),
        }
    }
}

/// Waits until `check` answers something.
pub(crate) async fn eventually<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = check().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await; // between two looks, never for a result
        }
    };
    tokio::time::timeout(DEADLINE, looking)
        .await
        .unwrap_or_else(|_| panic!("in vain: {what}"))
}
