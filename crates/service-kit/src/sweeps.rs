//! What is done every so often, on one instance at a time.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::{FutureExt, future::BoxFuture};

use crate::{Kit, Problem};

pub(crate) type Sweep = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Problem>> + Send + Sync>;

/// After a failure the next try comes sooner, but not at once.
const SOONER: u32 = 10;

/// The lease lasts as long as the interval and is not given back: one run an interval, whoever does it.
pub(crate) async fn sweeping(kit: Kit, name: &'static str, interval: Duration, sweep: Sweep) {
    while !kit.tasks.is_draining() {
        let next = match turn(&kit, name, interval, &sweep).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(service = kit.service.name, name, %error, "a sweep waits");
                sooner(&kit, interval)
            }
        };
        tokio::select! {
            () = kit.tasks.draining() => {}
            () = kit.clock.reached(next) => {}
        }
    }
}

/// One turn, when it is ours; answers when to look again.
async fn turn(kit: &Kit, name: &str, interval: Duration, sweep: &Sweep) -> backends::Result<DateTime<Utc>> {
    let lease = kit.leases.acquire(&format!("sweep:{name}"), interval).await?;
    let Some(mut lease) = lease else {
        return Ok(sooner(kit, interval));
    };
    let work = AssertUnwindSafe(sweep()).catch_unwind();
    let failed = match kit.leases.during(&mut lease, interval, work).await {
        Some(Ok(Ok(()))) => return Ok(lease.until()),
        Some(Ok(Err(problem))) => format!("{problem:?}"),
        Some(Err(_)) => "it panicked".to_owned(),
        None => "another instance took it over".to_owned(),
    };
    tracing::warn!(service = kit.service.name, name, failed, "a sweep failed");
    kit.leases.release(&lease).await?;
    Ok(sooner(kit, interval))
}

fn sooner(kit: &Kit, interval: Duration) -> DateTime<Utc> {
    kit.clock.now() + interval / SOONER
}
