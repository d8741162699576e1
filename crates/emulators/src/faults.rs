//! A proxy between a client and a server, for what goes wrong on networks and in data centres.

use std::{
    fmt::Display,
    future::pending,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
    task::JoinSet,
    time::timeout,
};

/// What an answer of Google's may take, whatever goes wrong.
pub const DEADLINE: Duration = Duration::from_millis(10_100);
/// What an answer may take for which nobody is asked.
pub const AT_ONCE: Duration = Duration::from_millis(100);
/// Within this it is well again.
const RECOVERY: Duration = Duration::from_secs(10);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// All is well.
    Nothing,
    /// Each piece of an answer takes this long.
    Slow(Duration),
    /// Connections are reset, new ones as soon as something is asked.
    Resets,
    /// Everything is answered with this status, gRPC with the one that Google's services say in its place.
    Refuses(u16),
    /// Everything is answered with something that means nothing.
    Babbles,
    /// Answers end after so many bytes, and their connections with them.
    BreaksOff(usize),
    /// What is asked arrives, and nothing is answered.
    Stalls,
    /// Connections that are there are silent for ever, and nobody closes them; new ones are well.
    Strands,
}

/// Those with which nothing is answered in time.
pub const ALL: [Fault; 9] = [
    Fault::Slow(Duration::from_secs(30)),
    Fault::Resets,
    Fault::Refuses(429),
    Fault::Refuses(500),
    Fault::Refuses(503),
    Fault::Babbles,
    Fault::BreaksOff(0),
    Fault::BreaksOff(40),
    Fault::Stalls,
];

impl Fault {
    /// Whether a connection with this fault can have the next one, too; others are cut.
    fn turns_into(self, next: Self) -> bool {
        use Fault::{BreaksOff, Nothing, Slow, Stalls, Strands};
        matches!(self, Nothing | Slow(_))
            && matches!(next, Nothing | Slow(_) | BreaksOff(_) | Stalls | Strands)
    }
}

#[derive(Debug, Clone, Copy)]
struct Mood {
    fault: Fault,
    /// Connections of an earlier one are cut.
    era: u32,
}

/// Stands between a client and a server, and does what it is told.
pub struct FaultProxy {
    /// `http://host:port`.
    pub url: String,
    mood: watch::Sender<Mood>,
    heard: Arc<AtomicU64>,
    _serving: JoinSet<()>,
}

#[derive(Clone)]
struct Roads {
    server: String,
    /// Answers with a status, or babbles, over either version of HTTP.
    refuser: String,
    mood: watch::Receiver<Mood>,
    heard: Arc<AtomicU64>,
}

impl FaultProxy {
    /// Before the server at `http://host:port`; at first nothing goes wrong.
    pub async fn before(url: &str) -> Self {
        let (fault, era) = (Fault::Nothing, 0);
        let mood = watch::Sender::new(Mood { fault, era });
        let heard = Arc::<AtomicU64>::default();
        let (listener, address) = listen().await;
        let (refusing, refuser) = listen().await;
        let roads = Roads {
            server: url.trim_start_matches("http://").to_owned(),
            refuser,
            mood: mood.subscribe(),
            heard: heard.clone(),
        };
        let mut serving = JoinSet::new();
        let refusals = Router::new().fallback(refuse).with_state(mood.subscribe());
        serving.spawn(async move { axum::serve(refusing, refusals).await.unwrap() });
        serving.spawn(serve(listener, roads));
        Self {
            url: format!("http://{address}"),
            mood,
            heard,
            _serving: serving,
        }
    }

    /// From now on this goes wrong, also on connections that are there: a fault that they cannot have cuts them.
    pub fn has(&self, fault: Fault) {
        self.mood.send_modify(|mood| {
            let era = mood.era + u32::from(!mood.fault.turns_into(fault));
            *mood = Mood { fault, era };
        });
    }

    /// What goes wrong now.
    pub fn fault(&self) -> Fault {
        self.mood.borrow().fault
    }

    /// How many connections were made and pieces sent by clients: as long as it stays, nobody asked.
    pub fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }
}

/// Asks until it is well.
pub async fn recovers<T, E: Display>(ask: impl AsyncFn() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(error) => assert!(begun.elapsed() < RECOVERY, "still {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

async fn refuse(State(mood): State<watch::Receiver<Mood>>, asked: HeaderMap) -> Response {
    let fault = mood.borrow().fault;
    let Fault::Refuses(status) = fault else {
        return "<html>?</html>".into_response();
    };
    let kind = asked.get("content-type").map(HeaderValue::as_bytes);
    if kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) {
        let code = match status {
            429 => "8",  // RESOURCE_EXHAUSTED
            503 => "14", // UNAVAILABLE
            _ => "13",   // INTERNAL
        };
        return [("content-type", "application/grpc"), ("grpc-status", code)].into_response();
    }
    let error = json!({ "error": { "code": status, "message": "refused", "status": "REFUSED" } });
    (StatusCode::from_u16(status).unwrap(), Json(error)).into_response()
}

async fn serve(listener: TcpListener, roads: Roads) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        roads.heard.fetch_add(1, Ordering::Relaxed);
        connections.spawn(join(client, roads.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Ends when either side does, or with its era.
async fn join(mut client: TcpStream, mut roads: Roads) {
    let Mood { fault, era } = *roads.mood.borrow_and_update();
    let mut mood = roads.mood.clone();
    tokio::select! {
        _ = carry(&mut client, &roads, fault) => {}
        _ = mood.wait_for(|now| now.era != era) => {}
    }
    if roads.mood.borrow().fault == Fault::Resets {
        drop(client.set_zero_linger()); // what is closed then is reset
    }
}

async fn carry(client: &mut TcpStream, roads: &Roads, fault: Fault) -> io::Result<()> {
    let server = match fault {
        Fault::Resets => return client.readable().await,
        Fault::Refuses(_) | Fault::Babbles => &roads.refuser,
        _ => &roads.server,
    };
    let mut server = TcpStream::connect(server).await?;
    let (from_server, to_server) = server.split();
    let (from_client, to_client) = client.split();
    tokio::select! {
        () = strands(roads.mood.clone()), if fault != Fault::Strands => pending().await,
        ended = carry_questions(from_client, to_server, &roads.heard) => ended,
        ended = carry_answers(from_server, to_client, roads.mood.clone()) => ended,
    }
}

async fn strands(mut mood: watch::Receiver<Mood>) {
    drop(mood.wait_for(|now| now.fault == Fault::Strands).await);
}

async fn carry_questions(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, heard: &AtomicU64) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    while let read @ 1.. = from.read(&mut bytes).await? {
        heard.fetch_add(1, Ordering::Relaxed);
        to.write_all(&bytes[..read]).await?;
    }
    Ok(())
}

async fn carry_answers(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut mood: watch::Receiver<Mood>,
) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    let (mut fault, mut carried) = (Fault::Nothing, 0);
    while let read @ 1.. = from.read(&mut bytes).await? {
        let now = mood.borrow().fault;
        if now != fault {
            (fault, carried) = (now, 0);
        }
        match fault {
            Fault::Stalls => continue,
            Fault::Slow(by) => drop(timeout(by, mood.wait_for(|mood| mood.fault != fault)).await),
            Fault::BreaksOff(after) if carried + read > after => {
                return to.write_all(&bytes[..after - carried]).await;
            }
            _ => {}
        }
        carried += read;
        to.write_all(&bytes[..read]).await?;
    }
    Ok(())
}
