//! What matters here about accounts: whether they may sell.

use backends::documents::{Batch, Collection, Precondition, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::ids::UserId;

use crate::error::ProductError;

const NAME: &str = "accounts";

/// One document for each account that an event told of.
pub(crate) const ACCOUNTS: Collection = Collection::keyed(NAME);

/// The last that was heard of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    #[serde(default)]
    pub(crate) suspended: bool,
    #[serde(default)]
    pub(crate) erased: bool,
    /// Of the event that said so; an older event never overwrites a newer.
    #[serde(default)]
    pub(crate) revision: u64,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Account {
    /// After an event said whether it is suspended; nothing when the event is an old one.
    pub(crate) fn heard(&self, suspended: bool, revision: u64) -> Option<Self> {
        (!self.erased && self.revision < revision).then(|| Self {
            suspended,
            revision,
            ..self.clone()
        })
    }

    /// After it was erased: for good.
    pub(crate) fn erased(&self) -> Self {
        Self {
            erased: true,
            ..self.clone()
        }
    }
}

/// Accounts in the store.
pub(crate) struct Accounts {
    store: Store,
}

/// An account, and what must still be so when something is committed because of it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) account: Account,
    user: UserId,
    unchanged: Precondition,
}

impl Accounts {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) async fn find(&self, user: UserId) -> backends::Result<Known> {
        let document = self.store.get(NAME, &user.to_string()).await?;
        let (account, unchanged) = match document {
            None => (Account::default(), Precondition::Absent),
            Some(document) => (document.read()?, Precondition::Version(document.version)),
        };
        Ok(Known {
            account,
            user,
            unchanged,
        })
    }
}

impl Known {
    /// Lets `batch` be committed only while the account may sell.
    pub(crate) fn may_sell(&self, batch: &mut Batch) -> Result<(), ProductError> {
        if self.account.suspended || self.account.erased {
            return Err(ProductError::AccountSuspended);
        }
        batch.check(NAME, self.user.to_string(), self.unchanged.clone());
        Ok(())
    }

    /// Adds what was heard to `batch`.
    pub(crate) fn becomes(&self, batch: &mut Batch, account: &Account) -> backends::Result<()> {
        batch
            .write(NAME, self.user.to_string(), self.unchanged.clone(), account)
            .map(drop)
    }
}
