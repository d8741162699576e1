//! Who may pass, and how often.

use axum::{Router, routing::get};
use config::Source;
use http::Method;
use service_client::Service;
use service_kit::{Process, StartError, harness::Harness};
use shared_models::identity::Role;
use tokio_util::sync::CancellationToken;

use crate::{
    before, code_of, setting_before,
    upstream::{Upstream, soon, spawn},
};

/// Everything that services offer, and whether anybody may ask for it.
const ROUTES: &[(&str, &str, bool)] = &[
    ("POST", "/auth/signup", true),
    ("POST", "/auth/login", true),
    ("POST", "/auth/otp", true),
    ("POST", "/auth/otp/verify", true),
    ("POST", "/auth/refresh", true),
    ("POST", "/auth/logout", true),
    ("POST", "/auth/firebase", true),
    ("POST", "/auth/password/forgot", true),
    ("POST", "/auth/password/reset", true),
    ("POST", "/auth/password/change", false),
    ("POST", "/auth/verify-contact", false),
    ("GET", "/auth/sessions", false),
    ("DELETE", "/auth/sessions", false),
    ("DELETE", "/auth/sessions/1", false),
    ("GET", "/auth/verify", false),
    ("GET", "/auth/profile", false),
    ("PATCH", "/auth/profile", false),
    ("PUT", "/auth/payout-method", false),
    ("GET", "/auth/artisans/1", true),
    ("PUT", "/auth/artisans/1/follow", false),
    ("DELETE", "/auth/artisans/1/follow", false),
    ("DELETE", "/auth/account", false),
    ("GET", "/auth/export", false),
    ("GET", "/auth/.well-known/jwks.json", true),
    ("POST", "/auth/codes", false),
    ("GET", "/auth/following", false),
    ("GET", "/auth/admin/audit", false),
    ("POST", "/auth/admin/users/find", false),
    ("GET", "/auth/admin/users/1", false),
    ("DELETE", "/auth/admin/users/1/sessions", false),
    ("POST", "/auth/admin/users/1/suspend", false),
    ("GET", "/products", true),
    ("HEAD", "/products", true),
    ("POST", "/products", false),
    ("GET", "/products/categories", true),
    ("GET", "/products/suggest", true),
    ("POST", "/products/search", true),
    ("GET", "/products/1", true),
    ("HEAD", "/products/1", true),
    ("PUT", "/products/1", false),
    ("PATCH", "/products/1", false),
    ("DELETE", "/products/1", false),
    ("POST", "/products/1/generate-story", false),
    ("GET", "/products/1/inventory", false),
    ("PUT", "/products/1/inventory", false),
    ("GET", "/products/1/like", true),
    ("PUT", "/products/1/like", false),
    ("PUT", "/products/1/suspension", false),
    ("DELETE", "/products/1/suspension", false),
    ("DELETE", "/products/1/like", false),
    ("GET", "/carts", false),
    ("POST", "/carts", false),
    ("GET", "/carts/1", false),
    ("POST", "/carts/1/items", false),
    ("POST", "/carts/1/checkout", false),
    ("GET", "/orders", false),
    ("GET", "/orders/1", false),
    ("POST", "/orders/1/pay", false),
    ("POST", "/orders/1/refund", false),
    ("GET", "/payouts", false),
    ("GET", "/payouts/balance", false),
    ("POST", "/ml/analyze-image", false),
    ("POST", "/ml/text", false),
    ("GET", "/ml/recommendations", false),
    ("POST", "/pricing/calculate", false),
    ("GET", "/pricing/market-analysis/textiles", false),
    ("POST", "/pricing/optimize", false),
    ("POST", "/analytics/events", false),
    ("GET", "/analytics/dashboard/me", false),
    ("GET", "/analytics/dashboard/me/stream", false),
    ("GET", "/analytics/market-trends", false),
    ("POST", "/analytics/report", false),
    ("POST", "/blockchain/mint-provenance", false),
    ("GET", "/blockchain/provenance/1", true),
    ("GET", "/blockchain/passport/1", true),
    ("POST", "/blockchain/execute-payment", false),
    ("GET", "/blockchain/wallet/0x0/balance", false),
    ("POST", "/notifications/send", false),
    ("GET", "/notifications", false),
    ("GET", "/notifications/1", false),
    ("POST", "/notifications/bulk", false),
    ("PUT", "/notifications/preferences", false),
    ("PUT", "/notifications/devices/1", false),
    ("GET", "/notifications/webhooks", false),
    ("POST", "/media/upload", false),
    ("OPTIONS", "/media/uploads", true),
    ("POST", "/media/uploads", false),
    (
        "HEAD",
        "/media/uploads/0190f3e2-7b1c-7c3a-9f00-000000000000",
        false,
    ),
    (
        "PATCH",
        "/media/uploads/0190f3e2-7b1c-7c3a-9f00-000000000000",
        false,
    ),
    ("GET", "/media/0190f3e2-7b1c-7c3a-9f00-000000000000", false),
    ("GET", "/media/0190f3e2-7b1c-7c3a-9f00-000000000000/thumb", true),
    ("HEAD", "/media/0190f3e2-7b1c-7c3a-9f00-000000000000/thumb", true),
    (
        "POST",
        "/media/0190f3e2-7b1c-7c3a-9f00-000000000000/optimize",
        false,
    ),
    ("DELETE", "/media/0190f3e2-7b1c-7c3a-9f00-000000000000", false),
    ("GET", "/stories", true),
    ("POST", "/stories", false),
    ("GET", "/stories/1", true),
    ("PATCH", "/stories/1", false),
    ("POST", "/stories/1/publish", false),
    ("POST", "/stories/1/translations", false),
    ("GET", "/books", false),
    ("POST", "/books", false),
    ("POST", "/books/1/render", false),
];

