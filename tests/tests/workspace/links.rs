//! Links between the documents of the repository lead somewhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tests::repository;

/// A link as written, in which document.
struct Link {
    document: PathBuf,
    target: String,
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let documents = repository::documents();
    let links: Vec<Link> = documents.iter().flat_map(|path| links_of(path)).collect();
    assert!(!links.is_empty(), "no links were found");
    let broken: Vec<String> = links.iter().filter_map(why_broken).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The targets of `[text](target)`, without those of other sites.
fn links_of(document: &Path) -> Vec<Link> {
    let text = prose(&fs::read_to_string(document).unwrap());
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .map(|target| Link {
            document: document.to_owned(),
            target: target.to_owned(),
        })
        .collect()
}

/// The text without fenced code, whose brackets mean something else.
fn prose(text: &str) -> String {
    let outside = text.split("\n```").step_by(2);
    outside.collect::<Vec<_>>().join("\n")
}

fn why_broken(link: &Link) -> Option<String> {
    let Link { document, target } = link;
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let file = match path {
        "" => document.clone(),
        path => document.parent().unwrap().join(path),
    };
    if !file.exists() {
        return Some(format!("{}: {target} is not there", document.display()));
    }
    if heading.is_empty() || headings_of(&file).contains(heading) {
        return None;
    }
    Some(format!("{}: {target} has no such heading", document.display()))
}

/// The anchors that GitHub gives the headings of a document.
fn headings_of(document: &Path) -> BTreeSet<String> {
    let text = prose(&fs::read_to_string(document).unwrap());
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn a_link_to_nowhere_is_noticed() {
    let link = |target: &str| Link {
        document: repository::root().join("README.md"),
        target: target.into(),
    };
    assert!(why_broken(&link("docs/nowhere.md")).is_some());
    assert!(why_broken(&link("README.md#no-such-heading")).is_some());
    assert!(why_broken(&link("Cargo.toml")).is_none());
}
