use std::{fmt, str::FromStr};

use crate::Error;

/// Which attempt at which delivery: `SUBSCRIPTION/EVENT/ATTEMPT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) subscription: i64,
    pub(super) event: i64,
    pub(super) attempt: u32,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.subscription, self.event, self.attempt)
    }
}

impl FromStr for Receipt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next()?.parse::<i64>().ok();
        let receipt = (next(), next(), next().and_then(|attempt| attempt.try_into().ok()));
        let (Some(subscription), Some(event), Some(attempt)) = receipt else {
            return Err(Error::Invalid(format!("{text:?} is no receipt of this log")));
        };
        Ok(Self {
            subscription,
            event,
            attempt,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_reads_as_it_was_written() {
        let receipt = Receipt {
            subscription: 3,
            event: 41,
            attempt: 2,
        };
        assert_eq!(receipt.to_string().parse::<Receipt>().unwrap(), receipt);
        for foreign in ["", "1/2", "1/2/3/4", "1/2/-1", "a/b/c"] {
            assert!(matches!(foreign.parse::<Receipt>(), Err(Error::Invalid(_))));
        }
    }
}
