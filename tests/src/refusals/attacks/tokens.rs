//! Tokens that are not good, on every operation that asks for one.

mod access;
mod forger;
mod service;

use http::{HeaderName, header};

pub(in crate::refusals) use forger::Forger;

use super::{Attack, Refusal, Target};
use crate::refusals::{Who, World};

pub(super) const SERVICE_TOKEN: HeaderName = HeaderName::from_static("x-service-token");

/// The same request with each of them.
pub(super) async fn attacks(target: &Target<'_>, world: &World) -> Vec<Attack> {
    match &target.row.who {
        Who::Anyone => Vec::new(),
        Who::Service(caller) => service::attacks(target, world, *caller).await,
        Who::AnyoneKnown | Who::SignedIn | Who::Only(_) => on_persons(target, world).await,
    }
}

async fn on_persons(target: &Target<'_>, world: &World) -> Vec<Attack> {
    let good = match &target.asked.token {
        Some(token) => token.clone(),
        None => world.buyer.access.clone(),
    };
    let mut attacks = Vec::new();
    for vector in access::vectors(&world.forger, &good, &world.buyer).await {
        let mut request = target.good.without_header(&header::AUTHORIZATION);
        vector
            .values
            .iter()
            .for_each(|value| request.add_header(&header::AUTHORIZATION, value));
        attacks.push(Attack::new(
            format!("token: {}", vector.name),
            request,
            Refusal::Status(401),
        ));
    }
    if target.row.who != Who::AnyoneKnown {
        let nobody = target.good.without_header(&header::AUTHORIZATION);
        // Who asks is looked at before what she sends.
        let unread = nobody
            .with_header(&header::CONTENT_TYPE, "text/plain")
            .with_body("\u{0}");
        attacks.push(Attack::new("no token", nobody, Refusal::Status(401)));
        attacks.push(Attack::new(
            "no token, and an unreadable body",
            unread,
            Refusal::Status(401),
        ));
    }
    attacks
}
