//! The gateway on the network: listeners, sockets, REST. Every rule is in [`crate::hub`]; nothing here decides.
//!
//! [`Server::bind`] is all that the program does, and what the app does to host a gateway on this computer.

mod courier;
mod queue;
mod rest;
mod socket;
mod storage;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use hearth_clock::Clock;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, watch};

use crate::hub::HubConfig;
use courier::{Courier, Mailbox};
use storage::Storage;

/// A protocol that the gateway speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// puff.social's.
    Puff,
}

impl Dialect {
    /// Its name in options and in the line that tells where the gateway listens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Puff => "puff",
        }
    }
}

/// Where to listen, and for what: `ADDR` for everything, `DIALECT=ADDR` for one dialect on any path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOn {
    /// `None`: every dialect, each at its paths.
    pub dialect: Option<Dialect>,
    /// Port 0 takes a free one.
    pub address: SocketAddr,
}

/// Not an address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenOnError {
    /// The part before `=` names no dialect of this gateway.
    #[error("no such dialect: {0} (there is: puff)")]
    UnknownDialect(String),
    /// Not `IP:PORT`.
    #[error("not an address: {0} (for example 127.0.0.1:9000)")]
    NotAnAddress(String),
}

impl FromStr for ListenOn {
    type Err = ListenOnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (dialect, address) = match text.split_once('=') {
            None => (None, text),
            Some(("puff", address)) => (Some(Dialect::Puff), address),
            Some((other, _)) => return Err(ListenOnError::UnknownDialect(other.to_owned())),
        };
        let address = address.parse().map_err(|_| ListenOnError::NotAnAddress(address.to_owned()))?;
        Ok(Self { dialect, address })
    }
}

/// What a server is made of.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// At least one.
    pub listen: Vec<ListenOn>,
    /// A directory, created when it is missing, for what outlives a restart: the groups' codes, names and
    /// counters. `None` keeps everything in memory.
    pub data: Option<PathBuf>,
    /// The core's times and limits.
    pub hub: HubConfig,
}

impl Default for ServerOptions {
    /// A free port on loopback, in memory.
    fn default() -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { listen: vec![ListenOn { dialect: None, address }], data: None, hub: HubConfig::default() }
    }
}

/// Why a server could not start. Nothing is left running.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// No address was given.
    #[error("no address to listen on")]
    NoListener,
    /// The address is in use, not of this computer, or not allowed: choose another.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The data directory cannot be used: choose another, or keep the data in memory.
    #[error("cannot use the data directory {directory}")]
    Data {
        /// Which.
        directory: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A running server. Dropping it ends it at once; [`Server::shutdown`] ends it politely.
#[derive(Debug)]
pub struct Server {
    url: String,
    local_addr: SocketAddr,
    dialects: BTreeMap<&'static str, String>,
    stop: watch::Sender<bool>,
    /// Closed when everything has ended.
    ended: mpsc::Receiver<()>,
}

impl Server {
    /// How long clients get to take their close frame.
    const FAREWELL: Duration = Duration::from_secs(3);

    /// Listens, and serves from now on. Needs a tokio runtime.
    ///
    /// # Errors
    /// See [`BindError`].
    pub async fn bind(options: ServerOptions) -> Result<Self, BindError> {
        let ServerOptions { listen, data, hub } = options;
        let mut listeners = Vec::with_capacity(listen.len());
        for ListenOn { dialect, address } in listen {
            let failed = |source| BindError::Listen { address, source };
            let listener = listen_on(address).map_err(failed)?;
            let local = listener.local_addr().map_err(failed)?;
            listeners.push((dialect, local, listener));
        }
        let shared = listeners.iter().find(|(dialect, ..)| dialect.is_none());
        let local_addr = shared.or(listeners.first()).ok_or(BindError::NoListener)?.1;
        let puff = listeners.iter().find(|(dialect, ..)| *dialect == Some(Dialect::Puff)).or(shared);
        let dialects = puff
            .map(|(_, local, _)| (Dialect::Puff.name(), format!("ws://{}/socket", reachable(*local))))
            .into_iter()
            .collect();

        let clock = Arc::new(Clock::new());
        let storage = match data {
            None => None,
            Some(directory) => {
                Some(Storage::open(&directory).map_err(|source| BindError::Data { directory, source })?)
            }
        };
        let (stop, stopped) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let (mailbox, letters) = Mailbox::new(&alive);
        let courier = Courier::new(hub, Arc::clone(&clock), storage, letters);
        tokio::spawn(courier.run(stopped.clone(), alive.clone()));
        for (dialect, local, listener) in listeners {
            let app = rest::router(dialect, mailbox.clone());
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "could not switch off Nagle's algorithm");
                }
            });
            let mut stopped = stopped.clone();
            let alive = alive.clone();
            tokio::spawn(async move {
                let service = app.into_make_service_with_connect_info::<SocketAddr>();
                let serve = axum::serve(listener, service);
                tokio::select! {
                    result = async { serve.await } => tracing::error!(?result, %local, "the listener ended"),
                    () = until_stopped(&mut stopped) => {}
                }
                drop(alive);
            });
        }
        Ok(Self { url: format!("http://{}", reachable(local_addr)), local_addr, dialects, stop, ended })
    }

    /// Where the first listener for everything listens, or the first of all.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The same as an address that a program on this computer can use.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where each dialect is reached, by its name.
    #[must_use]
    pub const fn dialects(&self) -> &BTreeMap<&'static str, String> {
        &self.dialects
    }

    /// Stops listening, saves, closes every socket with 1001, and waits until they are closed, up to three
    /// seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(Self::FAREWELL, self.ended.recv()).await.is_err() {
            tracing::warn!("some clients did not take their leave in time");
        }
    }
}

/// Listens. The kernel may hold less for a reader that stalls than it would by itself (megabytes).
fn listen_on(address: SocketAddr) -> std::io::Result<TcpListener> {
    const SEND_BUFFER_BYTES: u32 = 128 * 1024;
    const BACKLOG: u32 = 1024;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows this would let another program take the address over.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Returns when the server is to stop, or was dropped.
async fn until_stopped(stopped: &mut watch::Receiver<bool>) {
    // An error means that the server was dropped, which is a stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// An address that listens everywhere is reached on loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_name_a_dialect() {
        let all: ListenOn = "127.0.0.1:9000".parse().unwrap();
        assert_eq!(all, ListenOn { dialect: None, address: "127.0.0.1:9000".parse().unwrap() });
        let puff: ListenOn = "puff=[::1]:0".parse().unwrap();
        assert_eq!(puff, ListenOn { dialect: Some(Dialect::Puff), address: "[::1]:0".parse().unwrap() });
        assert_eq!("chat=1.2.3.4:5".parse::<ListenOn>(), Err(ListenOnError::UnknownDialect("chat".into())));
        assert_eq!("localhost".parse::<ListenOn>(), Err(ListenOnError::NotAnAddress("localhost".into())));
    }

    #[test]
    fn an_address_that_listens_everywhere_is_told_as_loopback() {
        assert_eq!(reachable("0.0.0.0:90".parse().unwrap()).to_string(), "127.0.0.1:90");
        assert_eq!(reachable("[::]:90".parse().unwrap()).to_string(), "[::1]:90");
        assert_eq!(reachable("192.0.2.1:90".parse().unwrap()).to_string(), "192.0.2.1:90");
    }
}
