//! Daily sales by category, subcategory and region.
//!
//! An event leaves a mark of its own, so that no two events write one document; a sweep folds marks into the days of a
//! month, one commit for many.

use std::collections::BTreeMap;

use backends::documents::{Batch, Collection, Document, Index, Position, Precondition, Query, Store};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared_models::ids::EventId;

const MARKS: &str = "demand_marks";
const MONTHS: &str = "demand_months";

/// What events said that is not folded yet.
pub(crate) const MARKED: Collection = by_category(MARKS);
/// Days of sales, a document a month and kind.
pub(crate) const MONTHLY: Collection = by_category(MONTHS);

const BY_CATEGORY: &[Index] = &[Index::on(&["category"])];

const fn by_category(name: &'static str) -> Collection {
    Collection {
        name,
        indexes: BY_CATEGORY,
        followed: false,
    }
}

/// Marks of one commit; with the months that they go to they stay far below its bounds.
const AT_ONCE: usize = 100;
/// How often reading begins anew because marks were folded meanwhile.
const TRIES: usize = 5;

/// What pieces of one kind are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Leaf {
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) subcategory: String,
    /// Folded.
    #[serde(default)]
    pub(crate) region: String,
}

impl Leaf {
    pub(crate) fn of(category: &str, subcategory: &str, region: &str) -> Self {
        Self {
            category: category.to_owned(),
            subcategory: subcategory.to_owned(),
            region: folded(region),
        }
    }
}

/// Regions and materials compare without case, `Andhra Pradesh` as `andhra-pradesh`.
pub(crate) fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join("-")
}

/// What one event says of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    #[serde(flatten)]
    pub(crate) leaf: Leaf,
    pub(crate) day: NaiveDate,
    /// Pieces sold.
    #[serde(default)]
    pub(crate) units: u32,
    /// Times that somebody looked, liked, shared, searched or put into a cart.
    #[serde(default)]
    pub(crate) interest: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Month {
    #[serde(flatten)]
    leaf: Leaf,
    /// The first day of the month.
    first: NaiveDate,
    days: BTreeMap<NaiveDate, Counts>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Counts {
    #[serde(default)]
    units: u32,
    #[serde(default)]
    interest: u32,
}

/// The series in the store.
pub(crate) struct Ledger {
    store: Store,
}

impl Ledger {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Adds a mark to the commit that records its event; one without a category or without content is none.
    pub(crate) fn mark(batch: &mut Batch, event: EventId, line: usize, mark: &Mark) -> backends::Result<()> {
        if mark.leaf.category.is_empty() || (mark.units, mark.interest) == (0, 0) {
            return Ok(());
        }
        batch
            .create(MARKS, spread(&format!("{event}.{line}")), mark)
            .map(drop)
    }

    /// What is known of a category, in no particular order; several entries may be of one day.
    pub(crate) async fn of_category(&self, category: &str) -> backends::Result<Vec<Mark>> {
        for _ in 0..TRIES {
            let before = self.all(MARKS, category).await?;
            let months = self.all(MONTHS, category).await?;
            let after = self.all(MARKS, category).await?;
            // What was folded in between would be missed or counted twice; what came in between may be missed.
            let gone = |mark: &Document| after.iter().all(|other| other.id != mark.id);
            if before.iter().any(gone) {
                continue;
            }
            let mut marks: Vec<Mark> = read(&before)?;
            for month in read::<Month>(&months)? {
                marks.extend(month.days.iter().map(|(&day, counts)| Mark {
                    leaf: month.leaf.clone(),
                    day,
                    units: counts.units,
                    interest: counts.interest,
                }));
            }
            return Ok(marks);
        }
        Err(backends::Error::Contention)
    }

    async fn all(&self, collection: &str, category: &str) -> backends::Result<Vec<Document>> {
        let mut found = Vec::new();
        let mut query = Query::all(collection).equals("category", category);
        loop {
            let page = self.store.query(&query).await?;
            let more = page.len() == query.limit;
            found.extend(page);
            match found.last() {
                Some(last) if more => {
                    let id = last.id.clone();
                    query.after = Some(Position { value: None, id });
                }
                _ => return Ok(found),
            }
        }
    }

    /// Folds all marks into their months.
    pub(crate) async fn fold(&self) -> backends::Result<()> {
        loop {
            let page = self.store.query(&Query::all(MARKS).limit(AT_ONCE)).await?;
            if page.is_empty() {
                return Ok(());
            }
            self.fold_page(&page).await?;
        }
    }

    async fn fold_page(&self, page: &[Document]) -> backends::Result<()> {
        let mut batch = Batch::new();
        let mut months: BTreeMap<String, (Month, Precondition)> = BTreeMap::new();
        for document in page {
            let mark: Mark = document.read()?;
            let first = mark.day.with_day(1).unwrap_or(mark.day);
            let id = month_id(&mark.leaf, first);
            if !months.contains_key(&id) {
                let month = self.month(&id, &mark.leaf, first).await?;
                months.insert(id.clone(), month);
            }
            if let Some((month, _)) = months.get_mut(&id) {
                let counts = month.days.entry(mark.day).or_default();
                counts.units = counts.units.saturating_add(mark.units);
                counts.interest = counts.interest.saturating_add(mark.interest);
            }
            // A second folder finds it gone, and folds nothing twice.
            batch.delete(
                MARKS,
                document.id.clone(),
                Precondition::Version(document.version.clone()),
            );
        }
        for (id, (month, unchanged)) in months {
            batch.write(MONTHS, id, unchanged, &month)?;
        }
        self.store.commit(batch).await
    }

    async fn month(
        &self,
        id: &str,
        leaf: &Leaf,
        first: NaiveDate,
    ) -> backends::Result<(Month, Precondition)> {
        if let Some(document) = self.store.get(MONTHS, id).await? {
            let unchanged = Precondition::Version(document.version.clone());
            return Ok((document.read()?, unchanged));
        }
        let month = Month {
            leaf: leaf.clone(),
            first,
            days: BTreeMap::new(),
        };
        Ok((month, Precondition::Absent))
    }
}

fn read<T: serde::de::DeserializeOwned>(documents: &[Document]) -> backends::Result<Vec<T>> {
    documents.iter().map(Document::read).collect()
}

fn month_id(leaf: &Leaf, first: NaiveDate) -> String {
    let Leaf {
        category,
        subcategory,
        region,
    } = leaf;
    let digest = Sha256::digest(format!("{category}\0{subcategory}\0{region}\0{first}"));
    hex::encode(&digest[..16])
}

/// Ids of events are in the order of time; documents that are written together should not lie together.
fn spread(id: &str) -> String {
    let digest = Sha256::digest(id);
    format!("{}.{id}", hex::encode(&digest[..2]))
}
