//! Whether a model kept to the facts.

use std::collections::BTreeSet;

use languages::script::Script;
use shared_models::text::Language;

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfaithful {
    #[error("it has {0} characters")]
    TooLong(usize),
    #[error("it is not in the language that was asked for")]
    OtherScript,
    #[error("it says {0}, which no fact says")]
    Number(String),
}

/// Checks what can be checked without understanding: length, script, and every number.
pub(super) fn check<'a>(
    text: &str,
    language: Language,
    most: usize,
    facts: impl Iterator<Item = &'a str>,
) -> Result<(), Unfaithful> {
    let length = text.chars().count();
    if length > most {
        return Err(Unfaithful::TooLong(length));
    }
    if Script::dominant(text) != Some(script(language)) {
        return Err(Unfaithful::OtherScript);
    }
    let known: BTreeSet<String> = facts.flat_map(numbers).collect();
    match numbers(text).into_iter().find(|number| !known.contains(number)) {
        Some(invented) => Err(Unfaithful::Number(invented)),
        None => Ok(()),
    }
}

fn script(language: Language) -> Script {
    match language {
        Language::En => Script::Latin,
        Language::Hi | Language::Mr => Script::Devanagari,
        Language::Bn => Script::Bengali,
        Language::Ta => Script::Tamil,
        Language::Te => Script::Telugu,
    }
}

/// The numbers of a text in European digits, without separators: `1,499.50` and `१४९९.५` are the same.
fn numbers(text: &str) -> Vec<String> {
    let mut numbers = vec![String::new()];
    for character in text.chars() {
        let separates = matches!(character, ',' | '.') && numbers.last().is_some_and(|last| !last.is_empty());
        match digit(character) {
            Some(digit) => numbers.last_mut().into_iter().for_each(|last| last.push(digit)),
            None if separates && character == '.' => {
                numbers.last_mut().into_iter().for_each(|last| last.push('.'));
            }
            None if separates => {}
            None => numbers.push(String::new()),
        }
    }
    let plain = |number: &String| {
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let (whole, part) = (
            whole.trim_start_matches('0'),
            part.trim_matches('.').trim_end_matches('0'),
        );
        if part.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{part}")
        }
    };
    numbers
        .iter()
        .map(plain)
        .filter(|number| !number.is_empty())
        .collect()
}

/// Of any of the six languages' digits.
fn digit(character: char) -> Option<char> {
    const ZEROS: [u32; 5] = [0x30, 0x966, 0x9E6, 0xBE6, 0xC66];
    let code = u32::from(character);
    let zero = ZEROS
        .into_iter()
        .find(|zero| (*zero..*zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: [&str; 2] = ["Blue bowl, 20 cm", "1,499.50"];

    fn checked(text: &str, language: Language) -> Result<(), Unfaithful> {
        check(text, language, 80, FACTS.into_iter())
    }

    #[test]
    fn numbers_must_be_among_the_facts_in_whatever_digits() {
        assert_eq!(checked("A bowl of 20 cm for 1499.5.", Language::En), Ok(()));
        assert_eq!(checked("२० सेमी का कटोरा, १४९९.५० में", Language::Hi), Ok(()));
        let invented = checked("Made in 300 hours.", Language::En);
        assert_eq!(invented, Err(Unfaithful::Number("300".into())));
        assert_eq!(
            checked("३०० घंटे", Language::Hi),
            Err(Unfaithful::Number("300".into()))
        );
    }

    #[test]
    fn another_language_and_too_much_are_refused() {
        assert_eq!(checked("A bowl.", Language::Ta), Err(Unfaithful::OtherScript));
        assert_eq!(
            checked(&"a bowl ".repeat(20), Language::En),
            Err(Unfaithful::TooLong(140))
        );
    }
}
