use axum::{Router, response::IntoResponse};
use http::{Method, header};
use service_client::Service;
use service_kit::harness::Harness;

use crate::{
    before, code_of,
    raw::{self},
    upstream::Upstream,
};

#[tokio::test]
async fn each_prefix_leads_to_its_service_with_and_without_the_version() {
    let prefixes = [
        ("/products", Service::Product),
        ("/carts", Service::Product),
        ("/orders", Service::Product),
        ("/payouts", Service::Product),
        ("/auth", Service::Auth),
        ("/ml", Service::Ml),
        ("/pricing", Service::Pricing),
        ("/analytics", Service::Analytics),
        ("/blockchain", Service::Blockchain),
        ("/notifications", Service::Notification),
        ("/media", Service::Media),
        ("/stories", Service::Storytelling),
        ("/books", Service::Storytelling),
    ];
    let mut setup = Harness::of(gateway::SERVICE);
    let mut upstreams = Vec::new();
    for service in Service::ALL {
        let router = Router::new().fallback(move || async move { service.name() });
        let upstream = Upstream::start(router).await;
        setup = setup.setting(service.url_variable(), upstream.url());
        upstreams.push((service, upstream));
    }
    let gateway = setup.start().await;
    let token = gateway.buyer().await.token;
    for (prefix, service) in prefixes {
        for path in [
            format!("{prefix}/a/b?c=d%2Fe"),
            format!("{prefix}?x"),
            prefix.to_owned(),
        ] {
            for version in ["/v1", ""] {
                let asked = gateway.get(&format!("{version}{path}")).bearer_auth(&token);
                let answer = asked.send().await.unwrap();
                assert_eq!(answer.text().await.unwrap(), service.name(), "{version}{path}");
                let (_, upstream) = upstreams.iter().find(|(behind, _)| *behind == service).unwrap();
                assert_eq!(upstream.take_only().target, path);
            }
        }
    }
}

#[tokio::test]
async fn every_method_passes_and_others_are_refused() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let token = gateway.buyer().await.token;
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        let answer = gateway
            .request(method.clone(), "/v1/products/1")
            .bearer_auth(&token);
        assert_eq!(answer.send().await.unwrap().status(), 200, "{method}");
        assert_eq!(product.take_only().method, method);
    }
    for method in ["TRACE", "PROPFIND", "PURGE", "get", "CONNECT"] {
        let request = format!("{method} /v1/products HTTP/1.1\r\nHost: gateway\r\n\r\n");
        let answer = raw::ask(&gateway, request).await;
        assert!([400, 405].contains(&answer.status), "{method}: {}", answer.head);
    }
    let trace = raw::ask(&gateway, "TRACE /v1/products HTTP/1.1\r\nHost: gateway\r\n\r\n").await;
    assert!(
        trace.head.to_lowercase().contains("allow: get, head, post"),
        "{}",
        trace.head
    );
    assert!(product.seen().is_empty());
}

#[tokio::test]
async fn links_lead_back_to_where_the_client_was() {
    let router = Router::new().fallback(|| async {
        let headers = [
            (header::LOCATION, "/products/1"),
            (header::CONTENT_LOCATION, "/products/1"),
            (
                header::LINK,
                r#"</products?cursor=b>; rel="next", <https://x.example/products>; rel="alternate""#,
            ),
        ];
        (headers, ()).into_response()
    });
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;

    let versioned = gateway.get("/v1/products").send().await.unwrap();
    assert_eq!(versioned.headers()["location"], "/v1/products/1");
    assert_eq!(versioned.headers()["content-location"], "/v1/products/1");
    assert_eq!(
        versioned.headers()["link"],
        r#"</v1/products?cursor=b>; rel="next", <https://x.example/products>; rel="alternate""#
    );

    let alias = gateway.get("/products").send().await.unwrap();
    assert_eq!(alias.headers()["location"], "/products/1");
    assert!(
        alias.headers()["link"]
            .to_str()
            .unwrap()
            .starts_with("</products?cursor=b>")
    );
}

#[tokio::test]
async fn a_service_below_a_path_of_its_own_is_found_there() {
    let product = Upstream::agreeable().await;
    let url = format!("{}/below/", product.url());
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", url)
        .start()
        .await;
    gateway.get("/v1/products/1?a=b").send().await.unwrap();
    assert_eq!(product.take_only().target, "/below/products/1?a=b");
}

#[tokio::test]
async fn what_is_not_of_the_api_is_not_found() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    for path in [
        "/nothing",
        "/v1",
        "/v1/nothing",
        "/internal",
        "/v1/internal/users/1",
    ] {
        let answer = gateway.get(path).send().await.unwrap();
        assert_eq!(code_of(answer).await, (404, "not_found".to_owned()), "{path}");
    }
    assert!(product.seen().is_empty());
}

#[tokio::test]
async fn a_client_of_http_2_is_answered_on_the_same_port() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .no_proxy()
        .no_gzip()
        .tls_certs_only([])
        .build()
        .unwrap();
    let asked = client
        .post(gateway.url("/v1/products/search?q=1"))
        .body("words".repeat(20_000));
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_2);
    assert_eq!(answer.text().await.unwrap(), "100000");
    let seen = product.take_only();
    assert_eq!(seen.target, "/products/search?q=1");
    assert_eq!(
        seen.headers["x-forwarded-host"].to_str().unwrap(),
        gateway.url("").replace("http://", "")
    );
    assert_eq!(
        seen.headers["host"].to_str().unwrap(),
        product.url().replace("http://", "")
    );
}
