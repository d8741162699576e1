//! Google's services in trouble, at the doors of the fleet: what needs them is refused in time, and soon at once; nothing
//! that was acknowledged is lost; and nobody else notices.

mod bystanders;
mod parts;

use std::time::Duration;

use emulators::faults::{ALL, DEADLINE, Fault, FaultProxy};
use futures::future::join_all;
use serde_json::json;
use shared_models::{media::UploadedFile, money::Amount, problem::ProblemDocument};
use tests::{
    Answer, Artisan, Ask, Listed, STANDSTILL, a_bowl,
    cloud::{Cluster, Ground, Proxies},
    photos::CUP,
    rupees,
};
use tokio::{
    sync::MutexGuard,
    time::{Instant, sleep},
};

use self::{
    bystanders::Bystanders,
    parts::{Part, Wish},
};
use crate::google::{PROGRAMS, turn};

/// Within this it is well again.
const RECOVERY: Duration = Duration::from_secs(10);
/// So many times as long as an answer a refusal may take for which nobody is asked.
const AT_ONCE: f64 = 5.0;
/// So many times as long an answer may take while what it does not need is in trouble: who waits for that waits for seconds.
const AS_BEFORE: f64 = 10.0;
/// Between two requests of one who waits: together they stay within an artisan's quota.
const PACE: Duration = Duration::from_millis(50);
/// Requests of each while all is well.
const ASKS: usize = 3;

/// One process of every service, and proxies between them and Google.
struct Stage {
    proxies: Proxies,
    cluster: Cluster,
    artisan: Artisan,
    bowl: Listed,
    photo: UploadedFile,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    async fn set() -> Self {
        let turn = turn().await;
        let mut ground = Ground::prepare().await;
        let proxies = Proxies::on(&mut ground).await;
        let cluster = Cluster::on(ground, &PROGRAMS, 1).await;
        let artisan = cluster.artisan().await;
        artisan.wants_an_hour(100).await;
        Self {
            bowl: artisan.lists(a_bowl()).await,
            photo: artisan.uploads(CUP).await,
            artisan,
            cluster,
            proxies,
            _turn: turn,
        }
    }
}

async fn timed(ask: &Ask) -> (Answer, Duration) {
    let begun = Instant::now();
    let answer = ask.again().await;
    (answer, begun.elapsed())
}

/// Of seconds, or of what they are compared by.
fn median(of: &mut [f64]) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// A part of Google before its next trouble.
struct Trial<'a> {
    stage: &'a Stage,
    bystanders: &'a Bystanders,
    part: Part,
    fault: Fault,
    wishes: Vec<Wish>,
    /// How long each takes when all is well, all of them at once.
    usual: Vec<Duration>,
    acknowledged: Vec<Answer>,
}

impl Trial<'_> {
    /// Asks twice in vain, the second time for nothing but an answer at once, and in the end with success.
    async fn goes_through(mut self) -> Vec<Answer> {
        let proxy = self.part.proxy(&self.stage.proxies);
        proxy.has(self.fault);
        join_all((0..self.wishes.len()).map(|n| self.is_refused(n))).await;
        let later = join_all((0..self.wishes.len()).map(|n| self.is_refused(n))).await;
        let slowness = later.iter().zip(&self.usual);
        let mut slowness: Vec<f64> = slowness
            .map(|(took, usual)| took.div_duration_f64(*usual))
            .collect();
        let slowness = median(&mut slowness);
        assert!(
            slowness < AT_ONCE,
            "{:?} is not left alone, {:?}: {slowness}",
            self.part,
            self.fault
        );
        proxy.has(Fault::Nothing);
        let granted = join_all((0..self.wishes.len()).map(|n| self.is_granted(n))).await;
        self.acknowledged.extend(granted);
        self.acknowledged
    }

    /// Refused, in time; says how long it took.
    async fn is_refused(&self, n: usize) -> Duration {
        let (answer, took) = timed(&self.wishes[n].ask).await;
        self.is_a_refusal(&answer);
        // It may have to do more than to wait, and this machine may be late by itself.
        let (work, late) = (self.usual.iter().max().unwrap(), self.bystanders.slowest_pulse());
        let (part, fault, asked) = (self.part, self.fault, &answer.asked);
        assert!(
            took < DEADLINE + *work * self.part.slack() + late,
            "{part:?}, {fault:?}: {asked} took {took:?}; usually {work:?}, and the machine was late by {late:?}"
        );
        took
    }

    fn is_a_refusal(&self, answer: &Answer) {
        let what = format!("{:?}, {:?}", self.part, self.fault);
        assert_eq!(answer.status, 503, "{what}: {answer:?}");
        assert!(answer.header("retry-after").is_some(), "{what}: {answer:?}");
        let code = answer.clone().json::<ProblemDocument>().code;
        assert!(
            ["unavailable", "unknown_outcome", "peer_unavailable"].contains(&&*code),
            "{what}: {answer:?}"
        );
    }

    /// Asks until it is answered as it should be.
    async fn is_granted(&self, n: usize) -> Answer {
        let (wish, begun) = (&self.wishes[n], Instant::now());
        loop {
            let overdue = begun.elapsed() > RECOVERY;
            let answer = wish.ask.again().await;
            if answer.status == wish.status {
                return answer;
            }
            self.is_a_refusal(&answer);
            assert!(!overdue, "{:?}, {:?}: it does not recover", self.part, self.fault);
            sleep(PACE).await;
        }
    }
}

