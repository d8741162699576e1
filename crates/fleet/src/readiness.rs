//! One process stands for all services, so its gateway is ready only when all are.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use service_client::Service as Peer;
use service_kit::{App, Kit};

use crate::members::Member;

/// Below the patience of the probe, which would otherwise not say whom it waits for.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The gateway's `/ready` also asks the other services of the fleet; theirs stay their own.
pub(crate) fn depends_on_all(app: App, kit: &Kit, members: &[Member]) -> App {
    if kit.service.peer != Peer::Gateway {
        return app;
    }
    let others: Arc<[Peer]> = members
        .iter()
        .map(Member::peer)
        .filter(|peer| *peer != Peer::Gateway)
        .collect();
    let kit = kit.clone();
    let check = move || {
        let (kit, others) = (kit.clone(), others.clone());
        Box::pin(async move { all_ready(&kit, &others).await }) as _
    };
    app.ready_when("services", Arc::new(check))
}

async fn all_ready(kit: &Kit, others: &[Peer]) -> backends::Result<()> {
    let context = kit.call(PATIENCE);
    let asked = others.iter().map(|peer| kit.peers.is_ready(&context, *peer));
    let answers = join_all(asked).await;
    let waiting: Vec<&str> = others
        .iter()
        .zip(answers)
        .filter(|(_, ready)| !ready)
        .map(|(peer, _)| peer.name())
        .collect();
    if waiting.is_empty() {
        return Ok(());
    }
    Err(backends::Error::Unavailable(format!(
        "waits for {}",
        waiting.join(", ")
    )))
}
