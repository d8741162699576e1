//! Compares the search's text ranking with vectors and with mixes of both:
//!
//! `search-eval` on the listings and queries of `tests/relevance`, `search-eval DIR` on a collection with human judgements.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf, process::ExitCode};

use tests::relevance::{
    AT, Contest, Vectors, by_chance, filled, fused, kept, ndcg, precision, recall, summed, top,
};

const KINDS: [&str; 5] = ["words", "script", "typo", "across", "need"];
/// What the vectors' scores count beside those of the text.
const WEIGHTS: [f64; 3] = [0.1, 0.2, 0.4];

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "prints its report")]
async fn main() -> ExitCode {
    let contest = match std::env::args_os().nth(1).map(PathBuf::from) {
        None => Ok(Contest::of_crafts().await),
        Some(folder) => Contest::of_folder(&folder).await,
    };
    match contest {
        Ok(contest) => {
            println!("{}", report(&contest));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(contest: &Contest) -> String {
    let rankings = rankings(contest);
    let ours = each(contest, &rankings[0].1, ndcg);
    let mut report = format!(
        "{} questions\n{:<36} nDCG@{AT} recall precision by chance; nDCG@{AT} of {KINDS:?}\n",
        contest.questions.len(),
        "",
    );
    for (name, rankings) in &rankings {
        let gains = each(contest, rankings, ndcg);
        let (recalls, precisions) = (
            each(contest, rankings, recall),
            each(contest, rankings, precision),
        );
        let _ = write!(
            report,
            "{name:<36}   {:.3}  {:.3}  {:.3}     {:.3}    ",
            mean(&gains),
            mean(&recalls),
            mean(&precisions),
            by_chance(&ours, &gains)
        );
        for kind in KINDS {
            let of_kind = contest.questions.iter().zip(&gains);
            let of_kind = of_kind.filter(|(question, _)| question.kind == kind);
            let of_kind: Vec<f64> = of_kind.map(|(_, gain)| *gain).collect();
            if !of_kind.is_empty() {
                let _ = write!(report, "  {:.3}", mean(&of_kind));
            }
        }
        report.push('\n');
    }
    report
}

type Rankings = Vec<Vec<usize>>;
type Mix = fn(&[usize], &[usize]) -> Vec<usize>;

/// Each ranking by its name: of each question, its documents.
fn rankings(contest: &Contest) -> Vec<(String, Rankings)> {
    let text: Rankings = contest.text.iter().map(|hits| top(hits)).collect();
    let newest: Vec<usize> = (0..contest.whole.0.len()).rev().collect();
    let then_newest = text.iter().map(|hits| filled(hits, &newest)).collect();
    let mut rankings = vec![
        ("text".to_owned(), text.clone()),
        ("text, then the newest".to_owned(), then_newest),
    ];
    for (name, vectors) in [("whole", &contest.whole), ("nearest part", &contest.parts)] {
        rankings.extend(with(name, vectors, contest, &text));
    }
    rankings
}

fn with(name: &str, vectors: &Vectors, contest: &Contest, text: &Rankings) -> Vec<(String, Rankings)> {
    let near: Vec<Vec<(usize, f64)>> = contest.asked.iter().map(|asked| vectors.near(asked)).collect();
    let ranked: Rankings = near.iter().map(|hits| top(hits)).collect();
    let mixed = |mix: Mix| -> Rankings {
        text.iter()
            .zip(&ranked)
            .map(|(one, other)| mix(one, other))
            .collect()
    };
    let mut rankings = vec![
        (format!("vectors of the {name}"), ranked.clone()),
        (format!("places fused, {name}"), mixed(fused)),
        (format!("text, then {name}"), mixed(filled)),
    ];
    for weight in WEIGHTS {
        let hits = contest.text.iter().zip(&near);
        let all: Rankings = hits.map(|(one, other)| summed(one, other, weight)).collect();
        let found = all.iter().zip(text).map(|(all, text)| kept(all, text)).collect();
        rankings.push((format!("scores summed, {weight} {name}"), all));
        rankings.push((format!("text's reordered, {weight} {name}"), found));
    }
    rankings
}

/// A measure of each question.
fn each(
    contest: &Contest,
    rankings: &Rankings,
    measure: impl Fn(&[usize], &BTreeMap<usize, u8>) -> f64,
) -> Vec<f64> {
    let questions = contest.questions.iter().zip(rankings);
    questions
        .map(|(question, ranking)| measure(ranking, &question.grades))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
