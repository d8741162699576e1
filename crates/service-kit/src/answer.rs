use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An answer that can be stored and given again: of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    /// `ETag` and `Location`, say.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Answer {
    /// A JSON body.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self {
            status: status.as_u16(),
            headers: Vec::new(),
            body: serde_json::to_value(body)?,
        })
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name.as_str().to_owned(), value.into()));
        self
    }
}

impl Answer {
    /// The name of a secret in it, which must never be stored.
    pub(crate) fn secret(&self) -> Option<&str> {
        let cookie = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        cookie
            .map(|(name, _)| name.as_str())
            .or_else(|| secret_in(&self.body))
    }
}

/// Fields that hold what lets somebody in.
const SECRETS: [&str; 8] = [
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "secret",
    "client_secret",
    "password",
    "api_key",
];

fn secret_in(body: &Value) -> Option<&str> {
    match body {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let secret = SECRETS.contains(&name.as_str()) && value.is_string();
            secret.then_some(name.as_str()).or_else(|| secret_in(value))
        }),
        Value::Array(items) => items.iter().find_map(secret_in),
        _ => None,
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.body {
            Value::Null => status.into_response(),
            body => {
                let json = HeaderValue::from_static("application/json");
                (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
            }
        };
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_knows_that_it_holds_a_secret() {
        let secret = |body: Value| {
            Answer::json(StatusCode::OK, &body)
                .unwrap()
                .secret()
                .map(str::to_owned)
        };
        assert_eq!(
            secret(json!({ "users": [{ "refresh_token": "x" }] })).as_deref(),
            Some("refresh_token")
        );
        assert_eq!(secret(json!({ "token_type": "Bearer", "token": null })), None);
        let cookie = Answer::json(StatusCode::OK, &json!({}))
            .unwrap()
            .header(&header::SET_COOKIE, "a=b");
        assert_eq!(cookie.secret(), Some("set-cookie"));
    }
}
