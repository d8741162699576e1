//! Descriptions for native readers to go over: `cargo run -p ml --example texts -- hi 200`.
//!
//! Prints so many made-up pieces in one language (en, hi, bn, ta, te, mr), each with its English text, always the same.

#![expect(clippy::print_stdout, reason = "it prints")]

use std::error::Error;

use fastrand::Rng;
use ml::words::{Care, Facts, describe};
use shared_models::{
    product::{Dimensions, LengthUnit},
    text::{Language, Localized},
};

const PIECES: &[(&str, &str)] = &[
    ("Bowl", "pottery"),
    ("Vase", "pottery"),
    ("Saree", "textiles"),
    ("Shawl", "textiles"),
    ("Shoes", "leather"),
    ("Bangles", "jewelry"),
    ("Earrings", "jewelry"),
    ("Painting", "painting"),
    ("Elephant", "toys"),
    ("Basket", "basketry"),
    ("Lamp", "metalwork"),
    ("Suryodaya box", "woodwork"),
    ("Veena", "instruments"),
    ("", "embroidery"),
    ("", "paper"),
];
const MATERIALS: &[&str] = &[
    "terracotta",
    "clay",
    "silk",
    "cotton",
    "zari",
    "wood",
    "rosewood",
    "brass",
    "copper",
    "silver",
    "leather",
    "stone",
    "marble",
    "bamboo",
    "grass",
    "lac",
    "glass",
    "handmade paper",
    "natural dyes",
    "wool",
    "jute",
    "lantana",
];
const CRAFTS: &[&str] = &[
    "blue-pottery",
    "banarasi",
    "kanjeevaram",
    "bandhani",
    "kalamkari",
    "chikankari",
    "kantha",
    "meenakari",
    "lac-bangles",
    "dhokra",
    "bidri",
    "madhubani",
    "warli",
    "gond",
    "sikki-grass",
    "channapatna-toys",
    "kashmiri-papier-mache",
];
const PLACES: &[&str] = &[
    "rajasthan",
    "kerala",
    "tamil-nadu",
    "odisha",
    "west-bengal",
    "maharashtra",
    "goa",
    "delhi",
    "assam",
    "Bhuj",
    "Varanasi",
    "Kanchipuram",
    "Mumbai",
    "Hodka",
];
const COLOURS: &[&str] = &[
    "red", "blue", "green", "yellow", "black", "white", "golden", "pink",
];
const TIMES: &[&str] = &[
    "1 day",
    "5 days",
    "2-3 weeks",
    "about 10 hours",
    "1 month",
    "2 years",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let language = arguments
        .next()
        .and_then(|code| Language::from_tag(&code))
        .unwrap_or(Language::Hi);
    let pieces: usize = arguments.next().map_or(Ok(20), |count| count.parse())?;
    let mut rng = Rng::with_seed(1);
    for at in 1..=pieces {
        let texts = describe(&piece(&mut rng, at));
        println!(
            "{at}. {}\n   {}\n",
            texts.text(language),
            texts.text(Language::En)
        );
    }
    Ok(())
}

fn piece(rng: &mut Rng, at: usize) -> Facts {
    let (title, category) = one(rng, PIECES);
    let maybe = |rng: &mut Rng, of: &[&str]| rng.bool().then(|| one(rng, of).to_owned());
    let some = |rng: &mut Rng, of: &[&str], most: usize| {
        (0..rng.usize(0..=most))
            .map(|_| one(rng, of).to_owned())
            .collect()
    };
    let side = |rng: &mut Rng| rng.bool().then(|| f64::from(rng.u32(2..400)) / 2.0);
    Facts {
        seed: at.to_string(),
        title: if title.is_empty() {
            Localized::default()
        } else {
            Localized::of(Language::En, title)
        },
        category: category.to_owned(),
        craft: maybe(rng, CRAFTS),
        materials: some(rng, MATERIALS, 3),
        colours: some(rng, COLOURS, 2),
        dimensions: Dimensions {
            length: side(rng),
            width: side(rng),
            height: side(rng),
            unit: LengthUnit::Cm,
        },
        weight_grams: rng.bool().then(|| rng.u32(50..4000)),
        production_time: maybe(rng, TIMES),
        labor_hours: rng.bool().then(|| f64::from(rng.u32(1..60))),
        region: maybe(rng, PLACES),
        cultural_origin: if rng.u8(0..4) == 0 {
            Some(one(rng, PLACES).to_owned())
        } else {
            None
        },
        care: (0..rng.usize(0..=2)).map(|_| one(rng, &Care::ALL)).collect(),
        quantity: rng.bool().then(|| rng.u32(1..20)),
        ..Facts::default()
    }
}

fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}
