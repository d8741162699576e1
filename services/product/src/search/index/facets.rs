use std::collections::HashMap;

/// How many hits have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub value: String,
    pub count: usize,
}

/// Counts over all hits, most first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub categories: Vec<Bucket>,
    pub regions: Vec<Bucket>,
    pub materials: Vec<Bucket>,
    /// By price in minor units: the lower bounds of the ranges.
    pub prices: Vec<(i64, usize)>,
}

/// Values told of each facet.
const MOST: usize = 20;

/// The lower bounds of the price ranges, in minor units: 0, 500, 1,000, 2,500, 5,000, 10,000 and 25,000 rupees.
pub(crate) const PRICE_BOUNDS: [i64; 7] = [0, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000];

/// A label's number.
pub(super) type Label = u32;

/// Labels as numbers: each is stored once.
#[derive(Debug, Default)]
pub(super) struct Labels {
    numbers: HashMap<Box<str>, Label>,
    names: Vec<Box<str>>,
}

impl Labels {
    pub(super) fn number(&mut self, name: &str) -> Label {
        if let Some(label) = self.numbers.get(name) {
            return *label;
        }
        let label = Label::try_from(self.names.len()).unwrap_or(Label::MAX);
        self.numbers.insert(name.into(), label);
        self.names.push(name.into());
        label
    }

    /// `None` for a name that no listing has.
    pub(super) fn find(&self, name: &str) -> Option<Label> {
        self.numbers.get(name).copied()
    }

    pub(super) fn counter(&self) -> Counter<'_> {
        Counter {
            labels: self,
            counts: vec![0; self.names.len()],
        }
    }
}

/// Counts labels.
pub(super) struct Counter<'a> {
    labels: &'a Labels,
    counts: Vec<usize>,
}

impl Counter<'_> {
    pub(super) fn count(&mut self, label: Label) {
        self.counts[label as usize] += 1;
    }

    pub(super) fn buckets(self) -> Vec<Bucket> {
        let counted = self
            .counts
            .into_iter()
            .zip(&self.labels.names)
            .filter(|(count, _)| *count > 0);
        let mut buckets: Vec<Bucket> = counted
            .map(|(count, name)| Bucket {
                value: name.to_string(),
                count,
            })
            .collect();
        buckets.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        buckets.truncate(MOST);
        buckets
    }
}

/// The range that a price falls into.
pub(super) fn price_range(price: i64) -> usize {
    PRICE_BOUNDS
        .partition_point(|bound| *bound <= price)
        .saturating_sub(1)
}
