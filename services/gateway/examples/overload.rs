//! Prints what an overload costs: a gateway before a service of known capacity, asked ten times as much.
//!
//! ```text
//! cargo build --release -p gateway && cargo run --release -p gateway --example overload [servers] [milliseconds]
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program that is run by hand"
)]

#[path = "../tests/stress/bounded.rs"]
mod bounded;
#[path = "../tests/stress/child.rs"]
mod child;
#[path = "../tests/stress/load.rs"]
mod load;

use std::time::Duration;

use bounded::Bounded;
use child::Gateway;
use load::{Clients, Seen, accepted, quantile};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u32>().expect("a number"));
    let servers = arguments.next().unwrap_or(64);
    let millis = arguments.next().unwrap_or(50);
    let capacity = servers * 1_000 / millis;
    let time = Duration::from_millis(millis.into());
    let service = Bounded::start(usize::try_from(servers).unwrap(), time).await;
    let program = std::env::current_exe().unwrap();
    let program = program.parent().unwrap().parent().unwrap().join("gateway");
    let gateway = Gateway::start(&program, &service.url(), &[]).await;
    let clients = Clients::of(gateway.address, "/v1/products");
    println!("a service that answers {capacity} requests a second: {servers} at once, {millis} ms each");

    clients.ask(capacity * 4 / 5, Duration::from_secs(10)).await;
    service.take_most_inside();
    let usual = clients.ask(capacity * 4 / 5, Duration::from_secs(10)).await;
    let before = gateway.memory();
    show("at 0.8 of its capacity", &usual, capacity, &service);
    let overload = clients.ask(capacity * 10, Duration::from_secs(20)).await;
    let after = gateway.memory();
    show("at 10 times its capacity", &overload, capacity, &service);
    let recovery = clients.ask(capacity * 4 / 5, Duration::from_secs(10)).await;
    show("at 0.8 again", &recovery, capacity, &service);

    let (calm, stormy) = (quantile(&usual, 0.99), quantile(&overload, 0.99));
    println!(
        "accepted p99: {:.2} times",
        stormy.as_secs_f64() / calm.as_secs_f64()
    );
    if let (Some(before), Some(after)) = (before, after) {
        let mebibytes = |bytes: u64| bytes >> 20;
        let (from, to) = (mebibytes(before.now), mebibytes(after.peak));
        println!("memory: {from} MiB, at most {to} MiB in the overload");
    }
    let is_well =
        |seen: &&Seen| seen.status.is_some_and(|status| status.is_success()) && seen.took <= 2 * calm;
    let last_bad = recovery
        .iter()
        .filter(|seen| !is_well(seen))
        .map(|seen| seen.sent)
        .max();
    println!(
        "recovery: the last answer that was not as before was asked for after {:?}",
        last_bad.unwrap_or_default()
    );
}

fn show(when: &str, seen: &[Seen], capacity: u32, service: &Bounded) {
    let asked = seen.len();
    let answered = accepted(seen).count();
    let told = seen.iter().filter(|seen| seen.told_when).count();
    let seconds = seen.last().map_or(1.0, |last| last.sent.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let goodput = answered as f64 / seconds / f64::from(capacity);
    println!(
        "{when}: {asked} asked in {seconds:.1} s, {answered} answered ({:.0}% of its capacity), {told} told to come again, p50 {:?}, p99 {:?}, at most {} inside",
        goodput * 100.0,
        quantile(seen, 0.5),
        quantile(seen, 0.99),
        service.take_most_inside(),
    );
}
