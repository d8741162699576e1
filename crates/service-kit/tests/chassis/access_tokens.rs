//! Every token that must not be believed, and a few that must.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::Harness;
use shared_models::identity::Role;

use crate::{bowls::SERVICE, reply::Ask};

/// The name of the key that the service trusts.
const KID: &str = "harness-access";

/// What is sent after `Authorization:`, each under the name of its trick.
type Vectors = Vec<(String, Vec<u8>)>;

struct Forge<'a> {
    kiln: &'a Harness,
    claims: Value,
    good: String,
}

impl<'a> Forge<'a> {
    async fn of(kiln: &'a Harness) -> Self {
        let claims = kiln.claims(Role::Artisan);
        Self {
            kiln,
            good: kiln.token_of(&claims).await,
            claims: serde_json::to_value(claims).unwrap(),
        }
    }

    fn header() -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": KID })
    }

    /// Signed with the good key, with one claim changed; null takes it out.
    async fn claiming(&self, name: &str, value: Value) -> String {
        self.kiln.token_of(&with(self.claims.clone(), name, value)).await
    }

    /// Signed with the good key, with one header changed.
    async fn headed(&self, name: &str, value: Value) -> String {
        self.kiln
            .signed(&with(Self::header(), name, value), &self.claims)
            .await
    }

    /// Signed with the good key, whatever the parts are.
    async fn parts(&self, header: &str, claims: &[u8]) -> String {
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        self.sign(message).await
    }

    async fn sign(&self, message: String) -> String {
        let signature = self
            .kiln
            .kit
            .backends
            .keys
            .sign(KID, message.as_bytes())
            .await
            .unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    let fields = object.as_object_mut().unwrap();
    match value {
        Value::Null => fields.remove(name),
        value => fields.insert(name.to_owned(), value),
    };
    object
}

async fn of_claims(forge: &Forge<'_>, vectors: &mut Vectors) {
    let now = forge.kiln.kit.clock.unix();
    let claims = [
        ("exp", json!(now - 1)),
        ("exp", json!(now)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1.5)),
        ("exp", json!([now + 60])),
        ("exp", Value::Null),
        ("iat", json!(now + 60)),
        ("iat", json!("now")),
        ("iat", Value::Null),
        ("nbf", json!(now + 60)),
        ("nbf", json!("later")),
        ("aud", json!("product")),
        ("aud", json!("")),
        ("aud", json!(["craftchain"])),
        ("aud", json!(["craftchain", "other"])),
        ("aud", json!("CRAFTCHAIN")),
        ("aud", Value::Null),
        ("iss", json!("https://accounts.google.com")),
        ("iss", json!("craftchain-auth/")),
        ("iss", json!(["craftchain-auth"])),
        ("iss", Value::Null),
        ("sub", json!("admin")),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", json!("' OR 1=1 --")),
        ("sub", Value::Null),
        ("role", json!("superadmin")),
        ("role", json!("Admin")),
        ("role", json!(["admin"])),
        ("role", Value::Null),
        ("scope", json!("all")),
        ("scope", json!({ "all": true })),
        ("jti", Value::Null),
        ("sid", json!(7)),
    ];
    for (name, value) in claims {
        let token = forge.claiming(name, value.clone()).await;
        vectors.push((format!("claim {name} = {value}"), bearer(&token)));
    }
}

async fn of_headers(forge: &Forge<'_>, vectors: &mut Vectors) {
    let public = forge.kiln.kit.backends.keys.public_key(KID).await.unwrap();
    let own_key = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public) });
    let headers = [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("NONE")),
        ("alg", json!("nOnE")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("PS256")),
        ("alg", json!("ES256")),
        ("alg", json!("ES256K")),
        ("alg", json!("Ed25519")),
        ("alg", json!("eddsa")),
        ("alg", json!("EdDSA ")),
        ("alg", json!(["EdDSA"])),
        ("alg", json!("")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("svc+jwt")),
        ("typ", json!("refresh+jwt")),
        ("typ", json!("")),
        ("typ", json!(["at+jwt"])),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", json!("")),
        ("kid", json!("../../../etc/passwd")),
        ("kid", json!("/dev/null")),
        ("kid", json!("harness-access\u{0}")),
        ("kid", json!("harness-access' OR '1'='1")),
        ("kid", json!("x' UNION SELECT 'key' --")),
        ("kid", json!("https://evil.example/key")),
        ("kid", json!("$(id)")),
        ("kid", json!("k".repeat(3000))),
        ("kid", json!([KID])),
        ("kid", json!({ "kid": KID })),
        ("kid", json!(0)),
        ("kid", Value::Null),
        ("jku", json!("https://evil.example/jwks.json")),
        ("jwk", own_key),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("abc")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
        ("hint", json!("anything")),
    ];
    for (name, value) in headers {
        let token = forge.headed(name, value.clone()).await;
        let shown = value.to_string().chars().take(60).collect::<String>();
        vectors.push((format!("header {name} = {shown}"), bearer(&token)));
    }
}

