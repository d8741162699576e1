use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use shared_models::text::Language;

type Bundle = FluentBundle<FluentResource>;

/// No message has more wordings.
const MOST_WORDINGS: u64 = 9;

static BUNDLES: LazyLock<[Option<Bundle>; 6]> = LazyLock::new(|| Language::ALL.map(bundle));

const fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("messages/en.ftl"),
        Language::Hi => include_str!("messages/hi.ftl"),
        Language::Bn => include_str!("messages/bn.ftl"),
        Language::Ta => include_str!("messages/ta.ftl"),
        Language::Te => include_str!("messages/te.ftl"),
        Language::Mr => include_str!("messages/mr.ftl"),
    }
}

/// None if the messages are broken, which a test rules out.
fn bundle(language: Language) -> Option<Bundle> {
    let resource = FluentResource::try_new(source(language).to_owned()).ok()?;
    let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().ok()?]);
    // All text of a description runs in one direction.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).ok()?;
    Some(bundle)
}

/// How many wordings a message has: `id-1`, `id-2`.
pub(crate) fn wordings(language: Language, id: &str) -> u64 {
    let Some(bundle) = &BUNDLES[index(language)] else {
        return 0;
    };
    (1..=MOST_WORDINGS)
        .take_while(|at| bundle.has_message(&format!("{id}-{at}")))
        .count() as u64
}

/// A message in a language, with one space between words; none when there is no such message or it lacks a variable.
pub(crate) fn format(language: Language, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let bundle = BUNDLES[index(language)].as_ref()?;
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors);
    errors
        .is_empty()
        .then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn index(language: Language) -> usize {
    Language::ALL
        .iter()
        .position(|known| *known == language)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ids(language: Language) -> BTreeSet<&'static str> {
        let lines = source(language).lines();
        let ids = lines.filter_map(|line| line.split_once(" = ")).map(|(id, _)| id);
        ids.filter(|id| !id.starts_with([' ', '#', '[', '*', '}']))
            .collect()
    }

    #[test]
    fn all_messages_can_be_read() {
        for language in Language::ALL {
            assert!(
                FluentResource::try_new(source(language).to_owned()).is_ok(),
                "{language:?}"
            );
            assert!(bundle(language).is_some(), "{language:?}");
        }
    }

    #[test]
    fn every_language_says_every_fact() {
        let facts = |language| -> BTreeSet<String> {
            let ids = ids(language).into_iter();
            let wordings = ids.filter(|id| id.ends_with("-1") || id.starts_with("care-"));
            wordings.map(str::to_owned).collect()
        };
        for language in Language::ALL {
            assert_eq!(facts(language), facts(Language::En), "{language:?}");
        }
    }
}
