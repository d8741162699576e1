//! One-time codes: asked for, sent by a job, redeemed. None is ever stored.

use std::{net::IpAddr, sync::Arc};

use backends::{Clock, Ids, documents::Batch};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use service_kit::jobs::{Job, JobError, Jobs};
use shared_models::{ids::UserId, text::Language};
use subtle::ConstantTimeEq;

use crate::{
    config::Config,
    delivery::{Delivery, Message},
    domain::{
        Refused,
        code::{Attempt, Challenge, Purpose},
        contact::Contact,
        counter::Limit,
    },
    error::AuthError,
    messages::code_message,
    secrets::Secrets,
    store::{CodeStore, CounterStore, Users},
    throttle::{Origin, Throttle, network},
};

/// The kind of job that sends a code.
pub(crate) const SEND_CODE: &str = "send-code";
/// All codes of a day are counted in so many documents.
const SHARDS: u8 = 8;

/// What a code proves: who has the contact may do this, as this user when there is one already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    pub(crate) contact: &'a Contact,
    pub(crate) purpose: Purpose,
    pub(crate) user: Option<UserId>,
}

/// What the job is told; the code is computed when it is sent.
#[derive(Debug, Serialize, Deserialize)]
struct Errand {
    contact: Contact,
    purpose: Purpose,
    user: Option<UserId>,
    challenge: String,
    /// Where the account has none of its own.
    language: Language,
}

/// Issues and redeems codes.
#[derive(Clone)]
pub(crate) struct Codes {
    pub(crate) store: CodeStore,
    pub(crate) counters: CounterStore,
    pub(crate) users: Users,
    pub(crate) throttle: Throttle,
    pub(crate) secrets: Secrets,
    pub(crate) jobs: Jobs,
    pub(crate) delivery: Arc<dyn Delivery>,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) config: Arc<Config>,
}

impl Codes {
    /// Adds to `batch` a code and the job that sends it. Does the same for known and unknown contacts.
    pub(crate) async fn send(
        &self,
        batch: &mut Batch,
        proof: Proof<'_>,
        language: Language,
        address: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        self.check_country(proof.contact)?;
        let now = self.clock.now();
        let mut read = self.store.read(self.secrets.contact_id(proof.contact)).await?;
        let challenge = hex::encode(self.ids.bytes::<16>());
        read.codes.issue(proof.purpose, challenge.clone(), now)?;
        read.save(batch)?;
        if let Some(address) = address {
            self.count_for_address(batch, address, now).await?;
        }
        self.count_for_all(batch, now).await?;
        let errand = Errand {
            contact: proof.contact.clone(),
            purpose: proof.purpose,
            user: proof.user,
            challenge,
            language,
        };
        self.jobs
            .enqueue(batch, SEND_CODE, proof.purpose.name(), &errand)?;
        Ok(())
    }

    /// Adds to `batch` that the code is used up; a wrong one is counted at once.
    pub(crate) async fn redeem(
        &self,
        batch: &mut Batch,
        proof: Proof<'_>,
        code: &str,
        address: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let origin = Origin {
            account: None,
            address,
        };
        self.throttle.check(origin).await?;
        let mut read = self.store.read(self.secrets.contact_id(proof.contact)).await?;
        let is_right = |challenge: &Challenge| {
            let right = self
                .secrets
                .code(proof.contact, proof.purpose, proof.user, challenge);
            right.as_bytes().ct_eq(code.as_bytes()).into()
        };
        match read.codes.attempt(proof.purpose, self.clock.now(), is_right)? {
            Attempt::Right => Ok(read.save(batch)?),
            Attempt::Nothing => Err(AuthError::WrongCode),
            Attempt::Wrong => {
                let mut failure = Batch::new();
                read.save(&mut failure)?;
                self.counters.commit(failure).await?;
                self.throttle.count(origin).await?;
                Err(AuthError::WrongCode)
            }
        }
    }

    /// The job: sends the code, unless it was voided meanwhile or nobody has the account that it is for.
    pub(crate) async fn deliver(&self, job: Job) -> Result<Batch, JobError> {
        let errand: Errand = job.read()?;
        let read = self.store.read(self.secrets.contact_id(&errand.contact)).await?;
        let open = read.codes.open(errand.purpose, self.clock.now());
        let Some(challenge) = open.filter(|open| open.id == errand.challenge) else {
            return Ok(Batch::new());
        };
        let known = self.users.reached_by(&errand.contact).await?;
        if known.is_none() && errand.purpose == Purpose::ResetPassword {
            return Ok(Batch::new());
        }
        let language = known.map_or(errand.language, |user| user.value.language);
        let code = self
            .secrets
            .code(&errand.contact, errand.purpose, errand.user, challenge);
        let (subject, text) = code_message(language, errand.purpose, &code);
        let message = Message {
            to: errand.contact,
            subject,
            text,
        };
        let sent = self.delivery.send(&job.id, &message).await;
        sent.map_err(|error| JobError::Retry(error.to_string()))?;
        Ok(Batch::new())
    }

    fn check_country(&self, contact: &Contact) -> Result<(), Refused> {
        match contact {
            Contact::Phone(phone) if !phone.is_in(&self.config.phone_countries) => Err(Refused {
                code: "country_not_served",
                ..Refused::invalid("/phone", "is in a country that gets no text messages from here")
            }),
            _ => Ok(()),
        }
    }

    async fn count_for_address(
        &self,
        batch: &mut Batch,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<(), AuthError> {
        let (of, limit) = (network(address), self.config.codes_per_address);
        let tally = self.counters.read("codes-for-address", &of, limit, now).await?;
        tally.check(now)?;
        Ok(tally.save(batch, tally.counter.plus_one())?)
    }

    async fn count_for_all(&self, batch: &mut Batch, now: DateTime<Utc>) -> Result<(), AuthError> {
        let limit: Limit = self.config.codes_per_day;
        let tallies = self
            .counters
            .read_shards("codes-for-all", SHARDS, limit, now)
            .await?;
        let sum: u32 = tallies.iter().map(|tally| tally.counter.count).sum();
        if limit.most > 0 && sum >= limit.most {
            let soonest = tallies.iter().map(|tally| tally.counter.remaining(now)).min();
            let wait = soonest.and_then(|wait| wait.to_std().ok()).unwrap_or_default();
            return Err(AuthError::TooMany(wait));
        }
        let tally = &tallies[fastrand::usize(..tallies.len())];
        Ok(tally.save(batch, tally.counter.plus_one())?)
    }
}
