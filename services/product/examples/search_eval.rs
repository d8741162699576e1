//! Judges the catalogue's search on a collection with human judgements.
//!
//! `search_eval DIR` reads `docs.tsv` (id, title, text), `queries.tsv` (id, query) and `qrels.tsv` (query,
//! document, grade) from a folder, indexes them with the catalogue's own code and settings, and prints
//! nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1) with the mean and the 95th percentile of latency.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use product::search::{Entry, Field, Index, Question};
use uuid::Uuid;

const AT: usize = 10;

type Judgements = HashMap<String, HashMap<Uuid, f64>>;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "prints its report")]
fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: search_eval DIR");
        return ExitCode::FAILURE;
    };
    match report(&folder) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(folder: &Path) -> Result<String, String> {
    let documents = rows(folder, "docs.tsv")?;
    let mut index = Index::default();
    for (number, row) in documents.iter().enumerate() {
        index.put(&entry(number, row));
    }
    let numbers: HashMap<&str, usize> = documents
        .iter()
        .enumerate()
        .filter_map(|(number, row)| Some((row.first()?.as_str(), number)))
        .collect();
    let judgements = judgements(folder, &numbers)?;
    let (mut gains, mut times) = (Vec::new(), Vec::new());
    for row in rows(folder, "queries.tsv")? {
        let [id, text, ..] = row.as_slice() else { continue };
        let Some(judged) = judgements.get(id) else {
            continue;
        };
        let started = Instant::now();
        let found = index.search(&Question {
            text: text.clone(),
            limit: AT,
            ..Question::default()
        });
        times.push(started.elapsed());
        let ranking: Vec<Uuid> = found.hits.iter().map(|hit| hit.id).collect();
        gains.push(ndcg(&ranking, judged));
    }
    times.sort_unstable();
    let mean = times.iter().sum::<Duration>() / u32::try_from(times.len().max(1)).unwrap_or(1);
    let p95 = times.get(times.len() * 95 / 100).copied().unwrap_or_default();
    let average = gains.iter().sum::<f64>() / count(gains.len());
    Ok(format!(
        "documents {}, queries {}, nDCG@{AT} {average:.4}, mean {mean:.2?}, p95 {p95:.2?}",
        index.len(),
        gains.len()
    ))
}

fn entry(number: usize, row: &[String]) -> Entry {
    let text = |column: usize| row.get(column).cloned().unwrap_or_default();
    Entry {
        id: id_of(number),
        texts: vec![(Field::Title, text(1)), (Field::Body, text(2))],
        artisan: Uuid::nil(),
        category: String::new(),
        subcategory: String::new(),
        region: None,
        materials: Vec::new(),
        currency: "INR".to_owned(),
        price: 0,
        created: 0,
    }
}

fn id_of(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

fn judgements(folder: &Path, numbers: &HashMap<&str, usize>) -> Result<Judgements, String> {
    let mut judgements = Judgements::new();
    for row in rows(folder, "qrels.tsv")? {
        let [query, document, grade, ..] = row.as_slice() else {
            continue;
        };
        let (Some(number), Ok(grade)) = (numbers.get(document.as_str()), grade.trim().parse()) else {
            continue;
        };
        judgements
            .entry(query.clone())
            .or_default()
            .insert(id_of(*number), grade);
    }
    Ok(judgements)
}

fn ndcg(ranking: &[Uuid], judged: &HashMap<Uuid, f64>) -> f64 {
    let gain = |grade: f64| grade.exp2() - 1.0;
    let discounted = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
        grades
            .take(AT)
            .enumerate()
            .map(|(place, grade)| gain(grade) / (count(place) + 2.0).log2())
            .sum()
    };
    let mut ideal: Vec<f64> = judged.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.total_cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let got = discounted(&mut ranking.iter().map(|id| judged.get(id).copied().unwrap_or(0.0)));
    if best > 0.0 { got / best } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn count(number: usize) -> f64 {
    number as f64
}

fn rows(folder: &Path, name: &str) -> Result<Vec<Vec<String>>, String> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect())
}
