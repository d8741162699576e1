use std::collections::BTreeMap;

use serde_json::{Value, json};
use service_kit::harness::Person;

use crate::shop::{Answer, Asked, Shop, ids_of};

/// What is for sale, by whom.
struct Market {
    shop: Shop,
    asha: Person,
    ravi: Person,
    /// By id.
    names: BTreeMap<String, &'static str>,
}

impl Market {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let (asha, ravi) = (shop.artisan().await, shop.artisan().await);
        let mut names = BTreeMap::new();
        for (name, by, fields) in [
            (
                "cup",
                &asha,
                json!({ "price": 0, "region": "Rajasthan", "materials": ["Clay"] }),
            ),
            (
                "bowl",
                &asha,
                json!({ "price": 100, "region": "rajasthan", "materials": ["Red Clay", "clay"] }),
            ),
            (
                "vase",
                &ravi,
                json!({ "price": 100.5, "region": "राजस्थान", "subcategory": "khurja-pottery" }),
            ),
            (
                "shawl",
                &ravi,
                json!({ "price": 2000, "category": "textiles", "subcategory": "pashmina", "region": "West Bengal" }),
            ),
            (
                "rug",
                &ravi,
                json!({ "price": 50, "currency": "USD", "category": "carpets", "region": null }),
            ),
            ("draft", &asha, json!({ "status": "draft" })),
            ("sold", &asha, json!({ "quantity": 0, "price": 7 })),
        ] {
            names.insert(shop.lists(by, fields).await.id, name);
        }
        Self {
            shop,
            asha,
            ravi,
            names,
        }
    }

    fn names_of(&self, list: &Answer) -> String {
        let names: Vec<&str> = ids_of(&list.expect(200))
            .iter()
            .map(|id| self.names[id])
            .collect();
        names.join(" ")
    }
}

#[tokio::test]
async fn filters_choose_and_sorts_order() {
    let market = Market::open().await;
    let Market {
        shop,
        asha,
        ravi,
        names,
    } = &market;
    let gone = shop.lists(asha, json!({})).await;
    shop.delete(asha, &gone.path()).answer().await.expect(200);
    let (of_asha, of_ravi) = (asha.id, ravi.id);
    let ids: Vec<&str> = names
        .iter()
        .filter(|(_, name)| **name != "shawl")
        .map(|(id, _)| id.as_str())
        .collect();
    let (ids, no_ids) = (ids.join(","), gone.id.clone());

    for (query, expected) in [
        (String::new(), "rug shawl vase bowl cup"),
        ("category=pottery".to_owned(), "vase bowl cup"),
        ("category=unknown".to_owned(), ""),
        ("subcategory=blue-pottery".to_owned(), "rug bowl cup"),
        ("category=pottery&subcategory=khurja-pottery".to_owned(), "vase"),
        ("region=rajasthan".to_owned(), "vase bowl cup"),
        (
            "region=Rajasthan&category=pottery&material=clay".to_owned(),
            "bowl cup",
        ),
        ("region=west%20bengal".to_owned(), "shawl"),
        ("material=CLAY".to_owned(), "bowl cup"),
        ("material=red_clay".to_owned(), "bowl"),
        ("currency=USD".to_owned(), "rug"),
        ("currency=INR&sort=price_desc".to_owned(), "shawl vase bowl cup"),
        (format!("artisan_id={of_ravi}"), "rug shawl vase"),
        (format!("artisan_id={of_asha}&category=pottery"), "bowl cup"),
        ("price_max=0".to_owned(), "cup"),
        ("price_min=0".to_owned(), "shawl vase bowl cup"),
        ("price_min=100&price_max=100".to_owned(), "bowl"),
        ("price_min=50&price_max=100.5".to_owned(), "vase bowl"),
        ("price_min=50&price_max=100.5&currency=USD".to_owned(), "rug"),
        ("price_min=100.01".to_owned(), "shawl vase"),
        ("price_min=3&price_max=2".to_owned(), ""),
        (
            "price_min=60&region=rajasthan&material=clay&currency=INR".to_owned(),
            "bowl",
        ),
        ("sort=newest".to_owned(), "rug shawl vase bowl cup"),
        ("sort=price_asc".to_owned(), "cup rug bowl vase shawl"),
        ("sort=price_desc".to_owned(), "shawl vase bowl rug cup"),
        (
            "sort=price_asc&price_min=50&price_max=101".to_owned(),
            "bowl vase",
        ),
        (
            "sort=price_desc&category=pottery&price_max=100".to_owned(),
            "bowl cup",
        ),
        (format!("ids={ids}"), "rug vase bowl cup"),
        (format!("ids={ids}&sort=price_asc&price_min=51"), "bowl vase"),
        (format!("ids={no_ids}"), ""),
        ("status=active".to_owned(), "rug shawl vase bowl cup"),
        ("offset=1&limit=2".to_owned(), "shawl vase"),
        ("offset=1&limit=2&sort=price_asc".to_owned(), "rug bowl"),
        ("offset=1&price_min=50".to_owned(), "vase bowl"),
        (format!("offset=2&ids={ids}"), "bowl cup"),
        ("offset=1000".to_owned(), ""),
        ("unknown=1".to_owned(), "rug shawl vase bowl cup"),
    ] {
        let found = shop.get(&format!("/products?{query}")).answer().await;
        assert_eq!(market.names_of(&found), expected, "{query}");
    }
}

