//! The services of a fleet and where they listen.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use config::{Common, Environment, Source};
use service_client::{PeerUrls, Service as Peer};
use service_kit::{App, Kit, Service, StartError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Which ports a fleet listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ports {
    /// Counted from `CRAFTCHAIN_BASE_PORT`.
    Counted,
    /// Whatever is free.
    Free,
}

/// One service of a fleet.
pub(crate) struct Member {
    pub(crate) service: Service,
    /// Where others reach it.
    pub(crate) url: Url,
    /// Asks it to end.
    pub(crate) stop: CancellationToken,
    /// It has ended.
    ended: CancellationToken,
}

impl Member {
    pub(crate) fn peer(&self) -> Peer {
        self.service.peer
    }

    /// Serves until it is stopped.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        kit: Kit,
        app: App,
    ) -> impl Future<Output = ()> + use<> {
        let (stop, ended) = (self.stop.clone(), self.ended.clone().drop_guard());
        async move {
            service_kit::serve(listener, kit, app, stop).await;
            drop(ended);
        }
    }

    /// Waits until it has drained.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

/// All listeners of a fleet, and the settings in which everyone is where they listen.
pub(crate) struct Bound {
    pub(crate) members: Vec<Member>,
    pub(crate) listeners: Vec<TcpListener>,
    pub(crate) source: Source,
}

/// Binds a port for each service; one that is taken names the setting that moves them all.
pub(crate) async fn bind(
    services: &[Service],
    source: &Source,
    ports: Ports,
    shutdown: &CancellationToken,
) -> Result<Bound, StartError> {
    let mut environment = Environment::new(source.clone());
    let host = Common::read(&mut environment)?.bind;
    let first = PeerUrls::base_port(&mut environment)?;
    let mut bound = Bound {
        members: Vec::new(),
        listeners: Vec::new(),
        source: match ports {
            Ports::Counted => source.clone(),
            Ports::Free => nobody_anywhere(source),
        },
    };
    for service in services {
        let port = match ports {
            Ports::Counted => first + service.peer.port_offset(),
            Ports::Free => 0,
        };
        let hint = "; CRAFTCHAIN_BASE_PORT moves the fleet to other ports";
        let listener = service_kit::command::listen(SocketAddr::new(host, port), hint).await?;
        let url = url_of(&listener)?;
        bound.source = bound.source.with(service.peer.url_variable(), url.as_str());
        bound.members.push(Member {
            service: *service,
            url,
            stop: shutdown.child_token(),
            ended: CancellationToken::new(),
        });
        bound.listeners.push(listener);
    }
    Ok(bound)
}

/// A fleet on free ports must not find services of another one at the usual ports.
fn nobody_anywhere(source: &Source) -> Source {
    let nowhere = "http://127.0.0.1:1";
    let move_away = |source: Source, peer: Peer| source.with(peer.url_variable(), nowhere);
    Peer::ALL.into_iter().fold(source.clone(), move_away)
}

/// How a listener is reached from this machine.
fn url_of(listener: &TcpListener) -> Result<Url, StartError> {
    let wrong = |error: &dyn std::fmt::Display| StartError::Other(error.to_string());
    let mut address = listener.local_addr().map_err(|error| wrong(&error))?;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    Url::parse(&format!("http://{address}")).map_err(|error| wrong(&error))
}
