//! Photos while media is away; `tests/journeys/photos.rs` has what both do together.

use serde_json::{Value, json};
use service_kit::harness::Person;

use crate::shop::{Answer, Asked, Shop, bowl};

const PHOTO: &str = "018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77";
const BOUNDARY: &str = "a-boundary";

/// A part of a form: its name, its file's name, its bytes.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, bytes) in parts {
        let filename = filename.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\r\n");
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Shop {
    async fn sends(&self, by: &Person, body: Vec<u8>) -> Answer {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.0.post("/products").bearer_auth(&by.token);
        request.header("content-type", kind).body(body).answer().await
    }
}

#[tokio::test]
async fn while_media_is_away_only_photos_have_to_wait() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let with_photo = bowl(json!({ "image_ids": [PHOTO] }));
    let product = bowl(json!({})).to_string();
    let listed = shop.lists(&artisan, json!({ "image_ids": [] })).await;
    assert_eq!(
        (&listed.body["images"], &listed.body["media"]),
        (&json!([]), &json!([]))
    );

    let patch = json!({ "image_ids": [PHOTO] });
    for answer in [
        shop.post(&artisan, "/products", &with_photo).answer().await,
        shop.put(&artisan, &listed.path(), &with_photo).answer().await,
        shop.patch(&artisan, &listed.path(), &patch).answer().await,
        shop.sends(
            &artisan,
            form(&[
                ("product", None, product.as_bytes()),
                ("images", Some("a.jpg"), b"x"),
            ]),
        )
        .await,
    ] {
        answer.refused(503, "media_unavailable");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    }

    let priced = shop
        .patch(&artisan, &listed.path(), &json!({ "price": 7 }))
        .answer()
        .await;
    assert_eq!(priced.expect(200)["price"], 7);
    let sent = shop
        .sends(&artisan, form(&[("product", None, product.as_bytes())]))
        .await;
    assert_eq!(sent.expect(201)["images"], json!([]));
    assert_eq!(shop.ids("").await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_photos_is_refused_by_name() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    for (pointer, ids) in [
        ("/image_ids", json!("one")),
        ("/image_ids", Value::from(vec![PHOTO; 21])),
        ("/image_ids/0", json!(["one"])),
    ] {
        let answer = shop
            .post(&artisan, "/products", &bowl(json!({ "image_ids": ids })))
            .answer()
            .await;
        answer.refuses_field(pointer);
    }
}

#[tokio::test]
async fn a_form_that_is_no_listing_is_refused_before_a_photo_is_looked_at() {
    let shop = Shop::open().await;
    let (artisan, other, buyer) = (shop.artisan().await, shop.artisan().await, shop.buyer().await);
    let good = bowl(json!({})).to_string();
    let costly = bowl(json!({ "price": -1 })).to_string();
    let odd = bowl(json!({ "price": 1.005 })).to_string();
    let surprising = bowl(json!({ "surprise": 1 })).to_string();
    let hers = bowl(json!({ "artisan_id": other.id })).to_string();
    let product = |json| ("product", None, str::as_bytes(json));
    // Media is away: whoever asked it would say so.
    let image: Part<'_> = ("images", Some("a.jpg"), b"x");

    for (parts, status, code, pointer) in [
        (vec![product(&costly), image], 422, "invalid", "/price"),
        (vec![product(&odd), image], 422, "invalid", "/price"),
        (vec![product(&surprising), image], 422, "invalid", "/surprise"),
        (vec![product("{"), image], 400, "malformed", ""),
        (vec![product(&hers), image], 403, "not_owner", ""),
        (vec![product(&good), product(&good)], 422, "invalid", "product"),
        (vec![("colour", None, b"red")], 422, "invalid", "colour"),
        (vec![], 422, "invalid", "product"),
    ] {
        let refused = shop.sends(&artisan, form(&parts)).await;
        assert_eq!(refused.refused(status, code), pointer);
    }
    shop.sends(&artisan, b"no form".to_vec())
        .await
        .refused(400, "malformed");
    let cut = form(&[product(&good)]);
    let cut = cut[..cut.len() - 20].to_vec();
    shop.sends(&artisan, cut).await.refused(400, "malformed");
    shop.sends(&buyer, form(&[product(&good)]))
        .await
        .refused(403, "wrong_role");
    assert!(shop.ids("").await.is_empty());
}
