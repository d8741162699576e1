use shared_models::ids::ProductId;
use tokio::sync::broadcast;

/// More news than can be waited through at once: who misses some looks for itself.
const NEWS: usize = 256;

/// Tells those who wait in this process that something was added to a listing, wherever it was added.
pub(crate) struct Arrivals(broadcast::Sender<ProductId>);

impl Default for Arrivals {
    fn default() -> Self {
        Self(broadcast::channel(NEWS).0)
    }
}

/// News from now on.
pub(super) struct News(broadcast::Receiver<ProductId>);

impl Arrivals {
    /// Tells of a listing.
    pub(crate) fn tell(&self, id: ProductId) {
        // Nobody waits most of the time.
        let _ = self.0.send(id);
    }

    /// From now on.
    pub(super) fn listen(&self) -> News {
        News(self.0.subscribe())
    }
}

impl News {
    /// Waits until there may be something new of a listing.
    pub(super) async fn of(&mut self, id: ProductId) {
        use broadcast::error::RecvError;
        loop {
            match self.0.recv().await {
                Ok(told) if told != id => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
