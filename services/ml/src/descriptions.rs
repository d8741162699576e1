//! Words for a piece that a caller tells the facts of.

use axum::{Json, extract::State};
use service_kit::{
    Problem,
    extract::{Caller, ValidJson},
};
use shared_models::{
    ml::{Description, DescriptionRequest, Translations},
    text::{Language, Localized},
};

use crate::{
    error::MlError,
    providers::LOCAL,
    state::Shared,
    words::{self, Facts},
};

/// Descriptions of a piece in six languages, from its facts; keywords; how easily each text is read.
///
/// A language model, where one is chosen, writes the texts; when it fails or says more than the facts, they are
/// written here, each language by its own rules. What is not known is not said.
#[utoipa::path(post, path = "/ml/generate-description", operation_id = "generate_description", tag = "ml", request_body = DescriptionRequest,
    responses((status = 200, body = Description)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    caller: Caller,
    ValidJson(request): ValidJson<DescriptionRequest>,
) -> Result<Json<Description>, MlError> {
    if request
        .artisan_id
        .is_some_and(|artisan| artisan != caller.user_id)
    {
        return Err(Problem::forbidden("artisan_id is another's")
            .code("not_owner")
            .into());
    }
    let facts = Facts::from(request);
    let (texts, provider) = state.described(&facts).await;
    Ok(Json(told(&facts, &texts, provider)))
}

fn told(facts: &Facts, texts: &Localized, provider: String) -> Description {
    let text = |language: Language| texts.0.get(&language).cloned().unwrap_or_default();
    let readability = Language::ALL.map(|language| (language, words::readability(&text(language), language)));
    let primary = text(Language::En);
    let method = if provider == LOCAL {
        "sentences of each language's own, with the facts filled in by its grammar"
    } else {
        "a language model, with every material, place, craft, colour and number checked against the facts"
    };
    Description {
        readability_score: words::readability(&primary, Language::En).score,
        primary_description: primary,
        translations: Translations {
            hi: text(Language::Hi),
            bn: text(Language::Bn),
            ta: text(Language::Ta),
            te: text(Language::Te),
            mr: text(Language::Mr),
        },
        seo_keywords: words::keywords(facts),
        readability: readability.into_iter().collect(),
        provider,
        method: method.to_owned(),
    }
}
