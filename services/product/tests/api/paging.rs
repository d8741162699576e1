//! Every list, whatever it is filtered by, gives each listing once.

use std::collections::BTreeSet;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use service_kit::harness::Person;

use crate::shop::{Answer, Asked, Shop};

/// One way to ask for a list, as it stands in the query and as a test of one product.
#[derive(Debug, Clone)]
struct Asking {
    category: Option<&'static str>,
    region: Option<&'static str>,
    material: Option<&'static str>,
    min: Option<u32>,
    max: Option<u32>,
    sort: &'static str,
    limit: usize,
    mine: bool,
    named: bool,
}

const CATEGORIES: [&str; 2] = ["pottery", "textiles"];
const REGIONS: [&str; 2] = ["bihar", "goa"];
const MATERIALS: [&str; 3] = ["clay", "silk", "wood"];
const PRICES: [u32; 6] = [0, 5, 10, 99, 100, 2500];

fn askings() -> impl Strategy<Value = Asking> {
    let one = |of: &'static [&'static str]| proptest::option::weighted(0.3, proptest::sample::select(of));
    let bound = || proptest::option::weighted(0.4, proptest::sample::select(&PRICES[..]));
    let sorts = proptest::sample::select(&["newest", "price_asc", "price_desc"][..]);
    let exact = (one(&CATEGORIES), one(&REGIONS), one(&MATERIALS));
    let page = (sorts, 1usize..7, any::<bool>(), proptest::bool::weighted(0.2));
    (exact, bound(), bound(), page).prop_map(
        |((category, region, material), min, max, (sort, limit, mine, named))| Asking {
            category,
            region,
            material,
            min,
            max,
            sort,
            limit,
            mine,
            named,
        },
    )
}

impl Asking {
    fn path(&self, all: &[Value]) -> String {
        let ids: Vec<&str> = all
            .iter()
            .rev()
            .take(40)
            .map(|product| product["id"].as_str().unwrap())
            .collect();
        let parameters = [
            ("category", self.category.map(ToOwned::to_owned)),
            ("region", self.region.map(ToOwned::to_owned)),
            ("material", self.material.map(ToOwned::to_owned)),
            ("price_min", self.min.map(|min| min.to_string())),
            ("price_max", self.max.map(|max| max.to_string())),
            ("artisan_id", self.mine.then(|| "me".to_owned())),
            ("ids", self.named.then(|| ids.join(","))),
            ("sort", Some(self.sort.to_owned())),
            ("limit", Some(self.limit.to_string())),
        ];
        let parameters = parameters
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        format!("/products?{}", parameters.collect::<Vec<_>>().join("&"))
    }

    fn wants(&self, product: &Value, all: &[Value]) -> bool {
        let price = product["price"].as_f64().unwrap();
        let recent = all.iter().rev().take(40).any(|one| one["id"] == product["id"]);
        let materials = product["materials"].as_array().unwrap();
        (self.mine || product["status"] == "active")
            && (!self.named || recent)
            && self
                .category
                .is_none_or(|category| product["category"] == category)
            && self.region.is_none_or(|region| product["region"] == region)
            && self
                .material
                .is_none_or(|material| materials.contains(&json!(material)))
            && self.min.is_none_or(|min| f64::from(min) <= price)
            && self.max.is_none_or(|max| price <= f64::from(max))
    }

    fn is_sorted(&self, products: &[Value]) -> bool {
        let price = |product: &Value| product["price"].as_f64().unwrap();
        products.windows(2).all(|pair| match self.sort {
            "newest" => pair[0]["created_at"].as_str() >= pair[1]["created_at"].as_str(),
            "price_asc" => price(&pair[0]) <= price(&pair[1]),
            _ => price(&pair[0]) >= price(&pair[1]),
        })
    }
}

/// A listing whose kind `seed` decides.
async fn any_listing(shop: &Shop, by: &Person, seed: usize) -> Value {
    let of = |values: &[&str], by: usize| values[seed / by % values.len()].to_owned();
    let fields = json!({
        "category": of(&CATEGORIES, 1), "region": of(&REGIONS, 2), "price": PRICES[seed / 3 % PRICES.len()],
        "materials": [of(&MATERIALS, 1), of(&MATERIALS, 5)],
        "status": if seed.is_multiple_of(7) { "draft" } else { "active" },
    });
    shop.lists(by, fields).await.body
}

/// Follows the links to the end, and lists something new after each of the first pages.
async fn walk(shop: &Shop, by: &Person, asking: &Asking, all: &mut Vec<Value>) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = Some(asking.path(all));
    let enough = all.len() + 3;
    while let Some(path) = next {
        let page: Answer = shop.get(&path).bearer_auth(&by.token).answer().await;
        let products = page.expect(200);
        let products = products.as_array().unwrap();
        assert!(products.len() <= asking.limit);
        found.extend(products.iter().cloned());
        next = page.next();
        if all.len() < enough {
            all.push(any_listing(shop, by, all.len() * 5 + 1).await);
        }
    }
    found
}

#[test]
fn paging_gives_each_listing_once_while_others_come() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (shop, by) = runtime.block_on(async {
        let setup = service_kit::harness::Harness::of(product::SERVICE).setting("CRAFTCHAIN_USER_RATE", "0");
        let shop = Shop(setup.start().await);
        let by = shop.artisan().await;
        (shop, by)
    });
    let all = std::cell::RefCell::new(Vec::new());
    for seed in 0..60 {
        let listing = runtime.block_on(any_listing(&shop, &by, seed));
        all.borrow_mut().push(listing);
    }
    let mut runner = TestRunner::new(Config::with_cases(48));
    let checked = runner.run(&askings(), |asking| {
        let before = all.borrow().clone();
        let mut now = before.clone();
        let found = runtime.block_on(walk(&shop, &by, &asking, &mut now));
        all.replace(now);
        prop_assert!(asking.is_sorted(&found), "{asking:?}");
        let ids: BTreeSet<&str> = found
            .iter()
            .map(|product| product["id"].as_str().unwrap())
            .collect();
        prop_assert_eq!(ids.len(), found.len(), "twice in {:?}", asking);
        for product in &before {
            let listed = ids.contains(product["id"].as_str().unwrap());
            prop_assert_eq!(
                listed,
                asking.wants(product, &before),
                "{:?}: {}",
                asking,
                product
            );
        }
        Ok(())
    });
    checked.unwrap();
}
