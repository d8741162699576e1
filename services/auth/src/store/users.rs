use backends::documents::{Batch, Precondition, Store};
use serde::{Deserialize, Serialize};
use shared_models::ids::UserId;

use super::{CLAIMS, Stored, USERS};
use crate::{
    domain::{contact::Contact, user::User},
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
        let claim: Option<Stored<Claim>> =
            super::find(&self.store, CLAIMS, &self.secrets.contact_id(contact)).await?;
        let owner = claim.map_or(UserId(uuid::Uuid::nil()), |claim| claim.value.user_id);
        self.find(owner).await
    }

    /// A new account with what it is found by; conflicts when another account has any of that.
    pub(crate) fn add(&self, batch: &mut Batch, user: &User) -> backends::Result<()> {
        for contact in user.contacts() {
            self.claim(batch, &contact, user.id)?;
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

    /// Anybody may have this contact from now on.
    pub(crate) fn release(&self, batch: &mut Batch, contact: &Contact) {
        batch.delete(CLAIMS, self.secrets.contact_id(contact), Precondition::None);
    }

    /// The account is no more.
    pub(crate) fn remove(&self, batch: &mut Batch, user: &Stored<User>) {
        for contact in user.value.contacts() {
            self.release(batch, &contact);
        }
        let unchanged = Precondition::Version(user.version.clone());
        batch.delete(USERS, user.value.id.to_string(), unchanged);
    }
}
