use axum::response::Redirect;
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use service_client::{ClientError, Policy, Service};

use crate::peer::{Peer, quick, soon};

async fn ask(auth: &Peer) -> Result<Value, ClientError> {
    auth.called().get(&soon(), Service::Auth, &["x"]).await
}

fn reason(asked: Result<Value, ClientError>) -> String {
    match asked {
        Err(ClientError::Malformed { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refusal_carries_the_peers_problem() {
    let problem = json!({
        "type": "/problems/invalid", "title": "Invalid", "status": 422, "detail": "the price is negative",
        "instance": "/products", "code": "invalid", "trace_id": "4bf9", "more": "of tomorrow's version",
        "errors": [{ "pointer": "/price", "code": "out_of_range", "detail": "at least 0" }],
    });
    let answer = (
        StatusCode::UNPROCESSABLE_ENTITY,
        [(CONTENT_TYPE, "application/problem+json")],
        problem.to_string(),
    );
    let auth = Peer::always(answer).await;
    let Err(ClientError::Refused { problem, service }) = ask(&auth).await else {
        panic!("it is refused");
    };
    assert_eq!(service, Service::Auth);
    assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"));
    assert_eq!(problem.errors[0].pointer, "/price");
}

#[tokio::test]
async fn a_refusal_without_a_problem_is_told_by_its_status() {
    let auth = Peer::always((StatusCode::NOT_FOUND, "<html>")).await;
    let Err(ClientError::Refused { problem, .. }) = ask(&auth).await else {
        panic!("it is refused");
    };
    assert_eq!((problem.status, problem.code.as_str()), (404, "not_found"));
}

#[tokio::test]
async fn a_problem_cannot_lie_about_its_status() {
    let problem = json!({
        "type": "x", "title": "x", "status": 200, "detail": "x", "instance": "x", "code": "x", "trace_id": "x",
    });
    let auth = Peer::always((StatusCode::CONFLICT, problem.to_string())).await;
    assert_eq!(ask(&auth).await.unwrap_err().refused_with(), Some(409));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_malformed() {
    for body in ["", "{", "<html>"] {
        let auth = Peer::always(body).await;
        reason(ask(&auth).await);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Peer::statuses([200]).await;
    let auth = Peer::always(Redirect::temporary(elsewhere.url().as_str())).await;
    assert!(reason(ask(&auth).await).contains("307"));
    assert_eq!(elsewhere.times_asked(), 0);
}

#[tokio::test]
async fn an_answer_of_the_cap_is_read_and_a_larger_one_is_not() {
    let policy = Policy {
        largest_answer: 1_000,
        ..quick()
    };
    for (size, fits) in [(1_000, true), (1_001, false)] {
        let body = format!("\"{}\"", "a".repeat(size - 2));
        let auth = Peer::always(body).await;
        let calls = auth.called_with(policy.clone());
        let asked = calls.get::<Value>(&soon(), Service::Auth, &["x"]).await;
        assert_eq!(asked.is_ok(), fits, "{size}");
        if !fits {
            assert_eq!(reason(asked), "the answer is too large");
            assert_eq!(auth.times_asked(), 1);
        }
    }
}
