use axum::{Json, extract::State};
use service_kit::{
    Problem,
    extract::{ServiceCaller, ValidJson},
};
use shared_models::{
    ml::{TranslateRequest, Translated},
    text::Language,
};

use crate::{
    error::MlError,
    providers::{LOCAL, Spoken},
    state::Shared,
    words,
};

/// Text in another language. For services only.
///
/// Without a provider only terms of the trade are known here (kinds of pieces, materials, crafts, colours, places), one
/// or several with commas between; anything else is 422 with the code `no_translator`, and better generated from facts
/// in each language by `/ml/generate-description`.
#[utoipa::path(post, path = "/ml/translate", tag = "internal",
    params(("X-Service-Token" = String, Header, description = "Who asks")), request_body = TranslateRequest,
    responses((status = 200, body = Translated)))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _service: ServiceCaller,
    ValidJson(request): ValidJson<TranslateRequest>,
) -> Result<Json<Translated>, MlError> {
    let TranslateRequest { text, from, to } = request;
    let remote = state.providers.translation(&text, from, to).await;
    let method = match &remote {
        Some(_) => "a machine translation",
        None => "the glossary of the trade, term by term",
    };
    let Spoken { what, provider } = match remote {
        Some(spoken) => spoken,
        None => Spoken {
            what: by_glossary(&text, to)?,
            provider: LOCAL,
        },
    };
    Ok(Json(Translated {
        text: what,
        from,
        to,
        provider: provider.to_owned(),
        method: method.to_owned(),
    }))
}

/// Each term by its name in the other language.
fn by_glossary(text: &str, to: Language) -> Result<String, Problem> {
    let terms = text
        .split(',')
        .map(|term| words::term(term.trim(), to).ok_or_else(|| unknown(term.trim())));
    Ok(terms.collect::<Result<Vec<_>, _>>()?.join(", "))
}

fn unknown(term: &str) -> Problem {
    let shown: String = term.chars().take(40).collect();
    let detail = format!("has “{shown}”, which the glossary does not know; no translation provider answers");
    Problem::field("/text", "no_translator", detail).code("no_translator")
}
