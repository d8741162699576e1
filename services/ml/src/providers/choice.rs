use std::{net::IpAddr, time::Duration};

use config::{Common, Environment, SecretString, Setting, SettingError, Whole};
use url::Url;

/// Who answers for a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Local,
    Google,
}

/// Who writes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    Local,
    Google,
    OpenAi,
}

impl Setting for Of {
    fn allowed() -> String {
        "local or google".into()
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "local" => Some(Self::Local),
            "google" => Some(Self::Google),
            _ => None,
        }
    }
}

impl Setting for Text {
    fn allowed() -> String {
        "local, google or openai-compatible".into()
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "openai-compatible" => Some(Self::OpenAi),
            "local" => Some(Self::Local),
            "google" => Some(Self::Google),
            _ => None,
        }
    }
}

/// Which providers were chosen, and where they are.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    /// `CRAFTCHAIN_ML_TEXT`, default local.
    pub(crate) text: Text,
    /// `CRAFTCHAIN_ML_VISION`, default local.
    pub(crate) vision: Of,
    /// `CRAFTCHAIN_ML_TRANSLATION`, default local.
    pub(crate) translation: Of,
    /// `CRAFTCHAIN_ML_EMBEDDINGS`, default local.
    pub(crate) embeddings: Of,
    /// `CRAFTCHAIN_ML_FORECAST`, default local.
    pub(crate) forecast: Of,
    /// How long a model may take. `CRAFTCHAIN_ML_PATIENCE`, default 8 seconds.
    pub(crate) patience: Duration,
    /// The one address that is not public and may be asked all the same, over plain http, too: a model on this
    /// machine or in this network. `CRAFTCHAIN_ML_PRIVATE_ADDRESS`.
    pub(crate) private: Option<IpAddr>,
    /// Set when a capability is Google's.
    pub(crate) google: Option<GoogleSettings>,
    /// Set when text is written by an OpenAI-compatible server.
    pub(crate) openai: Option<OpenAiSettings>,
}

/// Where Google's models are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GoogleSettings {
    /// `GOOGLE_CLOUD_PROJECT`.
    pub(crate) project: String,
    /// `CRAFTCHAIN_ML_GOOGLE_LOCATION`, default global.
    pub(crate) location: String,
    /// `CRAFTCHAIN_ML_GEMINI_MODEL`.
    pub(crate) model: String,
    /// `CRAFTCHAIN_ML_EMBEDDINGS_MODEL`.
    pub(crate) embeddings_model: String,
    /// `CRAFTCHAIN_ML_VERTEX_URL`.
    pub(crate) vertex: Url,
    /// `CRAFTCHAIN_ML_VISION_URL`.
    pub(crate) vision: Url,
    /// `CRAFTCHAIN_ML_TRANSLATION_URL`.
    pub(crate) translation: Url,
    pub(crate) forecast: Foresight,
}

/// Which of Google's forecasters is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Foresight {
    /// `BigQuery` ML, which needs nothing trained and no table.
    BigQuery {
        /// `CRAFTCHAIN_ML_BIGQUERY_URL`.
        url: Url,
        /// `CRAFTCHAIN_ML_BIGQUERY_LOCATION`, default US.
        location: String,
        /// `CRAFTCHAIN_ML_FORECAST_MODEL`, default `TimesFM 2.0`.
        model: ModelName,
    },
    /// A Vertex AI endpoint where the same model is deployed. `CRAFTCHAIN_ML_FORECAST_ENDPOINT`.
    Endpoint(Url),
}

/// A name that can stand in a query as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelName(pub(crate) String);

impl Setting for ModelName {
    fn allowed() -> String {
        "letters, digits, spaces, dots and hyphens".into()
    }

    fn read(text: &str) -> Option<Self> {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || " .-".contains(letter);
        (!text.is_empty() && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }
}

/// Where an OpenAI-compatible server is.
#[derive(Debug, Clone)]
pub(crate) struct OpenAiSettings {
    /// `CRAFTCHAIN_ML_OPENAI_URL`: with its version, `http://127.0.0.1:11434/v1`.
    pub(crate) url: Url,
    /// `CRAFTCHAIN_ML_OPENAI_MODEL`.
    pub(crate) model: String,
    /// `CRAFTCHAIN_ML_OPENAI_KEY`.
    pub(crate) key: Option<SecretString>,
}

impl Choices {
    /// Reads them; refuses a provider whose place is not told.
    pub(crate) fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let text = env.read("CRAFTCHAIN_ML_TEXT", "local", "who writes text")?;
        let vision = env.read("CRAFTCHAIN_ML_VISION", "local", "who names what is on a photo")?;
        let translation = env.read("CRAFTCHAIN_ML_TRANSLATION", "local", "who translates")?;
        let embeddings = env.read("CRAFTCHAIN_ML_EMBEDDINGS", "local", "who turns text into vectors")?;
        let forecast = env.read(
            "CRAFTCHAIN_ML_FORECAST",
            "local",
            "who forecasts what will be sold",
        )?;
        let patience: Whole<1, 25> = env.read(
            "CRAFTCHAIN_ML_PATIENCE",
            "8",
            "seconds that a remote model may take",
        )?;
        let private = env.read_optional(
            "CRAFTCHAIN_ML_PRIVATE_ADDRESS",
            "public addresses over https only",
            "one address that is not public and may be asked for models, over http, too",
        )?;
        let google = GoogleSettings::read(env)?;
        let openai = OpenAiSettings::read(env)?;
        let any_google =
            [vision, translation, embeddings, forecast].contains(&Of::Google) || text == Text::Google;
        let project = google.project.is_empty();
        if any_google && project {
            return Err(missing(
                "GOOGLE_CLOUD_PROJECT",
                "a capability of ml is set to google",
            ));
        }
        if text == Text::OpenAi && openai.is_none() {
            return Err(missing(
                "CRAFTCHAIN_ML_OPENAI_URL",
                "CRAFTCHAIN_ML_TEXT is openai-compatible",
            ));
        }
        Ok(Self {
            text,
            vision,
            translation,
            embeddings,
            forecast,
            patience: Duration::from_secs(patience.0),
            private,
            google: any_google.then_some(google),
            openai: openai.filter(|_| text == Text::OpenAi),
        })
    }
}

