//! What the embedded backends reach on this machine: `cargo run --release -p backends --example throughput`.
//!
//! With a name it runs that part alone: `commits`, `reads`, `events` or `opening`.

#![expect(clippy::print_stdout, reason = "it reports to who runs it")]
#![expect(clippy::unwrap_used, reason = "a benchmark that fails has nothing to report")]

mod commits;
mod events;
mod opening;
mod reads;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use tokio::task::JoinSet;

/// How long each measurement runs.
const TIME: Duration = Duration::from_secs(3);

/// What is measured: done by a task for the n-th time.
type Work = Arc<dyn Fn(usize, u64) -> BoxFuture<'static, ()> + Send + Sync>;

/// Does `work` with so many tasks, each again and again for [`TIME`], and reports it.
async fn measure(name: &str, tasks: usize, work: Work) {
    let begun = Instant::now();
    let mut working = JoinSet::new();
    for task in 0..tasks {
        let work = work.clone();
        working.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < TIME {
                let start = Instant::now();
                work(task, times.len() as u64).await;
                times.push(start.elapsed());
            }
            times
        });
    }
    let times = working.join_all().await.concat();
    report(name, tasks, times, begun.elapsed());
}

fn report(name: &str, tasks: usize, mut times: Vec<Duration>, elapsed: Duration) {
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() - 1) * hundredths / 100];
    let rate = times.len() as u128 * 1000 / elapsed.as_millis().max(1);
    println!(
        "{name:36} {tasks:3} tasks {rate:8}/s   p50 {:9.2?}   p99 {:9.2?}",
        at(50),
        at(99)
    );
}

#[tokio::main]
async fn main() {
    let only = std::env::args().nth(1);
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("commits") {
        commits::run().await;
    }
    if wanted("reads") {
        reads::run().await;
    }
    if wanted("events") {
        events::run().await;
    }
    if wanted("opening") {
        opening::run().await;
    }
}
