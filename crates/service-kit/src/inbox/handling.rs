use std::{panic::AssertUnwindSafe, time::Duration};

use backends::{
    documents::{Batch, time},
    events::{Delivery, Event, Outcome, Subscription},
};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};
use tracing::Instrument;

use super::{ConsumeError, Consumer, INBOX};
use crate::{
    Kit,
    chassis::RequestContext,
    hold::{Hold, Term, hold_while},
    telemetry,
};

/// How long one delivery may take; its lease is renewed meanwhile.
const PATIENCE: Duration = Duration::from_mins(10);
/// Longer than the log keeps an event: seven days after everybody acknowledged it.
const KEPT: chrono::Duration = chrono::Duration::days(15);
/// How often a handler begins anew at once when another write was in the way of its effect.
const IN_THE_WAY: u32 = 5;
/// The longest pause before that.
const ASIDE: Duration = Duration::from_millis(40);

#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    #[serde(with = "time")]
    expires_at: DateTime<Utc>,
}

/// One delivery in the hands of this instance.
pub(super) struct Handling {
    kit: Kit,
    subscription: Subscription,
    handler: Consumer,
    delivery: Delivery,
    term: Term,
}

impl Handling {
    pub(super) fn of(kit: &Kit, subscription: Subscription, handler: Consumer, delivery: Delivery) -> Self {
        Self {
            kit: kit.clone(),
            subscription,
            handler,
            delivery,
            term: Term::begin(&kit.clock, subscription.lease),
        }
    }

    /// Handles the event as part of the trace that caused it; answers the outcome's name.
    pub(super) async fn carry_out(mut self) -> &'static str {
        let event = &self.delivery.event;
        let context = RequestContext::caused_by(event.traceparent.as_deref(), self.kit.service.name);
        let span = telemetry::span(context, "consumer", || format!("consume {}", event.topic.name()));
        let work = self.work();
        let handled = hold_while(&mut self, context.scope(work.instrument(span))).await;
        let (outcome, name) = match handled {
            Some(handled) => context.within(|| self.told(handled)),
            None => (Outcome::Retry, "lost"),
        };
        if let Err(error) = self.kit.backends.events.settle(&self.delivery, outcome).await {
            tracing::warn!(subscription = self.subscription.name, %error, "a delivery could not be settled");
        }
        name
    }

    fn told(&self, handled: Result<(), ConsumeError>) -> (Outcome, &'static str) {
        let (subscription, event) = (self.subscription.name, self.delivery.event.id);
        match handled {
            Ok(()) => (Outcome::Done, "done"),
            Err(ConsumeError::Dead(cause)) => {
                tracing::error!(subscription, %event, cause, "an event is dead");
                (Outcome::Dead, "dead")
            }
            Err(ConsumeError::Retry(cause)) => {
                let attempt = self.delivery.attempt;
                tracing::warn!(subscription, %event, cause, attempt, "an event is tried again");
                (Outcome::Retry, "again")
            }
        }
    }

    /// The whole work, on its own: what is held is renewed meanwhile.
    fn work(&self) -> impl Future<Output = Result<(), ConsumeError>> + Send + use<> {
        let applying = Applying {
            id: format!("{}:{}", self.subscription.name, self.delivery.event.id),
            kit: self.kit.clone(),
            handler: self.handler.clone(),
            event: self.delivery.event.clone(),
        };
        async move {
            match timeout(PATIENCE, AssertUnwindSafe(applying.run()).catch_unwind()).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(ConsumeError::Retry("the handler panicked".into())),
                Err(_) => Err(ConsumeError::Retry(format!("it took longer than {PATIENCE:?}"))),
            }
        }
    }
}

struct Applying {
    kit: Kit,
    handler: Consumer,
    event: Event,
    /// Of the inbox's record.
    id: String,
}

impl Applying {
    async fn run(self) -> Result<(), ConsumeError> {
        let mut in_the_way = 0;
        loop {
            if self.is_known().await? {
                return Ok(());
            }
            let effect = (self.handler)(self.event.clone()).await?;
            match self.commit(effect).await {
                Err(backends::Error::Conflict(_) | backends::Error::Contention)
                    if in_the_way < IN_THE_WAY =>
                {
                    in_the_way += 1;
                    let [byte] = self.kit.ids.bytes::<1>();
                    sleep(ASIDE.mul_f64(f64::from(byte) / 255.0)).await;
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    async fn is_known(&self) -> backends::Result<bool> {
        let known = self.kit.backends.documents.get(INBOX, &self.id).await?;
        Ok(known.is_some())
    }

    async fn commit(&self, mut effect: Batch) -> backends::Result<()> {
        let seen = Seen {
            expires_at: self.kit.clock.now() + KEPT,
        };
        effect.create(INBOX, self.id.clone(), &seen)?;
        match self.kit.backends.documents.commit(effect).await {
            Ok(()) => Ok(()),
            // Somebody else handled it, or another write was in the way, or the reply was lost: the record tells.
            Err(error) => match self.is_known().await {
                Ok(true) => Ok(()),
                _ => Err(error),
            },
        }
    }
}

impl Hold for Handling {
    fn due(&self) -> impl Future<Output = ()> + Send {
        self.term.due()
    }

    async fn renew(&mut self) -> bool {
        let term = self.term.again();
        match self
            .kit
            .backends
            .events
            .settle(&self.delivery, Outcome::Extend)
            .await
        {
            Ok(()) => {
                self.term = term;
                true
            }
            Err(error) => {
                tracing::warn!(subscription = self.subscription.name, %error, "a lease could not be renewed");
                self.term.failed()
            }
        }
    }
}
