use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::JoinSet,
};
use url::Url;

use crate::alone::door_at;

/// One address for several processes: each connection goes to the next of them that takes it.
pub(super) struct RoundRobin {
    pub(super) door: Url,
    serving: Mutex<JoinSet<()>>,
}

impl RoundRobin {
    pub(super) async fn before(ports: &[u16]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let door = door_at(listener.local_addr().expect("an address").port());
        let ports: Arc<[u16]> = ports.into();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let turn = Arc::new(AtomicUsize::new(0));
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(join(client, ports.clone(), turn.clone()));
                while connections.try_join_next().is_some() {}
            }
        });
        Self {
            door,
            serving: Mutex::new(serving),
        }
    }

    /// Nobody is there any more: connections are refused.
    pub(super) async fn closes(&self) {
        self.serving.lock().await.shutdown().await;
    }
}

/// Ends when either side does.
async fn join(mut client: TcpStream, ports: Arc<[u16]>, turn: Arc<AtomicUsize>) {
    for _ in 0..ports.len() {
        let next = turn.fetch_add(1, Ordering::Relaxed) % ports.len();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports[next]));
        if let Ok(mut server) = TcpStream::connect(address).await {
            let _ = copy_bidirectional(&mut client, &mut server).await; // a side that was killed ends it, too
            return;
        }
    }
}
