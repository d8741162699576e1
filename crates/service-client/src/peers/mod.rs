mod attempt;
mod breaker;
mod budget;
mod pieces;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{Stream, future::join_all};
use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};
use url::Url;

use self::{
    attempt::{Attempt, Outcome},
    pieces::Pieces,
};
pub use self::{
    breaker::{Breaker, Leave},
    budget::Budget,
};
use crate::{
    Answer, AuthClient, BuildError, Call, CallContext, Cause, ClientError, MediaClient, MlClient, PeerUrls,
    Policy, ProductClient, Service, ServiceTokens, error::explain,
};

/// The other services, as one service sees them. Cheap to clone.
#[derive(Clone)]
pub struct Peers(Arc<Shared>);

struct Shared {
    urls: PeerUrls,
    tokens: Arc<dyn ServiceTokens>,
    policy: Policy,
    http: reqwest::Client,
    peers: BTreeMap<Service, Peer>,
}

/// What is known of one peer.
struct Peer {
    breaker: Arc<Breaker>,
    budget: Budget,
    in_flight: Semaphore,
    /// Counts attempts, so that instances take turns.
    turn: AtomicUsize,
}

impl Peers {
    /// Calls to the services at `urls`, in the name of the service that `tokens` speak for.
    pub fn new(urls: PeerUrls, tokens: Arc<dyn ServiceTokens>) -> Result<Self, BuildError> {
        Self::with_policy(urls, tokens, Policy::default())
    }

    /// The same with another patience.
    pub fn with_policy(
        urls: PeerUrls,
        tokens: Arc<dyn ServiceTokens>,
        policy: Policy,
    ) -> Result<Self, BuildError> {
        let http = client(&urls, &policy)?;
        let peers = Service::ALL
            .into_iter()
            .map(|service| (service, Peer::new(service, &policy)))
            .collect();
        Ok(Self(Arc::new(Shared {
            urls,
            tokens,
            policy,
            http,
            peers,
        })))
    }