impl Stage {
    /// Asks for everything once while all is well, and then has new wishes.
    async fn prepare<'a>(
        &'a self,
        bystanders: &'a Bystanders,
        part: Part,
        fault: Fault,
        round: usize,
    ) -> Trial<'a> {
        let wishes = part.wishes(self, &format!("calm-{round}")).await;
        let granted = join_all(wishes.iter().map(|wish| async {
            let (answer, took) = timed(&wish.ask).await;
            (answer.expect(wish.status), took)
        }));
        let (acknowledged, usual): (Vec<_>, Vec<_>) = granted.await.into_iter().unzip();
        Trial {
            stage: self,
            bystanders,
            part,
            fault,
            wishes: part.wishes(self, &format!("trouble-{round}")).await,
            usual,
            acknowledged,
        }
    }

    async fn troubles(&self, bystanders: &Bystanders) -> Vec<Answer> {
        let mut acknowledged = Vec::new();
        for (round, fault) in ALL.into_iter().enumerate() {
            let prepared = Part::ALL.map(|part| self.prepare(bystanders, part, fault, round));
            let trials = join_all(prepared).await;
            bystanders.others_are_in_trouble(true);
            let told = join_all(trials.into_iter().map(Trial::goes_through)).await;
            bystanders.others_are_in_trouble(false);
            acknowledged.extend(told.into_iter().flatten());
        }
        acknowledged
    }
}

/// Every fault on three parts at once, of three services: they take as long as the slowest.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_google_does_there_is_an_answer_in_time_and_nothing_is_lost() {
    let stage = Stage::set().await;
    let (artisan, anyone) = (&stage.artisan, stage.cluster.anyone());
    let bystanders = Bystanders::asking(
        vec![
            artisan.get("/auth/profile"),
            artisan.get(&format!("/media/{}", stage.photo.file_id)),
            anyone.get("/products/suggest?q=terr"),
            anyone.follow("/"),
        ],
        &stage,
    );
    let acknowledged = tokio::select! {
        never = bystanders.ask_on() => match never {},
        acknowledged = stage.troubles(&bystanders) => acknowledged,
    };
    bystanders.noticed_nothing();
    stage.has_lost_nothing(&acknowledged).await;
    stage.cluster.stop().await;
}

/// An artisan whose listing has a price suggested from her wage.
struct Maker {
    artisan: Artisan,
    listing: Listed,
}

impl Maker {
    async fn of(stage: &Stage) -> Self {
        let artisan = stage.cluster.artisan().await;
        artisan.wants_an_hour(100).await;
        let listing = artisan.lists(a_bowl().made_in(6.0)).await;
        Self { artisan, listing }
    }

    /// Says what an hour costs; answers how long that took.
    async fn wants_an_hour(&self, rupees: u32) -> f64 {
        let ask = self
            .artisan
            .patch("/auth/profile", json!({ "hourly_wage": rupees }));
        let (answer, took) = timed(&ask).await;
        let answer = answer.expect(200);
        let quota = |name: &str| -> u32 { answer.header(name).unwrap().parse().unwrap() };
        assert!(
            quota("ratelimit-remaining") < quota("ratelimit-limit"),
            "somebody counts"
        );
        took.as_secs_f64()
    }

    /// Waits until her six hours and more are in what machines suggest.
    async fn is_told_at_least(&self, price: Amount) {
        let begun = Instant::now();
        loop {
            let suggested = self.artisan.reads(&self.listing).await.product.ai_suggested_price;
            if suggested.is_some_and(|suggested| suggested.price >= Some(price)) {
                return;
            }
            assert!(begun.elapsed() < STANDSTILL, "no {price:?} is suggested");
            sleep(PACE).await;
        }
    }
}

/// Auth's events wait for Pub/Sub, and every process counts by itself: nobody waits for either.
#[tokio::test(flavor = "multi_thread")]
async fn without_pubsub_and_redis_all_is_answered_as_before_and_its_effects_come_afterwards() {
    let stage = Stage::set().await;
    let away = [&stage.proxies.pubsub, &stage.proxies.redis];
    let makers = join_all(ALL.map(|_| Maker::of(&stage))).await;
    let paid = rupees("600.00");
    join_all(makers.iter().map(|maker| maker.is_told_at_least(paid))).await;
    let (mut calm, mut in_trouble) = (Vec::new(), Vec::new());
    for maker in makers.iter().cycle().take(ASKS * makers.len()) {
        calm.push(maker.wants_an_hour(100).await);
    }
    for (maker, fault) in makers.iter().zip(ALL) {
        let heard = away.map(FaultProxy::heard);
        for proxy in away {
            proxy.has(fault);
        }
        let begun = Instant::now();
        while away
            .iter()
            .zip(heard)
            .any(|(proxy, before)| proxy.heard() == before)
        {
            assert!(begun.elapsed() < STANDSTILL, "{fault:?}: they are not asked");
            in_trouble.push(maker.wants_an_hour(400).await);
            sleep(PACE).await;
        }
    }
    let (calm, in_trouble) = (median(&mut calm), median(&mut in_trouble));
    assert!(
        in_trouble < calm * AS_BEFORE,
        "{calm} s, but {in_trouble} s in trouble"
    );
    for proxy in away {
        proxy.has(Fault::Nothing);
    }
    let paid = rupees("2400.00");
    join_all(makers.iter().map(|maker| maker.is_told_at_least(paid))).await;
    stage.cluster.stop().await;
}
