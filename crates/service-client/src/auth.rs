use shared_models::{
    auth::{PublicArtisan, UserSummary},
    identity::Jwks,
    ids::UserId,
};

use crate::{Call, CallContext, ClientError, Peers, Service};

/// Calls to auth.
#[derive(Debug, Clone, Copy)]
pub struct AuthClient<'a> {
    peers: &'a Peers,
}

impl<'a> AuthClient<'a> {
    pub(crate) fn new(peers: &'a Peers) -> Self {
        Self { peers }
    }

    /// The public keys of access tokens. Needs no token, so it also works before this service has one.
    pub async fn jwks(&self, context: &CallContext) -> Result<Jwks, ClientError> {
        let call = Call::get(Service::Auth, ["auth", ".well-known", "jwks.json"]).anonymous();
        self.peers.send(context, &call).await?.json()
    }

    /// What services may know of a user; refused with 404 when there is no such account (any more).
    pub async fn user(&self, context: &CallContext, id: UserId) -> Result<UserSummary, ClientError> {
        let call = Call::get(
            Service::Auth,
            ["internal".to_owned(), "users".to_owned(), id.to_string()],
        );
        self.peers.send(context, &call).await?.json()
    }

    /// What anybody may know of an artisan; refused with 404 when there is none of that id.
    pub async fn public_artisan(
        &self,
        context: &CallContext,
        id: UserId,
    ) -> Result<PublicArtisan, ClientError> {
        let call = Call::get(
            Service::Auth,
            ["auth".to_owned(), "artisans".to_owned(), id.to_string()],
        );
        self.peers.send(context, &call).await?.json()
    }
}
