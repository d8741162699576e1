use serde_json::{Value, json};
use service_client::Service;

use super::{
    Forger, SERVICE_TOKEN,
    forger::{message, now, service_claims, service_key},
};
use crate::refusals::{
    World,
    attacks::{Attack, Refusal, Target},
};

/// An operation for one service, without a good token of it.
pub(super) async fn attacks(target: &Target<'_>, world: &World, caller: Service) -> Vec<Attack> {
    let nobody = target.good.without_header(&SERVICE_TOKEN);
    let person = nobody.authorized_by(format!("Bearer {}", world.admin.access));
    let mut attacks = vec![
        Attack::new("no service token", nobody.clone(), Refusal::Status(401)),
        Attack::new("an admin's token", person, Refusal::Status(401)),
    ];
    for (name, token) in vectors(&world.forger, caller, world.service, &world.admin.access).await {
        let request = nobody.with_header(&SERVICE_TOKEN, token);
        attacks.push(Attack::new(
            format!("service token: {name}"),
            request,
            Refusal::Status(401),
        ));
    }
    attacks
}

async fn vectors(
    forger: &Forger,
    caller: Service,
    callee: Service,
    person: &str,
) -> Vec<(&'static str, String)> {
    let (header, key) = (json!({ "alg": "EdDSA", "typ": "svc+jwt" }), service_key(caller));
    let claims = service_claims(caller, callee);
    let with = |name: &str, value: Value| changed(&claims, name, value);
    let headed = |name: &str, value: Value| changed(&header, name, value);
    let other = if callee == Service::Product {
        Service::Media
    } else {
        Service::Product
    };
    let now = now();
    let mut vectors = vec![
        ("a person's token", person.to_owned()),
        ("rubbish", "rubbish".to_owned()),
        ("nothing", String::new()),
        (
            "alg none",
            format!(
                "{}.",
                message(&headed("alg", json!("none")).to_string(), &claims.to_string())
            ),
        ),
        (
            "another service's key",
            forger
                .signed(&service_key(Service::Gateway), &header, &claims)
                .await,
        ),
        ("a foreign key", forger.forged(&header, &claims).await),
    ];
    let signed = [
        (
            "for another service",
            header.clone(),
            service_claims(caller, other),
        ),
        ("expired", header.clone(), with("exp", json!(now - 1))),
        ("not yet good", header.clone(), with("iat", json!(now + 50))),
        (
            "good for too long",
            header.clone(),
            with("exp", json!(now + 3600)),
        ),
        ("by nobody known", header.clone(), with("iss", json!("intruder"))),
        (
            "about another service",
            header.clone(),
            with("sub", json!("gateway")),
        ),
        ("without an audience", header.clone(), with("aud", Value::Null)),
        (
            "of a person's type",
            headed("typ", json!("at+jwt")),
            claims.clone(),
        ),
        ("without a type", headed("typ", Value::Null), claims.clone()),
        (
            "of another algorithm",
            headed("alg", json!("HS256")),
            claims.clone(),
        ),
        (
            "with a key inside",
            headed("jwk", forger.foreign_jwk().await),
            claims.clone(),
        ),
    ];
    for (name, header, claims) in signed {
        vectors.push((name, forger.signed(&key, &header, &claims).await));
    }
    vectors
}

pub(super) fn changed(object: &Value, name: &str, value: Value) -> Value {
    let mut changed = object.clone();
    if value.is_null() {
        changed.as_object_mut().expect("an object").remove(name);
    } else {
        changed[name] = value;
    }
    changed
}
