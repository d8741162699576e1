use std::time::Duration;

use http::StatusCode;

use crate::{
    bounded::Bounded,
    child::Gateway,
    load::{Clients, Seen, accepted, quantile},
    turn,
};

const SERVERS: usize = 8;
const TIME: Duration = Duration::from_millis(100);
/// Requests a second that the service can answer.
const CAPACITY: u32 = 80;

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_what_a_service_bears_costs_those_who_come_in_little_and_the_rest_is_told() {
    let _turn = turn().await;
    let service = Bounded::start(SERVERS, TIME).await;
    let bounds = [
        ("CRAFTCHAIN_GATEWAY_IN_FLIGHT_LEAST", "8"),
        ("CRAFTCHAIN_GATEWAY_IN_FLIGHT_MOST", "64"),
    ];
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"), &service.url(), &bounds).await;
    let clients = Clients::of(gateway.address, "/v1/products");

    // Until the gateway has learnt what is usual.
    clients.ask(CAPACITY * 4 / 5, Duration::from_secs(6)).await;
    let usual = clients.ask(CAPACITY * 4 / 5, Duration::from_secs(4)).await;
    assert_nearly_all(&usual.iter().collect::<Vec<_>>());
    let memory = gateway.memory();
    service.take_most_inside();

    let seconds = 6;
    let overload = clients.ask(CAPACITY * 10, Duration::from_secs(seconds)).await;
    let answered = accepted(&overload).count();
    let could = usize::try_from(u64::from(CAPACITY) * seconds).unwrap();
    assert!(
        answered * 10 >= could * 8,
        "{answered} of {could} that it could answer"
    );
    for refused in overload.iter().filter(|seen| seen.status != Some(StatusCode::OK)) {
        assert_eq!(refused.status, Some(StatusCode::SERVICE_UNAVAILABLE));
        assert!(refused.told_when);
    }
    let most_inside = service.take_most_inside();
    assert!(
        most_inside <= SERVERS * 5 / 2,
        "a queue of {most_inside} before {SERVERS}"
    );
    let (before, during) = (quantile(&usual, 0.99), quantile(&overload, 0.99));
    let standstill = Duration::from_millis(50); // of a machine that does other things, too
    assert!(during <= before * 2 + standstill, "{before:?} became {during:?}");
    if let (Some(before), Some(after)) = (memory, gateway.memory()) {
        assert!(after.peak * 2 <= before.now * 3, "{before:?} became {after:?}");
    }

    let after = clients.ask(CAPACITY * 4 / 5, Duration::from_secs(4)).await;
    let recovered = |seen: &&Seen| seen.sent >= Duration::from_secs(2);
    assert_nearly_all(&after.iter().filter(recovered).collect::<Vec<_>>());
}

/// Are answered; the machine itself may stand still for a moment, after which all come at once.
fn assert_nearly_all(seen: &[&Seen]) {
    let well = seen.iter().filter(|seen| seen.status == Some(StatusCode::OK));
    let well = well.count();
    assert!(well * 100 >= seen.len() * 95, "{well} of {}", seen.len());
}
