//! Spellings of paths: each reaches the one service and path that it means, or nobody.

use std::fmt::Write;

use service_kit::harness::Harness;

use crate::{raw::Raw, upstream::Upstream};

/// What is sent in the request's line, and what the service sees of it.
const PASS: &[(&str, &str)] = &[
    ("/products", "/products"),
    ("/v1/products", "/products"),
    ("/products/", "/products/"),
    ("/v1/products/", "/products/"),
    ("/products?", "/products?"),
    ("/products?a=b", "/products?a=b"),
    ("/products?a=%2e%2e%2f", "/products?a=%2e%2e%2f"),
    ("/products?a=/../internal", "/products?a=/../internal"),
    ("/products?a=//x;y", "/products?a=//x;y"),
    ("/products?%", "/products?%"),
    ("/products?a?b", "/products?a?b"),
    ("/%70roducts", "/products"),
    ("/%70%72%6f%64%75%63%74%73", "/products"),
    ("/%70%72%6F%64%75%63%74%73", "/products"),
    ("/v%31/products", "/products"),
    ("/%76%31/products", "/products"),
    ("/v1/%70roducts", "/products"),
    ("/products/a%2db", "/products/a-b"),
    ("/products/a%5fb", "/products/a_b"),
    ("/products/a%7Eb", "/products/a~b"),
    ("/products/%41", "/products/A"),
    ("/products/a%20b", "/products/a%20b"),
    ("/products/a%2bb", "/products/a%2Bb"),
    ("/products/a+b", "/products/a+b"),
    ("/products/a%26b", "/products/a%26b"),
    ("/products/a%3db", "/products/a%3Db"),
    ("/products/a%3ab", "/products/a%3Ab"),
    ("/products/a%40b", "/products/a%40b"),
    ("/products/a%22b", "/products/a%22b"),
    ("/products/a%3cb%3e", "/products/a%3Cb%3E"),
    ("/products/a%5eb", "/products/a%5Eb"),
    ("/products/a%60b", "/products/a%60b"),
    ("/products/a%7bb%7d", "/products/a%7Bb%7D"),
    ("/products/a%7cb", "/products/a%7Cb"),
    (
        "/products/%e0%a4%ae%e0%a4%a7%e0%a5%81",
        "/products/%E0%A4%AE%E0%A4%A7%E0%A5%81",
    ),
    ("/products/%E0%A4%AE", "/products/%E0%A4%AE"),
    ("/products/%c3%a9", "/products/%C3%A9"),
    ("/products/%f0%9f%8f%ba", "/products/%F0%9F%8F%BA"),
    ("/products/...", "/products/..."),
    ("/products/..a", "/products/..a"),
    ("/products/a..", "/products/a.."),
    ("/products/.a", "/products/.a"),
    ("/products/a.", "/products/a."),
    ("/products/a.b.c", "/products/a.b.c"),
    ("/products/x:y@z", "/products/x:y@z"),
    ("/products/$(a)!*',&=", "/products/$(a)!*',&="),
    ("/products/internal", "/products/internal"),
    ("/products/v1", "/products/v1"),
    ("/products/http:x", "/products/http:x"),
    ("http://gateway/products", "/products"),
    ("http://GATEWAY/v1/products?a", "/products?a"),
    ("https://gateway/products", "/products"),
    ("/products#top", "/products"),
    ("/products?a#/../../internal", "/products?a"),
    ("/products#/../internal/users", "/products"),
];

/// Not routed: 404.
const NOWHERE: &[&str] = &[
    "/v1",
    "/v1/",
    "/v1/v1/products",
    "/V1/products",
    "/v2/products",
    "/v1products",
    "/v1.0/products",
    "/v01/products",
    "/Products",
    "/PRODUCTS",
    "/product",
    "/productss",
    "/products.json",
    "/products:x",
    "/products%20",
    "/%20products",
    "/api/products",
    "/internal",
    "/internal/",
    "/internal/users/1",
    "/v1/internal",
    "/v1/internal/users/1",
    "/internal/events/product.user-deleted",
    "/v1/internal/events/product.user-deleted",
    "/INTERNAL/users/1",
    "/Internal",
    "/%69nternal/users/1",
    "/%49nternal",
    "/%69%6e%74%65%72%6e%61%6c/users/1",
    "/v1/%69nternal/users/1",
    "/%76%31/%69nternal",
    "/v1/v1/internal",
    "/internal?x=/products",
    "/internal#/products",
    "http://gateway/internal/users/1",
    "/blockchain/rpc",
    "/blockchain/rpc/",
    "/blockchain/rpc/x",
    "/blockchain/rpc?a=b",
    "/blockchain/RPC",
    "/blockchain/Rpc",
    "/blockchain/rPc/x",
    "/blockchain/%72pc",
    "/blockchain/%52%50%43",
    "/blockchain/r%70c",
    "/%62lockchain/rpc",
    "/v1/blockchain/rpc",
    "/v1/blockchain/%72%70%63",
    "/v1/BLOCKCHAIN/rpc",
    "/ready/products",
    "/health/products",
    "/metrics/products",
    "/admin",
    "/.well-known/jwks.json",
    "/favicon.ico",
    "/%EF%BD%89nternal",
    "/%E2%80%8Bproducts",
];

