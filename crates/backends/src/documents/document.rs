use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Error, Result};

/// An opaque version of a document; every write that changes it gives it another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub struct Version(pub String);

/// A stored document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Unique in its collection.
    pub id: String,
    /// Which state this is.
    pub version: Version,
    /// An object.
    pub body: Value,
}

impl Document {
    /// The body as a typed value; `Other` when what is stored does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.body)
            .map_err(|error| Error::Other(format!("stored document {}: {error}", self.id)))
    }
}