fn missing(name: &'static str, why: &str) -> SettingError {
    SettingError::Missing {
        name,
        why: why.to_owned(),
    }
}

impl GoogleSettings {
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let project = Common::read(env)?.google_project;
        Ok(Self {
            project: project.unwrap_or_default(),
            location: env.read(
                "CRAFTCHAIN_ML_GOOGLE_LOCATION",
                "global",
                "where Vertex AI's models run",
            )?,
            model: env.read(
                "CRAFTCHAIN_ML_GEMINI_MODEL",
                "gemini-3.5-flash-lite",
                "which Gemini writes",
            )?,
            embeddings_model: env.read(
                "CRAFTCHAIN_ML_EMBEDDINGS_MODEL",
                "gemini-embedding-001",
                "which model of Vertex AI makes vectors",
            )?,
            vertex: env.read(
                "CRAFTCHAIN_ML_VERTEX_URL",
                "https://aiplatform.googleapis.com",
                "where Vertex AI is",
            )?,
            vision: env.read(
                "CRAFTCHAIN_ML_VISION_URL",
                "https://vision.googleapis.com",
                "where Cloud Vision is",
            )?,
            translation: env.read(
                "CRAFTCHAIN_ML_TRANSLATION_URL",
                "https://translation.googleapis.com",
                "where Cloud Translation is",
            )?,
            forecast: Foresight::read(env)?,
        })
    }
}

impl Foresight {
    fn read(env: &mut Environment) -> Result<Self, SettingError> {
        let endpoint = env.read_optional(
            "CRAFTCHAIN_ML_FORECAST_ENDPOINT",
            "BigQuery ML",
            "a Vertex AI endpoint with TimesFM: https://HOST/v1/projects/P/locations/L/endpoints/E",
        )?;
        let bigquery = Self::BigQuery {
            url: env.read(
                "CRAFTCHAIN_ML_BIGQUERY_URL",
                "https://bigquery.googleapis.com",
                "where BigQuery is",
            )?,
            location: env.read("CRAFTCHAIN_ML_BIGQUERY_LOCATION", "US", "where BigQuery computes")?,
            model: env.read(
                "CRAFTCHAIN_ML_FORECAST_MODEL",
                "TimesFM 2.0",
                "which model of BigQuery ML forecasts",
            )?,
        };
        Ok(endpoint.map_or(bigquery, Self::Endpoint))
    }
}

impl OpenAiSettings {
    fn read(env: &mut Environment) -> Result<Option<Self>, SettingError> {
        let url: Option<Url> = env.read_optional(
            "CRAFTCHAIN_ML_OPENAI_URL",
            "none",
            "an OpenAI-compatible server with its version, such as http://127.0.0.1:11434/v1",
        )?;
        let model = env.read(
            "CRAFTCHAIN_ML_OPENAI_MODEL",
            "gemma3",
            "which model it is asked for",
        )?;
        let key = env.read_optional("CRAFTCHAIN_ML_OPENAI_KEY", "none", "its key")?;
        Ok(url.map(|url| Self { url, model, key }))
    }
}

#[cfg(test)]
mod tests {
    use config::Source;

    use super::*;

    fn read(source: Source) -> Result<Choices, String> {
        Choices::read(&mut Environment::new(source)).map_err(|error| error.to_string())
    }

    #[test]
    fn without_settings_everything_is_local() {
        let choices = read(Source::of([])).unwrap();
        assert_eq!((choices.text, choices.vision), (Text::Local, Of::Local));
        assert!(choices.google.is_none() && choices.openai.is_none() && choices.private.is_none());
    }

    #[test]
    fn a_provider_without_its_place_is_refused() {
        for (settings, named) in [
            ([("CRAFTCHAIN_ML_TEXT", "google")], "GOOGLE_CLOUD_PROJECT"),
            ([("CRAFTCHAIN_ML_VISION", "google")], "GOOGLE_CLOUD_PROJECT"),
            ([("CRAFTCHAIN_ML_FORECAST", "google")], "GOOGLE_CLOUD_PROJECT"),
            (
                [("CRAFTCHAIN_ML_FORECAST_MODEL", "x', horizon => 9")],
                "CRAFTCHAIN_ML_FORECAST_MODEL",
            ),
            (
                [("CRAFTCHAIN_ML_TEXT", "openai-compatible")],
                "CRAFTCHAIN_ML_OPENAI_URL",
            ),
            ([("CRAFTCHAIN_ML_TEXT", "palm")], "CRAFTCHAIN_ML_TEXT"),
        ] {
            let refused = read(Source::of(settings)).unwrap_err();
            assert!(refused.starts_with(named), "{refused}");
        }
    }
}
