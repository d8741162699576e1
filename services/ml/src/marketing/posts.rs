use std::collections::BTreeMap;

use shared_models::{
    product::ListingFacts,
    text::{Language, Localized},
};

use super::{
    networks::{NETWORKS, Network},
    phrases::phrases,
};
use crate::words::{self, Facts, Size};

/// English, and the artisan's language.
pub(super) fn languages(listing: &ListingFacts) -> impl Iterator<Item = Language> + use<> {
    let own = Some(listing.language).filter(|language| *language != Language::En);
    [Language::En].into_iter().chain(own)
}

/// Each once, with its sign.
pub(super) fn with_sign(tags: &[String]) -> Vec<String> {
    let mut signed: Vec<String> = Vec::new();
    for tag in tags {
        let tag = format!("#{tag}");
        if !signed.contains(&tag) {
            signed.push(tag);
        }
    }
    signed
}

/// One post a network and language.
pub(super) fn posts(
    listing: &ListingFacts,
    facts: &Facts,
    hashtags: &[String],
) -> BTreeMap<String, Localized> {
    let written = |network: &Network| {
        let texts =
            languages(listing).map(|language| (language, post(*network, language, listing, facts, hashtags)));
        (network.name.to_owned(), Localized(texts.collect()))
    };
    NETWORKS.iter().map(written).collect()
}

/// The title, as much as fits of what is said of the piece, its price, what a reader may do, and hashtags.
fn post(
    network: Network,
    language: Language,
    listing: &ListingFacts,
    facts: &Facts,
    hashtags: &[String],
) -> String {
    let words = phrases(language);
    let mut end = format!("\n{}: {}\n{}", words.price, price(listing), words.call);
    let tags = hashtags
        .iter()
        .take(network.hashtags)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    if !tags.is_empty() && network.length(&end) + 1 + network.length(&tags) <= network.longest / 2 {
        end = format!("{end}\n{tags}");
    }
    let room = network.longest.saturating_sub(network.length(&end));
    let title = network.cut(&title(listing, language), room);
    let room = room.saturating_sub(network.length(&title) + 1);
    let own = listing
        .description
        .0
        .get(&language)
        .map(|text| network.cut(text, room));
    // Graphemes are at most as many as what a network counts, so whole sentences may still be too long by its count.
    let said = own
        .or_else(|| words::caption(facts, language, Size::Medium, room).map(|text| network.cut(&text, room)));
    let middle = said
        .filter(|text| !text.is_empty())
        .map_or_else(String::new, |text| format!("\n{text}"));
    format!("{title}{middle}{end}")
}

/// In the language, else in English, else in the artisan's own.
pub(super) fn title(listing: &ListingFacts, language: Language) -> String {
    let titles = &listing.title.0;
    let found = titles.get(&language).or_else(|| titles.get(&Language::En));
    found
        .or_else(|| titles.values().next())
        .cloned()
        .unwrap_or_default()
}

/// `₹1,499.50`, grouped as in India; other currencies by their code.
pub(super) fn price(listing: &ListingFacts) -> String {
    let parts = listing.price.tenthousandths().unsigned_abs();
    let (whole, part) = (grouped(&(parts / 10_000).to_string()), parts % 10_000 / 100);
    let amount = if part == 0 {
        whole
    } else {
        format!("{whole}.{part:02}")
    };
    match listing.currency.code() {
        "INR" => format!("₹{amount}"),
        code => format!("{code} {amount}"),
    }
}

/// Thousands, then lakhs and crores: `12,34,567`.
fn grouped(digits: &str) -> String {
    let count = digits.len();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = count - index;
        if index > 0 && (left == 3 || (left > 3 && left % 2 == 1)) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_as_in_india() {
        for (plain, read) in [
            ("7", "7"),
            ("999", "999"),
            ("1499", "1,499"),
            ("12345", "12,345"),
            ("1234567", "12,34,567"),
        ] {
            assert_eq!(grouped(plain), read);
        }
    }
}
