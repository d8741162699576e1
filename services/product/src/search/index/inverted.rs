use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Entry, Facets, Filters, Order, Place,
    analyse::{self, Asked},
    facets::{Label, Labels, PRICE_BOUNDS, price_range},
    lexicon::{Lexicon, Term, Tier},
    rank::{rarity, saturated},
    suggest::Suggestions,
};

/// The slots of forgotten listings are reclaimed when they are this share of all.
const WASTE: usize = 4;

/// Questions up to this many words are names of things, and each word is meant.
const SHORT: usize = 4;

/// More than any listing scores.
const LEAD: f32 = 1000.0;

/// How many first answers a long question learns from, how many words, and what these count beside its own:
/// the usual settings of RM3.
const TEACHERS: usize = 10;
const LESSONS: usize = 30;
const TRUST: f32 = 0.5;

/// A listing's number in the index.
type Slot = u32;

/// An inverted index over listings.
#[derive(Debug, Default)]
pub struct Index {
    lexicon: Lexicon,
    /// By term: where it stands, with its frequency weighted by field.
    postings: Vec<Vec<(Slot, f32)>>,
    shelf: Vec<Option<Kept>>,
    slots: HashMap<Uuid, Slot>,
    labels: Labels,
    suggestions: Suggestions,
    /// Words of all kept listings.
    words: f64,
}

/// What is kept of a listing beside its words.
#[derive(Debug)]
struct Kept {
    id: Uuid,
    artisan: Uuid,
    category: Label,
    subcategory: Label,
    region: Option<Label>,
    materials: Box<[Label]>,
    currency: Label,
    price: i64,
    created: i64,
    length: f32,
    title: Box<str>,
    /// Its stems with their weighted frequencies: what a long question learns from its first answers.
    terms: Box<[(Term, f32)]>,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub text: String,
    pub filters: Filters,
    pub order: Order,
    pub after: Option<Place>,
    pub limit: usize,
}

/// A listing that answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub id: Uuid,
    /// 0 when nothing was asked for by words.
    pub score: f32,
    pub place: Place,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// How many there are on all pages.
    pub total: usize,
    pub facets: Facets,
}

/// A word's best score in each listing, and which listings.
struct Scores {
    of: Vec<f32>,
    met: Vec<u16>,
    touched: Vec<Slot>,
}

impl Index {
    /// How many listings it knows.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Learns a listing, or what changed of it.
    pub fn put(&mut self, entry: &Entry) {
        self.remove(entry.id);
        let slot = Slot::try_from(self.shelf.len()).unwrap_or(Slot::MAX);
        let mut frequencies: HashMap<Term, f32> = HashMap::new();
        let mut length: f32 = 0.0;
        for (field, text) in &entry.texts {
            for (word, stem) in analyse::stems(text) {
                *frequencies.entry(self.lexicon.number(&word, &stem)).or_default() += field.weight();
                length += field.length();
            }
        }
        self.postings.resize_with(self.lexicon.len(), Vec::new);
        let terms: Box<[(Term, f32)]> = frequencies.into_iter().collect();
        for (term, frequency) in &terms {
            self.postings[*term as usize].push((slot, *frequency));
        }
        self.words += f64::from(length);
        let kept = self.keep(entry, length, terms);
        self.suggestions.add(&kept.title);
        self.shelf.push(Some(kept));
        self.slots.insert(entry.id, slot);
    }

    /// Forgets a listing.
    pub fn remove(&mut self, id: Uuid) {
        let Some(slot) = self.slots.remove(&id) else {
            return;
        };
        if let Some(kept) = self.shelf[slot as usize].take() {
            self.words -= f64::from(kept.length);
            self.suggestions.remove(&kept.title);
        }
        if self.shelf.len() > 1024 && self.slots.len() < self.shelf.len() - self.shelf.len() / WASTE {
            self.reclaim();
        }
    }

