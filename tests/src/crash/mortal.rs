use std::{net::SocketAddr, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

use super::{Client, Life};
use crate::ledger::{Running, Start};

/// How often it is asked how far it is.
const LOOK: Duration = Duration::from_millis(5);

/// A reader that dies again and again, until it may rest or has no other life.
pub(super) struct Mortal {
    rest: watch::Sender<bool>,
    lives: JoinHandle<Reader>,
}

pub(super) struct Reader {
    pub(super) running: Running,
    pub(super) openings: Vec<Duration>,
}

impl Mortal {
    pub(super) fn begin(
        start: Start,
        lives: impl Iterator<Item = Life> + Send + 'static,
        client: Client,
    ) -> Self {
        let (rest, resting) = watch::channel(false);
        #[expect(clippy::disallowed_methods, reason = "the test waits for it")]
        let lives = tokio::spawn(Self::live(start, lives, client, resting));
        Self { rest, lives }
    }

    async fn live(
        start: Start,
        mut lives: impl Iterator<Item = Life>,
        client: Client,
        mut resting: watch::Receiver<bool>,
    ) -> Reader {
        let mut openings = Vec::new();
        loop {
            let running = start.ready(&["reader"]).await;
            let here = running.member("reader");
            openings.push(here.opening);
            let ends = async {
                let Some(life) = lives.next() else {
                    return std::future::pending().await; // the last one
                };
                let work = Self::works(here.address, life, &client);
                // Enough of it, or of waiting for it.
                drop(tokio::time::timeout(life.longest, work).await);
            };
            tokio::select! {
                _ = resting.wait_for(|rest| *rest) => return Reader { running, openings },
                () = ends => {}
            }
            running.kill().await;
        }
    }

    /// Ends in the middle of its work.
    async fn works(reader: SocketAddr, life: Life, client: &Client) {
        let told: u64 = client.sees(reader, "/size").await.unwrap_or_default();
        while client.sees::<u64>(reader, "/size").await.unwrap_or_default() < told + life.told {
            tokio::time::sleep(LOOK).await;
        }
        tokio::time::sleep(life.then).await;
    }

    pub(super) async fn rests(self) -> Reader {
        self.rest.send_replace(true);
        self.lives.await.expect("the reader could always start")
    }
}
