use backends::documents::{Batch, Precondition, Store};
use serde::{Deserialize, Serialize};
use shared_models::ids::UserId;

use super::{CLAIMS, Stored, USERS};
use crate::{
    domain::{contact::Contact, firebase::FirebaseId, user::User},
    secrets::Secrets,
};

/// Accounts, and the claims by which they are found and kept apart.
#[derive(Clone)]
pub(crate) struct Users {
    store: Store,
    secrets: Secrets,
}

#[derive(Serialize, Deserialize)]
struct Claim {
    user_id: UserId,
}

impl Stored<User> {
    /// The account as it is now, unless somebody else changed it since it was read.
    pub(crate) fn save(&self, batch: &mut Batch) -> backends::Result<()> {
        batch
            .replace(USERS, self.value.id.to_string(), &self.version, &self.value)
            .map(drop)
    }
}

impl Users {
    pub(crate) fn new(store: Store, secrets: Secrets) -> Self {
        Self { store, secrets }
    }

    /// An account.
    pub(crate) async fn find(&self, id: UserId) -> backends::Result<Option<Stored<User>>> {
        super::find(&self.store, USERS, &id.to_string()).await
    }

    /// The account of an address or a number. Costs the same when there is none.
    pub(crate) async fn reached_by(&self, contact: &Contact) -> backends::Result<Option<Stored<User>>> {
        self.claimed(&self.secrets.contact_id(contact)).await
    }

    /// The account of somebody at Firebase.
    pub(crate) async fn known_at_firebase(&self, id: &FirebaseId) -> backends::Result<Option<Stored<User>>> {
        self.claimed(&self.secrets.firebase_id(id)).await
    }

    async fn claimed(&self, claim: &str) -> backends::Result<Option<Stored<User>>> {
        let claim: Option<Stored<Claim>> = super::find(&self.store, CLAIMS, claim).await?;
        let owner = claim.map_or(UserId(uuid::Uuid::nil()), |claim| claim.value.user_id);
        self.find(owner).await
    }

    /// A new account with what it is found by; conflicts when another account has any of that.
    pub(crate) fn add(&self, batch: &mut Batch, user: &User) -> backends::Result<()> {
        for contact in user.contacts() {
            self.claim(batch, &contact, user.id)?;
        }
        if let Some(id) = &user.firebase {
            self.claim_at_firebase(batch, id, user.id)?;
        }
        batch.create(USERS, user.id.to_string(), user).map(drop)
    }

    /// Nobody else may have this contact from now on.
    pub(crate) fn claim(
        &self,
        batch: &mut Batch,
        contact: &Contact,
        user_id: UserId,
    ) -> backends::Result<()> {
        batch
            .create(CLAIMS, self.secrets.contact_id(contact), &Claim { user_id })
            .map(drop)
    }

    /// Whoever is this at Firebase has this account from now on, and nobody else there.
    pub(crate) fn link(&self, batch: &mut Batch, user: &mut User, id: &FirebaseId) -> backends::Result<()> {
        if let Some(before) = user.firebase.replace(id.clone()) {
            batch.delete(CLAIMS, self.secrets.firebase_id(&before), Precondition::None);
        }
        self.claim_at_firebase(batch, id, user.id)
    }

    fn claim_at_firebase(&self, batch: &mut Batch, id: &FirebaseId, user_id: UserId) -> backends::Result<()> {
        batch
            .create(CLAIMS, self.secrets.firebase_id(id), &Claim { user_id })
            .map(drop)
    }

    /// Anybody may have this contact from now on.
    pub(crate) fn release(&self, batch: &mut Batch, contact: &Contact) {
        batch.delete(CLAIMS, self.secrets.contact_id(contact), Precondition::None);
    }

    /// The account is no more.
    pub(crate) fn remove(&self, batch: &mut Batch, user: &Stored<User>) {
        for contact in user.value.contacts() {
            self.release(batch, &contact);
        }
        if let Some(id) = &user.value.firebase {
            batch.delete(CLAIMS, self.secrets.firebase_id(id), Precondition::None);
        }
        let unchanged = Precondition::Version(user.version.clone());
        batch.delete(USERS, user.value.id.to_string(), unchanged);
    }
}