    /// The listings that answer, in order, from a place on.
    pub fn search(&self, question: &Question) -> Found {
        let asked = analyse::question(&question.text);
        let scores = (!asked.is_empty()).then(|| self.score(&asked));
        let mut hits = match &scores {
            Some(scores) => self.matching(question, scores, asked.len()),
            None => self.all(question),
        };
        let facets = self.facets(hits.iter().map(|(slot, _)| *slot));
        let total = hits.len();
        hits.retain(|(_, hit)| question.after.is_none_or(|after| before(&after, &hit.place)));
        let hits = first(hits, question.limit);
        Found { hits, total, facets }
    }

    /// Completions of what is being typed, most listings first.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<String> {
        self.suggestions.complete(typed, limit)
    }

    fn keep(&mut self, entry: &Entry, length: f32, terms: Box<[(Term, f32)]>) -> Kept {
        let title = entry
            .texts
            .iter()
            .find(|(field, _)| *field == super::Field::Title);
        Kept {
            id: entry.id,
            artisan: entry.artisan,
            category: self.labels.number(&entry.category),
            subcategory: self.labels.number(&entry.subcategory),
            region: entry.region.as_deref().map(|region| self.labels.number(region)),
            materials: entry
                .materials
                .iter()
                .map(|material| self.labels.number(material))
                .collect(),
            currency: self.labels.number(&entry.currency),
            price: entry.price,
            created: entry.created,
            length,
            terms,
            title: title.map(|(_, text)| text.as_str()).unwrap_or_default().into(),
        }
    }

    fn score(&self, asked: &[Asked]) -> Scores {
        let mut scores = Scores {
            of: vec![0.0; self.shelf.len()],
            met: vec![0; self.shelf.len()],
            touched: Vec::new(),
        };
        let mut best = vec![0.0_f32; self.shelf.len()];
        for (place, word) in asked.iter().enumerate() {
            let touched = self.best_of(word, place + 1 == asked.len(), &mut best);
            for slot in touched {
                let at = slot as usize;
                if scores.met[at] == 0 {
                    scores.touched.push(slot);
                }
                scores.met[at] += 1;
                scores.of[at] += std::mem::take(&mut best[at]);
            }
        }
        if asked.len() > SHORT {
            self.learn(&mut scores);
        }
        scores
    }

    /// Feedback: the words that mark the first answers lift the listings that share them (RM3: Abdul-Jaleel
    /// et al. 2004, `UMass` at TREC 2004). It changes the order of what was found, not what is found.
    fn learn(&self, scores: &mut Scores) {
        let mut first = scores.touched.clone();
        let by_score = |a: &Slot, b: &Slot| {
            scores.of[*b as usize]
                .total_cmp(&scores.of[*a as usize])
                .then(a.cmp(b))
        };
        if first.len() > TEACHERS {
            first.select_nth_unstable_by(TEACHERS, by_score);
            first.truncate(TEACHERS);
        }
        let total: f32 = first.iter().map(|slot| scores.of[*slot as usize]).sum();
        let mut marks: HashMap<Term, f32> = HashMap::new();
        for slot in first {
            let share = scores.of[slot as usize] / total.max(f32::MIN_POSITIVE);
            for (term, frequency) in self.shelf[slot as usize].iter().flat_map(|kept| &kept.terms) {
                *marks.entry(*term).or_default() += share * self.worth(*term, *frequency, slot);
            }
        }
        let mut marks: Vec<(Term, f32)> = marks.into_iter().collect();
        marks.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        marks.truncate(LESSONS);
        let strongest = marks.first().map_or(1.0, |(_, mark)| *mark);
        for (term, mark) in marks {
            for (slot, frequency) in &self.postings[term as usize] {
                if scores.met[*slot as usize] > 0 {
                    scores.of[*slot as usize] +=
                        TRUST * mark / strongest * self.worth(term, *frequency, *slot);
                }
            }
        }
    }

    /// What a stem is worth in a listing.
    fn worth(&self, term: Term, frequency: f32, slot: Slot) -> f32 {
        let Some(kept) = &self.shelf[slot as usize] else {
            return 0.0;
        };
        let spread = self.postings[term as usize].len().min(self.len());
        rarity(self.len(), spread) * saturated(frequency, kept.length, self.average_length())
    }

    /// The best that any meaning of a word scores in each listing; all meanings share one rarity.
    fn best_of(&self, word: &Asked, last: bool, best: &mut [f32]) -> Vec<Slot> {
        let meanings = self.lexicon.meanings(word, last);
        let mut touched = Vec::new();
        let average = self.average_length();
        let rarity = rarity(self.len(), self.spread(&meanings));
        for (term, tier) in meanings {
            for (slot, frequency) in &self.postings[term as usize] {
                let at = *slot as usize;
                let Some(kept) = &self.shelf[at] else {
                    continue;
                };
                let score = tier.weight() * rarity * saturated(*frequency, kept.length, average);
                if best[at] == 0.0 {
                    touched.push(*slot);
                }
                best[at] = best[at].max(score);
            }
        }
        touched
    }

    /// In how many listings a word is: itself where it is known, else the most common of its meanings.
    fn spread(&self, meanings: &[(Term, Tier)]) -> usize {
        let of = |(term, _): &(Term, Tier)| self.postings[*term as usize].len();
        let itself = meanings.iter().find(|(_, tier)| *tier == Tier::Same);
        let spread = itself.map(of).or_else(|| meanings.iter().map(of).max());
        spread.unwrap_or(0).min(self.len())
    }

    /// Listings that have any word. Those that have every word of a short question come first; ordered
    /// otherwise than by relevance, the others would only be in the way.
    fn matching(&self, question: &Question, scores: &Scores, words: usize) -> Vec<(Slot, Hit)> {
        let wanted = self.resolve(&question.filters);
        let whole = |slot: Slot| words <= SHORT && usize::from(scores.met[slot as usize]) == words;
        let hit = |slot: Slot| {
            let kept = self.shelf[slot as usize]
                .as_ref()
                .filter(|kept| wanted.admits(kept))?;
            let lead = if whole(slot) { LEAD } else { 0.0 };
            Some((slot, kept.hit(scores.of[slot as usize], lead, question.order)))
        };
        let mut hits: Vec<(Slot, Hit)> = scores.touched.iter().copied().filter_map(hit).collect();
        if question.order != Order::Relevance && hits.iter().any(|(slot, _)| whole(*slot)) {
            hits.retain(|(slot, _)| whole(*slot));
        }
        hits
    }

    fn all(&self, question: &Question) -> Vec<(Slot, Hit)> {
        let wanted = self.resolve(&question.filters);
        let order = match question.order {
            Order::Relevance => Order::Newest,
            order => order,
        };
        let slots = self.slots.values().copied();
        let kept = slots.filter_map(|slot| Some((slot, self.shelf[slot as usize].as_ref()?)));
        kept.filter(|(_, kept)| wanted.admits(kept))
            .map(|(slot, kept)| (slot, kept.hit(0.0, 0.0, order)))
            .collect()
    }

    fn facets(&self, slots: impl Iterator<Item = Slot>) -> Facets {
        let (mut categories, mut regions) = (self.labels.counter(), self.labels.counter());
        let mut materials = self.labels.counter();
        let mut prices = PRICE_BOUNDS.map(|bound| (bound, 0));
        for kept in slots.filter_map(|slot| self.shelf[slot as usize].as_ref()) {
            categories.count(kept.category);
            kept.region.into_iter().for_each(|region| regions.count(region));
            kept.materials
                .iter()
                .for_each(|material| materials.count(*material));
            prices[price_range(kept.price)].1 += 1;
        }
        Facets {
            categories: categories.buckets(),
            regions: regions.buckets(),
            materials: materials.buckets(),
            prices: prices.into_iter().filter(|(_, count)| *count > 0).collect(),
        }
    }

    fn resolve(&self, filters: &Filters) -> Wanted {
        let mut possible = true;
        let mut label = |name: &Option<String>| {
            let name = name.as_deref()?;
            let label = self.labels.find(name);
            possible &= label.is_some();
            label
        };
        let (category, subcategory) = (label(&filters.category), label(&filters.subcategory));
        let (region, material) = (label(&filters.region), label(&filters.material));
        let currency = label(&filters.currency);
        Wanted {
            possible,
            category,
            subcategory,
            region,
            material,
            currency,
            artisan: filters.artisan,
            price_min: filters.price_min.unwrap_or(i64::MIN),
            price_max: filters.price_max.unwrap_or(i64::MAX),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "an average for ranking"
    )]
    fn average_length(&self) -> f32 {
        (self.words / self.len().max(1) as f64) as f32
    }

    /// Moves the kept listings together, so that the forgotten ones cost nothing any more.
    fn reclaim(&mut self) {
        let mut moved = vec![None; self.shelf.len()];
        let mut shelf = Vec::with_capacity(self.slots.len());
        for (old, kept) in self.shelf.drain(..).enumerate() {
            if let Some(kept) = kept {
                let slot = Slot::try_from(shelf.len()).unwrap_or(Slot::MAX);
                moved[old] = Some(slot);
                self.slots.insert(kept.id, slot);
                shelf.push(Some(kept));
            }
        }
        self.shelf = shelf;
        for postings in &mut self.postings {
            let places = postings
                .drain(..)
                .filter_map(|(slot, weight)| Some((moved[slot as usize]?, weight)));
            *postings = places.collect();
        }
    }
}

