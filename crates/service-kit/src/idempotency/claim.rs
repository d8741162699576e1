use std::time::Duration;

use backends::documents::{Batch, Precondition, Version};

use super::{
    CommitError, Idempotency, Intent, Keyed, RECORDS,
    record::{Holding, Record},
};
use crate::{Answer, Problem};

/// What became of a wish to do something once that lies outside the documents.
#[derive(Debug)]
pub enum Claimed {
    /// It is this request's to do.
    Mine(Claim),
    /// It was done before, and this was the answer.
    Answered(Answer),
}

/// The right to carry out a request, until it runs out.
#[derive(Debug)]
#[must_use = "a claim that is neither finished nor given up holds up its repeats"]
pub struct Claim {
    keyed: Option<(Keyed, Version)>,
    attempt: u32,
}

impl Claim {
    /// Whether somebody began this before and left: the effect may be there already.
    pub fn is_repeat(&self) -> bool {
        self.attempt > 1
    }
}

impl Idempotency {
    /// Claims a request whose effect lies outside the documents, for as long as that may take.
    ///
    /// 409 with `Retry-After` while another request with the key is under way; 422 when the key came with
    /// another body. Without a key there is nothing to claim, and the effect may be repeated.
    pub async fn claim(&self, intent: &Intent, time: Duration) -> Result<Claimed, Problem> {
        let Intent(Some(keyed)) = intent else {
            return Ok(Claimed::Mine(Claim {
                keyed: None,
                attempt: 1,
            }));
        };
        let now = self.clock.now();
        let (attempt, when) = match self.stored(keyed).await? {
            None => (1, Precondition::Absent),
            Some((document, record)) => {
                let attempt = record.claim.as_ref().map_or(1, |claim| claim.attempt + 1);
                if let Some(answer) = record.answer_at(now)? {
                    return Ok(Claimed::Answered(answer));
                }
                (attempt, Precondition::Version(document.version))
            }
        };
        let holding = Holding {
            holder: self.ids.uuid().to_string(),
            until: now + time,
            attempt,
        };
        let record = Record::claimed(&keyed.fingerprint, holding.clone(), now);
        let mut batch = Batch::new();
        batch.write(RECORDS, keyed.record.clone(), when, &record)?;
        match self.store.commit(batch).await {
            Ok(()) | Err(backends::Error::Conflict(_) | backends::Error::UnknownOutcome(_)) => {}
            Err(error) => return Err(error.into()),
        }
        self.confirm(keyed, &holding).await
    }

    /// Whoever is in the record has it.
    async fn confirm(&self, keyed: &Keyed, holding: &Holding) -> Result<Claimed, Problem> {
        let busy = || super::under_way(Duration::from_secs(1));
        let (document, record) = self.stored(keyed).await?.ok_or_else(busy)?;
        if record.claim.as_ref() == Some(holding) {
            return Ok(Claimed::Mine(Claim {
                keyed: Some((keyed.clone(), document.version)),
                attempt: holding.attempt,
            }));
        }
        let answer = record.answer_at(self.clock.now())?;
        answer.map(Claimed::Answered).ok_or_else(busy)
    }

    /// Commits what is to be written with the answer. A conflict when the claim ran out and somebody took it
    /// over, or when another write of the batch conflicts.
    pub async fn finish(
        &self,
        claim: &Claim,
        mut batch: Batch,
        answer: Answer,
    ) -> Result<Answer, CommitError> {
        let Some((keyed, version)) = &claim.keyed else {
            self.store.commit(batch).await?;
            return Ok(answer);
        };
        let record = Record::answered(&keyed.fingerprint, &answer, self.clock.now())?;
        batch.replace(RECORDS, keyed.record.clone(), version, &record)?;
        match self.store.commit(batch).await {
            Ok(()) => Ok(answer),
            Err(error) => match self.replay(&Intent(Some(keyed.clone()))).await {
                Ok(Some(first)) => Ok(first),
                _ => Err(error.into()),
            },
        }
    }

    /// Gives the claim up: nothing was done, and the request may be repeated at once.
    pub async fn give_up(&self, claim: Claim) -> backends::Result<()> {
        let Some((keyed, version)) = claim.keyed else {
            return Ok(());
        };
        let mut batch = Batch::new();
        batch.delete(RECORDS, keyed.record, Precondition::Version(version));
        match self.store.commit(batch).await {
            Err(backends::Error::Conflict(_)) => Ok(()), // it ran out, and is somebody else's
            other => other,
        }
    }
}
