//! Who answers for a capability: an algorithm here, or a model elsewhere.
//!
//! A remote provider is an addition: when it fails, is late or answers nonsense, the local algorithm speaks within the
//! request's deadline, and the answer says who spoke.

mod choice;
mod foresight;
mod google;
mod openai;
mod remote;
mod timesfm;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
pub(crate) use choice::Choices;
pub(crate) use foresight::{Coming, Foreseen, History};
use google::Google;
use openai::OpenAi;
pub(crate) use remote::Failure;
use remote::Remote;
use service_kit::Kit;
use shared_models::text::Language;
use timesfm::TimesFm;
use tokio::time::Instant;

/// The name of the algorithms here.
pub(crate) const LOCAL: &str = "local";
/// Kept back of a request's time, for the algorithm here to answer when the model does not.
const RESERVE: Duration = Duration::from_secs(2);

/// What a language model is asked to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// How it is to behave.
    pub(crate) system: String,
    /// What it is to write about.
    pub(crate) user: String,
    /// Tokens of the answer at most.
    pub(crate) tokens: u32,
}

/// Writes text.
#[async_trait]
pub(crate) trait Writes: Send + Sync {
    async fn write(&self, prompt: &Prompt, by: Instant) -> Result<String, Failure>;
}

/// Puts text into another language.
#[async_trait]
pub(crate) trait Translates: Send + Sync {
    async fn translate(
        &self,
        text: &str,
        from: Language,
        to: Language,
        by: Instant,
    ) -> Result<String, Failure>;
}

/// Turns texts into vectors of length 1, all of the same number of dimensions.
#[async_trait]
pub(crate) trait Embeds: Send + Sync {
    async fn embed(&self, texts: &[String], by: Instant) -> Result<Vec<Vec<f32>>, Failure>;
}

/// Names what is on a photo, the surest first.
#[async_trait]
pub(crate) trait Sees: Send + Sync {
    async fn objects(&self, photo: &Bytes, by: Instant) -> Result<Vec<String>, Failure>;
}

/// Forecasts a daily series.
#[async_trait]
pub(crate) trait Foresees: Send + Sync {
    async fn foresee(&self, history: &History, by: Instant) -> Result<Foreseen, Failure>;
}

/// A remote provider and its name.
pub(crate) struct Named<P: ?Sized> {
    name: &'static str,
    provider: Box<P>,
}

/// The remote providers that the settings chose; where there is none, the algorithm here answers.
pub(crate) struct Providers {
    kit: Kit,
    patience: Duration,
    text: Option<Named<dyn Writes>>,
    translation: Option<Named<dyn Translates>>,
    embeddings: Option<Named<dyn Embeds>>,
    vision: Option<Named<dyn Sees>>,
    forecast: Option<Named<dyn Foresees>>,
}

/// What a remote provider said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spoken<T> {
    pub(crate) what: T,
    pub(crate) provider: &'static str,
}

impl Providers {
    pub(crate) fn new(kit: &Kit, choices: &Choices) -> Self {
        let remote = Remote::new(kit, choices);
        let google = || {
            choices
                .google
                .clone()
                .map(|settings| Google::new(remote.clone(), settings))
        };
        let openai = || {
            choices
                .openai
                .clone()
                .map(|settings| OpenAi::new(remote.clone(), settings))
        };
        let text: Option<Named<dyn Writes>> = match choices.text {
            choice::Text::Local => None,
            choice::Text::Google => {
                google().map(|provider| Named::<dyn Writes>::of("google", Box::new(provider)))
            }
            choice::Text::OpenAi => {
                openai().map(|provider| Named::<dyn Writes>::of("openai-compatible", Box::new(provider)))
            }
        };
        let google_for = |chosen: choice::Of| google().filter(|_| chosen == choice::Of::Google);
        Self {
            kit: kit.clone(),
            patience: choices.patience,
            text,
            translation: google_for(choices.translation)
                .map(|provider| Named::<dyn Translates>::of("google", Box::new(provider))),
            embeddings: google_for(choices.embeddings)
                .map(|provider| Named::<dyn Embeds>::of("google", Box::new(provider))),
            vision: google_for(choices.vision)
                .map(|provider| Named::<dyn Sees>::of("google", Box::new(provider))),
            forecast: choices
                .google
                .as_ref()
                .filter(|_| choices.forecast == choice::Of::Google)
                .map(|settings| TimesFm::new(remote.clone(), settings))
                .map(|provider| Named::<dyn Foresees>::of("google", Box::new(provider))),
        }
    }

    /// What the language model wrote; nothing when none is chosen or it failed.
    pub(crate) async fn text(&self, prompt: &Prompt) -> Option<Spoken<String>> {
        let Named { name, provider } = self.text.as_ref()?;
        spoken("text", name, provider.write(prompt, self.deadline()).await)
    }

    /// The translation; nothing when no provider is chosen or it failed.
    pub(crate) async fn translation(
        &self,
        text: &str,
        from: Language,
        to: Language,
    ) -> Option<Spoken<String>> {
        let Named { name, provider } = self.translation.as_ref()?;
        spoken(
            "translation",
            name,
            provider.translate(text, from, to, self.deadline()).await,
        )
    }

    /// The vectors; nothing when no provider is chosen or it failed.
    pub(crate) async fn embeddings(&self, texts: &[String]) -> Option<Spoken<Vec<Vec<f32>>>> {
        let Named { name, provider } = self.embeddings.as_ref()?;
        spoken("embeddings", name, provider.embed(texts, self.deadline()).await)
    }

    /// What is on a photo; nothing when no provider is chosen or it failed.
    pub(crate) async fn objects(&self, photo: &Bytes) -> Option<Spoken<Vec<String>>> {
        let Named { name, provider } = self.vision.as_ref()?;
        spoken("vision", name, provider.objects(photo, self.deadline()).await)
    }

    /// What will be sold; nothing when no provider is chosen, or it failed, or its answer cannot be.
    pub(crate) async fn forecast(&self, history: &History) -> Option<Spoken<Foreseen>> {
        let Named { name, provider } = self.forecast.as_ref()?;
        let said = provider.foresee(history, self.deadline()).await;
        spoken("forecast", name, said.and_then(|said| said.believed(history)))
    }

    /// Until when a model may take: as long as the settings say, and less when the request's caller leaves earlier.
    fn deadline(&self) -> Instant {
        let now = Instant::now();
        let whole = self.kit.call(self.patience + RESERVE).deadline;
        whole.checked_sub(RESERVE).unwrap_or(now)
    }
}

impl<P: ?Sized> Named<P> {
    fn of(name: &'static str, provider: Box<P>) -> Self {
        Self { name, provider }
    }
}

/// A failure is logged, and the algorithm here speaks instead.
fn spoken<T>(
    capability: &'static str,
    provider: &'static str,
    said: Result<T, Failure>,
) -> Option<Spoken<T>> {
    match said {
        Ok(what) => Some(Spoken { what, provider }),
        Err(failure) => {
            tracing::warn!(capability, provider, %failure, "the local algorithm answers instead");
            None
        }
    }
}
