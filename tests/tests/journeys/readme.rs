//! The README tells the truth.

use service_client::Service;
use tests::{Fleet, readme};

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_print_what_it_says() {
    let fleet = Fleet::start().await;
    let gateway = fleet
        .url(Service::Gateway)
        .unwrap()
        .as_str()
        .trim_end_matches('/')
        .to_owned();
    let went = tokio::task::spawn_blocking(move || readme::journey(&gateway))
        .await
        .unwrap();
    assert_eq!(went, Ok(()));
    fleet.stop().await;
}
