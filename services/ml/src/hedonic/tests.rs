use proptest::prelude::*;

use super::*;

const CATEGORIES: [(&str, f64); 3] = [("pottery", 0.0), ("textiles", 0.7), ("jewellery", 1.2)];
const REGIONS: [(&str, f64); 4] = [
    ("khurja", 0.0),
    ("jaipur", 0.25),
    ("kutch", -0.2),
    ("varanasi", 0.4),
];

/// Between -1 and 1, the same everywhere.
#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn noise(at: usize) -> f64 {
    let mixed = (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    2.0 * ((mixed >> 40) as f64 / (1_u64 << 24) as f64) - 1.0
}

#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn planted(count: usize) -> Vec<Priced<usize>> {
    (0..count)
        .map(|at| {
            let (category, of_category) = CATEGORIES[at % 3];
            let (region, of_region) = REGIONS[(at / 3) % 4];
            let silver = (at / 12).is_multiple_of(2);
            let size = 10.0 + (at % 7) as f64 * 5.0;
            let skill = 1.0 + (at % 10) as f64;
            let log = 6.0
                + of_category
                + of_region
                + if silver { 0.5 } else { 0.0 }
                + 0.3 * f64::log2(size / 20.0)
                + 0.06 * (skill - 5.0)
                + 0.1 * noise(at);
            Priced {
                id: at,
                price: log.exp(),
                piece: Piece {
                    category: category.into(),
                    craft: "plain".into(),
                    region: Some(region.into()),
                    materials: if silver {
                        ["silver".to_owned()].into()
                    } else {
                        ["brass".to_owned()].into()
                    },
                    size: Some(size),
                    skill: Some(skill),
                },
            }
        })
        .collect()
}

fn ratio(model: &Model, one: &Piece, other: &Piece) -> f64 {
    (model.estimate(one).price / model.estimate(other).price).ln()
}

#[test]
fn planted_terms_are_recovered() {
    let listings = planted(480);
    let model = Model::learn(&listings).unwrap();
    let base = listings[0].piece.clone();
    let with = |change: &dyn Fn(&mut Piece)| {
        let mut piece = base.clone();
        change(&mut piece);
        ratio(&model, &piece, &base)
    };
    let close = |found: f64, planted: f64| assert!((found - planted).abs() < 0.07, "{found} for {planted}");
    // The one craft of each category shares its effect.
    close(with(&|piece| piece.category = "textiles".into()), 0.7);
    close(with(&|piece| piece.region = Some("varanasi".into())), 0.4);
    close(with(&|piece| piece.region = Some("kutch".into())), -0.2);
    close(with(&|piece| piece.materials = ["brass".to_owned()].into()), -0.5);
    close(
        with(&|piece| piece.size = Some(40.0)) - with(&|piece| piece.size = Some(20.0)),
        0.3,
    );
    close(
        with(&|piece| piece.skill = Some(9.0)) - with(&|piece| piece.skill = Some(4.0)),
        0.3,
    );
}

#[test]
fn the_terms_multiply_to_the_price() {
    let listings = planted(120);
    let model = Model::learn(&listings).unwrap();
    let estimate = model.estimate(&listings[5].piece);
    let product: f64 = estimate.terms.iter().map(|term| term.multiple).product();
    assert!((estimate.base * product / estimate.price - 1.0).abs() < 1e-9);
}

#[test]
fn eight_of_ten_prices_lie_in_the_interval() {
    let (listings, unseen) = (planted(240), planted(480));
    let model = Model::learn(&listings).unwrap();
    let inside = unseen[240..].iter().filter(|listing| {
        let (low, high) = model.estimate(&listing.piece).interval;
        (low..=high).contains(&listing.price)
    });
    let part = inside.count() * 100 / 240;
    assert!((72..=96).contains(&part), "{part}");
}

#[test]
fn one_listing_of_a_category_is_drawn_to_the_others() {
    let mut listings = planted(60);
    let mut odd = listings[0].clone();
    odd.piece.category = "toys".into();
    odd.price *= 20.0;
    listings.push(odd.clone());
    let model = Model::learn(&listings).unwrap();
    let told = model.estimate(&odd.piece).price;
    let usual = model.estimate(&listings[0].piece).price;
    assert!(
        told > 1.2 * usual && told < 0.99 * odd.price,
        "{usual} {told} {}",
        odd.price
    );
}

#[test]
fn the_interval_narrows_with_the_sample() {
    let width = |count| {
        let listings = planted(count);
        let (low, high) = Model::learn(&listings)
            .unwrap()
            .estimate(&listings[0].piece)
            .interval;
        high / low
    };
    let widths = [2, 24, 240].map(width);
    assert!(widths[0] > widths[1] && widths[1] > widths[2], "{widths:?}");
}

#[test]
fn of_no_listing_nothing_is_learned() {
    assert!(Model::learn::<usize>(&[]).is_none());
}

#[test]
fn the_nearest_are_of_the_category_and_in_order() {
    let listings = planted(60);
    let near = nearest(&listings, &listings[7].piece, 5);
    assert_eq!(near[0].0.id, 7);
    assert!(
        near.iter()
            .all(|(listing, _)| listing.piece.category == listings[7].piece.category)
    );
    assert!(near.windows(2).all(|pair| pair[0].1 <= pair[1].1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_prices_are_answered_with_finite_ones(
        listings in prop::collection::vec((0usize..6, 0usize..6, 1e-2..1e12_f64, prop::option::of(1e-3..1e7_f64)), 1..60),
    ) {
        let listings: Vec<Priced<usize>> = listings.into_iter().enumerate().map(|(id, (category, region, price, size))| Priced {
            id,
            price,
            piece: Piece { category: category.to_string(), region: Some(region.to_string()), size, ..Piece::default() },
        }).collect();
        let model = Model::learn(&listings).unwrap();
        for listing in &listings {
            let estimate = model.estimate(&listing.piece);
            prop_assert!(estimate.price.is_finite() && estimate.price > 0.0);
            prop_assert!(estimate.interval.0 <= estimate.price && estimate.price <= estimate.interval.1);
            prop_assert!(estimate.interval.1.is_finite());
        }
    }
}
