use serde::Serialize;
use serde_json::Value;

use super::Version;
use crate::{Error, Result};

/// What must hold for a write to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    None,
    /// The document does not exist.
    Absent,
    /// The document exists.
    Present,
    /// The document has this version.
    Version(Version),
}

/// One write of a commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// A declared collection.
    pub collection: String,
    /// From 1 to 1500 bytes without a slash.
    pub id: String,
    /// What must hold.
    pub when: Precondition,
    /// `None` deletes, or only checks when `check_only`.
    pub body: Option<Value>,
    /// Checks the precondition without writing.
    pub check_only: bool,
}

/// The writes of one commit; each document at most once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// In no particular order.
    pub writes: Vec<Write>,
}

impl Batch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a document that must not exist.
    pub fn create(
        &mut self,
        collection: &str,
        id: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<&mut Self> {
        self.write(collection, id, Precondition::Absent, body)
    }

    /// Replaces a document that must have `version`.
    pub fn replace(
        &mut self,
        collection: &str,
        id: impl Into<String>,
        version: &Version,
        body: &impl Serialize,
    ) -> Result<&mut Self> {
        self.write(collection, id, Precondition::Version(version.clone()), body)
    }

    /// Writes a document whatever was there.
    pub fn put(
        &mut self,
        collection: &str,
        id: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<&mut Self> {
        self.write(collection, id, Precondition::None, body)
    }

    /// Writes a document under a precondition.
    pub fn write(
        &mut self,
        collection: &str,
        id: impl Into<String>,
        when: Precondition,
        body: &impl Serialize,
    ) -> Result<&mut Self> {
        let body = serde_json::to_value(body).map_err(|error| Error::Invalid(error.to_string()))?;
        self.writes.push(Write {
            collection: collection.to_owned(),
            id: id.into(),
            when,
            body: Some(body),
            check_only: false,
        });
        Ok(self)
    }

    /// Deletes a document under a precondition; deleting what is not there is no error.
    pub fn delete(&mut self, collection: &str, id: impl Into<String>, when: Precondition) -> &mut Self {
        self.writes.push(Write {
            collection: collection.to_owned(),
            id: id.into(),
            when,
            body: None,
            check_only: false,
        });
        self
    }

    /// Applies the rest only if this holds.
    pub fn check(&mut self, collection: &str, id: impl Into<String>, when: Precondition) -> &mut Self {
        self.writes.push(Write {
            collection: collection.to_owned(),
            id: id.into(),
            when,
            body: None,
            check_only: true,
        });
        self
    }

    /// Adds the writes of another batch.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.writes.extend(other.writes);
        self
    }
}
