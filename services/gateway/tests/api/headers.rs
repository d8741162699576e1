//! Headers: what crosses the gateway, and what does not.

use std::fmt::Write;

use axum::{Router, extract::Request, response::Response};
use http::{HeaderMap, HeaderName};
use service_client::Service;

use crate::{
    before,
    raw::{Raw, ask},
    setting_before,
    upstream::Upstream,
};

/// What becomes of a request's header: it passes as it is, or the service does not see it.
enum Fate {
    Passes,
    Dropped,
}
use Fate::{Dropped, Passes};

const REQUEST: &[(&str, &str, Fate)] = &[
    // End to end.
    ("Accept", "application/json", Passes),
    ("Accept-Language", "hi, en;q=0.5", Passes),
    ("Accept-Encoding", "gzip", Passes),
    ("Accept-Charset", "utf-8", Passes),
    ("Cache-Control", "no-cache", Passes),
    ("Content-Type", "application/json", Passes),
    ("Content-Language", "hi", Passes),
    ("Content-Encoding", "gzip", Passes),
    ("Content-MD5", "Q2hlY2s=", Passes),
    ("Cookie", "a=b; c=d", Passes),
    ("Date", "Fri, 20 Nov 2026 10:00:00 GMT", Passes),
    ("If-Match", "\"a\"", Passes),
    ("If-None-Match", "\"b\"", Passes),
    ("If-Modified-Since", "Fri, 20 Nov 2026 10:00:00 GMT", Passes),
    ("If-Unmodified-Since", "Fri, 20 Nov 2026 10:00:00 GMT", Passes),
    ("If-Range", "\"c\"", Passes),
    ("Range", "bytes=0-1", Passes),
    ("Idempotency-Key", "k-1", Passes),
    ("Origin", "https://shop.example", Passes),
    ("Pragma", "no-cache", Passes),
    ("Prefer", "wait=5", Passes),
    ("Priority", "u=1", Passes),
    ("Referer", "https://shop.example/", Passes),
    ("User-Agent", "tests", Passes),
    ("Upload-Offset", "0", Passes),
    ("Tus-Resumable", "1.0.0", Passes),
    ("Webhook-Signature", "v1,abc", Passes),
    ("X-Requested-With", "XMLHttpRequest", Passes),
    ("X-Custom", "value", Passes),
    ("X-Empty", "", Passes),
    ("X-Username-Hint", "a", Passes),
    ("Tracestate", "a=b", Passes),
    ("Upgrade-Insecure-Requests", "1", Passes),
    ("Sec-WebSocket-Protocol", "chat", Passes),
    // For this hop only.
    ("Keep-Alive", "timeout=5", Dropped),
    ("TE", "gzip", Dropped),
    ("Trailer", "x-checksum", Dropped),
    ("Upgrade", "websocket", Dropped),
    ("Upgrade", "h2c", Dropped),
    ("HTTP2-Settings", "AAMAAABkAAQAAP__", Dropped),
    ("Proxy-Connection", "keep-alive", Dropped),
    ("Proxy-Authorization", "Basic YTpi", Dropped),
    ("Proxy-Authenticate", "Basic", Dropped),
    ("Proxy", "http://evil.example", Dropped),
    ("Proxy-Foo", "a", Dropped),
    // Who somebody is.
    ("X-User-Id", "0190f3e2-7b1c-7c3a-9f00-000000000000", Dropped),
    ("X-User-Role", "admin", Dropped),
    ("X-User-Email", "a@b.example", Dropped),
    ("X-User-", "a", Dropped),
    ("X-User", "admin", Dropped),
    ("X_User_Id", "1", Dropped),
    ("X-User_Id", "1", Dropped),
    ("x_user-role", "admin", Dropped),
    ("X-Auth-Request-User", "admin", Dropped),
    ("X-Authenticated-Userid", "1", Dropped),
    ("X-Remote-User", "admin", Dropped),
    ("X-Service-Name", "auth", Dropped),
    ("X-Service-Principal", "auth", Dropped),
    ("X_Service_Token", "eyJ", Dropped),
    ("X-Serverless-Authorization", "Bearer eyJ", Dropped),
    ("X_Serverless_Authorization", "Bearer eyJ", Dropped),
    ("X-Internal-Call", "true", Dropped),
    ("X-Goog-Authenticated-User-Id", "1", Dropped),
    ("X-Goog-IAP-JWT-Assertion", "eyJ", Dropped),
    ("X-Endpoint-API-UserInfo", "eyJ", Dropped),
    ("X-Apigateway-Api-Userinfo", "eyJ", Dropped),
    ("X-Envoy-Internal", "true", Dropped),
    ("X-Envoy-Original-Path", "/internal", Dropped),
    // Where it came from, and what was really meant.
    ("Forwarded", "for=1.2.3.4", Dropped),
    ("Via", "1.1 proxy", Dropped),
    ("X-Real-IP", "1.2.3.4", Dropped),
    ("X-Client-IP", "1.2.3.4", Dropped),
    ("X-Cluster-Client-IP", "1.2.3.4", Dropped),
    ("X-Remote-IP", "1.2.3.4", Dropped),
    ("X-Remote-Addr", "1.2.3.4", Dropped),
    ("True-Client-IP", "1.2.3.4", Dropped),
    ("CF-Connecting-IP", "1.2.3.4", Dropped),
    ("Fastly-Client-IP", "1.2.3.4", Dropped),
    ("Client-IP", "1.2.3.4", Dropped),
    ("X-Forwarded-Port", "443", Dropped),
    ("X-Forwarded-Server", "a", Dropped),
    ("X-Forwarded-Prefix", "/admin", Dropped),
    ("X-Forwarded-Uri", "/internal", Dropped),
    ("X-Forwarded-User", "admin", Dropped),
    ("X_Forwarded_For", "1.2.3.4", Dropped),
    ("X-Original-URL", "/internal/users", Dropped),
    ("X-Original-URI", "/internal/users", Dropped),
    ("X-Original-Forwarded-For", "1.2.3.4", Dropped),
    ("X-Rewrite-URL", "/internal/users", Dropped),
    ("X-Host", "evil.example", Dropped),
    ("X-HTTP-Method-Override", "DELETE", Dropped),
    ("X-HTTP-Method", "DELETE", Dropped),
    ("X-Method-Override", "DELETE", Dropped),
];

