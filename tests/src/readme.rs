//! The README's journey: its commands are run as they stand, and their output is compared with what it shows.

use std::{fs, process::Command};

use crate::repository;

/// Where the README says that the fleet is.
const ADDRESS: &str = "http://127.0.0.1:8000";
const HEADING: &str = "\n## A journey";
/// Separates the output of one block from the next: ASCII's record separator.
const END: char = '\u{1e}';

/// A block of commands, and the output that follows it in the README, where `…` stands for anything.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    commands: String,
    shown: Option<String>,
}

/// Runs the journey against a fleet at `address`; answers what went differently.
pub fn journey(address: &str) -> Result<(), String> {
    let readme =
        fs::read_to_string(repository::root().join("README.md")).map_err(|error| error.to_string())?;
    let steps = steps(&readme);
    if steps.len() < 8 {
        return Err(format!("the README's journey has {} steps only", steps.len()));
    }
    let output = run(&script(&steps).replace(ADDRESS, address))?;
    let outputs = output.split(END);
    let differences: Vec<String> = steps
        .iter()
        .zip(outputs)
        .filter_map(|(step, output)| difference(step, output))
        .collect();
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("\n"))
    }
}

fn steps(readme: &str) -> Vec<Step> {
    let section = readme.split_once(HEADING).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut steps: Vec<Step> = Vec::new();
    for block in section.split("\n```").skip(1).step_by(2) {
        match (block.split_once('\n'), steps.last_mut()) {
            (Some(("sh", commands)), _) => steps.push(Step {
                commands: commands.to_owned(),
                shown: None,
            }),
            (Some(("text", shown)), Some(step)) => step.shown = Some(shown.to_owned()),
            _ => {}
        }
    }
    steps
}

fn script(steps: &[Step]) -> String {
    let commands = steps
        .iter()
        .map(|step| format!("{}\nprintf '{END}'\n", step.commands));
    format!("set -euo pipefail\n{}", commands.collect::<String>())
}

fn run(script: &str) -> Result<String, String> {
    let ran = Command::new("bash")
        .args(["-c", script])
        .current_dir(repository::root())
        .output();
    let ran = ran.map_err(|error| format!("bash: {error}"))?;
    let (said, complained) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    if ran.status.success() {
        Ok(said.into_owned())
    } else {
        Err(format!(
            "the journey ends with {}:\n{said}\n{complained}",
            ran.status
        ))
    }
}

fn difference(step: &Step, output: &str) -> Option<String> {
    let Step { commands, shown } = step;
    let shown = shown.as_ref()?;
    if is_like(output.trim(), shown.trim()) {
        return None;
    }
    Some(format!("{commands}\nis to print\n{shown}\nand printed\n{output}"))
}

/// Whether `text` is `shown`, where each `…` stands for anything.
fn is_like(text: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let (Some((first, rest)), Some(last)) = (parts.split_first(), parts.last()) else {
        return false;
    };
    if rest.is_empty() {
        return text == shown;
    }
    let Some(mut left) = text.strip_prefix(first) else {
        return false;
    };
    for part in &rest[..rest.len() - 1] {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_commands_is_followed_by_what_it_prints() {
        let readme = "# x\n\n## A journey\n\n```sh\necho 1\n```\n\n```text\n1\n```\nand\n```sh\ntrue\n```\n## Next\n```sh\nno\n```\n";
        let expected = [
            Step {
                commands: "echo 1".into(),
                shown: Some("1".into()),
            },
            Step {
                commands: "true".into(),
                shown: None,
            },
        ];
        assert_eq!(steps(readme), expected);
    }

    #[test]
    fn dots_stand_for_anything() {
        for (text, shown, alike) in [
            ("abc", "abc", true),
            ("abc", "a…c", true),
            ("abc", "…", true),
            ("abc", "a…", true),
            ("abcbd", "a…b…d", true),
            ("abc", "a…d", false),
            ("abc", "b…", false),
            ("a", "a…a", false),
        ] {
            assert_eq!(is_like(text, shown), alike, "{text} {shown}");
        }
    }

    #[test]
    fn a_command_that_fails_ends_the_journey() {
        let steps = [Step {
            commands: "false".into(),
            shown: None,
        }];
        assert!(run(&script(&steps)).is_err());
    }
}
