//! Tells the runners of new jobs, so that one that is due now starts now.

use std::{collections::HashMap, time::Duration};

use backends::documents::{Change, Cursor};
use tokio::sync::watch;

use super::JOBS;
use crate::Kit;

/// One look lasts this long at most.
const LOOK: Duration = Duration::from_secs(30);
/// After the changes could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// Whom to tell, by kind.
pub(super) type Listeners = HashMap<&'static str, watch::Sender<()>>;

/// Follows the jobs until nothing new may begin.
pub(super) async fn follow(kit: Kit, listeners: Listeners) {
    tokio::select! {
        () = kit.tasks.draining() => {}
        () = tell(&kit, &listeners) => {}
    }
}

async fn tell(kit: &Kit, listeners: &Listeners) {
    let mut seen: Option<Cursor> = None;
    loop {
        match kit.backends.documents.changes(JOBS, seen.as_ref(), LOOK).await {
            Ok(news) => {
                for listener in news
                    .changes
                    .iter()
                    .filter_map(|change| concerned(change, listeners))
                {
                    listener.send_replace(());
                }
                seen = Some(news.cursor);
            }
            // Away for too long: from the beginning again.
            Err(backends::Error::NotFound) => seen = None,
            Err(error) => {
                tracing::warn!(service = kit.service.name, %error, "jobs cannot be followed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A job that waits and is nobody's is news; one that somebody claimed or ended is not.
fn concerned<'a>(change: &Change, listeners: &'a Listeners) -> Option<&'a watch::Sender<()>> {
    let body = &change.document.as_ref()?.body;
    let free = body["state"] == "waiting" && body["holder"].is_null();
    free.then(|| listeners.get(body["kind"].as_str()?)).flatten()
}