/// The same for what a service answers.
const RESPONSE: &[(&str, &str, Fate)] = &[
    ("Content-Type", "text/plain", Passes),
    ("Content-Language", "hi", Passes),
    ("Content-Disposition", "attachment", Passes),
    ("Cache-Control", "max-age=60", Passes),
    ("ETag", "\"a\"", Passes),
    ("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT", Passes),
    ("Accept-Ranges", "bytes", Passes),
    ("Vary", "accept-language", Passes),
    ("Retry-After", "5", Passes),
    ("WWW-Authenticate", "Bearer", Passes),
    ("Allow", "GET", Passes),
    ("Set-Cookie", "a=b", Passes),
    ("Upload-Offset", "5", Passes),
    ("Tus-Resumable", "1.0.0", Passes),
    ("Deprecation", "@1", Passes),
    ("X-Custom", "value", Passes),
    ("Keep-Alive", "timeout=5", Dropped),
    ("Proxy-Authenticate", "Basic", Dropped),
    ("Proxy-Status", "a", Dropped),
    ("TE", "trailers", Dropped),
    ("Upgrade", "h2c", Dropped),
    ("Server", "product/0.1", Dropped),
    ("Via", "1.1 inner", Dropped),
    ("X-Powered-By", "axum", Dropped),
    ("Alt-Svc", "h3=\":443\"", Dropped),
    ("Strict-Transport-Security", "max-age=1", Dropped),
    ("X-Service-Token", "eyJ", Dropped),
    ("X-Serverless-Authorization", "Bearer eyJ", Dropped),
    ("X-User-Id", "1", Dropped),
    ("X-Internal-Cause", "sqlite", Dropped),
    ("X-Forwarded-Host", "127.0.0.1", Dropped),
    ("X-Request-Timeout-Ms", "5", Dropped),
];

#[test]
fn the_tables_are_long() {
    assert!(REQUEST.len() >= 80, "{}", REQUEST.len());
    assert!(RESPONSE.len() >= 30, "{}", RESPONSE.len());
}

