//! What every request meets: problems, probes, documents of the API, traces and times.

use std::time::Duration;

use http::Method;
use serde_json::json;
use service_kit::harness::{Harness, Person};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    bowls::SERVICE,
    reply::{Ask, DEADLINE, Reply},
};

async fn listed(kiln: &Harness, maya: &Person) -> Reply {
    let bowl = json!({ "title": "a bowl", "grams": 300 });
    let listing = kiln.post("/bowls").bearer_auth(&maya.token).json(&bowl);
    listing.ask().await.expect(201)
}

#[tokio::test]
async fn a_bowl_is_listed_seen_edited_and_known() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let made = listed(&kiln, &maya).await;
    let path = made.header("location").to_owned();

    let seen = kiln.get(&path).ask().await.expect(200);
    assert_eq!(seen.json()["title"], "a bowl");
    assert_eq!(seen.header("etag"), made.header("etag"));
    let known = kiln
        .get(&path)
        .header("if-none-match", seen.header("etag"))
        .ask()
        .await;
    assert_eq!(known.expect(304).body, "");

    let edit = || {
        kiln.put(&path)
            .bearer_auth(&maya.token)
            .json(&json!({ "title": "b", "grams": 1 }))
    };
    edit()
        .header("if-match", seen.header("etag"))
        .ask()
        .await
        .expect(200);
    let stale = edit().header("if-match", seen.header("etag")).ask().await;
    stale.expect_problem(412, "stale");
    edit()
        .header("if-match", "W/\"2.0\"")
        .ask()
        .await
        .expect_problem(412, "stale");
    edit()
        .header("if-match", "2")
        .ask()
        .await
        .expect_problem(400, "malformed");
}

#[tokio::test]
async fn every_refusal_is_a_problem_document() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let nowhere = kiln
        .get("/nowhere/%E0%A4%A1")
        .ask()
        .await
        .expect_problem(404, "not_found");
    assert_eq!(nowhere.instance, "/nowhere/%E0%A4%A1");
    let wrong_method = kiln.request(Method::PATCH, "/bowls").ask().await;
    wrong_method.expect_problem(405, "method_not_allowed");
    assert_eq!(wrong_method.header("allow"), "GET,HEAD,POST");
    kiln.get("/bowls/17").ask().await.expect_problem(400, "malformed");
    kiln.get("/panics").ask().await.expect_problem(500, "internal");
    kiln.get("/fails").ask().await.expect_problem(500, "internal");
    kiln.get("/hurried").ask().await.expect_problem(504, "timeout");
    kiln.get("/admin")
        .bearer_auth(&maya.token)
        .ask()
        .await
        .expect_problem(403, "wrong_role");
    let anonymous = kiln.post("/bowls").body("not even JSON").ask().await;
    anonymous.expect_problem(401, "unauthenticated");
    assert_eq!(anonymous.header("www-authenticate"), "Bearer");
    let good = kiln
        .get("/whoami")
        .bearer_auth(&maya.token)
        .ask()
        .await
        .expect(200);
    assert_eq!(good.body, maya.id.to_string());
}

#[tokio::test]
async fn what_is_asked_in_a_query_is_named_when_it_is_wrong() {
    let kiln = Harness::start(SERVICE).await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("offset=1001", "offset"),
        ("cursor=%00", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("heavier=-1", "heavier"),
        ("heavier=%FF", "heavier"),
        ("title=%FF", "title"),
        ("heavier=1&heavier=2", "heavier"),
    ] {
        let problem = kiln
            .get(&format!("/bowls?{query}"))
            .ask()
            .await
            .expect_problem(400, "malformed");
        assert_eq!(problem.errors[0].pointer, name, "{query}");
    }
    kiln.get("/bowls?limit=100&unknown=%E0%A4%A1")
        .ask()
        .await
        .expect(200);
}