impl Kept {
    fn hit(&self, score: f32, lead: f32, order: Order) -> Hit {
        #[expect(clippy::cast_precision_loss, reason = "times and prices stay below 2^53")]
        let rank = match order {
            Order::Relevance => f64::from(-(score + lead)),
            Order::Newest => -(self.created as f64),
            Order::PriceAscending => self.price as f64,
            Order::PriceDescending => -(self.price as f64),
        };
        Hit {
            id: self.id,
            score,
            place: Place { rank, id: self.id },
        }
    }
}

/// Filters as numbers.
struct Wanted {
    /// No listing has a label that was asked for.
    possible: bool,
    category: Option<Label>,
    subcategory: Option<Label>,
    region: Option<Label>,
    material: Option<Label>,
    currency: Option<Label>,
    artisan: Option<Uuid>,
    price_min: i64,
    price_max: i64,
}

impl Wanted {
    fn admits(&self, kept: &Kept) -> bool {
        self.possible
            && self.category.is_none_or(|label| label == kept.category)
            && self.subcategory.is_none_or(|label| label == kept.subcategory)
            && self.region.is_none_or(|label| Some(label) == kept.region)
            && self.material.is_none_or(|label| kept.materials.contains(&label))
            && self.currency.is_none_or(|label| label == kept.currency)
            && self.artisan.is_none_or(|artisan| artisan == kept.artisan)
            && (self.price_min..=self.price_max).contains(&kept.price)
    }
}

/// Whether `a` comes before `b`; ids break ties, so that every hit has one place.
fn before(a: &Place, b: &Place) -> bool {
    a.rank.total_cmp(&b.rank).then_with(|| a.id.cmp(&b.id)).is_lt()
}

/// The first hits in order, without sorting the rest.
fn first(mut hits: Vec<(Slot, Hit)>, limit: usize) -> Vec<Hit> {
    let order = |a: &(Slot, Hit), b: &(Slot, Hit)| {
        let (a, b) = (&a.1.place, &b.1.place);
        a.rank.total_cmp(&b.rank).then_with(|| a.id.cmp(&b.id))
    };
    if hits.len() > limit {
        hits.select_nth_unstable_by(limit, order);
        hits.truncate(limit);
    }
    hits.sort_unstable_by(order);
    hits.into_iter().map(|(_, hit)| hit).collect()
}