async fn of_signatures(forge: &Forge<'_>, vectors: &mut Vectors) {
    let mut add = |name: &str, token: String| vectors.push((name.to_owned(), bearer(&token)));
    let (message, signature) = forge.good.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let flipped: Vec<u8> = raw
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ u8::from(at == 0))
        .collect();
    add("no signature", format!("{message}."));
    add(
        "a flipped bit",
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(flipped)),
    );
    add(
        "zeros as signature",
        format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
    );
    add(
        "half a signature",
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(&raw[..32])),
    );
    add(
        "a longer signature",
        format!("{message}.{}", URL_SAFE_NO_PAD.encode([&raw[..], &[0]].concat())),
    );
    add(
        "one character less",
        forge.good[..forge.good.len() - 1].to_owned(),
    );
    let another = forge.kiln.token_of(&forge.kiln.claims(Role::Admin)).await;
    let others = another.split('.').nth(1).unwrap();
    add("somebody else's claims", format!("{header}.{others}.{signature}"));
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    add("none without signature", format!("{none}.{claims}."));
    let keys = &forge.kiln.kit.backends.keys;
    let stranger = keys.sign("stranger", message.as_bytes()).await.unwrap();
    add(
        "a stranger's key",
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(stranger)),
    );
    let public = keys.public_key(KID).await.unwrap();
    for secret in [
        public.to_vec(),
        URL_SAFE_NO_PAD.encode(public).into_bytes(),
        Vec::new(),
    ] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            (header.typ, header.kid) = (Some("at+jwt".to_owned()), Some(KID.to_owned()));
            let confused = encode(&header, &forge.claims, &EncodingKey::from_secret(&secret)).unwrap();
            add(
                &format!("{algorithm:?} with {} public bytes", secret.len()),
                confused,
            );
        }
    }
}

