use backends::documents::{Batch, Store, Version};

use super::{CODES, Stored};
use crate::domain::code::Codes;

/// What is remembered of codes, by the keyed hash of a contact.
#[derive(Clone)]
pub(crate) struct CodeStore {
    store: Store,
}

/// The codes of one contact, as they were read.
pub(crate) struct Read {
    pub(crate) codes: Codes,
    id: String,
    version: Option<Version>,
}

impl Read {
    /// The codes as they are now, unless somebody else changed them since they were read.
    pub(crate) fn save(&self, batch: &mut Batch) -> backends::Result<()> {
        super::write_back(batch, CODES, &self.id, self.version.as_ref(), &self.codes)
    }
}

impl CodeStore {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) async fn read(&self, contact_id: String) -> backends::Result<Read> {
        let stored: Option<Stored<Codes>> = super::find(&self.store, CODES, &contact_id).await?;
        let (codes, version) = match stored {
            Some(stored) => (stored.value, Some(stored.version)),
            None => (Codes::default(), None),
        };
        Ok(Read {
            codes,
            id: contact_id,
            version,
        })
    }
}
