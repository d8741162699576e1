//! Where Pub/Sub pushes events, when a service's are not pulled: `POST /internal/events/{subscription}`.
//!
//! It is no route of the API: neither documented nor known to the gateway, and its token is neither a person's nor a
//! service's of the fleet, but Google's. What comes in takes the way of what is pulled, to the same consumers.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequestParts, State},
    middleware,
    routing::post,
};
use backends::{
    Error,
    events::{PushDoor, Pushed},
};
use config::Profile;
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde::Deserialize;

use crate::{
    Kit, Problem,
    extract::Path,
    hear_out,
    identity::{
        TokenError,
        admission::bearer,
        google::{Expected, GoogleTokens, ISSUERS},
    },
};

pub(super) const ROUTE: &str = "/internal/events/{subscription}";
/// Longer than the log waits for a consumer (50 seconds), and less than until Pub/Sub pushes again (60).
pub(super) const PATIENCE: Duration = Duration::from_secs(55);
/// Pushes that wait for their consumers at once; Pub/Sub pushes more slowly when it is told that there is no room.
pub(super) const AT_ONCE: usize = 256;

/// In bytes: the largest message that Pub/Sub takes (10 MB), in base64, with its attributes and envelope.
const LARGEST: usize = 15 << 20;
/// When a message that was not settled may be tried again.
const AGAIN: Duration = Duration::from_secs(1);

struct Desk {
    door: PushDoor,
    tokens: GoogleTokens,
}

/// The route, where events are pushed.
pub(super) fn routes(kit: &Kit) -> Router {
    let (Some(door), Profile::Google(google)) = (kit.backends.pushes.clone(), &kit.common.profile) else {
        return Router::new();
    };
    let desk = Desk {
        door,
        tokens: GoogleTokens::new(google.keys.clone(), kit.clock.clone()),
    };
    Router::new()
        .route(ROUTE, post(take))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(hear_out))
        .with_state(Arc::new(desk))
}

/// Answers 204 when the event is settled; after anything else Pub/Sub pushes it again.
async fn take(
    _pusher: Pusher,
    Path(subscription): Path<String>,
    State(desk): State<Arc<Desk>>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    match desk.door.log.push(&subscription, &body).await {
        Ok(Pushed::Settled) => Ok(StatusCode::NO_CONTENT),
        Ok(Pushed::Again) => Err(Problem::unavailable("it is not settled yet").retry_after(AGAIN)),
        Err(Error::NotFound) => Err(Problem::not_found("nobody here listens to this subscription")),
        Err(Error::Invalid(why)) => {
            Err(Problem::malformed("this is no push of this subscription").caused_by(why))
        }
        Err(error) => Err(error.into()),
    }
}

/// Proof that the one account that may push does so. It stands first: the token before anything else.
struct Pusher;

/// Whom Google says it is.
#[derive(Deserialize)]
struct Account {
    email: String,
    email_verified: bool,
}

impl FromRequestParts<Arc<Desk>> for Pusher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let push = &desk.door.push;
        let expected = Expected {
            issuers: ISSUERS,
            audience: &push.endpoint,
        };
        let account: Account = desk.tokens.verify(token(&parts.headers)?, expected).await?;
        if account.email_verified && account.email == push.account {
            Ok(Self)
        } else {
            Err(Problem::forbidden("this account may not push events"))
        }
    }
}

fn token(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Err(Problem::unauthenticated("this is for Pub/Sub only")),
        (Some(value), None) => Ok(bearer(value).ok_or(TokenError::Malformed)?),
        (Some(_), Some(_)) => Err(TokenError::Malformed.into()),
    }
}
