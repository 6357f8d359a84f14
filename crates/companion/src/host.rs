//! Hosting on this computer: the gateway inside this program, open to the local network, announced there, with the
//! addresses and the code to give to friends. Self-contained: whoever holds a [`Host`] watches its [`HostState`] and
//! stops it.
//!
//! Anybody in the network can reach it, and nobody from elsewhere: a gateway for the internet is a program of its own,
//! behind TLS. Whether a heater heats is decided by its owner's companion, whatever this gateway says.

mod qr;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth_gateway::concierge::{Access, BrokerConfig};
use hearth_gateway::server::{ConciergeOptions, ConnectionLimits, Identity, ListenOn};
use hearth_gateway::verify::Nobody;
use hearth_gateway::{BindError, Server, ServerOptions};
use hearth_lan::{Announcement, Announcer, Crowd, Lan, Trouble, local};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

pub use qr::QrCode;

/// The ports that are tried after the one of last time. A firewall that lets these through lets every Hearth through.
pub const PORTS: RangeInclusive<u16> = 9420..=9429;

/// How often guests and addresses are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// More than any living room holds. Each connection takes little, but this is somebody's desktop.
const LIMITS: ConnectionLimits =
    ConnectionLimits { total: 256, per_address: 32, compressed: 32, loopback: false };

/// Who can come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Openness {
    /// Everybody in the networks that this computer is in.
    #[default]
    Network,
    /// Programs on this computer only: for tests and demonstrations.
    ThisComputer,
}

/// How to host. The secret in it does not show in logs.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Name that others see in their lobby.
    pub name: String,
    /// Directory for groups that outlive the program; `None` keeps them in memory.
    pub data: Option<PathBuf>,
    /// The port of last time, so that addresses that were given to friends stay right: see [`HostState::port`].
    pub port: Option<u16>,
    /// Where to announce: the one that the program also looks around with, so that it knows its own gateway.
    pub lan: Lan,
    /// Who can come.
    pub openness: Openness,
    /// Which scripts, lights and other programs can come (the concierge).
    pub scripts: Access,
}

/// Why nothing is hosted. Nothing is left running.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// This computer is in no network: connect it to one.
    #[error("this computer is in no network")]
    NoNetwork,
    /// Other programs have all the ports: end one of them.
    #[error("all ports from {first} to {last} are in use", first = PORTS.start(), last = PORTS.end())]
    PortsBusy,
    /// The system does not let this program listen: allow it in the settings of the system or its firewall.
    #[error("the system does not let this program listen in the network")]
    NotPermitted,
    /// Another Hearth hosts on this computer: end it there.
    #[error("another Hearth hosts on this computer")]
    HostsAlready,
    /// The directory cannot be used: make room there, or host without it.
    #[error("the directory for groups cannot be used: {0}")]
    Data(String),
    /// Something else, in technical words.
    #[error("the gateway could not be started: {0}")]
    Broken(String),
}

impl HostError {
    /// A stable name for faces.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoNetwork => "no_network",
            Self::PortsBusy => "ports_busy",
            Self::NotPermitted => "not_permitted",
            Self::HostsAlready => "hosts_already",
            Self::Data(_) => "data",
            Self::Broken(_) => "broken",
        }
    }
}

/// A running host as a face may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostState {
    /// The address for this program itself.
    pub own_url: String,
    /// The port; give it as [`HostOptions::port`] next time.
    pub port: u16,
    /// Addresses to give to others, the likeliest first; empty while there is no network.
    pub addresses: Vec<String>,
    /// The first address as a code.
    pub code: Option<QrCode>,
    /// Everybody who is connected, this program included.
    pub people: u32,
    /// Those who come from other computers.
    pub guests: u32,
    /// Groups that somebody is in.
    pub groups: u32,
    /// Why others do not find it by themselves; they can still be given the address.
    pub unannounced: Option<Trouble>,
}

/// A gateway that is hosted. Dropping it stops it as well; [`Host::stop`] waits until everybody is told.
#[derive(Debug)]
pub struct Host {
    state: watch::Receiver<HostState>,
    scripts: mpsc::UnboundedSender<Access>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Host {
    /// Opens the gateway and announces it. Needs a tokio runtime.
    ///
    /// # Errors
    /// See [`HostError`].
    pub async fn start(options: HostOptions) -> Result<Self, HostError> {
        let HostOptions { name, data, port, lan, openness, scripts } = options;
        if openness.addresses().is_empty() {
            return Err(HostError::NoNetwork);
        }
        let server = open(openness, data, port, &scripts).await?;
        let port = server.local_addr().port();
        let address = (openness == Openness::ThisComputer).then_some(Ipv4Addr::LOCALHOST.into());
        let announcer = lan.announce(Announcement { address, ..Announcement::new(&name, port) });
        let trouble = announcer.trouble();
        let own_url = format!("ws://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let state = HostState {
            own_url,
            port,
            addresses: Vec::new(),
            code: None,
            people: 0,
            guests: 0,
            groups: 0,
            unannounced: *trouble.borrow(),
        };
        let (tell, state) = watch::channel(with_addresses(state, openness));
        let (stop, stopped) = oneshot::channel();
        let work = Work { server, announcer, trouble, openness, tell };
        let (scripts, changes) = mpsc::unbounded_channel();
        Ok(Self { state, scripts, stop, task: tokio::spawn(work.run(changes, stopped)) })
    }

    /// What there is to see of it, as it changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<HostState> {
        self.state.clone()
    }

