//! Failed sign-ins: counted by account and by address, in documents, so that all instances count together.

use std::net::IpAddr;

use backends::{Clock, documents::Batch};

use crate::{
    domain::{contact::Contact, counter::Limit},
    error::AuthError,
    retry::retrying,
    secrets::Secrets,
    store::{CounterStore, Tally},
};

/// Whose failures: an account, known or not, by what it is signed in by; and where from.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) account: Option<&'a Contact>,
    pub(crate) address: Option<IpAddr>,
}

/// Slows guessing down. Only failures count.
#[derive(Clone)]
pub(crate) struct Throttle {
    counters: CounterStore,
    secrets: Secrets,
    clock: Clock,
    account: Limit,
    address: Limit,
}

impl Throttle {
    pub(crate) fn new(
        counters: CounterStore,
        secrets: Secrets,
        clock: Clock,
        account: Limit,
        address: Limit,
    ) -> Self {
        Self {
            counters,
            secrets,
            clock,
            account,
            address,
        }
    }

    /// Refuses while too many have failed.
    pub(crate) async fn check(&self, origin: Origin<'_>) -> Result<(), AuthError> {
        let (account, address) = self.read(origin).await?;
        let now = self.clock.now();
        account
            .into_iter()
            .chain(address)
            .try_for_each(|tally| tally.check(now))
    }

    /// Counts a failure, durably before its answer.
    pub(crate) async fn count(&self, origin: Origin<'_>) -> Result<(), AuthError> {
        retrying(|| self.try_count(origin)).await
    }

    /// Adds to `batch` that a success clears the account's failures; those are forgiven its address, too, and no more:
    /// whoever signs in to an account of his own between guesses at others gains nothing.
    ///
    /// Checks once more: a guess that was right while others were wrong must not tell.
    pub(crate) async fn clear(&self, batch: &mut Batch, origin: Origin<'_>) -> Result<(), AuthError> {
        let (account, address) = self.read(origin).await?;
        let now = self.clock.now();
        for tally in account.iter().chain(&address) {
            tally.check(now)?;
        }
        let Some(account) = account.filter(|tally| tally.counter.count > 0) else {
            return Ok(());
        };
        let forgiven = account.counter.count;
        account.save(batch, account.counter.minus(forgiven))?;
        if let Some(address) = address {
            address.save(batch, address.counter.minus(forgiven))?;
        }
        Ok(())
    }

    async fn try_count(&self, origin: Origin<'_>) -> Result<(), AuthError> {
        let (account, address) = self.read(origin).await?;
        let mut batch = Batch::new();
        for tally in account.iter().chain(&address) {
            tally.save(&mut batch, tally.counter.plus_one())?;
        }
        Ok(self.counters.commit(batch).await?)
    }

    async fn read(&self, origin: Origin<'_>) -> Result<(Option<Tally>, Option<Tally>), AuthError> {
        let now = self.clock.now();
        let account = match origin.account {
            None => None,
            Some(contact) => {
                let of = self.secrets.contact_id(contact);
                Some(
                    self.counters
                        .read("failures-of-account", &of, self.account, now)
                        .await?,
                )
            }
        };
        let address = match origin.address {
            None => None,
            Some(address) => {
                let of = network(address);
                Some(
                    self.counters
                        .read("failures-from-address", &of, self.address, now)
                        .await?,
                )
            }
        };
        Ok((account, address))
    }
}

/// An IPv4 address, or the /64 that one subscriber has of IPv6.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