#[tokio::test]
async fn what_a_client_sends_passes_or_is_dropped() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .start()
        .await;
    let mut wrong = String::new();
    for (name, value, fate) in REQUEST {
        let request = format!("GET /products HTTP/1.1\r\nHost: gateway\r\n{name}: {value}\r\n\r\n");
        assert_eq!(ask(&gateway, request).await.status, 200, "{name}");
        let seen = product.take_only().headers;
        let arrived = seen.get(name.to_lowercase()).map(|value| value.to_str().unwrap());
        match fate {
            Passes if arrived == Some(value) => {}
            Dropped if arrived.is_none() => {}
            _ => writeln!(wrong, "{name} arrived as {arrived:?}").unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn what_connection_names_is_for_this_hop_only() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let token = gateway.buyer().await.token;
    for named in [
        "X-Custom",
        "x-custom, keep-alive",
        "close, X-CUSTOM",
        "x-other,,x-custom",
    ] {
        let request =
            format!("GET /products HTTP/1.1\r\nHost: gateway\r\nX-Custom: a\r\nConnection: {named}\r\n\r\n");
        assert_eq!(ask(&gateway, request).await.status, 200);
        let seen = product.take_only().headers;
        assert!(!seen.contains_key("x-custom"), "{named}");
        assert!(!seen.contains_key("connection"), "{named}");
    }
    let twice = "GET /products HTTP/1.1\r\nHost: gateway\r\nX-A: 1\r\nX-B: 2\r\nConnection: x-a\r\nConnection: x-b\r\n\r\n";
    ask(&gateway, twice).await;
    let seen = product.take_only().headers;
    assert!(!seen.contains_key("x-a") && !seen.contains_key("x-b"));

    let hidden = format!(
        "GET /orders HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nConnection: authorization\r\n\r\n"
    );
    assert_eq!(
        ask(&gateway, hidden).await.status,
        401,
        "the gateway and the service must see the same"
    );

    for own in [
        "x-service-token",
        "x-forwarded-for",
        "host",
        "traceparent",
        "x-request-id",
    ] {
        let request = format!("GET /products HTTP/1.1\r\nHost: gateway\r\nConnection: {own}\r\n\r\n");
        assert_eq!(ask(&gateway, request).await.status, 200, "{own}");
        assert!(
            product.take_only().headers.contains_key(own),
            "{own} is said after the client's is dropped"
        );
    }
    let framed = "POST /products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\nConnection: content-length\r\n\r\nwords";
    assert_eq!(ask(&gateway, framed).await.body, "5");
}

#[tokio::test]
async fn the_service_learns_who_calls_and_for_whom() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let token = gateway.artisan().await.token;
    let forged = gateway
        .get("/v1/products")
        .bearer_auth(&token)
        .header("x-service-token", "forged")
        .header("x-forwarded-for", "6.6.6.6")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("x-request-id", "forged")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        );
    let answer = forged.send().await.unwrap();
    let seen = product.take_only().headers;
    let value = |name: &str| seen[name].to_str().unwrap();
    assert_eq!(seen.get_all("x-service-token").iter().count(), 1);
    assert_eq!(
        value("authorization"),
        format!("Bearer {token}"),
        "unchanged: the service checks again"
    );
    assert_eq!(value("x-forwarded-for"), "127.0.0.1");
    assert_eq!(value("x-forwarded-proto"), "http");
    assert_eq!(value("x-forwarded-host"), gateway.url("").replace("http://", ""));
    assert_eq!(value("host"), product.url().replace("http://", ""));
    assert!(value("traceparent").starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    assert!(
        !value("traceparent").contains("00f067aa0ba902b7"),
        "a span of the gateway's own"
    );
    assert_eq!(value("x-request-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        answer.headers()["x-request-id"],
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(value("x-request-timeout-ms"), "35000");
}

/// The token is good at the service that it is for, and nowhere else.
#[tokio::test]
async fn the_services_token_is_bound_to_it() {
    let (product, auth) = (Upstream::agreeable().await, Upstream::agreeable().await);
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_AUTH_URL", auth.url())
        .start()
        .await;
    gateway.get("/v1/products").send().await.unwrap();
    gateway.post("/v1/auth/login").send().await.unwrap();
    for (upstream, service) in [(product, Service::Product), (auth, Service::Auth)] {
        let token = upstream.take_only().headers["x-service-token"].clone();
        let claims = claims_of(token.to_str().unwrap());
        assert_eq!(claims["aud"], service.name());
        assert_eq!(claims["iss"], "gateway");
        assert_eq!(claims["sub"], "gateway");
        let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        assert_eq!(life, 60);
    }
}

fn claims_of(token: &str) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test]
async fn proxies_that_are_trusted_are_believed_and_no_one_beyond_them() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_TRUSTED_HOPS", "1")
        .start()
        .await;
    let asked = gateway
        .get("/v1/products")
        .header("x-forwarded-for", "6.6.6.6, 9.9.9.9")
        .header("x-forwarded-proto", "http, https")
        .header("x-forwarded-host", "craft.example");
    asked.send().await.unwrap();
    let seen = product.take_only().headers;
    assert_eq!(seen["x-forwarded-for"], "9.9.9.9");
    assert_eq!(seen["x-forwarded-proto"], "https");
    assert_eq!(seen["x-forwarded-host"], "craft.example");
}

