use std::{fmt, str::FromStr};

use shared_models::ids::EventId;

use crate::Error;

/// Which attempt at which delivery: `EVENT/ATTEMPT/SUBSCRIPTION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) event: EventId,
    pub(super) attempt: u32,
    pub(super) subscription: String,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.event, self.attempt, self.subscription)
    }
}

impl FromStr for Receipt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let foreign = || Error::Invalid(format!("{text:?} is no receipt of Pub/Sub's"));
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next().ok_or_else(foreign);
        Ok(Self {
            event: next()?.parse().map_err(|_| foreign())?,
            attempt: next()?.parse().map_err(|_| foreign())?,
            subscription: next()?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Ids};

    #[test]
    fn a_receipt_reads_as_it_was_written() {
        let receipt = Receipt {
            event: Ids::new(Clock::system()).fresh(),
            attempt: 2,
            subscription: "product.user-deleted".to_owned(),
        };
        assert_eq!(receipt.to_string().parse::<Receipt>().unwrap(), receipt);
        for foreign in ["", "1/2", "a/b/c", "1/2/3"] {
            assert!(matches!(foreign.parse::<Receipt>(), Err(Error::Invalid(_))));
        }
    }
}
