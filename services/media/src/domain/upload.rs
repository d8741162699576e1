use chrono::{DateTime, Utc};
use images::Refusal;
use serde::{Deserialize, Serialize};
use shared_models::ids::{FileId, ProductId, UserId};

/// An upload under way: what came of it lies in the bucket in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: FileId,
    pub(crate) owner_id: UserId,
    /// Bytes in all.
    pub(crate) length: u64,
    /// Bytes that are here.
    pub(crate) offset: u64,
    pub(crate) filename: Option<String>,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) optimize: bool,
    /// Objects, in order; none once it has ended.
    pub(crate) parts: Vec<String>,
    pub(crate) state: Stage,
    pub(crate) expires_at: DateTime<Utc>,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// More is to come, or all is here and is to be developed.
    Open,
    /// It is a photo now.
    Done,
    /// It is no photo that is taken.
    Refused {
        status: u16,
        code: String,
        detail: String,
    },
}

impl Upload {
    pub(crate) fn is_whole(&self) -> bool {
        self.offset == self.length
    }

    /// With one more part.
    pub(crate) fn with(&self, part: String, size: u64) -> Self {
        let mut longer = self.clone();
        longer.parts.push(part);
        longer.offset += size;
        longer
    }

    /// As it ended; the parts are of no use any more.
    pub(crate) fn ended(&self, state: Stage) -> Self {
        Self {
            parts: Vec::new(),
            state,
            ..self.clone()
        }
    }
}

impl Stage {
    pub(crate) fn refused(refusal: Refusal, status: u16) -> Self {
        Self::Refused {
            status,
            code: refusal.code().to_owned(),
            detail: format!("the file {refusal}"),
        }
    }
}
