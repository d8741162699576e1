use std::{sync::Arc, time::Duration};

use backends::events::{Delivery, Subscription};
use prometheus_client::metrics::{counter::Counter, family::Family};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Consumer, handling::Handling};
use crate::Kit;

/// Deliveries handled at once by one instance.
const AT_ONCE: usize = 16;
/// How long a pull waits for something to come.
const WAIT: Duration = Duration::from_secs(30);
/// After the log failed; doubled each time, up to `LONGEST_PAUSE`.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

pub(super) type Outcomes = Family<[(&'static str, &'static str); 2], Counter>;

/// Handles the events of one subscription until nothing new may begin.
pub(crate) async fn consume(kit: Kit, subscription: Subscription, handler: Consumer, outcomes: Outcomes) {
    let tasks = kit.tasks.clone();
    let consumer = Listening {
        slots: Arc::new(Semaphore::new(AT_ONCE)),
        kit,
        subscription,
        handler,
        outcomes,
    };
    tokio::select! {
        () = tasks.draining() => {}
        () = consumer.listen() => {}
    }
}

/// Registers what consumers count.
pub(crate) fn outcomes(kit: &Kit) -> Outcomes {
    let help = "Deliveries of events, by how they ended";
    kit.metrics
        .register("event_deliveries", help, Outcomes::default())
}

struct Listening {
    kit: Kit,
    subscription: Subscription,
    handler: Consumer,
    slots: Arc<Semaphore>,
    outcomes: Outcomes,
}

impl Listening {
    async fn listen(&self) {
        let (mut known, mut pause) = (false, PAUSE);
        loop {
            let outcome = if known {
                self.pull().await
            } else {
                self.subscribe().await
            };
            match outcome {
                Ok(()) => (known, pause) = (true, PAUSE),
                Err(error) => {
                    let subscription = self.subscription.name;
                    tracing::warn!(service = self.kit.service.name, subscription, %error, "events wait");
                    known &= !matches!(error, backends::Error::NotFound);
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn subscribe(&self) -> backends::Result<()> {
        self.kit.backends.events.subscribe(&self.subscription).await
    }

    /// Takes as many deliveries as there are slots, and goes on while they are handled: a slow one holds up no other.
    async fn pull(&self) -> backends::Result<()> {
        let mut slots = self.free_slots().await;
        let count = slots.num_permits();
        let log = &self.kit.backends.events;
        for delivery in log.pull(&self.subscription, count, WAIT).await? {
            if let Some(slot) = slots.split(1) {
                self.handle(delivery, slot);
            }
        }
        Ok(())
    }

    /// All that are free; at least one.
    async fn free_slots(&self) -> OwnedSemaphorePermit {
        let wanted = self.slots.available_permits().max(1);
        let wanted = u32::try_from(wanted).unwrap_or(1);
        match self.slots.clone().acquire_many_owned(wanted).await {
            Ok(slots) => slots,
            Err(_) => std::future::pending().await, // nobody closes it
        }
    }

    fn handle(&self, delivery: Delivery, slot: OwnedSemaphorePermit) {
        let handling = Handling::of(&self.kit, self.subscription, self.handler.clone(), delivery);
        let (outcomes, subscription) = (self.outcomes.clone(), self.subscription.name);
        self.kit.tasks.spawn(async move {
            let outcome = handling.carry_out().await;
            let labels = [("subscription", subscription), ("outcome", outcome)];
            outcomes.get_or_create(&labels).inc();
            drop(slot);
        });
    }
}
