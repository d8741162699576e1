use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Forger,
    forger::{message, now},
    service::changed,
};
use crate::refusals::world::Person;

/// What stands in `Authorization`, once or more often.
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) values: Vec<Vec<u8>>,
}

/// A good token taken apart, and what becomes of it.
struct Good<'a> {
    forger: &'a Forger,
    token: &'a str,
    header: Value,
    claims: Value,
    /// The key that signed it.
    key: String,
}

/// Every token that is almost as good as `token`.
pub(super) async fn vectors(forger: &Forger, token: &str, somebody: &Person) -> Vec<Vector> {
    let part = |index: usize| -> Value {
        let part = token.split('.').nth(index).expect("three parts");
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let header = part(0);
    let key = format!("access-token-{}", header["kid"].as_str().expect("a key's id"));
    let good = Good {
        forger,
        token,
        header,
        claims: part(1),
        key,
    };
    let mut vectors = good.shapes(somebody);
    for (name, token) in good
        .headers()
        .await
        .into_iter()
        .chain(good.contents().await)
        .chain(good.signatures())
    {
        vectors.push(Vector {
            name,
            values: vec![format!("Bearer {token}").into_bytes()],
        });
    }
    assert!(vectors.len() > 60, "{} vectors only", vectors.len());
    vectors
}

impl Good<'_> {
    /// Not a token in the right place.
    fn shapes(&self, somebody: &Person) -> Vec<Vector> {
        let token = self.token;
        let (head, _) = token.rsplit_once('.').expect("three parts");
        let mut vectors: Vec<Vector> = [
            ("an empty value", String::new()),
            ("only the scheme", "Bearer".to_owned()),
            ("no scheme", token.to_owned()),
            ("another scheme", format!("Basic {token}")),
            ("a password", "Basic dXNlcjpwYXNz".to_owned()),
            ("no space", format!("Bearer{token}")),
            ("null", "Bearer null".to_owned()),
            ("three letters", "Bearer a.b.c".to_owned()),
            ("dots", "Bearer ...".to_owned()),
            ("two parts", format!("Bearer {head}")),
            ("four parts", format!("Bearer {token}.x")),
            ("five parts", format!("Bearer {token}.x.y")),
            ("two tokens", format!("Bearer {token} {token}")),
            ("a list of tokens", format!("Bearer {token}, Bearer {token}")),
            ("quotes", format!("Bearer \"{token}\"")),
            ("a huge token", format!("Bearer {}", "a".repeat(8000))),
            ("a refresh token", format!("Bearer {}", somebody.refresh)),
        ]
        .into_iter()
        .map(|(name, value)| Vector {
            name: name.to_owned(),
            values: vec![value.into_bytes()],
        })
        .collect();
        let twice = format!("Bearer {token}").into_bytes();
        vectors.push(Vector {
            name: "two headers".to_owned(),
            values: vec![twice.clone(), twice],
        });
        vectors.push(Vector {
            name: "not UTF-8".to_owned(),
            values: vec![b"Bearer \xff\xfe.\xff.\xff".to_vec()],
        });
        vectors
    }

    /// Another header, really signed, or not at all.
    async fn headers(&self) -> Vec<(String, String)> {
        let mut vectors = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE", ""] {
            let header = changed(&self.header, "alg", json!(alg)).to_string();
            vectors.push((
                format!("alg {alg:?}, unsigned"),
                format!("{}.", message(&header, &self.claims.to_string())),
            ));
        }
        let public = self.forger.public_key(&self.key).await;
        for secret in [
            public.to_vec(),
            URL_SAFE_NO_PAD.encode(public).into_bytes(),
            Vec::new(),
        ] {
            vectors.push((
                "HS256 with the public key as the secret".to_owned(),
                self.hmac(&secret),
            ));
        }
        let trap = json!("http://127.0.0.1:1/jwks.json");
        let altered = [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("RS256")),
            ("alg", json!("ES256")),
            ("alg", json!("eddsa")),
            ("alg", json!("Ed448")),
            ("alg", json!(["EdDSA"])),
            ("alg", json!(7)),
            ("alg", Value::Null),
            ("kid", Value::Null),
            ("kid", json!("")),
            ("kid", json!("unknown")),
            ("kid", json!(7)),
            ("kid", json!("../keys/access-token")),
            ("kid", json!("/dev/null")),
            ("kid", json!("' OR '1'='1")),
            ("kid", json!("a".repeat(2000))),
            ("typ", Value::Null),
            ("typ", json!("JWT")),
            ("typ", json!("svc+jwt")),
            ("typ", json!(7)),
            ("jku", trap.clone()),
            ("x5u", trap),
            ("jwk", self.forger.foreign_jwk().await),
            ("x5c", json!(["MIIB"])),
            ("crit", json!(["exp"])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
        ];
        for (name, value) in altered {
            let header = changed(&self.header, name, value.clone());
            let told: String = value.to_string().chars().take(30).collect();
            vectors.push((
                format!("{name} {told}"),
                self.forger.signed(&self.key, &header, &self.claims).await,
            ));
        }
        let inside = changed(&self.header, "jwk", self.forger.foreign_jwk().await);
        vectors.push((
            "signed by the key inside".to_owned(),
            self.forger.forged(&inside, &self.claims).await,
        ));
        let service = self
            .forger
            .signed("service-product", &self.header, &self.claims)
            .await;
        vectors.push(("signed by a service".to_owned(), service));
        vectors
    }

    /// Other claims, really signed.
    async fn contents(&self) -> Vec<(String, String)> {
        let now = now();
        let altered = [
            ("exp", json!(now - 1)),
            ("exp", json!(0)),
            ("exp", json!(-1)),
            ("exp", json!((now + 600).to_string())),
            ("exp", Value::Null),
            ("iat", json!(now + 600)),
            ("iat", json!("now")),
            ("nbf", json!(now + 600)),
            ("nbf", json!("now")),
            ("iss", Value::Null),
            ("iss", json!("")),
            ("iss", json!("intruder")),
            ("iss", json!("CRAFTCHAIN-AUTH")),
            ("iss", json!(["craftchain-auth"])),
            ("aud", Value::Null),
            ("aud", json!("")),
            ("aud", json!("product")),
            ("aud", json!("CraftChain")),
            ("aud", json!(["intruder"])),
            ("sub", Value::Null),
            ("sub", json!("")),
            ("sub", json!("admin")),
            ("sub", json!(7)),
            ("role", Value::Null),
            ("role", json!("root")),
            ("role", json!("ADMIN")),
            ("role", json!(["admin"])),
            ("scope", json!("admin")),
            ("jti", json!(7)),
        ];
        let mut vectors = Vec::new();
        for (name, value) in altered {
            let claims = changed(&self.claims, name, value.clone());
            vectors.push((
                format!("{name} {value}"),
                self.forger.signed(&self.key, &self.header, &claims).await,
            ));
        }
        let header = self.header.to_string();
        let twice = format!("{{\"role\":\"admin\",{}", &self.claims.to_string()[1..]);
        for (name, claims) in [
            ("claims twice", twice.as_str()),
            ("a list of claims", "[]"),
            ("null", "null"),
            ("no JSON", "{"),
        ] {
            vectors.push((
                name.to_owned(),
                self.forger.signed_text(&self.key, &header, claims).await,
            ));
        }
        vectors
    }

    /// The same token with another signature, or another text under the same.
    fn signatures(&self) -> Vec<(String, String)> {
        let (head, signature) = self.token.rsplit_once('.').expect("three parts");
        let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let signed_by = |bytes: &[u8]| format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes));
        let mut flipped = bytes.clone();
        flipped[0] ^= 1;
        let mut longer = bytes.clone();
        longer.push(0);
        let promoted = changed(&self.claims, "role", json!("admin"));
        let moved = changed(&self.claims, "sub", json!(uuid::Uuid::from_u128(7).to_string()));
        let under = |claims: &Value| {
            format!(
                "{}.{signature}",
                message(&self.header.to_string(), &claims.to_string())
            )
        };
        let vectors = [
            ("no signature", format!("{head}.")),
            ("a short signature", signed_by(&bytes[..63])),
            ("a long signature", signed_by(&longer)),
            ("a signature with one bit turned", signed_by(&flipped)),
            ("a signature of zeros", signed_by(&[0; 64])),
            (
                "the same signature in other numbers",
                signed_by(&malleable(&bytes)),
            ),
            ("a padded signature", format!("{}==", self.token)),
            (
                "a signature with spare bits",
                format!("{head}.{}", spare_bits(signature)),
            ),
            ("the role of an admin", under(&promoted)),
            ("another subject", under(&moved)),
            (
                "the claims of nobody",
                format!("{}..{signature}", head.split('.').next().unwrap_or_default()),
            ),
        ];
        // A token of an admin who promotes herself is the same token.
        let different = vectors.into_iter().filter(|(_, token)| token != self.token);
        different.map(|(name, token)| (name.to_owned(), token)).collect()
    }

    fn hmac(&self, secret: &[u8]) -> String {
        let header = changed(&self.header, "alg", json!("HS256")).to_string();
        let message = message(&header, &self.claims.to_string());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any key");
        mac.update(message.as_bytes());
        format!(
            "{message}.{}",
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        )
    }
}

/// S + L in the place of S: the same point to who does not check the range (RFC 8032, 5.1.7).
fn malleable(signature: &[u8]) -> Vec<u8> {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut other = signature.to_vec();
    let mut carry = 0_u16;
    for (byte, add) in other[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    other
}

/// 64 bytes leave four bits of the last letter unused: with another of the letters that mean the same.
fn spare_bits(signature: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = signature.split_at(signature.len() - 1);
    let place = LETTERS.find(last).expect("a letter of base64url");
    let other = LETTERS.as_bytes()[place ^ 1];
    format!("{rest}{}", char::from(other))
}