#[tokio::test]
async fn bodies_are_strict_and_name_the_field() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let send = async |body: Vec<u8>, kind: &str| {
        let post = kiln.post("/bowls").bearer_auth(&maya.token);
        post.header("content-type", kind).body(body).ask().await
    };
    let json = "application/json";
    for (body, status, pointer) in [
        (r#"{"title":"a","grams":1,"artisan_id":"x"}"#, 422, "/artisan_id"),
        (r#"{"title":"a"}"#, 422, "/grams"),
        (r#"{"title":7,"grams":1}"#, 422, "/title"),
        (r#"{"title":"","grams":1}"#, 422, "/title"),
        (r#"{"title":"a","grams":100001}"#, 422, "/grams"),
        (r#"{"title":"a","grams":-1}"#, 422, "/grams"),
        (r#"{"title":"a","title":"b","grams":1}"#, 422, ""),
        ("[]", 422, ""),
        (r#"["a",1]"#, 422, ""),
        (&"[".repeat(100_000), 422, ""),
    ] {
        let refused = send(body.into(), json).await;
        let problem = refused.expect_problem(status, "invalid");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
    }
    for broken in [
        "",
        "{",
        "{\"title\":\"a\",\"grams\":1} x",
        "{\"title\":\"\\ud800\",\"grams\":1}",
    ] {
        send(broken.into(), json).await.expect_problem(400, "malformed");
    }
    send(b"{\"title\":\"\xff\",\"grams\":1}".to_vec(), json)
        .await
        .expect_problem(400, "malformed");
    let bowl = br#"{"title":"a","grams":1}"#.to_vec();
    for kind in [
        "text/plain",
        "",
        "application/xml",
        "application/json; charset=latin1",
        "nonsense",
    ] {
        send(bowl.clone(), kind)
            .await
            .expect_problem(415, "unsupported_media_type");
    }
    for kind in [
        "application/json; charset=UTF-8",
        "application/merge-patch+json",
        "Application/JSON",
    ] {
        send(bowl.clone(), kind).await.expect(201);
    }
}

/// Not only the server says so: the client that still sends gets to read it.
#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_refusal_arrives() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    for size in [(1 << 20) + 1, 12 << 20] {
        let upload = || kiln.post("/upload").body(vec![b'x'; size]);
        upload()
            .bearer_auth(&maya.token)
            .ask()
            .await
            .expect_problem(413, "too_large");
        upload().ask().await.expect_problem(401, "unauthenticated");
    }
    let most = kiln
        .post("/upload")
        .bearer_auth(&maya.token)
        .body(vec![b'x'; 1 << 20])
        .ask()
        .await;
    assert_eq!(most.expect(200).body, (1 << 20).to_string());
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let kiln = Harness::start(SERVICE).await;
    for path in [
        "/health",
        "/ready",
        "/metrics",
        "/openapi.json",
        "/whoami",
        "/bowls",
    ] {
        let head = kiln.request(Method::HEAD, path).ask().await.expect(200);
        assert_eq!(head.body, "", "{path}");
    }
    let refused = kiln.request(Method::HEAD, "/admin").ask().await.expect(401);
    assert_eq!(refused.body, "");
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

/// What a client sends raw on a connection that was of use before, and all that it gets back.
async fn raw(kiln: &Harness, sent: &[u8]) -> String {
    let address = kiln.url("").replace("http://", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /whoami HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 1024];
    let length = timeout(DEADLINE, stream.read(&mut first)).await.unwrap().unwrap();
    assert!(first[..length].starts_with(b"HTTP/1.1 200 OK"));
    stream.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut answer))
        .await
        .expect("an end")
        .unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn what_is_not_http_gets_a_problem_document_too() {
    let kiln = Harness::start(SERVICE).await;
    let long = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(300_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    let wide = format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(300_000));
    for (sent, statuses) in [
        ("nonsense\r\n\r\n", &[400][..]),
        ("GET /a b HTTP/1.1\r\nhost: a\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nna me: a\r\n\r\n", &[400]),
        (
            "POST /bowls HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            &[400],
        ),
        (
            "POST /bowls HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
            &[400],
        ),
        (long.as_str(), &[414, 431]),
        (many.as_str(), &[431]),
        (wide.as_str(), &[431]),
    ] {
        let answer = raw(&kiln, sent.as_bytes()).await;
        let last = &answer[answer.rfind("HTTP/1.1 ").expect("an answer")..];
        let status: u16 = last[9..12].parse().unwrap();
        assert!(statuses.contains(&status), "{answer}");
        let (head, body) = last.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains("content-type: application/problem+json"),
            "{answer}"
        );
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["trace_id"].as_str().unwrap().len(), 32);
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn probes_and_documents_need_no_token_and_have_no_limit() {
    let tight = [
        ("CRAFTCHAIN_ADDRESS_RATE", "1"),
        ("CRAFTCHAIN_ADDRESS_BURST", "1"),
    ];
    let setup = tight
        .into_iter()
        .fold(Harness::of(SERVICE), |setup, (name, value)| {
            setup.setting(name, value)
        });
    let kiln = setup.start().await;
    for _ in 0..3 {
        for path in [
            "/health",
            "/health/live",
            "/ready",
            "/health/ready",
            "/metrics",
            "/openapi.json",
            "/docs/",
        ] {
            kiln.get(path).ask().await.expect(200);
        }
    }
    assert_eq!(kiln.get("/health").ask().await.json()["status"], "healthy");
    let ready = kiln.get("/ready").ask().await.json();
    assert_eq!(ready["status"], "ready");
    for port in ["documents", "events", "objects", "limits", "keys", "accepting"] {
        assert_eq!(ready["checks"][port], "up", "{port}");
    }
    let page = kiln.get("/docs/").ask().await;
    assert!(page.header("content-type").starts_with("text/html"));
    for asset in [
        "/docs/swagger-ui-bundle.js",
        "/docs/swagger-ui.css",
        "/docs/swagger-initializer.js",
    ] {
        let asset = kiln.get(asset).ask().await.expect(200);
        assert!(
            !asset.body.contains("cdn.") && !page.body.contains("://cdn"),
            "nothing comes from elsewhere"
        );
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_method_and_class() {
    let kiln = Harness::start(SERVICE).await;
    kiln.get("/bowls/17").ask().await.expect(400);
    kiln.get("/whoami").ask().await.expect(200);
    kiln.request(Method::HEAD, "/whoami").ask().await.expect(200);
    kiln.get("/nowhere").ask().await.expect(404);
    let metrics = kiln.get("/metrics").ask().await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        r#"http_requests_total{method="GET",route="/bowls/{id}",status="4xx"} 1"#,
        r#"http_requests_total{method="GET",route="/whoami",status="2xx"} 2"#,
        r#"http_request_duration_seconds_count{method="GET",route="/whoami"} 2"#,
    ] {
        assert!(metrics.body.contains(line), "{line}\n{}", metrics.body);
    }
    assert!(
        !metrics.body.contains("nowhere"),
        "paths that nobody declared make no series"
    );
}

#[tokio::test]
async fn the_document_names_the_refusals_of_each_operation() {
    let kiln = Harness::start(SERVICE).await;
    let document = kiln.get("/openapi.json").ask().await.expect(200).json();
    let answers = |path: &str, method: &str| {
        let answers = document["paths"][path][method]["responses"].as_object().unwrap();
        answers.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(answers("/bowls", "get"), "200 400 429 503");
    assert_eq!(
        answers("/bowls", "post"),
        "201 400 401 403 409 413 415 422 429 503"
    );
    assert_eq!(answers("/bowls/{id}", "get"), "200 400 404 429 503");
    assert_eq!(
        answers("/bowls/{id}", "put"),
        "200 400 401 403 404 409 412 413 415 422 429 503"
    );
    let stale = &document["components"]["responses"]["Stale"]["content"]["application/problem+json"];
    assert_eq!(stale["schema"]["$ref"], "#/components/schemas/ProblemDocument");
    assert!(document["components"]["schemas"]["ProblemDocument"]["properties"]["errors"].is_object());
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
}

#[tokio::test]
async fn a_trace_goes_on_through_an_answer() {
    let kiln = Harness::start(SERVICE).await;
    let theirs = "4bf92f3577b34da6a3ce929d0e0e4736";
    let traced = kiln
        .get("/nowhere")
        .header("traceparent", format!("00-{theirs}-00f067aa0ba902b7-01"));
    assert_eq!(
        traced.ask().await.expect_problem(404, "not_found").trace_id,
        theirs
    );
}

#[tokio::test]
async fn nobody_works_longer_than_the_caller_waits() {
    let kiln = Harness::start(SERVICE).await;
    let late = kiln.get("/stuck").header("x-request-timeout-ms", "20");
    late.ask().await.expect_problem(504, "timeout");
    // It waits a second less than the caller, and so does what it calls.
    let begun = tokio::time::Instant::now();
    let hurried = kiln
        .get("/waits")
        .header("prefer", "wait=20")
        .header("x-request-timeout-ms", "1200");
    let left: u64 = hurried.ask().await.expect(200).body.parse().unwrap();
    assert!(left <= 1200, "{left}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn pages_of_known_origins_may_read_answers_and_refusals() {
    let kiln = Harness::of(SERVICE)
        .setting("CRAFTCHAIN_CORS_ORIGINS", "https://shop.example")
        .start()
        .await;
    let from = |origin: &str| kiln.get("/admin").header("origin", origin.to_owned());
    let known = from("https://shop.example").ask().await;
    known.expect_problem(401, "unauthenticated");
    assert_eq!(
        known.header("access-control-allow-origin"),
        "https://shop.example"
    );
    assert_eq!(
        from("https://evil.example")
            .ask()
            .await
            .header("access-control-allow-origin"),
        ""
    );
    let preflight = kiln
        .request(Method::OPTIONS, "/bowls")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "idempotency-key");
    let preflight = preflight.ask().await.expect(200);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("idempotency-key")
    );
}
