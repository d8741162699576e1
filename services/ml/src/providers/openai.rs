use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::{
    Failure, Prompt, Writes,
    choice::OpenAiSettings,
    remote::{Remote, below},
};

/// Any server that speaks `OpenAI`'s chat completions: Ollama, vLLM, llama.cpp.
pub(super) struct OpenAi {
    remote: Remote,
    settings: OpenAiSettings,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

impl OpenAi {
    pub(super) fn new(remote: Remote, settings: OpenAiSettings) -> Self {
        Self { remote, settings }
    }
}

#[async_trait]
impl Writes for OpenAi {
    async fn write(&self, prompt: &Prompt, by: Instant) -> Result<String, Failure> {
        let body = json!({
            "model": self.settings.model,
            "messages": [
                { "role": "system", "content": prompt.system },
                { "role": "user", "content": prompt.user },
            ],
            "max_tokens": prompt.tokens,
            "temperature": 0.4,
            "stream": false,
        });
        let url = below(&self.settings.url, "chat/completions");
        let completion: Completion = self.remote.ask(url, self.settings.key.clone(), &body, by).await?;
        let choice = completion
            .choices
            .into_iter()
            .next()
            .ok_or_else(|| Failure::shape("no choice"))?;
        if choice.finish_reason.is_some_and(|reason| reason != "stop") {
            return Err(Failure::shape("it did not end by itself"));
        }
        let text = choice.message.content.map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| Failure::shape("no text"))
    }
}
