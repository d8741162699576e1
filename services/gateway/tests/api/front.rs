//! The page at `/`, as far as it goes without a browser.

use std::io::Read as _;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::header;
use reqwest::Response;
use service_kit::harness::Harness;
use sha2::{Digest, Sha256};

use crate::{before, upstream::Upstream};

/// What a phone on a slow network may have to wait for.
const MOST: usize = 14 << 10;

async fn page(gateway: &Harness) -> Response {
    let page = gateway.get("/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    page
}

/// What stands between the first two of these words.
fn between<'a>(text: &'a str, opened: &str, closed: &str) -> &'a str {
    let (_, rest) = text.split_once(opened).expect(opened);
    rest.split_once(closed).expect(closed).0
}

#[tokio::test]
async fn only_the_style_and_the_script_of_the_page_itself_may_run_on_it() {
    let gateway = Harness::start(gateway::SERVICE).await;
    let page = page(&gateway).await;
    assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(page.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    let text = page.text().await.unwrap();

    let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)));
    let style = hash(between(&text, "<style>", "</style>"));
    let script = hash(between(&text, "<script type=\"module\">", "</script>"));
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(
        policy.contains(&format!("style-src {style}; script-src {script};")),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!policy.contains("http"), "{policy}");
}

#[tokio::test]
async fn its_links_lead_to_pages_that_are_there() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let text = page(&gateway).await.text().await.unwrap();
    let links = text
        .split("href=\"/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    let links: Vec<String> = links.map(|path| format!("/{path}")).collect();
    for wanted in ["/docs", "/openapi.json", "/health", "/health/fleet"] {
        assert!(
            links.iter().any(|link| link == wanted),
            "{wanted} is not in {links:?}"
        );
    }
    for link in links {
        let answer = gateway.get(&link).send().await.unwrap();
        let there = answer.status().is_success() || answer.status().is_redirection();
        assert!(there, "{link}: {}", answer.status());
    }
}

#[tokio::test]
async fn it_is_small_and_not_sent_again() {
    let gateway = Harness::start(gateway::SERVICE).await;
    let packed = gateway
        .get("/")
        .header(header::ACCEPT_ENCODING, "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(packed.headers()[header::VARY], "accept-encoding");
    let tag = packed.headers()[header::ETAG].clone();
    let packed = packed.bytes().await.unwrap();
    assert!(packed.len() <= MOST, "{} bytes", packed.len());

    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, page(&gateway).await.text().await.unwrap());

    let again = gateway
        .get("/")
        .header(header::IF_NONE_MATCH, tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
}