#[tokio::test]
async fn the_callers_own_deadline_counts_when_it_is_nearer() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    for (theirs, told) in [
        ("15000", 5_000..=15_000),
        ("99999999", 35_000..=35_000),
        ("soon", 35_000..=35_000),
        ("-1", 35_000..=35_000),
    ] {
        let asked = gateway.get("/v1/products").header("x-request-timeout-ms", theirs);
        asked.send().await.unwrap();
        let seen = &product.take_only().headers["x-request-timeout-ms"];
        let seen: u32 = seen.to_str().unwrap().parse().unwrap();
        assert!(told.contains(&seen), "{theirs}: {seen}"); // less what has passed already
    }
}

#[tokio::test]
async fn what_a_service_answers_passes_or_is_dropped() {
    let answers = Router::new().fallback(|request: Request| async move {
        let mut response = Response::new(axum::body::Body::from("words"));
        let wanted = request.headers();
        let name = wanted["x-name"].to_str().unwrap().parse::<HeaderName>().unwrap();
        response.headers_mut().insert(name, wanted["x-value"].clone());
        response
    });
    let product = Upstream::start(answers).await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .start()
        .await;
    let mut wrong = String::new();
    for (name, value, fate) in RESPONSE {
        let asked = gateway
            .get("/v1/products")
            .header("x-name", *name)
            .header("x-value", *value);
        let answer = asked.send().await.unwrap();
        let arrived = answer.headers().get(*name).map(|value| value.to_str().unwrap());
        match fate {
            Passes if arrived == Some(value) => {}
            Dropped if arrived.is_none() => {}
            _ => writeln!(wrong, "{name} arrived as {arrived:?}").unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn what_an_answers_connection_names_is_for_this_hop_only() {
    let answers =
        Router::new().fallback(|| async { [("connection", "x-hop"), ("x-hop", "a"), ("x-end", "b")] });
    let product = Upstream::start(answers).await;
    let gateway = before(&product).await;
    let answer = gateway.get("/v1/products").send().await.unwrap();
    assert!(!answer.headers().contains_key("x-hop"));
    assert_eq!(answer.headers()["x-end"], "b");
}

#[tokio::test]
async fn repeated_headers_stay_repeated_and_in_order() {
    let answers = Router::new().fallback(|request: Request| async move {
        let mut headers = HeaderMap::new();
        for value in request.headers().get_all("x-many") {
            headers.append("set-cookie", value.clone());
        }
        headers
    });
    let product = Upstream::start(answers).await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("GET /products HTTP/1.1\r\nHost: g\r\nX-Many: a=1\r\nX-Other: x\r\nX-Many: b=2\r\n\r\n")
        .await;
    let head = connection.head().await;
    let first = head.find("set-cookie: a=1").expect("the first");
    assert!(
        first < head.find("set-cookie: b=2").expect("the second"),
        "{head}"
    );
}

#[tokio::test]
async fn browsers_are_told_to_stay_with_tls_only_behind_it() {
    let product = Upstream::agreeable().await;
    for (url, told) in [("https://craft.example", true), ("http://craft.example", false)] {
        let gateway = setting_before(&product)
            .setting("CRAFTCHAIN_PUBLIC_URL", url)
            .start()
            .await;
        for path in [
            "/",
            "/health",
            "/openapi.json",
            "/v1/products",
            "/v1/orders",
            "/nothing",
            "/a//b",
        ] {
            let answer = gateway.get(path).send().await.unwrap();
            let value = answer.headers().get("strict-transport-security");
            assert_eq!(value.is_some(), told, "{path}");
        }
        let proto = &product.take()[0].headers["x-forwarded-proto"];
        assert_eq!(proto, url.split(':').next().unwrap());
    }
}
