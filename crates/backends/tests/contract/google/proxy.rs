use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

/// How the proxy treats its connections; those of an earlier era are cut.
#[derive(Debug, Clone, Copy)]
struct Mood {
    era: u32,
    takes: bool,
    answers: bool,
}

/// Stands between a client and a server, and loses what it is told to lose.
pub(crate) struct Proxy {
    pub(crate) url: String,
    mood: watch::Sender<Mood>,
    _serving: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mood = watch::Sender::new(Mood {
            era: 0,
            takes: true,
            answers: true,
        });
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, server, mood.subscribe()));
        Self {
            url,
            mood,
            _serving: serving,
        }
    }

    /// From now on answers are lost.
    pub(crate) fn loses_answers(&self) {
        self.mood.send_modify(|mood| mood.answers = false);
    }

    /// Cuts all connections; new ones are cut, too, if it does not take them.
    pub(crate) fn cuts(&self, takes: bool) {
        self.mood.send_modify(|mood| {
            *mood = Mood {
                era: mood.era + 1,
                takes,
                answers: true,
            }
        });
    }
}

async fn serve(listener: TcpListener, server: String, mood: watch::Receiver<Mood>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        if mood.borrow().takes {
            let server = TcpStream::connect(&server).await.unwrap();
            connections.spawn(join(client, server, mood.clone()));
        }
    }
}

async fn join(client: TcpStream, server: TcpStream, mut mood: watch::Receiver<Mood>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (era, answers) = (mood.borrow().era, mood.clone());
    tokio::select! {
        () = carry(from_client, to_server, None) => {}
        () = carry(from_server, to_client, Some(answers)) => {}
        _ = mood.wait_for(|mood| mood.era > era) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mood: Option<watch::Receiver<Mood>>) {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let kept = mood.as_ref().is_none_or(|mood| mood.borrow().answers);
        if kept && to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
