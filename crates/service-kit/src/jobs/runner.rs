use std::time::Duration;

use backends::documents::{Direction, Document, Query};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use prometheus_client::metrics::{counter::Counter, family::Family};
use tokio::sync::watch;

use super::{
    JOBS, JobRecord, Kind,
    attempt::{Attempt, Ended},
    hands::Hands,
    news,
};
use crate::Kit;

/// Without news the jobs are looked at this often anyway.
const LOOK: chrono::Duration = chrono::Duration::seconds(30);
/// After the jobs could not be read.
const PAUSE: Duration = Duration::from_secs(1);

type Outcomes = Family<[(&'static str, &'static str); 2], Counter>;

/// Runs the jobs of these kinds until shutdown; each kind on its own, so that a slow one holds up no other.
pub(crate) fn run(kit: &Kit, kinds: Vec<Kind>) {
    let help = "Attempts at jobs, by how they ended";
    let outcomes = kit.metrics.register("job_attempts", help, Outcomes::default());
    let mut listeners = news::Listeners::new();
    for kind in kinds {
        let listener = listeners.entry(kind.name).or_default().subscribe();
        let runner = Runner {
            kit: kit.clone(),
            hands: Hands::new(kind.policy.at_once),
            outcomes: outcomes.clone(),
            kind,
        };
        kit.tasks.spawn(runner.run(listener));
    }
    kit.tasks.spawn(news::follow(kit.clone(), listeners));
}

struct Runner {
    kit: Kit,
    kind: Kind,
    hands: Hands,
    outcomes: Outcomes,
}

/// When there may be something to do again.
enum Next {
    Now,
    /// When a job was let go.
    WhenFreed,
    /// At this time, on news, or when a job was let go.
    At(DateTime<Utc>),
}

impl Runner {
    async fn run(self, mut news: watch::Receiver<()>) {
        let tasks = self.kit.tasks.clone();
        while !tasks.is_draining() {
            news.mark_unchanged();
            let next = match self.round().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(service = self.kit.service.name, kind = self.kind.name, %error, "jobs wait");
                    Next::At(self.kit.clock.now() + PAUSE)
                }
            };
            tokio::select! {
                () = tasks.draining() => return,
                () = self.wait(next, &mut news) => {}
            }
        }
    }

    async fn wait(&self, next: Next, news: &mut watch::Receiver<()>) {
        match next {
            Next::Now => {}
            Next::WhenFreed => self.hands.freed().await,
            Next::At(time) => tokio::select! {
                () = self.hands.freed() => {}
                () = self.kit.clock.reached(time) => {}
                Ok(()) = news.changed() => {}
            },
        }
    }

    /// Claims what is due, as far as there is room.
    async fn round(&self) -> backends::Result<Next> {
        let free = self.hands.free();
        if free == 0 {
            return Ok(Next::WhenFreed);
        }
        let now = self.kit.clock.now();
        let mut waiting = self.waiting().await?;
        waiting.retain(|document| !self.hands.hold(&document.id));
        let due = waiting
            .iter()
            .take_while(|document| due_at(document) <= now)
            .count();
        let later = waiting.get(due).map(due_at);
        waiting.truncate(due.min(free));
        let claims = waiting.into_iter().map(|document| self.claim(document));
        for claimed in join_all(claims).await {
            claimed?;
        }
        Ok(match later {
            Some(later) if due == 0 => Next::At(later.min(now + LOOK)),
            _ if due > 0 => Next::Now,
            _ => Next::At(now + LOOK),
        })
    }

    /// The earliest first, claimed ones among them: when a claim runs out, anybody may take over. One more than
    /// may be in hand tells when the next is due.
    async fn waiting(&self) -> backends::Result<Vec<Document>> {
        let query = Query::all(JOBS)
            .equals("state", "waiting")
            .equals("kind", self.kind.name)
            .ordered("due_at", Direction::Ascending)
            .limit(self.kind.policy.at_once + 1);
        self.kit.backends.documents.query(&query).await
    }

    /// Claims one job and lets it be carried out, unless another instance has it.
    async fn claim(&self, document: Document) -> backends::Result<()> {
        let Some(in_hand) = self.hands.take(&document.id) else {
            return Ok(());
        };
        let Some(attempt) = Attempt::claim(&self.kit, &self.kind, document).await? else {
            return Ok(());
        };
        let (outcomes, kind) = (self.outcomes.clone(), self.kind.name);
        self.kit.tasks.spawn(async move {
            let ended = attempt.carry_out().await;
            outcomes
                .get_or_create(&[("kind", kind), ("outcome", ended.name())])
                .inc();
            drop(in_hand);
        });
        Ok(())
    }
}

/// What cannot be read is due now: claiming it buries it.
fn due_at(document: &Document) -> DateTime<Utc> {
    document
        .read::<JobRecord>()
        .map_or(DateTime::UNIX_EPOCH, |record| record.due_at)
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::Dead => "dead",
            Self::Lost => "lost",
        }
    }
}
