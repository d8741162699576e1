//! How a message leaves: as a file here, through a provider in production.

use async_trait::async_trait;
use backends::objects::{Bucket, stream_of};

use crate::domain::contact::Contact;

/// Something to be told to one person.
pub(crate) struct Message {
    pub(crate) to: Contact,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// It was not sent; it may be, later.
#[derive(Debug, Clone, thiserror::Error)]
#[error("not delivered: {0}")]
pub(crate) struct Undelivered(String);

/// Sends text messages and mails. A message sent twice under one id should arrive once, as far as the provider can.
#[async_trait]
pub(crate) trait Delivery: Send + Sync {
    async fn send(&self, id: &str, message: &Message) -> Result<(), Undelivered>;
}

/// Writes messages to `sms/` and `mail/` of a bucket: a developer reads them there.
pub(crate) struct Outbox {
    bucket: Bucket,
}

impl Outbox {
    pub(crate) fn new(bucket: Bucket) -> Self {
        Self { bucket }
    }
}

#[async_trait]
impl Delivery for Outbox {
    async fn send(&self, id: &str, message: &Message) -> Result<(), Undelivered> {
        let Message { to, subject, text } = message;
        let (name, written) = match to {
            Contact::Phone(phone) => (
                format!("sms/{id}.txt"),
                format!("To: {}\n\n{text}\n", phone.as_str()),
            ),
            Contact::Email(email) => (
                format!("mail/{id}.txt"),
                format!("To: {}\nSubject: {subject}\n\n{text}\n", email.as_str()),
            ),
        };
        let bytes = stream_of(written.into_bytes());
        let written = self.bucket.put(&name, "text/plain; charset=utf-8", bytes).await;
        written.map(drop).map_err(|error| Undelivered(error.to_string()))
    }
}