#[tokio::test]
async fn an_artisan_sees_all_her_own_listings() {
    let market = Market::open().await;
    let Market { shop, asha, .. } = &market;
    for (query, expected) in [
        ("", "sold draft bowl cup"),
        ("&status=draft", "draft"),
        ("&status=sold_out", "sold"),
        ("&status=active", "bowl cup"),
        ("&status=suspended", ""),
        ("&sort=price_asc&price_max=99", "cup sold"),
        ("&price_max=99", "sold cup"),
        ("&region=rajasthan&status=active&material=clay", "bowl cup"),
    ] {
        let mine = shop
            .get(&format!("/products?artisan_id=me{query}"))
            .bearer_auth(&asha.token)
            .answer()
            .await;
        assert_eq!(market.names_of(&mine), expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_no_filter_is_refused_by_name() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let many = vec!["018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77"; 101].join(",");
    let cursor = |json: &Value| {
        let position = serde_json::from_value(json.clone()).unwrap();
        service_kit::extract::encode_cursor(&position)
    };
    for (name, value) in [
        ("category", "A B"),
        ("subcategory", ""),
        ("price_min", "-1"),
        ("price_min", "cheap"),
        ("price_max", "1e3"),
        ("price_max", "0.00001"),
        ("price_max", ""),
        ("currency", "rupees"),
        ("artisan_id", "a7"),
        ("ids", "1"),
        ("ids", ""),
        ("ids", &many),
        ("status", "hidden"),
        ("status", "draft"),
        ("status", "deleted"),
        ("sort", "cheapest"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("offset", "1001"),
        ("offset", "-1"),
        ("cursor", "x"),
        ("cursor", &cursor(&json!({ "value": null, "id": "a" }))),
        ("cursor", &cursor(&json!({ "value": "a", "id": "a" }))),
        ("cursor", &cursor(&json!({ "value": 1.5, "id": "a" }))),
    ] {
        let answer = shop.get("/products").query(&[(name, value)]).answer().await;
        assert_eq!(answer.refused(400, "malformed"), name, "{value}");
    }
    let deleted = shop
        .get("/products?artisan_id=me&status=deleted")
        .bearer_auth(&artisan.token)
        .answer()
        .await;
    assert_eq!(deleted.refused(400, "malformed"), "status");
    shop.get("/products?artisan_id=me")
        .answer()
        .await
        .refused(401, "unauthenticated");
    shop.get("/products?category=a&category=b")
        .answer()
        .await
        .refused(400, "malformed");
}

#[tokio::test]
async fn lists_speak_the_callers_language_and_no_other() {
    let shop = Shop::open().await;
    let text = json!({ "en": "Bowl", "hi": "कटोरा", "ta": "கிண்ணம்" });
    let fields = json!({ "title": text, "description": text });
    shop.lists(&shop.artisan().await, fields).await;
    for (accepted, language) in [
        ("ta", "ta"),
        ("fr, hi-IN;q=0.9, en;q=0.1", "hi"),
        ("te", "en"),
        ("", "en"),
    ] {
        let answer = shop
            .get("/products")
            .header("accept-language", accepted)
            .answer()
            .await;
        let listed = answer.expect(200)[0].clone();
        let expected = json!({ language: text[language] });
        assert_eq!(
            (&listed["title"], &listed["description"]),
            (&expected, &expected),
            "{accepted}"
        );
        assert_eq!(listed["ai_analysis"], Value::Null);
        assert_eq!(answer.header("vary"), "Authorization, Accept-Language");
    }
}

#[tokio::test]
async fn who_has_a_list_already_is_not_sent_it_again() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let first = shop.lists(&artisan, json!({})).await;
    let read = |tag: &str| {
        shop.get("/products?limit=1&sort=price_desc")
            .header("if-none-match", tag)
            .answer()
    };
    let tag = read("\"\"").await.header("etag").to_owned();
    assert_eq!(read(&tag).await.status, 304);

    // The page is the same, but now there is a next one.
    shop.lists(&artisan, json!({ "price": 1 })).await;
    let answer = read(&tag).await;
    assert_eq!(ids_of(&answer.expect(200)), [first.id]);
    assert!(answer.next().is_some());
}

#[tokio::test]
async fn the_link_keeps_the_callers_filters() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    for price in 1..=3 {
        shop.lists(&artisan, json!({ "price": price })).await;
    }
    let page = shop
        .get("/products?sort=price_desc&limit=2&material=Cobalt%20glaze&offset=0")
        .answer()
        .await;
    let next = page.next().unwrap();
    assert!(
        next.starts_with("/products?sort=price_desc&limit=2&material=Cobalt+glaze&cursor="),
        "{next}"
    );
    let last = shop.get(&next).answer().await;
    assert_eq!(ids_of(&last.expect(200)).len(), 1);
    assert_eq!(last.next(), None);
}