/// A gateway before one upstream that plays every service.
async fn before_all(upstream: &Upstream) -> Harness {
    let setup = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .setting("CRAFTCHAIN_USER_RATE", "0");
    let others = Service::ALL
        .iter()
        .filter(|service| **service != Service::Gateway);
    others
        .fold(setup, |setup, service| {
            setup.setting(service.url_variable(), upstream.url())
        })
        .start()
        .await
}

#[tokio::test]
async fn what_is_not_public_needs_a_token() {
    let upstream = Upstream::agreeable().await;
    let gateway = before_all(&upstream).await;
    let token = gateway.buyer().await.token;
    for (method, path, public) in ROUTES {
        let method: Method = method.parse().unwrap();
        for path in [format!("/v1{path}"), (*path).to_owned()] {
            let anonymous = gateway.request(method.clone(), &path).send().await.unwrap();
            assert_eq!(upstream.take().len(), usize::from(*public), "{method} {path}");
            if *public {
                assert_eq!(anonymous.status(), 200, "{method} {path}");
            } else {
                assert_eq!(anonymous.headers()["www-authenticate"], "Bearer");
                assert_eq!(anonymous.status(), 401, "{method} {path}");
                if method != Method::HEAD {
                    assert_eq!(code_of(anonymous).await.1, "unauthenticated");
                }
            }
            let known = gateway.request(method.clone(), &path).bearer_auth(&token);
            assert_eq!(known.send().await.unwrap().status(), 200, "{method} {path}");
            upstream.take();
        }
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_where_one_is_needed_and_left_to_the_service_elsewhere() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let good = gateway.buyer().await.token;
    let mut expired = gateway.claims(Role::Buyer);
    expired.exp = expired.iat - 1;
    let expired = gateway.token_of(&expired).await;
    let other_audience = {
        let mut claims = gateway.claims(Role::Admin);
        claims.aud = "another".to_owned();
        gateway.token_of(&claims).await
    };
    let header = serde_json::json!({ "alg": "none", "typ": "at+jwt" });
    let unsigned = gateway.signed(&header, &gateway.claims(Role::Admin)).await;
    for value in [
        format!("Bearer {expired}"),
        format!("Bearer {other_audience}"),
        format!("Bearer {unsigned}"),
        format!("Bearer {good}x"),
        format!("Bearer {}", &good[..good.len() - 4]),
        format!("Basic {good}"),
        format!("Bearer{good}"),
        "Bearer".to_owned(),
        "Bearer a.b.c".to_owned(),
        format!("Bearer {}", "a".repeat(5000)),
    ] {
        let ask = |path: &str| gateway.get(path).header("authorization", &value);
        let refused = ask("/v1/orders").send().await.unwrap();
        assert_eq!(
            code_of(refused).await,
            (401, "invalid_token".to_owned()),
            "{value}"
        );
        assert!(product.take().is_empty());

        assert_eq!(ask("/v1/products").send().await.unwrap().status(), 200);
        assert_eq!(product.take_only().headers["authorization"], value, "as it came");
    }
    let twice = gateway
        .get("/v1/orders")
        .header("authorization", format!("Bearer {good}"))
        .header("authorization", format!("Bearer {good}"));
    assert_eq!(twice.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn tokens_are_checked_with_auth_down_also_after_a_restart() {
    let signer = Harness::start(gateway::SERVICE).await; // holds the key that auth would sign with
    let jwks = jwks_of(&signer).await;
    let auth = Upstream::start(Router::new().route(
        "/auth/.well-known/jwks.json",
        get(move || async move { axum::Json(jwks) }),
    ))
    .await;
    let product = Upstream::agreeable().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = Source::of([
        ("CRAFTCHAIN_DATA_DIR", folder.path().to_str().unwrap()),
        ("CRAFTCHAIN_AUTH_URL", auth.url()),
        ("CRAFTCHAIN_PRODUCT_URL", product.url()),
    ]);
    let token = signer.buyer().await.token;

    let gateway = Bare::start(&settings, &signer).await;
    assert_eq!(gateway.orders(&token).await, 200);
    drop(auth);
    assert_eq!(gateway.orders(&token).await, 200);
    let another = signer.artisan().await.token;
    assert_eq!(gateway.orders(&another).await, 200, "by the same key");
    gateway.stop().await;

    let again = Bare::start(&settings, &signer).await;
    assert_eq!(again.orders(&token).await, 200, "the keys are remembered on disk");
    again.stop().await;
}

/// A gateway as it starts in production: unlike the harness's, it trusts nobody before auth told its keys.
struct Bare {
    url: String,
    shutdown: CancellationToken,
    serving: tokio::task::JoinHandle<Result<(), StartError>>,
}

impl Bare {
    async fn start(settings: &Source, signer: &Harness) -> Self {
        let process = Process::new(settings.clone(), signer.kit.clock.clone()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let end = shutdown.clone();
        let serving = spawn(async move { process.run(gateway::SERVICE, listener, end).await });
        Self {
            url,
            shutdown,
            serving,
        }
    }

    async fn orders(&self, token: &str) -> u16 {
        let client = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .tls_certs_only([])
            .build()
            .unwrap();
        let asked = client.get(format!("{}/v1/orders", self.url)).bearer_auth(token);
        soon(asked.send()).await.unwrap().status().as_u16()
    }

    async fn stop(self) {
        self.shutdown.cancel();
        soon(self.serving).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn without_any_keys_tokens_cannot_be_checked_but_public_routes_work() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let token = gateway.buyer().await.token;
    forget_keys(&gateway);
    let asked = gateway
        .get("/v1/orders")
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(asked.headers()["retry-after"], "2");
    assert_eq!(code_of(asked).await, (503, "keys_unavailable".to_owned()));
    let public = gateway
        .get("/v1/products")
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(public.status(), 200);
}

/// The harness installs its key by itself; a gateway that just started knows none.
fn forget_keys(gateway: &Harness) {
    gateway
        .kit
        .verifier
        .install(&shared_models::identity::Jwks { keys: Vec::new() });
}

async fn jwks_of(signer: &Harness) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let token = signer.buyer().await.token;
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    let kid = header["kid"].as_str().unwrap();
    let public = signer.kit.backends.keys.public_key(kid).await.unwrap();
    serde_json::json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
        "kid": kid, "x": URL_SAFE_NO_PAD.encode(public),
    }] })
}

