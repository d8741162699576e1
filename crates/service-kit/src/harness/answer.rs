use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;
use serde_json::Value;
use shared_models::problem::ProblemDocument;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The bytes as text, as far as they are.
    pub text: String,
}

/// Sends a request and reads the answer to its end.
pub trait Asked {
    /// The answer; panics when there is none.
    fn answer(self) -> impl Future<Output = Answer> + Send;
}

impl Asked for RequestBuilder {
    #[expect(clippy::expect_used, reason = "a test without its answer cannot go on")]
    async fn answer(self) -> Answer {
        let response = self.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a whole answer").to_vec();
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

#[expect(clippy::panic, clippy::expect_used, reason = "what fails here fails a test")]
impl Answer {
    /// The body, which is JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{} is no JSON", self.text))
    }

    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// The body, when the status is as expected.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// A refusal with its status and code; answers the field that it names.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let problem = self.problem();
        assert_eq!(problem.code, code, "{}", self.text);
        let errors = problem.errors.first();
        errors.map(|error| error.pointer.clone()).unwrap_or_default()
    }

    /// 422 for one field.
    #[track_caller]
    pub fn refuses_field(&self, pointer: &str) {
        assert_eq!(self.status, 422, "{pointer}: {}", self.text);
        let names_it = self.problem().errors.iter().any(|error| error.pointer == pointer);
        assert!(names_it, "{pointer}: {}", self.text);
    }

    /// Where the next page is, as `Link` says.
    pub fn next(&self) -> Option<String> {
        let link = self.headers.get("link")?.to_str().ok()?;
        let path = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?;
        Some(path.to_owned())
    }

    #[track_caller]
    fn problem(&self) -> ProblemDocument {
        assert_eq!(self.header("content-type"), "application/problem+json");
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{} is no problem", self.text))
    }
}
