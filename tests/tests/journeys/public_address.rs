//! How the fleet names itself.

use config::Source;
use fleet::Options;
use tests::{Fleet, a_bowl};

#[tokio::test]
async fn links_name_the_public_address_and_never_the_host_that_was_asked() {
    let fleet = Fleet::start_with(Options {
        settings: Source::of([("CRAFTCHAIN_PUBLIC_URL", "https://craft.example")]),
        ..Options::default()
    });
    let fleet = fleet.await;
    let artisan = fleet.artisan().await;

    let listed = artisan
        .post("/products", a_bowl())
        .header("Host", "evil.example")
        .await
        .expect(201);

    let location = listed.header("location").unwrap();
    assert!(
        location.starts_with("https://craft.example/v1/products/"),
        "{location}"
    );
}