#[tokio::test]
async fn a_user_and_an_address_have_quotas_of_their_own() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_USER_RATE", "1")
        .setting("CRAFTCHAIN_USER_BURST", "3")
        .setting("CRAFTCHAIN_ADDRESS_RATE", "1")
        .setting("CRAFTCHAIN_ADDRESS_BURST", "2")
        .start()
        .await;
    let (one, other) = (gateway.buyer().await, gateway.buyer().await);
    for person in [Some(&one), Some(&other), None] {
        let ask = || {
            let asked = gateway.get("/v1/products");
            match person {
                Some(person) => asked.bearer_auth(&person.token).send(),
                None => asked.send(),
            }
        };
        let burst = if person.is_some() { 3 } else { 2 };
        for left in (0..burst).rev() {
            let answer = ask().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["ratelimit-limit"], burst.to_string());
            assert_eq!(answer.headers()["ratelimit-remaining"], left.to_string());
        }
        let refused = ask().await.unwrap();
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(refused.headers()["ratelimit-remaining"], "0");
        assert_eq!(code_of(refused).await, (429, "too_many_requests".to_owned()));
    }
    assert_eq!(product.seen().len(), 8);
}

#[tokio::test]
async fn refusals_of_tokens_are_taken_from_the_addresss_quota() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_ADDRESS_RATE", "1")
        .setting("CRAFTCHAIN_ADDRESS_BURST", "2")
        .start()
        .await;
    let guess = |token: &'static str| gateway.get("/v1/orders").bearer_auth(token).send();
    assert_eq!(guess("a.b.c").await.unwrap().status(), 401);
    assert_eq!(guess("a.b.d").await.unwrap().status(), 401);
    assert_eq!(guess("a.b.e").await.unwrap().status(), 429);
}

