//! A line that breaks while a listing and its photos come.

use std::{io::Write, net::TcpStream};

use ::fleet::Options;
use backends::Clock;
use chrono::Duration;
use service_client::Service;
use shared_models::product::Product;
use tests::{
    Artisan, Fleet, a_bowl,
    photos::{BRICKS, CUP, Form},
    soon,
};

#[tokio::test]
async fn a_form_that_breaks_off_leaves_no_listing_and_its_photos_are_forgotten() {
    let clock = Clock::movable();
    let options = Options {
        clock: clock.clone(),
        ..Options::default()
    };
    let fleet = Fleet::start_with(options).await;
    let artisan = fleet.artisan().await;
    let kept_listing = artisan
        .sends("/products", Form::listing(&a_bowl(), &[CUP]))
        .await
        .expect(201);
    let kept_listing: Product = kept_listing.json();
    let files = fleet.kept().await;

    let form = Form::listing(&a_bowl(), &[CUP, BRICKS]);
    let (kind, body) = (form.content_type(), form.bytes());
    hangs_up(&fleet, &artisan, &kind, &body, body.len() - 10_000);
    // The first photo came whole.
    soon("the photo that came", async || {
        (fleet.kept().await >= files + 9).then_some(())
    })
    .await;
    assert_eq!(artisan.browses("artisan_id=me").await.len(), 1);

    soon("only the listing's photo is left", async || {
        clock.advance(Duration::hours(1));
        (fleet.kept().await == files).then_some(())
    })
    .await;
    fleet.anyone().follow(&kept_listing.images[0]).await.expect(200);
    fleet.stop().await;
}

/// Promises a whole form, sends some of it, and goes.
fn hangs_up(fleet: &Fleet, artisan: &Artisan, kind: &str, body: &[u8], after: usize) {
    let door = fleet.url(Service::Gateway).unwrap();
    let address = format!("{}:{}", door.host_str().unwrap(), door.port().unwrap());
    let mut line = TcpStream::connect(&address).unwrap();
    let head = format!(
        "POST /v1/products HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\n\
         content-length: {}\r\n\r\n",
        artisan.tokens.access_token,
        body.len()
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(&body[..after]).unwrap();
}
