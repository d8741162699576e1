//! Bad requests to every operation of every service: each is refused, says why, and changes nothing.

use service_client::Service;
use tests::refusals::{Trial, World, rows};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn auth_refuses_what_is_wrong() {
    let world = World::of(Service::Auth).await;
    Trial::of(world).await.runs(&rows::auth()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn product_refuses_what_is_wrong() {
    let world = World::of(Service::Product).await;
    Trial::of(world).await.runs(&rows::product()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_refuses_what_is_wrong() {
    let world = World::of(Service::Media).await;
    Trial::of(world).await.runs(&rows::media()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ml_refuses_what_is_wrong() {
    let world = World::of(Service::Ml).await;
    Trial::of(world).await.runs(&rows::ml()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_refuses_what_is_wrong() {
    let world = World::of(Service::Gateway).await;
    Trial::of(world).await.runs(&rows::gateway()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pricing_refuses_what_is_wrong() {
    let world = World::of(Service::Pricing).await;
    Trial::of(world).await.runs(&rows::pricing()).await;
}
