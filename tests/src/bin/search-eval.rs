//! Compares the search's text ranking with vectors and with mixes of both:
//!
//! `search-eval` on the listings and queries of `tests/relevance`, `search-eval DIR` on a collection with human judgements.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use tests::relevance::{AT, Contest, by_chance, filled, fused, ndcg, recall, summed, top};

const KINDS: [&str; 5] = ["words", "script", "typo", "across", "need"];

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
    let ours = scores(contest, &rankings[0].1);
    let mut report = format!(
        "{} questions; nDCG@{AT}, recall@{AT}, how likely so much better than text by chance; nDCG@{AT} by kind: {KINDS:?}\n",
        contest.questions.len(),
    );
    for (name, rankings) in &rankings {
        let gains = scores(contest, rankings);
        let recalls = contest.questions.iter().zip(rankings);
        let recalls: Vec<f64> = recalls
            .map(|(question, ranking)| recall(ranking, &question.grades))
            .collect();
        let chance = by_chance(&ours, &gains);
        let _ = write!(
            report,
            "{name:<34} {:.3}  {:.3}  {chance:.3} ",
            mean(&gains),
            mean(&recalls)
        );
        for kind in KINDS {
            let of_kind = contest
                .questions
                .iter()
                .zip(&gains)
                .filter(|(question, _)| question.kind == kind);
            let of_kind: Vec<f64> = of_kind.map(|(_, gain)| *gain).collect();
            if !of_kind.is_empty() {
                let _ = write!(report, "  {:.3}", mean(&of_kind));
            }
        }
        report.push('\n');
    }
    report
}

/// Each ranking by its name: of each question, its documents.
fn rankings(contest: &Contest) -> Vec<(String, Vec<Vec<usize>>)> {
    let text: Vec<Vec<usize>> = contest.text.iter().map(|hits| top(hits)).collect();
    let mut rankings = vec![("text".to_owned(), text.clone())];
    for (name, vectors) in [
        ("of the whole", &contest.whole),
        ("of the nearest part", &contest.parts),
    ] {
        let near: Vec<Vec<(usize, f64)>> = contest.asked.iter().map(|asked| vectors.near(asked)).collect();
        let ranked: Vec<Vec<usize>> = near.iter().map(|hits| top(hits)).collect();
        let both = || text.iter().zip(&ranked);
        rankings.push((format!("vectors {name}"), ranked.clone()));
        rankings.push((
            format!("places fused, {name}"),
            both().map(|(one, other)| fused(one, other)).collect(),
        ));
        rankings.push((
            format!("text, then {name}"),
            both().map(|(one, other)| filled(one, other)).collect(),
        ));
        for weight in [0.1, 0.2, 0.4, 0.8] {
            let hits = contest.text.iter().zip(&near);
            let summed = hits.map(|(one, other)| summed(one, other, weight));
            rankings.push((format!("scores summed, {weight} {name}"), summed.collect()));
        }
    }
    rankings
}

fn scores(contest: &Contest, rankings: &[Vec<usize>]) -> Vec<f64> {
    let questions = contest.questions.iter().zip(rankings);
    questions
        .map(|(question, ranking)| ndcg(ranking, &question.grades))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
