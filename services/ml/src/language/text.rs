use std::fmt::Write;

use axum::{Json, extract::State};
use service_kit::{
    Problem,
    extract::{ServiceCaller, ValidJson},
};
use shared_models::{
    ml::{TextAnswer, TextRequest},
    text::Language,
};

use super::faithful;
use crate::{
    error::MlError,
    providers::{LOCAL, Prompt},
    state::{MlState, Shared},
};

/// Of a token in any of the six scripts, from below.
const CHARACTERS_A_TOKEN: u32 = 1;

/// Text from facts. For services only.
///
/// A language model, where one is chosen, writes what `task` says; what breaks the facts is not taken. Without one, or
/// when it fails, the text is `template` with the facts filled in.
#[utoipa::path(post, path = "/ml/text", tag = "internal",
    params(("X-Service-Token" = String, Header, description = "Who asks")), request_body = TextRequest,
    responses((status = 200, body = TextAnswer)))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _service: ServiceCaller,
    ValidJson(request): ValidJson<TextRequest>,
) -> Result<Json<TextAnswer>, MlError> {
    let filled = filled(&request)?;
    if let Some(written) = state.written(&request).await {
        return Ok(Json(written));
    }
    Ok(Json(TextAnswer {
        text: filled,
        language: request.language,
        provider: LOCAL.to_owned(),
        method: "the caller's template with the facts filled in".to_owned(),
    }))
}

impl MlState {
    /// What the model wrote, when there is one and it kept to the facts.
    async fn written(&self, request: &TextRequest) -> Option<TextAnswer> {
        let spoken = self.providers.text(&prompt(request)).await?;
        let most = usize::try_from(request.max_characters).unwrap_or(usize::MAX);
        if let Err(unfaithful) = faithful::check(&spoken.what, request.language, most, &request.facts) {
            tracing::warn!(provider = spoken.provider, %unfaithful, "a model's text is not taken");
            return None;
        }
        Some(TextAnswer {
            text: spoken.what,
            language: request.language,
            provider: spoken.provider.to_owned(),
            method: "a language model, with its length, script, numbers, materials, places, crafts and colours checked against the facts".to_owned(),
        })
    }
}

fn prompt(request: &TextRequest) -> Prompt {
    let mut user = format!("{}\n\nFacts:\n", request.task);
    for fact in &request.facts {
        let _ = writeln!(user, "- {}: {}", fact.name, fact.value);
    }
    Prompt {
        system: format!(
            "You write for a marketplace of artisans, in {} and its own script. Say only what the facts say: no other \
             material, place, number, age or honour. Answer with the text alone, of at most {} characters.",
            name(request.language),
            request.max_characters
        ),
        user,
        tokens: request.max_characters / CHARACTERS_A_TOKEN,
    }
}

fn name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Hi => "Hindi",
        Language::Bn => "Bengali",
        Language::Ta => "Tamil",
        Language::Te => "Telugu",
        Language::Mr => "Marathi",
    }
}

/// The template with the facts in the place of their names.
fn filled(request: &TextRequest) -> Result<String, Problem> {
    let mut text = String::new();
    let mut rest = request.template.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, beyond) = after
            .split_once('}')
            .ok_or_else(|| wrong("has a brace that does not close"))?;
        let fact = request.facts.iter().find(|fact| fact.name == name);
        text.push_str(&fact.ok_or_else(|| wrong("names a fact that is not given"))?.value);
        rest = beyond;
    }
    text.push_str(rest);
    let most = usize::try_from(request.max_characters).unwrap_or(usize::MAX);
    if text.chars().count() > most {
        return Err(wrong("is longer than max_characters with the facts filled in"));
    }
    Ok(text)
}

fn wrong(detail: &'static str) -> Problem {
    Problem::field("/template", "invalid", detail)
}