/// Two programs could read these differently: 400.
const AMBIGUOUS: &[&str] = &[
    "//",
    "//products",
    "///products",
    "//internal",
    "//gateway/products",
    "/v1//products",
    "/products//",
    "/products//1",
    "/./products",
    "/products/.",
    "/products/./1",
    "/.",
    "/..",
    "/../products",
    "/products/..",
    "/products/../internal",
    "/products/../../internal/users/1",
    "/v1/../internal",
    "/v1/products/../../internal",
    "/%2e/products",
    "/%2e%2e/internal",
    "/products/%2e",
    "/products/%2E%2E/internal",
    "/products/.%2e/internal",
    "/products/%2e./internal",
    "/products/a%2eb",
    "/products%2f..%2finternal",
    "/products%2F1",
    "/%2fproducts",
    "/%2finternal",
    "/products/%2f",
    "/products\\1",
    "/products\\..\\internal",
    "\\products",
    "/products/..\\internal",
    "/products%5c1",
    "/products/%5C..%5Cinternal",
    "/products%00",
    "/products/%00",
    "/products/1%00.json",
    "/internal%00",
    "/products/%0a",
    "/products/%0d%0aX-User-Id:1",
    "/products/%09",
    "/products/%1f",
    "/products/%7f",
    "/products;",
    "/products;a=b",
    "/products/;a",
    "/products/..;/internal",
    "/..;/internal",
    "/internal;/products",
    "/products/1;v=2",
    "/products%3b",
    "/products/%3B..",
    "/products%3fa=b",
    "/products/%3F",
    "/products%23",
    "/products/%23x",
    "/%2570roducts",
    "/products/%252e%252e/internal",
    "/products/%252f",
    "/products/%25",
    "/products/%2525",
    "/products/%255c",
    "/%25%36%39nternal",
    "/products/%",
    "/products/%2",
    "/products/%g0",
    "/products/%0g",
    "/products/%%32%65",
    "/products/% 2e",
    "/products/%u002e",
    "/products/%ff",
    "/products/%80",
    "/products/%c0%ae",
    "/products/%c0%ae%c0%ae/internal",
    "/products/%c0%af",
    "/products/%c1%9c",
    "/products/%e0%80%ae",
    "/products/%e0%80%af",
    "/products/%f0%80%80%ae",
    "/products/%f8%80%80%80%ae",
    "/products/%ed%a0%80",
    "/products/%e0%a4",
    "/products/%f4%90%80%80",
    "/products/a|b",
    "/products/a^b",
    "/products/a`b",
    "/products/{a}",
    "/products/<a>",
    "/products/a\"b",
    "/products/[a]",
    "*",
    "products",
    "products/1",
    "../products",
    "http://evil.example/products",
    "http://evil.example/internal",
    "http://gateway@evil.example/products",
    "http://evil.example@gateway/products",
    "http://gateway:81/products",
    "http://gateway.evil.example/products",
    "ftp:products",
    "gateway:80",
    "/products/\u{e9}",
    "/products/\u{ff0e}\u{ff0e}/internal",
    "/products/\u{2024}\u{2024}/internal",
    "/\u{ff49}nternal",
];

#[test]
fn there_are_many_spellings() {
    let count = PASS.len() + NOWHERE.len() + AMBIGUOUS.len();
    assert!(count >= 150, "{count}");
}

async fn status_of(gateway: &Harness, target: &str, token: &str) -> u16 {
    let mut connection = Raw::connect(gateway).await;
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    connection.send(request).await;
    connection.answer().await.status
}

#[tokio::test]
async fn each_spelling_has_one_meaning_or_none() {
    let upstream = Upstream::agreeable().await;
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", upstream.url())
        .setting("CRAFTCHAIN_BLOCKCHAIN_URL", upstream.url())
        .setting("CRAFTCHAIN_AUTH_URL", upstream.url())
        .setting("CRAFTCHAIN_USER_RATE", "0")
        .start()
        .await;
    let token = gateway.artisan().await.token;
    let mut wrong = String::new();
    for (sent, meant) in PASS {
        let status = status_of(&gateway, sent, &token).await;
        let seen: Vec<String> = upstream.take().into_iter().map(|seen| seen.target).collect();
        if (status, &seen[..]) != (200, &[(*meant).to_owned()][..]) {
            let _ = writeln!(wrong, "{sent} gave {status} {seen:?}");
        }
    }
    for (spellings, expected) in [(NOWHERE, 404), (AMBIGUOUS, 400)] {
        for sent in spellings {
            let status = status_of(&gateway, sent, &token).await;
            let seen = upstream.take();
            if status != expected || !seen.is_empty() {
                let _ = writeln!(wrong, "{sent} gave {status} instead of {expected}, seen {seen:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_in_a_path() {
    let upstream = Upstream::agreeable().await;
    let gateway = crate::before(&upstream).await;
    for path in [
        &b"/products/\xff"[..],
        b"/products/\xc0\xae",
        b"/products/\x01",
        b"/products/\x7f",
        b"/pro\x00ducts",
    ] {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send([b"GET ", path, b" HTTP/1.1\r\nHost: gateway\r\n\r\n"].concat())
            .await;
        assert_eq!(connection.answer().await.status, 400, "{path:?}");
    }
    assert!(upstream.seen().is_empty());
}
