//! What becomes of an event that was delivered: leased, settled, or buried.

use chrono::{DateTime, Utc};
use futures::future::join_all;

use super::{
    Shared,
    desk::{Candidate, Desk, Held, Lease},
    ledger::Claim,
    message,
    receipt::Receipt,
    wire::dead_topic,
};
use crate::{
    Result,
    events::{Delivery, Outcome, Subscription, backoff},
};

impl Shared {
    /// Asks the ledger for each, all at once; fails only when nothing could be leased.
    pub(super) async fn lease(
        &self,
        subscription: Subscription,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<Delivery>> {
        let asked = candidates
            .into_iter()
            .map(|candidate| self.lease_one(subscription, candidate));
        let mut leased = Vec::new();
        let mut failed = Ok(());
        for answer in join_all(asked).await {
            match answer {
                Ok(delivery) => leased.extend(delivery),
                Err(error) => failed = Err(error),
            }
        }
        if leased.is_empty() {
            failed?;
        }
        Ok(leased)
    }

    async fn lease_one(&self, subscription: Subscription, candidate: Candidate) -> Result<Option<Delivery>> {
        let now = self.clock.now();
        let claim = self.ledger.claim(subscription, &candidate.event, now).await?;
        if let Claim::Ours(attempt) = claim {
            let event = candidate.event.clone();
            let receipt = Receipt {
                event: event.id,
                attempt,
                subscription: subscription.name.to_owned(),
            };
            candidate.leased(Lease {
                attempt,
                until: now + subscription.lease,
            });
            return Ok(Some(Delivery {
                event,
                attempt,
                receipt: receipt.to_string(),
            }));
        }
        let desk = self.desk(subscription);
        let Some(held) = candidate.taken_back() else {
            return Ok(None);
        };
        match claim {
            Claim::Later(due_at) => desk.later(held, Some(due_at)),
            Claim::Spent(attempt) => self.bury(&desk, attempt, held).await?,
            Claim::Settled | Claim::Ours(_) => held.ack(),
        }
        Ok(None)
    }

    pub(super) async fn settle(&self, desk: &Desk, receipt: Receipt, outcome: Outcome) -> Result<()> {
        let Receipt { event, attempt, .. } = receipt;
        if desk.leased(event, attempt).is_none() {
            return Ok(()); // the lease was lost
        }
        let (subscription, now) = (desk.subscription, self.clock.now());
        let (name, id) = (subscription.name, event.to_string());
        let last = attempt >= subscription.max_attempts;
        match outcome {
            Outcome::Extend => {
                let until = now + subscription.lease;
                if self.ledger.due(name, &id, attempt, until).await? {
                    desk.extended(event, Lease { attempt, until });
                }
            }
            Outcome::Done => {
                self.ledger.done(name, &id, attempt).await?;
                if let Some(held) = desk.settled(event, attempt) {
                    held.ack();
                }
            }
            Outcome::Retry if !last => {
                let due_at = self.after_backoff(now, attempt);
                self.ledger.due(name, &id, attempt, due_at).await?;
                if let Some(held) = desk.settled(event, attempt) {
                    desk.later(held, Some(due_at));
                }
            }
            Outcome::Retry | Outcome::Dead => {
                if let Some(held) = desk.settled(event, attempt) {
                    self.bury(desk, attempt, held).await?;
                }
            }
        }
        desk.bell.send_replace(());
        Ok(())
    }

    fn after_backoff(&self, now: DateTime<Utc>, attempt: u32) -> DateTime<Utc> {
        now + chrono::Duration::microseconds(backoff::after(attempt, self.ids.bytes()))
    }

    /// Makes an event a dead letter: on its topic, for whoever watches that, and in the ledger, where it stays.
    async fn bury(&self, desk: &Desk, attempt: u32, held: Held) -> Result<()> {
        let name = desk.subscription.name;
        let dead = async {
            let letter = message::message(&held.event)?;
            self.wire.publish(vec![(dead_topic(name), letter)]).await?;
            self.ledger.dead(name, &held.event, attempt).await
        };
        match dead.await {
            Ok(_) => {
                held.ack();
                Ok(())
            }
            Err(error) => {
                desk.later(held, None);
                Err(error)
            }
        }
    }

    /// Ends the leases that nobody renewed; one after another, so that whoever comes second finds it done.
    pub(super) async fn end_leases(&self, desk: &Desk) -> Result<()> {
        let _ending = desk.ending.lock().await;
        for (lease, held) in desk.lapsed(self.clock.now()) {
            self.bury(desk, lease.attempt, held).await?;
        }
        Ok(())
    }
}
