use std::{panic::AssertUnwindSafe, time::Duration};

use backends::{
    Error,
    documents::{Batch, Version},
};
use futures::FutureExt;
use tokio::time::{sleep, timeout};
use tracing::Instrument;

use super::{JOBS, Job, JobError, JobRecord, Kind, State};
use crate::{
    Kit,
    chassis::RequestContext,
    hold::{Term, hold_while},
    telemetry,
};

/// How often a handler begins anew at once when another write was in the way of its effect.
const IN_THE_WAY: u32 = 5;
/// The longest pause before that.
const ASIDE: Duration = Duration::from_millis(40);

/// One attempt at a job, claimed by this instance.
pub(super) struct Attempt {
    pub(super) kit: Kit,
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) record: JobRecord,
    /// What the claim made of the job; everything that ends the attempt demands it.
    pub(super) version: Version,
    pub(super) term: Term,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its effect is committed.
    Done,
    /// The job will be tried again.
    Again,
    /// The job is dead.
    Dead,
    /// Another instance has it, or it is gone: no effect.
    Lost,
}

/// Why an effect was not committed.
enum Refused {
    Lost,
    /// The claim holds: something else that the effect demands did not.
    InTheWay(Error),
    Failed(JobError),
}

impl Attempt {
    /// Lets the handler work, as part of the trace that caused the job, and commits its effect.
    pub(super) async fn carry_out(self) -> Ended {
        let context = RequestContext::caused_by(self.record.traceparent.as_deref(), self.kit.service.name);
        let span = telemetry::span(context, "consumer", || format!("job {}", self.kind.name));
        context.scope(self.work().instrument(span)).await
    }

    async fn work(mut self) -> Ended {
        let mut in_the_way = 0;
        loop {
            let handled = self.handled();
            let Some(outcome) = hold_while(&mut self, handled).await else {
                return self.lost();
            };
            let refused = match outcome {
                Ok(effect) => match self.commit(effect).await {
                    Ok(()) => return Ended::Done,
                    Err(refused) => refused,
                },
                Err(error) => Refused::Failed(error),
            };
            match refused {
                Refused::Lost => return self.lost(),
                Refused::InTheWay(_) if in_the_way < IN_THE_WAY => {
                    in_the_way += 1;
                    sleep(ASIDE.mul_f64(self.luck())).await;
                }
                Refused::InTheWay(error) => return self.failed(error.into()).await,
                Refused::Failed(error) => return self.failed(error).await,
            }
        }
    }

    /// The handler's answer; a panic, and too much time, are failures like others.
    fn handled(&self) -> impl Future<Output = Result<Batch, JobError>> + Send + use<> {
        let job = Job {
            id: self.id.clone(),
            key: self.record.key.clone(),
            attempt: self.record.attempts,
            payload: self.record.payload.clone(),
        };
        let (handler, patience) = (self.kind.handler.clone(), self.kind.policy.patience);
        async move {
            let work = AssertUnwindSafe(async { handler(job).await }).catch_unwind();
            match timeout(patience, work).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(JobError::Retry("the handler panicked".into())),
                Err(_) => Err(JobError::Retry(format!("it took longer than {patience:?}"))),
            }
        }
    }

    /// Commits the effect with the job's end.
    async fn commit(&self, mut effect: Batch) -> Result<(), Refused> {
        let done = self.record.done(self.kit.clock.now());
        let failed = |error: Error| Refused::Failed(error.into());
        effect
            .replace(JOBS, self.id.clone(), &self.version, &done)
            .map_err(failed)?;
        match self.kit.backends.documents.commit(effect).await {
            Ok(()) => Ok(()),
            Err(error @ (Error::Conflict(_) | Error::Contention | Error::UnknownOutcome(_))) => {
                self.found_out(error).await
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// A failed commit names at most one cause, and a lost reply none: what is stored tells.
    async fn found_out(&self, error: Error) -> Result<(), Refused> {
        let stored = self.kit.backends.documents.get(JOBS, &self.id).await;
        let stored = stored.map_err(|error| Refused::Failed(error.into()))?;
        let Some(document) = stored else {
            return Err(Refused::Lost);
        };
        if document.version == self.version {
            return Err(Refused::InTheWay(error));
        }
        match document.read::<JobRecord>() {
            Ok(record) if record.state == State::Done && record.holder == self.record.holder => Ok(()),
            _ => Err(Refused::Lost),
        }
    }

    /// Gives the job back, to be tried later, or buries it.
    async fn failed(self, error: JobError) -> Ended {
        let (now, attempt) = (self.kit.clock.now(), self.record.attempts);
        let last = attempt >= self.kind.policy.attempts;
        let (ended, record) = if matches!(error, JobError::Dead(_)) || last {
            tracing::error!(kind = self.kind.name, id = self.id, attempt, %error, "a job is dead");
            (Ended::Dead, self.record.dead(now, error.to_string()))
        } else {
            tracing::warn!(kind = self.kind.name, id = self.id, attempt, %error, "a job failed");
            let due_at = now + self.kind.policy.wait(attempt, self.luck());
            (Ended::Again, self.record.again(due_at, error.to_string()))
        };
        match self.store(&record).await {
            Ok(Some(_)) => ended,
            Ok(None) => self.lost(),
            Err(error) => {
                tracing::warn!(kind = self.kind.name, id = self.id, %error, "a job waits for its claim's end");
                Ended::Again
            }
        }
    }

    fn lost(&self) -> Ended {
        let attempt = self.record.attempts;
        tracing::warn!(
            kind = self.kind.name,
            id = self.id,
            attempt,
            "a job's claim was lost: no effect"
        );
        Ended::Lost
    }

    /// From 0 to 1.
    fn luck(&self) -> f64 {
        let [byte] = self.kit.ids.bytes::<1>();
        f64::from(byte) / 255.0
    }
}
