use std::sync::{Mutex, PoisonError};

use redis::{AsyncConnectionConfig, Client, RedisResult, aio::MultiplexedConnection};
use tokio::sync::Mutex as Turn;

/// One connection for all, made when it is first needed; after any failure a new one.
///
/// Not the library's own manager: it keeps a connection that is silent, and one whose greeting was garbage for ever.
pub(super) struct Line {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
    connecting: Turn<()>,
}

impl Line {
    pub(super) fn to(client: Client) -> Self {
        Self {
            client,
            connection: Mutex::default(),
            connecting: Turn::default(),
        }
    }

    pub(super) async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        if let Some(connection) = self.there() {
            return Ok(connection);
        }
        let _turn = self.connecting.lock().await;
        if let Some(connection) = self.there() {
            return Ok(connection);
        }
        // Whoever asks says how long it may take.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let made = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(made)
    }

    /// The connection is not what it should be.
    pub(super) fn leave(&self) {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    fn there(&self) -> Option<MultiplexedConnection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
