//! Fills the catalogue's index with listings and prints what it takes: memory, search with facets, suggestions.
//!
//! `search_load [LISTINGS]`, 100,000 by default. Texts are made of the words of crafts, seeded.

use std::time::{Duration, Instant};

use product::search::{Entry, Field, Index, Question};
use uuid::Uuid;

const CRAFTS: [&str; 12] = [
    "madhubani",
    "kalamkari",
    "warli",
    "pattachitra",
    "bandhani",
    "ikat",
    "pashmina",
    "chikankari",
    "banarasi",
    "terracotta",
    "dhokra",
    "bidri",
];
const PIECES: [&str; 10] = [
    "painting", "saree", "bowl", "lamp", "stole", "cushion", "tray", "vase", "necklace", "basket",
];
const MATERIALS: [&str; 8] = [
    "cotton", "silk", "clay", "brass", "bamboo", "wool", "wood", "jute",
];
const REGIONS: [&str; 6] = [
    "bihar",
    "odisha",
    "gujarat",
    "kashmir",
    "tamil-nadu",
    "west-bengal",
];

/// xorshift64*: the same listings in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or(0) % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    /// A word out of a vocabulary of about twenty thousand.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 27] = [
            "ka", "ri", "mo", "ta", "ne", "lu", "sha", "di", "vo", "pe", "ra", "ni", "go", "bu", "ha", "si",
            "ma", "le", "to", "ji", "wa", "chi", "du", "fe", "yo", "za", "kri",
        ];
        (0..3).map(|_| SYLLABLES[self.roll(SYLLABLES.len())]).collect()
    }
}

#[expect(clippy::print_stdout, reason = "prints its report")]
fn main() {
    let listings = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let before = resident();
    let started = Instant::now();
    let mut index = Index::default();
    for number in 0..listings {
        index.put(&listing(&mut dice, number));
    }
    println!(
        "{listings} listings in {:.1?}, {} MB",
        started.elapsed(),
        resident().saturating_sub(before) / 1024
    );
    report("search, top 10 with facets", 1000, || {
        let text = format!("{} {}", dice.pick(&CRAFTS), dice.pick(&PIECES));
        index
            .search(&Question {
                text,
                limit: 10,
                ..Question::default()
            })
            .total
    });
    report("search with a typing error", 300, || {
        let text = format!("{}x {}", dice.word(), dice.pick(&PIECES));
        index
            .search(&Question {
                text,
                limit: 10,
                ..Question::default()
            })
            .total
    });
    report("one common word", 300, || {
        index
            .search(&Question {
                text: dice.pick(&PIECES).to_owned(),
                limit: 10,
                ..Question::default()
            })
            .total
    });
    report("suggestions", 1000, || {
        let typed: String = dice.pick(&CRAFTS).chars().take(1 + dice.roll(4)).collect();
        index.suggest(&typed, 10).len()
    });
}

fn listing(dice: &mut Dice, number: u32) -> Entry {
    let (craft, piece, material) = (dice.pick(&CRAFTS), dice.pick(&PIECES), dice.pick(&MATERIALS));
    let body: Vec<String> = (0..40).map(|_| dice.word()).collect();
    Entry {
        id: Uuid::from_u128(u128::from(number)),
        texts: vec![
            (
                Field::Title,
                format!("{craft} {material} {piece} {}", dice.word()),
            ),
            (Field::Label, format!("{craft} {material}")),
            (Field::Body, format!("a {piece} of {material} {}", body.join(" "))),
        ],
        artisan: Uuid::from_u128(u128::from(number % 1000)),
        category: piece.to_owned(),
        subcategory: craft.to_owned(),
        region: Some(dice.pick(&REGIONS).to_owned()),
        materials: vec![material.to_owned()],
        currency: "INR".to_owned(),
        price: i64::from(number % 5000) * 1000,
        created: i64::from(number),
    }
}

#[expect(clippy::print_stdout, reason = "prints its report")]
fn report(what: &str, rounds: usize, mut ask: impl FnMut() -> usize) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(ask());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{what}: p50 {:.2?}, p95 {:.2?}",
        times[rounds / 2],
        times[rounds * 95 / 100]
    );
}

/// Resident memory in KiB (Linux).
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
