use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

const LISTINGS: &str = include_str!("../../relevance/listings.psv");
const QUERIES: &str = include_str!("../../relevance/queries.psv");

/// What is searched, and what is asked.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    pub documents: Vec<Document>,
    pub questions: Vec<Question>,
}

/// One listing, or one document of another collection, with a title and a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// `en`, `hi`, `bn`, `ta`, `te`, `mr`.
    pub language: String,
    pub category: String,
    pub craft: String,
    pub region: String,
    pub materials: Vec<String>,
    pub title: String,
    pub text: String,
}

/// A question, and how well each document answers it: 3 is the best; others answer nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    pub language: String,
    /// `words`, `script`, `typo`, `across` or `need`; empty where a collection tells no kinds.
    pub kind: String,
    pub text: String,
    pub grades: BTreeMap<usize, u8>,
}

/// The listings and queries that were written for the marketplace, in six languages.
///
/// A listing's last column says what it is; a query's columns say which of that answers it. Both were written before any
/// ranking was looked at.
pub fn crafts() -> Collection {
    let rows: Vec<Vec<&str>> = rows(LISTINGS);
    let tags: Vec<HashSet<&str>> = rows.iter().map(|row| row[7].split(' ').collect()).collect();
    let questions = self::rows(QUERIES);
    Collection {
        documents: rows.iter().map(|row| listing(row)).collect(),
        questions: questions.iter().map(|row| question(row, &tags)).collect(),
    }
}

fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(" | ").collect()).collect()
}

fn listing(row: &[&str]) -> Document {
    let text = |column: usize| row[column].to_owned();
    Document {
        language: text(0),
        category: text(1),
        craft: text(2),
        region: text(3),
        materials: row[4].split(", ").map(str::to_owned).collect(),
        title: text(5),
        text: text(6),
    }
}

fn question(row: &[&str], tags: &[HashSet<&str>]) -> Question {
    let mut grades = BTreeMap::new();
    for (wanted, grade) in row[3..6].iter().zip([3, 2, 1]) {
        for (document, tags) in tags.iter().enumerate() {
            if is_any(tags, wanted) {
                grades.entry(document).or_insert(grade);
            }
        }
    }
    Question {
        language: row[0].to_owned(),
        kind: row[1].to_owned(),
        text: row[2].to_owned(),
        grades,
    }
}

/// `rug/carpet+wool`: a rug, or a carpet of wool.
fn is_any(tags: &HashSet<&str>, wanted: &str) -> bool {
    let has_all = |all: &str| all.split('+').all(|tag| tags.contains(tag));
    wanted.split('/').any(has_all)
}

/// A collection with human judgements: `docs.tsv` (id, title, text), `queries.tsv` (id, text) and `qrels.tsv` (query,
/// document, grade).
pub fn folder(folder: &Path) -> Result<Collection, String> {
    let documents = tsv(folder, "docs.tsv")?;
    let text = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let numbers: HashMap<String, usize> = documents.iter().map(|row| text(row, 0)).zip(0..).collect();
    let mut grades: HashMap<String, BTreeMap<usize, u8>> = HashMap::new();
    for row in tsv(folder, "qrels.tsv")? {
        if let (Some(document), Ok(grade)) = (numbers.get(&text(&row, 1)), text(&row, 2).trim().parse()) {
            grades.entry(text(&row, 0)).or_default().insert(*document, grade);
        }
    }
    let questions = tsv(folder, "queries.tsv")?.into_iter().filter_map(|row| {
        Some(Question {
            text: text(&row, 1),
            grades: grades.remove(&text(&row, 0))?,
            ..Question::default()
        })
    });
    Ok(Collection {
        questions: questions.collect(),
        documents: documents
            .iter()
            .map(|row| Document {
                title: text(row, 1),
                text: text(row, 2),
                ..Document::default()
            })
            .collect(),
    })
}

fn tsv(folder: &Path, name: &str) -> Result<Vec<Vec<String>>, String> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    Ok(text.lines().map(cells).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_has_an_answer_and_every_language_its_share() {
        let crafts = crafts();
        assert_eq!((crafts.documents.len(), crafts.questions.len()), (155, 101));
        for question in &crafts.questions {
            let best = question.grades.values().filter(|grade| **grade == 3).count();
            assert!((1..=30).contains(&best), "{question:?}");
        }
        for language in ["en", "hi", "bn", "ta", "te", "mr"] {
            let of = |one: &str| one == language;
            let listings = crafts
                .documents
                .iter()
                .filter(|listing| of(&listing.language))
                .count();
            let queries = crafts
                .questions
                .iter()
                .filter(|query| of(&query.language))
                .count();
            assert!(
                listings >= 20 && queries >= 13,
                "{language}: {listings}, {queries}"
            );
        }
    }

    #[test]
    fn every_word_that_a_query_is_judged_by_is_said_of_some_listing() {
        let said: HashSet<&str> = rows(LISTINGS).iter().flat_map(|row| row[7].split(' ')).collect();
        for row in rows(QUERIES) {
            for word in row[3..6].iter().flat_map(|cell| cell.split(['+', '/'])) {
                assert!(word == "-" || said.contains(word), "{word} in {row:?}");
            }
        }
    }
}
