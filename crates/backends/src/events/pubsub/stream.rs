//! What streams bring is put on the desk.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use google_cloud_pubsub::{
    model::Message,
    subscriber::{MessageStream, handler::Handler},
};
use tokio::{sync::oneshot, time::sleep};

use super::{
    Shared,
    desk::{Desk, Handle},
    message::{self, Arrived},
    wire::{self, dead_topic},
};
use crate::{Error, Result, events::Topic};

/// How long Pub/Sub may take to see that a stream was closed; what goes back before would come to it again.
const CLOSING: Duration = Duration::from_millis(100);

/// One stream of one topic.
pub(super) struct Reader {
    pub(super) shared: Arc<Shared>,
    pub(super) desk: Arc<Desk>,
    pub(super) topic: Topic,
    /// Which of the desk's streams it is.
    pub(super) number: u64,
}

impl Reader {
    /// Reads until the desk closes the stream.
    pub(super) async fn read(self, mut stream: MessageStream, mut closed: oneshot::Receiver<Vec<Handle>>) {
        let mut back = loop {
            let next = tokio::select! {
                biased;
                back = &mut closed => break back.unwrap_or_default(),
                next = stream.next() => next,
            };
            match next {
                Some(Ok((message, handler))) => self.put(message, handler).await,
                Some(Err(failed)) => return self.failed(wire::error(&failed)),
                None => return self.failed(Error::Unavailable("Pub/Sub: the stream ended".to_owned())),
            }
        };
        // What it has read already would stay leased for as long as others of its messages are held: it goes back, too.
        while let Some(Some(Ok((_, handler)))) = stream.next().now_or_never() {
            back.push(Handle::Stream(handler));
        }
        drop(stream);
        sleep(CLOSING).await;
        drop(back);
    }

    fn failed(&self, error: Error) {
        if matches!(error, Error::NotFound) {
            self.shared.known.forget();
        }
        self.desk.failed(self.topic, self.number, error);
    }

    async fn put(&self, message: Message, handler: Handler) {
        let arrived = Arrived {
            data: message.data,
            attributes: message.attributes,
        };
        match message::event(&arrived) {
            Ok(event) => self.desk.streamed(self.number, event, handler),
            Err(why) => {
                let subscription = self.desk.subscription.name;
                match self.shared.set_aside(subscription, arrived, &why).await {
                    Ok(()) => handler.ack(),
                    Err(error) => tracing::warn!(subscription, %error, "it comes again"),
                }
            }
        }
    }
}

impl Shared {
    /// What holds no event never will; people find it among the dead letters' messages.
    pub(super) async fn set_aside(&self, subscription: &str, arrived: Arrived, why: &str) -> Result<()> {
        tracing::error!(subscription, why, "a message is no event");
        let message = message::as_it_came(arrived);
        self.wire.publish(vec![(dead_topic(subscription), message)]).await
    }
}