    /// Accounts, sessions and keys.
    pub fn auth(&self) -> AuthClient<'_> {
        AuthClient::new(self)
    }

    /// Catalogue and inventory.
    pub fn product(&self) -> ProductClient<'_> {
        ProductClient::new(self)
    }

    /// What machines see and write.
    pub fn ml(&self) -> MlClient<'_> {
        MlClient::new(self)
    }

    /// Photos.
    pub fn media(&self) -> MediaClient<'_> {
        MediaClient::new(self)
    }

    /// Where the services are.
    pub fn urls(&self) -> &PeerUrls {
        &self.0.urls
    }

    /// Reads a resource.
    pub async fn get<T: DeserializeOwned>(
        &self,
        context: &CallContext,
        service: Service,
        path: &[&str],
    ) -> Result<T, ClientError> {
        let call = Call::get(service, path.iter().copied());
        self.send(context, &call).await?.json()
    }

    /// Posts a body. Retried only with an Idempotency-Key.
    pub async fn post<T: DeserializeOwned>(
        &self,
        context: &CallContext,
        service: Service,
        path: &[&str],
        body: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let call = Call::post(service, path.iter().copied()).json(body)?;
        self.send(context, &call).await?.json()
    }

    /// Whether an instance of a peer says that it is ready: all are asked once, whatever the breaker thinks.
    pub async fn is_ready(&self, context: &CallContext, service: Service) -> bool {
        let call = &Call::get(service, ["ready"]).anonymous();
        let instances = self.0.urls.instances(service).iter();
        let asked = instances.map(async |base| {
            let attempt = self.attempt(context, call, base).make(Bytes::new());
            let asked = timeout_at(context.deadline, attempt).await;
            matches!(asked, Ok(Ok(Outcome::Answered(answer))) if answer.status == StatusCode::OK)
        });
        join_all(asked).await.contains(&true)
    }

    /// Makes a call: within the context's deadline, retried where that is safe and the budget allows.
    ///
    /// Answers only 2xx; everything else is an error.
    pub async fn send(&self, context: &CallContext, call: &Call) -> Result<Answer, ClientError> {
        let peer = self.peer(call.service);
        let mut retries = 0;
        loop {
            let failure = match self.try_once(context, call, peer, retries).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let Some(pause) = self.pause_before_another(context, call, &failure, retries) else {
                return Err(failure.error);
            };
            tracing::debug!(service = %call.service, retries, error = %failure.error, "asking again");
            tokio::time::sleep(pause).await;
            retries += 1;
        }
    }

    /// Makes a call whose body comes piece by piece: once, since it cannot be sent again.
    ///
    /// The peer is not blamed when the body breaks off or comes too slowly.
    pub async fn send_streaming<S>(
        &self,
        context: &CallContext,
        call: &Call,
        body: S,
    ) -> Result<Answer, ClientError>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Send + Unpin + 'static,
    {
        let peer = self.peer(call.service);
        let made = async {
            let (_place, leave) = admitted(context, call.service, peer).await?;
            peer.budget.earn();
            let (body, under_way) = Pieces::of(body);
            let leave = leave.excused_while(under_way.clone());
            let outcome = self
                .exchange(context, call, reqwest::Body::wrap_stream(body))
                .await?;
            if !(outcome.is_broken() && under_way.is()) {
                leave.settle(&outcome);
            }
            outcome.into_result(call.service)
        };
        made.await.map_err(|failure: Failure| failure.error)
    }

    async fn try_once(
        &self,
        context: &CallContext,
        call: &Call,
        peer: &Peer,
        retries: u32,
    ) -> Result<Answer, Failure> {
        let (_place, leave) = admitted(context, call.service, peer).await?;
        if retries == 0 {
            peer.budget.earn();
        }
        let outcome = self.exchange(context, call, call.body.clone()).await?;
        leave.settle(&outcome);
        outcome.into_result(call.service)
    }

    async fn exchange(
        &self,
        context: &CallContext,
        call: &Call,
        body: impl Into<reqwest::Body>,
    ) -> Result<Outcome, Failure> {
        let base = self.next_instance(call.service);
        timeout_at(context.deadline, self.attempt(context, call, base).make(body))
            .await
            .map_err(|_| Failure::late(call.service))?
            .map_err(Failure::lasting)
    }

    /// How long to wait, when another attempt may help, has no second effect, is in time and is paid for.
    fn pause_before_another(
        &self,
        context: &CallContext,
        call: &Call,
        failure: &Failure,
        retries: u32,
    ) -> Option<Duration> {
        let pause = failure.retry? + self.0.policy.pause(retries);
        let sensible = call.may_be_retried(context)
            && retries + 1 < self.0.policy.attempts
            && Instant::now() + pause < context.deadline;
        (sensible && self.peer(call.service).budget.spend()).then_some(pause)
    }

    /// Instances take turns, so another attempt asks another one.
    fn next_instance(&self, service: Service) -> &Url {
        let instances = self.0.urls.instances(service);
        &instances[self.peer(service).turn.fetch_add(1, Relaxed) % instances.len()]
    }

    fn attempt<'a>(&'a self, context: &'a CallContext, call: &'a Call, base: &'a Url) -> Attempt<'a> {
        Attempt {
            http: &self.0.http,
            base,
            tokens: &*self.0.tokens,
            largest_answer: self.0.policy.largest_answer,
            context,
            call,
        }
    }

    fn peer(&self, service: Service) -> &Peer {
        &self.0.peers[&service]
    }
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Peers").field(&self.0.urls).finish()
    }
}

impl Peer {
    fn new(service: Service, policy: &Policy) -> Self {
        Self {
            breaker: Breaker::new(service, policy.clone()),
            budget: Budget::new(policy),
            in_flight: Semaphore::new(policy.in_flight),
            turn: AtomicUsize::new(0),
        }
    }
}

/// A place among the calls under way, and leave to ask.
async fn admitted<'a>(
    context: &CallContext,
    service: Service,
    peer: &'a Peer,
) -> Result<(SemaphorePermit<'a>, Leave), Failure> {
    let place = timeout_at(context.deadline, peer.in_flight.acquire()).await;
    let place = place
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| Failure::late(service))?;
    let leave = peer.breaker.admit();
    Ok((place, leave.map_err(|wait| Failure::left_alone(service, wait))?))
}

/// An attempt that brought no answer.
struct Failure {
    error: ClientError,
    /// The least pause before another attempt, when another one may help.
    retry: Option<Duration>,
}

impl Failure {
    fn lasting(error: ClientError) -> Self {
        Self { error, retry: None }
    }

    fn late(service: Service) -> Self {
        Self::lasting(ClientError::DeadlineExceeded { service })
    }

    fn left_alone(service: Service, wait: Duration) -> Self {
        Self::lasting(ClientError::Unavailable {
            service,
            retry_after: Some(wait),
            cause: Cause::BreakerOpen,
        })
    }
}

/// No redirects, since peers never send any and a token must not follow one; no proxies between services. Bodies
/// come as they are: a library of the workspace turns compression on for all.
fn client(urls: &PeerUrls, policy: &Policy) -> Result<reqwest::Client, BuildError> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_deflate()
        .no_brotli()
        .no_zstd()
        .connect_timeout(policy.connect)
        .pool_idle_timeout(Duration::from_mins(1));
    if !urls.any_https() {
        // Reading the machine's root certificates takes longer than starting the rest of a service.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| BuildError(explain(error)))
}
