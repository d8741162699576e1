use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use backends::limits::Quota;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use service_client::{Budget, Policy, Service, header::TIMEOUT};
use service_kit::{Kit, StartError};
use tokio::time::Instant;
use url::Url;

use super::{
    instance::{Instance, Trial},
    metrics::{HopFamilies, HopMetrics},
    outliers::{Count, outliers},
    pool::{Failure, Lent, Pool},
    room::Room,
    tls::Trust,
    upload::Upload,
};
use crate::config::Config;

/// One service behind the gateway.
pub(crate) struct Upstream {
    pub(crate) service: Service,
    pub(crate) metrics: HopMetrics,
    pub(crate) limit: Option<(String, Quota)>,
    pub(crate) room: Room,
    instances: Vec<Arc<Instance>>,
    budget: Budget,
    /// Where the search for the least loaded begins, so that equals take turns.
    turn: AtomicUsize,
}

/// Attempts of one request, the first included.
const MOST_ATTEMPTS: u32 = 3;
/// So that a set tells who was asked.
const MOST_INSTANCES: usize = 64;

/// The answer to a request, over a connection that is in use until the answer's end.
pub(crate) struct Answered {
    pub(crate) response: Response<Incoming>,
    pub(crate) lent: Lent,
}

/// Instances that have refused this request.
#[derive(Debug, Clone, Copy, Default)]
struct Asked(u64);

impl Upstream {
    pub(crate) fn new(
        service: Service,
        kit: &Kit,
        config: &Config,
        families: &HopFamilies,
        trust: &Trust,
    ) -> Result<Self, StartError> {
        let metrics = families.of(service);
        let urls = kit.peers.urls().instances(service);
        if urls.len() > MOST_INSTANCES {
            let name = service.url_variable();
            let why = format!("{name} has more than {MOST_INSTANCES} instances");
            return Err(StartError::Other(why));
        }
        let instance = |url: &Url| {
            let opened = metrics.opened.clone();
            let pool = Pool::new(service, url, config.connect, &kit.tasks, opened, trust)?;
            Ok(Arc::new(Instance::new(service, pool)))
        };
        Ok(Self {
            service,
            instances: urls.iter().map(instance).collect::<Result<_, StartError>>()?,
            room: Room::new(config.in_flight),
            limit: config
                .service_quota
                .map(|quota| (format!("gateway:service:{service}"), quota)),
            budget: Budget::new(&Policy::default()),
            turn: AtomicUsize::new(0),
            metrics,
        })
    }

    /// Sends a request to the least loaded instance, and to another one if that one has seen nothing of it; or if
    /// it did not answer, the request may be repeated, and the budget for that is not used up.
    pub(crate) async fn send(
        &self,
        request: Request<Upload>,
        deadline: Instant,
        trial: &mut Option<Trial>,
    ) -> Result<Answered, Failure> {
        self.budget.earn();
        let mut broken = None;
        let answered = self.ask_around(request, deadline, trial, &mut broken).await;
        // Whoever saw it first may have done what it asks, whatever became of its repeats.
        answered.map_err(|failure| broken.map_or(failure, Failure::Broken))
    }

    async fn ask_around(
        &self,
        mut request: Request<Upload>,
        deadline: Instant,
        trial: &mut Option<Trial>,
        broken: &mut Option<hyper::Error>,
    ) -> Result<Answered, Failure> {
        let mut asked = Asked::default();
        let mut attempt = 1;
        loop {
            let (number, instance) = self.choose(asked, trial).ok_or(Failure::LeftAlone)?;
            let again = repeatable(&request).filter(|_| attempt < MOST_ATTEMPTS);
            let failure = match instance.send(request).await {
                Ok(answered) => return Ok(answered),
                Err(failure) => failure,
            };
            asked.add(number);
            request = match (failure, again) {
                (Failure::Unsent(unsent, _), _) if !asked.includes_all(self.instances.len()) => *unsent,
                (Failure::Broken(error), Some(again)) if self.budget.spend() => {
                    *broken = Some(error);
                    again
                }
                (failure, _) => return Err(failure),
            };
            if let Some(trial) = trial.take() {
                trial.failed();
            }
            self.metrics.repeated.inc();
            tell_time_left(request.headers_mut(), deadline);
            attempt += 1;
        }
    }

    /// The least loaded instance that is not left alone; of those that were asked already or are ejected, only
    /// when there is no other.
    fn choose(&self, asked: Asked, trial: &mut Option<Trial>) -> Option<(usize, &Arc<Instance>)> {
        let mut refused = Asked::default();
        while let Some(number) = self.best(asked, refused) {
            let instance = &self.instances[number];
            if let Some(admitted) = instance.admit() {
                *trial = Some(admitted);
                return Some((number, instance));
            }
            refused.add(number);
        }
        None
    }

    fn best(&self, asked: Asked, refused: Asked) -> Option<usize> {
        let count = self.instances.len();
        if count == 1 {
            return (!refused.includes(0)).then_some(0);
        }
        let step = usize::from(asked.is_empty() && refused.is_empty());
        let first = self.turn.fetch_add(step, Relaxed);
        (0..count)
            .map(|step| (first + step) % count)
            .filter(|number| !refused.includes(*number))
            .min_by_key(|number| {
                let instance = &self.instances[*number];
                (asked.includes(*number), instance.is_ejected(), instance.load())
            })
    }

    /// Ejects the instances that fail where others do not.
    pub(crate) fn sweep(&self) {
        let counts: Vec<Count> = self.instances.iter().map(|one| one.take_count()).collect();
        for (instance, outlier) in self.instances.iter().zip(outliers(&counts)) {
            if instance.judge(outlier) {
                self.metrics.ejected.inc();
                let (service, host) = (self.service, &instance.pool.host);
                tracing::warn!(%service, ?host, "an instance fails where others do not and is left alone");
            }
        }
    }
}

impl Instance {
    async fn send(self: &Arc<Self>, mut request: Request<Upload>) -> Result<Answered, Failure> {
        let busy = self.work();
        self.pool.address(&mut request);
        let (response, sender) = self.pool.send(request).await?;
        let lent = Lent::new(sender, self.pool.clone(), busy);
        Ok(Answered { response, lent })
    }
}

/// How long the service may take, if it was told that before.
pub(crate) fn tell_time_left(headers: &mut HeaderMap, deadline: Instant) {
    if let Some(told) = headers.get_mut(TIMEOUT) {
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        *told = HeaderValue::from(u64::try_from(left).unwrap_or(u64::MAX));
    }
}

/// The same request, if sending it twice has the effect of once (RFC 9110, 9.2.2) and it is all here.
///
/// An Idempotency-Key does not make it so: only services know which of their routes mind it, and the body of a
/// POST has passed. Who chose the key repeats it.
fn repeatable(request: &Request<Upload>) -> Option<Request<Upload>> {
    let whole = matches!(request.body(), Upload::Nothing);
    if !whole || !request.method().is_idempotent() || request.headers().contains_key(header::UPGRADE) {
        return None;
    }
    let mut again = Request::new(Upload::Nothing);
    request.method().clone_into(again.method_mut());
    request.uri().clone_into(again.uri_mut());
    request.headers().clone_into(again.headers_mut());
    Some(again)
}

impl Asked {
    fn add(&mut self, number: usize) {
        self.0 |= 1 << number;
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn includes(self, number: usize) -> bool {
        self.0 >> number & 1 == 1
    }

    fn includes_all(self, count: usize) -> bool {
        (0..count).all(|number| self.includes(number))
    }
}