#[tokio::test]
async fn a_service_gets_no_more_than_its_quota_whoever_asks() {
    let (product, auth) = (Upstream::agreeable().await, Upstream::agreeable().await);
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_AUTH_URL", auth.url())
        .setting("CRAFTCHAIN_GATEWAY_SERVICE_RATE", "1")
        .setting("CRAFTCHAIN_GATEWAY_SERVICE_BURST", "2")
        .start()
        .await;
    for _ in 0..2 {
        let person = gateway.buyer().await.token;
        let asked = gateway.get("/v1/products").bearer_auth(person).send();
        assert_eq!(asked.await.unwrap().status(), 200);
    }
    let refused = gateway.get("/v1/orders").bearer_auth(gateway.buyer().await.token);
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.headers()["ratelimit-limit"], "2");
    assert_eq!(refused.status(), 429);
    assert_eq!(gateway.post("/v1/auth/login").send().await.unwrap().status(), 200);
    assert_eq!(product.seen().len(), 2);
}

#[tokio::test]
async fn pages_of_listed_origins_may_call_and_ask_before() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_CORS_ORIGINS", "https://shop.example")
        .start()
        .await;
    let preflight = |origin: &'static str| {
        gateway
            .request(Method::OPTIONS, "/v1/orders")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .send()
    };
    let allowed = preflight("https://shop.example").await.unwrap();
    assert_eq!(allowed.status(), 200);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"],
        "https://shop.example"
    );
    let foreign = preflight("https://evil.example").await.unwrap();
    assert!(!foreign.headers().contains_key("access-control-allow-origin"));
    assert!(product.take().is_empty(), "the gateway answers for all");

    let asked = gateway
        .get("/v1/products")
        .header("origin", "https://shop.example");
    let answer = asked.send().await.unwrap();
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://shop.example"
    );
    let refused = gateway.get("/v1/orders").header("origin", "https://shop.example");
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        "https://shop.example"
    );

    product.take();
    let tus = gateway
        .request(Method::OPTIONS, "/v1/products/1")
        .bearer_auth(gateway.buyer().await.token);
    assert_eq!(tus.send().await.unwrap().status(), 200);
    assert_eq!(
        product.take_only().method,
        Method::OPTIONS,
        "no preflight, so it is for the service"
    );
}
