use axum::extract::FromRequestParts;
use http::request::Parts;
use shared_models::{
    identity::{AccessClaims, Role},
    ids::{SessionId, UserId},
};

use super::admission::Admitted;
use crate::Problem;

/// A person whose token was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub user_id: UserId,
    pub role: Role,
    /// Her session, when the token names one.
    pub session: Option<SessionId>,
    /// When the token ends; seconds since 1970.
    pub expires_at: u64,
}

impl From<AccessClaims> for Caller {
    fn from(claims: AccessClaims) -> Self {
        Self {
            user_id: claims.sub,
            role: claims.role,
            session: claims.sid,
            expires_at: claims.exp,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Admitted::of(parts)?.person()
    }
}

/// A caller, or nobody; a token that is no good is still 401.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionalCaller(pub Option<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for OptionalCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Admitted::of(parts)?.perhaps_person().map(Self)
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $role:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub Caller);

        impl $name {
            /// Her id.
            pub fn id(&self) -> UserId {
                self.0.user_id
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let caller = Caller::from_request_parts(parts, state).await?;
                if caller.role == Role::$role {
                    Ok(Self(caller))
                } else {
                    let needed = Role::$role.as_str();
                    Err(Problem::forbidden(format!("this is for the role {needed}")).code("wrong_role"))
                }
            }
        }
    )*};
}

roles! {
    /// A caller who is an artisan; others get 403.
    Artisan = Artisan;
    /// A caller who is a buyer; others get 403.
    Buyer = Buyer;
    /// A caller who is an admin; others get 403.
    Admin = Admin;
}

/// Another service, which the table of permissions lets call this endpoint; others get 401 or 403.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCaller {
    pub service: service_client::Service,
}

impl<S: Send + Sync> FromRequestParts<S> for ServiceCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let service = Admitted::of(parts)?.service(parts)?;
        Ok(Self { service })
    }
}

/// A person, or a service acting for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Person(Caller),
    Service(service_client::Service),
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let admitted = Admitted::of(parts)?;
        match admitted.perhaps_person()? {
            Some(caller) => Ok(Self::Person(caller)),
            None => admitted.service(parts).map(Self::Service),
        }
    }
}