async fn of_shapes(forge: &Forge<'_>, vectors: &mut Vectors) {
    let good = &forge.good;
    let header = Forge::header().to_string();
    let claims = forge.claims.to_string();
    let twice = |name: &str| claims.replacen('{', &format!("{{\"{name}\":{},", forge.claims[name]), 1);
    let padded = |token: &str| {
        let parts = token
            .split('.')
            .map(|part| URL_SAFE.encode(URL_SAFE_NO_PAD.decode(part).unwrap()));
        parts.collect::<Vec<_>>().join(".")
    };
    let shapes = [
        ("one part", "abc".to_owned()),
        ("two parts", good.rsplit_once('.').unwrap().0.to_owned()),
        ("four parts", format!("{good}.abc")),
        ("five parts", format!("{good}.abc.def")),
        ("only dots", "..".to_owned()),
        ("an opaque token", URL_SAFE_NO_PAD.encode([7; 32])),
        ("in quotes", format!("\"{good}\"")),
        ("with a space", good.replacen('.', ". ", 1)),
        ("with a tab", good.replacen('.', ".\t", 1)),
        ("percent-encoded", good.replace('.', "%2E")),
        ("padded", padded(good)),
        ("not base64", good.replacen('.', ".*", 1)),
        (
            "header no JSON",
            forge.parts("alg=EdDSA", claims.as_bytes()).await,
        ),
        (
            "header an array",
            forge
                .parts(r#"["EdDSA","at+jwt","harness-access"]"#, claims.as_bytes())
                .await,
        ),
        ("header null", forge.parts("null", claims.as_bytes()).await),
        (
            "alg twice",
            forge
                .parts(&header.replacen('{', r#"{"alg":"none","#, 1), claims.as_bytes())
                .await,
        ),
        (
            "kid twice",
            forge
                .parts(&header.replacen('{', r#"{"kid":"a","#, 1), claims.as_bytes())
                .await,
        ),
        ("claims no JSON", forge.parts(&header, b"sub=1").await),
        ("claims an array", forge.parts(&header, b"[]").await),
        ("claims empty", forge.parts(&header, b"{}").await),
        ("claims null", forge.parts(&header, b"null").await),
        (
            "claims cut off",
            forge.parts(&header, &claims.as_bytes()[..claims.len() - 1]).await,
        ),
        (
            "claims not UTF-8",
            forge
                .parts(
                    &header,
                    &claims.replace("craftchain-auth", "\u{fffd}").into_bytes(),
                )
                .await,
        ),
        (
            "claims with stray bytes",
            forge
                .parts(&header, &[claims.as_bytes(), b"\xff\xfe"].concat())
                .await,
        ),
        (
            "claims too deep",
            forge.parts(&header, "[".repeat(1500).as_bytes()).await,
        ),
        ("sub twice", forge.parts(&header, twice("sub").as_bytes()).await),
        ("role twice", forge.parts(&header, twice("role").as_bytes()).await),
        ("exp twice", forge.parts(&header, twice("exp").as_bytes()).await),
        ("much too long", format!("{good}{}", "A".repeat(6_000))),
        (
            "a service token",
            forge.kiln.service_token(Service::Product).await,
        ),
    ];
    vectors.extend(shapes.map(|(name, token)| (name.to_owned(), bearer(&token))));
}

fn of_schemes(forge: &Forge<'_>, vectors: &mut Vectors) {
    let good = &forge.good;
    let standard = STANDARD.encode([0xfb; 48]);
    for (name, sent) in [
        ("no token", b"Bearer".to_vec()),
        ("an empty token", b"Bearer ".to_vec()),
        ("another scheme", format!("Basic {standard}").into_bytes()),
        ("a scheme of its own", format!("Token {good}").into_bytes()),
        ("no scheme", good.clone().into_bytes()),
        ("a comma", format!("Bearer, {good}").into_bytes()),
        ("two tokens", format!("Bearer {good} {good}").into_bytes()),
        ("a list", format!("Bearer {good}, Bearer {good}").into_bytes()),
        ("a tab", format!("Bearer\t{good}").into_bytes()),
        ("stray bytes", [b"Bearer ", good.as_bytes(), b"\xff"].concat()),
        ("stray scheme", [b"Be\xc3\xa4rer ", good.as_bytes()].concat()),
        ("empty", Vec::new()),
    ] {
        vectors.push((name.to_owned(), sent));
    }
}

fn bearer(token: &str) -> Vec<u8> {
    format!("Bearer {token}").into_bytes()
}

#[tokio::test]
async fn no_other_token_is_believed() {
    let kiln = Harness::start(SERVICE).await;
    let forge = Forge::of(&kiln).await;
    let mut vectors = Vectors::new();
    of_claims(&forge, &mut vectors).await;
    of_headers(&forge, &mut vectors).await;
    of_signatures(&forge, &mut vectors).await;
    of_shapes(&forge, &mut vectors).await;
    of_schemes(&forge, &mut vectors);
    assert!(vectors.len() >= 60, "{}", vectors.len());
    // Twice: a token that was refused is remembered.
    for (name, sent) in vectors.iter().chain(&vectors) {
        for path in ["/whoami", "/admin"] {
            let refused = kiln.get(path).header("authorization", &sent[..]).ask().await;
            assert_eq!(refused.status, 401, "{name}: {refused:?}");
            refused.expect_problem(401, "invalid_token");
            assert_eq!(
                refused.header("www-authenticate"),
                "Bearer error=\"invalid_token\"",
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn two_authorizations_are_none() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let twice = kiln
        .get("/whoami")
        .bearer_auth(&maya.token)
        .header("authorization", "Bearer x");
    twice.ask().await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_by_http() {
    let kiln = Harness::start(SERVICE).await;
    let huge = kiln.get("/whoami").bearer_auth("A".repeat(300_000));
    huge.ask().await.expect_problem(431, "headers_too_large");
}

#[tokio::test]
async fn good_tokens_are_believed_until_they_expire() {
    let kiln = Harness::start(SERVICE).await;
    let claims = kiln.claims(Role::Artisan);
    let near_future = with(
        serde_json::to_value(&claims).unwrap(),
        "iat",
        json!(claims.iat + 3),
    );
    for sent in [
        format!("Bearer {}", kiln.token_of(&claims).await),
        format!("bearer {}", kiln.token_of(&claims).await),
        format!("BEARER  {}", kiln.token_of(&claims).await),
        format!("Bearer {}", kiln.token_of(&near_future).await),
    ] {
        let seen = kiln
            .get("/whoami")
            .header("authorization", &sent)
            .ask()
            .await
            .expect(200);
        assert_eq!(seen.body, claims.sub.to_string(), "{sent}");
    }
    let token = kiln.token_of(&claims).await;
    kiln.clock().advance(chrono::Duration::minutes(14));
    kiln.get("/whoami").bearer_auth(&token).ask().await.expect(200);
    kiln.clock().advance(chrono::Duration::minutes(1));
    kiln.get("/whoami")
        .bearer_auth(&token)
        .ask()
        .await
        .expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn roles_open_what_is_theirs() {
    let kiln = Harness::start(SERVICE).await;
    for (person, status) in [
        (kiln.artisan().await, 403),
        (kiln.buyer().await, 403),
        (kiln.admin().await, 200),
    ] {
        kiln.get("/admin")
            .bearer_auth(&person.token)
            .ask()
            .await
            .expect(status);
    }
    kiln.get("/admin")
        .ask()
        .await
        .expect_problem(401, "unauthenticated");
    let spoofed = kiln
        .get("/admin")
        .header("x-user-id", "1")
        .header("x-user-role", "admin");
    spoofed.ask().await.expect_problem(401, "unauthenticated");
}
