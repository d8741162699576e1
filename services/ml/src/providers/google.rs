use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use shared_models::text::Language;
use tokio::time::Instant;

use super::{
    Embeds, Failure, Prompt, Sees, Translates, Writes,
    choice::GoogleSettings,
    remote::{Remote, below},
};

/// Firestore's vectors stop at 2,048; shorter ones of this model are cut off and must be made of length 1 again.
const DIMENSIONS: usize = 768;
/// The model takes one text a request.
const AT_ONCE: usize = 4;
/// Less sure than this is a guess.
const SURE: f64 = 0.6;
const OBJECTS: usize = 8;

/// Vertex AI, Cloud Vision and Cloud Translation.
pub(super) struct Google {
    remote: Remote,
    settings: GoogleSettings,
}

impl Google {
    pub(super) fn new(remote: Remote, settings: GoogleSettings) -> Self {
        Self { remote, settings }
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        base: &url::Url,
        path: &str,
        body: &serde_json::Value,
        by: Instant,
    ) -> Result<T, Failure> {
        let url = below(base, path);
        self.remote
            .ask_google(url, &self.settings.project, body, by)
            .await
    }

    /// `projects/P/locations/L`
    fn place(&self) -> String {
        format!(
            "v1/projects/{}/locations/{}",
            self.settings.project, self.settings.location
        )
    }

    async fn embed_one(&self, text: &str, by: Instant) -> Result<Vec<f32>, Failure> {
        let path = format!(
            "{}/publishers/google/models/{}:predict",
            self.place(),
            self.settings.embeddings_model
        );
        let body = json!({
            "instances": [{ "content": text, "task_type": "SEMANTIC_SIMILARITY" }],
            "parameters": { "outputDimensionality": DIMENSIONS },
        });
        let answer: Predicted<Embedded> = self.ask(&self.settings.vertex, &path, &body, by).await?;
        let first = answer
            .predictions
            .into_iter()
            .next()
            .ok_or_else(|| Failure::shape("no prediction"))?;
        of_length_one(first.embeddings.values)
    }
}

fn of_length_one(values: Vec<f32>) -> Result<Vec<f32>, Failure> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    if values.len() != DIMENSIONS || !length.is_normal() {
        return Err(Failure::shape("no vector of 768 dimensions"));
    }
    Ok(values.into_iter().map(|value| value / length).collect())
}

#[derive(Deserialize)]
struct Generated {
    #[serde(default)]
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

#[async_trait]
impl Writes for Google {
    async fn write(&self, prompt: &Prompt, by: Instant) -> Result<String, Failure> {
        let model = &self.settings.model;
        let path = format!(
            "{}/publishers/google/models/{model}:generateContent",
            self.place()
        );
        let body = json!({
            "systemInstruction": { "parts": [{ "text": prompt.system }] },
            "contents": [{ "role": "user", "parts": [{ "text": prompt.user }] }],
            "generationConfig": { "temperature": 0.4, "maxOutputTokens": prompt.tokens },
        });
        let generated: Generated = self.ask(&self.settings.vertex, &path, &body, by).await?;
        let candidate = generated.candidates.into_iter().next();
        let candidate = candidate.ok_or_else(|| Failure::shape("no candidate"))?;
        if candidate.finish_reason.as_deref() != Some("STOP") {
            return Err(Failure::shape("it did not end by itself"));
        }
        let parts = candidate.content.map(|content| content.parts).unwrap_or_default();
        let text: String = parts.into_iter().map(|part| part.text).collect();
        let text = text.trim().to_owned();
        if text.is_empty() {
            Err(Failure::shape("no text"))
        } else {
            Ok(text)
        }
    }
}

#[derive(Deserialize)]
struct Translated {
    #[serde(default)]
    translations: Vec<Translation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Translation {
    translated_text: String,
}

#[async_trait]
impl Translates for Google {
    async fn translate(
        &self,
        text: &str,
        from: Language,
        to: Language,
        by: Instant,
    ) -> Result<String, Failure> {
        let path = format!(
            "v3/projects/{}/locations/global:translateText",
            self.settings.project
        );
        let body = json!({
            "contents": [text],
            "mimeType": "text/plain",
            "sourceLanguageCode": from.code(),
            "targetLanguageCode": to.code(),
        });
        let answer: Translated = self.ask(&self.settings.translation, &path, &body, by).await?;
        let first = answer
            .translations
            .into_iter()
            .next()
            .map(|one| one.translated_text);
        first
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Failure::shape("no translation"))
    }
}

#[derive(Deserialize)]
struct Predicted<T> {
    predictions: Vec<T>,
}

#[derive(Deserialize)]
struct Embedded {
    embeddings: Values,
}

#[derive(Deserialize)]
struct Values {
    values: Vec<f32>,
}

#[async_trait]
impl Embeds for Google {
    async fn embed(&self, texts: &[String], by: Instant) -> Result<Vec<Vec<f32>>, Failure> {
        let asked: Vec<_> = texts.iter().map(|text| self.embed_one(text, by)).collect();
        stream::iter(asked).buffered(AT_ONCE).try_collect().await
    }
}

#[derive(Deserialize)]
struct Annotated {
    #[serde(default)]
    responses: Vec<Annotation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    #[serde(default)]
    localized_object_annotations: Vec<Named>,
    #[serde(default)]
    label_annotations: Vec<Named>,
    error: Option<serde_json::Value>,
}

/// An object has a name, a label a description.
#[derive(Deserialize)]
struct Named {
    #[serde(alias = "description")]
    name: String,
    #[serde(default)]
    score: f64,
}

#[async_trait]
impl Sees for Google {
    async fn objects(&self, photo: &Bytes, by: Instant) -> Result<Vec<String>, Failure> {
        let body = json!({ "requests": [{
            "image": { "content": STANDARD.encode(photo) },
            "features": [
                { "type": "OBJECT_LOCALIZATION", "maxResults": OBJECTS },
                { "type": "LABEL_DETECTION", "maxResults": OBJECTS },
            ],
        }] });
        let answer: Annotated = self
            .ask(&self.settings.vision, "v1/images:annotate", &body, by)
            .await?;
        let annotation = answer.responses.into_iter().next();
        let annotation = annotation.ok_or_else(|| Failure::shape("no response"))?;
        if annotation.error.is_some() {
            return Err(Failure::shape("an error in the place of an annotation"));
        }
        let mut names = Vec::new();
        for named in annotation
            .localized_object_annotations
            .into_iter()
            .chain(annotation.label_annotations)
        {
            let name = named.name.to_lowercase();
            if named.score >= SURE && !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(OBJECTS);
        Ok(names)
    }
}