    /// Changes which programs can come; those go that could not come any more.
    pub fn admit_scripts(&self, scripts: Access) {
        // An error means that the task has ended by itself.
        let _ = self.scripts.send(scripts);
    }

    /// Takes the announcement back, tells all guests that the host stopped the gateway, and closes. Takes as long as the
    /// slowest guest's goodbye, up to some seconds.
    pub async fn stop(self) {
        // An error means that the task has ended by itself.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

struct Work {
    server: Server,
    announcer: Announcer,
    trouble: watch::Receiver<Option<Trouble>>,
    openness: Openness,
    tell: watch::Sender<HostState>,
}

impl Work {
    async fn run(self, mut scripts: mpsc::UnboundedReceiver<Access>, mut stopped: oneshot::Receiver<()>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = looks.tick() => self.look().await,
                Some(access) = scripts.recv() => self.server.admit_to_concierge(access).await,
                // Also when the host was dropped.
                _ = &mut stopped => break,
            }
        }
        tokio::join!(self.announcer.stop(), self.server.retire());
    }

    async fn look(&self) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let census = self.server.census().await.unwrap_or_default();
        self.announcer.tell(Crowd { people: count(census.people), groups: count(census.public_groups) });
        let seen = HostState {
            people: count(census.people),
            guests: count(census.guests),
            groups: count(census.lively_groups),
            unannounced: *self.trouble.borrow(),
            ..self.tell.borrow().clone()
        };
        let seen = with_addresses(seen, self.openness);
        self.tell.send_if_modified(|known| {
            let changed = *known != seen;
            if changed {
                *known = seen;
            }
            changed
        });
    }
}

impl Openness {
    fn addresses(self) -> Vec<IpAddr> {
        match self {
            Self::Network => local::shown(),
            Self::ThisComputer => vec![Ipv4Addr::LOCALHOST.into()],
        }
    }

    /// What to listen on. Each kind of addresses has a socket of its own, because systems differ in whether one takes
    /// both.
    fn listeners(self, port: u16, ipv6: bool) -> Vec<ListenOn> {
        let on = |address: IpAddr| ListenOn { dialect: None, address: SocketAddr::new(address, port) };
        match self {
            Self::ThisComputer => vec![on(Ipv4Addr::LOCALHOST.into())],
            Self::Network if ipv6 => vec![on(Ipv4Addr::UNSPECIFIED.into()), on(Ipv6Addr::UNSPECIFIED.into())],
            Self::Network => vec![on(Ipv4Addr::UNSPECIFIED.into())],
        }
    }
}

fn with_addresses(state: HostState, openness: Openness) -> HostState {
    let url = |address| format!("ws://{}", SocketAddr::new(address, state.port));
    let addresses: Vec<String> = openness.addresses().into_iter().map(url).collect();
    if addresses == state.addresses {
        return state;
    }
    let code = addresses.first().and_then(|first| QrCode::of(first));
    HostState { addresses, code, ..state }
}

/// Opens the gateway on the port of last time, or the first of [`PORTS`] that is free.
async fn open(
    openness: Openness,
    data: Option<PathBuf>,
    last: Option<u16>,
    scripts: &Access,
) -> Result<Server, HostError> {
    let mut failure = HostError::PortsBusy;
    let last = last.filter(|port| *port > 0);
    for port in last.into_iter().chain(PORTS.filter(|port| Some(*port) != last)) {
        match open_at(openness, data.clone(), port, scripts).await {
            Ok(server) => return Ok(server),
            Err(BindError::Listen { source, .. }) => {
                use std::io::ErrorKind::{AddrInUse, PermissionDenied};
                match source.kind() {
                    AddrInUse => {}
                    // Windows says so of ports that others keep for themselves, too.
                    PermissionDenied => failure = HostError::NotPermitted,
                    _ => failure = HostError::Broken(source.to_string()),
                }
            }
            Err(BindError::InUse { .. }) => return Err(HostError::HostsAlready),
            Err(BindError::Data { source, .. }) => return Err(HostError::Data(source.to_string())),
            Err(error) => return Err(HostError::Broken(error.to_string())),
        }
    }
    Err(failure)
}

async fn open_at(
    openness: Openness,
    data: Option<PathBuf>,
    port: u16,
    scripts: &Access,
) -> Result<Server, BindError> {
    let Access { open, secret } = scripts.clone();
    let broker = BrokerConfig { open, secret, ..BrokerConfig::default() };
    let from = |(address, prefix): local::Range| format!("{address}/{prefix}").parse().ok();
    let options = |ipv6| ServerOptions {
        listen: openness.listeners(port, ipv6),
        data: data.clone(),
        connections: LIMITS,
        only_from: local::networks().into_iter().filter_map(from).collect(),
        // Guests need no account, and none is kept of them.
        identity: Identity::External(Arc::new(Nobody)),
        concierge: ConciergeOptions { broker: broker.clone(), ..ConciergeOptions::default() },
        ..ServerOptions::default()
    };
    match Server::bind(options(true)).await {
        // A computer without IPv6.
        Err(BindError::Listen { address, source })
            if address.is_ipv6() && source.kind() != std::io::ErrorKind::AddrInUse =>
        {
            Server::bind(options(false)).await
        }
        bound => bound,
    }
}
