//! The gateway on the network: listeners, sockets, REST. Every rule is in [`crate::hub`] and [`crate::concierge`]; nothing here
//! decides.
//!
//! [`Server::bind`] is all that the program does, and what the app does to host a gateway on this computer.

mod admin;
mod chat;
mod compression;
mod concierge;
mod courier;
mod doors;
mod emagine;
mod i386chat;
mod identity;
mod inquiry;
mod listener;
mod mailbox;
mod metrics;
mod options;
mod origin;
mod queue;
mod reader;
mod rest;
mod seshes;
mod slept;
mod socket;
mod storage;
mod together;
mod token;
mod voice;
mod writer;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_dialects::puff::CloseCode;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::chat::{Chat, SqliteStore};
use crate::concierge::Access;
use crate::hub::Census;
use chat::{Ground, Mounted};
use concierge::{Desk, FileStore, Lobby};
use courier::{Courier, Letter, Mailbox};
use doors::Doors;
use identity::Identities;
use listener::{Reception, listen_on};
use origin::Proxies;
use rest::{Front, Fronts};
use storage::Storage;
use token::Token;
use voice::Rooms;

pub use crate::dialect::Dialect;
pub use crate::emagine::session::Rules as EmagineRules;
pub use crate::i386chat::I386chatOptions;
pub use crate::i386chat::session::Rules as I386chatRules;
pub use crate::i386chat::tokens::{StaticTokens, StaticTokensError};
pub use crate::together::TogetherOptions;
pub use concierge::FileLimits;
pub use doors::ConnectionLimits;
pub use options::{
    AdminOptions, BindError, ConciergeOptions, Identity, ListenOn, ListenOnError, ServerOptions, address_from,
};
pub use origin::{Network, NetworkError};

/// A running server. Dropping it ends it at once; [`Server::shutdown`] ends it politely.
#[derive(Debug)]
pub struct Server {
    url: String,
    local_addr: SocketAddr,
    dialects: BTreeMap<&'static str, String>,
    admin: Option<SocketAddr>,
    metrics: Option<SocketAddr>,
    accounts: Option<Arc<Accounts>>,
    chat: Option<Chat>,
    mailbox: Mailbox,
    desk: Desk,
    stop: watch::Sender<bool>,
    /// Ends when everything is saved and everybody was told to go.
    courier: JoinHandle<()>,
    /// Ends when everybody at the concierge was told to go.
    concierge: JoinHandle<()>,
    /// Closed when every socket has ended.
    ended: mpsc::Receiver<()>,
}

/// A listener, what it serves, and where.
struct Open {
    listener: TcpListener,
    local: SocketAddr,
}

impl Open {
    fn at(address: SocketAddr) -> Result<Self, BindError> {
        Self::sharing(address, false)
    }

    /// `both`: IPv4 has a listener of its own on the same port.
    fn sharing(address: SocketAddr, both: bool) -> Result<Self, BindError> {
        let failed = |source| BindError::Listen { address, source };
        let listener = listen_on(address, both).map_err(failed)?;
        let local = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, local })
    }
}

impl Server {
    /// How long clients get to take their close frame.
    const FAREWELL: Duration = Duration::from_secs(3);
    /// How long saving may take.
    const SAVING: Duration = Duration::from_secs(30);

    /// Listens, and serves from now on. Needs a tokio runtime.
    ///
    /// # Errors
    /// See [`BindError`].
    pub async fn bind(options: ServerOptions) -> Result<Self, BindError> {
        let ServerOptions {
            listen,
            data,
            mut hub,
            connections,
            only_from,
            header_timeout,
            trusted_proxies,
            identity,
            concierge,
            chat: chat_options,
            together: together_options,
            emagine: emagine_rules,
            i386chat: i386chat_options,
            admin,
            metrics,
        } = options;
        let has_accounts = matches!(identity, Identity::Accounts(_));
        let mut listeners = Vec::with_capacity(listen.len());
        let has_ipv4 = |port| {
            let twin = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
            listen.iter().any(|other| other.address == twin)
        };
        for ListenOn { dialect, address } in &listen {
            let both = address.is_ipv6() && address.ip().is_unspecified() && has_ipv4(address.port());
            listeners.push((*dialect, Open::sharing(*address, both)?));
        }
        let shared = listeners.iter().find(|(dialect, ..)| dialect.is_none());
        let local_addr = shared.or(listeners.first()).ok_or(BindError::NoListener)?.1.local;
        let dialects = Dialect::ALL
            .into_iter()
            .filter(|dialect| has_accounts || !dialect.needs_accounts())
            .filter_map(|dialect| {
                let own = listeners.iter().find(|(of, ..)| *of == Some(dialect));
                let (_, open) = own.or(shared)?;
                Some((dialect.name(), format!("ws://{}/{}", reachable(open.local), dialect.path())))
            })
            .collect();

        let storage = data.as_deref().map(Storage::open).transpose()?;
        let data = storage.as_ref().map(Storage::directory);
        let admin = match admin {
            None => None,
            Some(options) => Some((Token::of(&options, data)?, Open::at(options.address)?)),
        };
        let metrics = metrics.map(Open::at).transpose()?;
        let files = match concierge.files {
            None => None,
            Some(directory) => match FileStore::open(&directory, concierge.file_limits) {
                Ok(files) => Some(Arc::new(files)),
                Err(source) => return Err(BindError::Files { directory, source }),
            },
        };
        let clock = Arc::new(Clock::new());
        let identities = Identities::open(identity, data, &clock).await?;
        let changes = identities.changes().await?;
        let Identities { verifier, routes: account_routes, accounts, gate } = identities;
        let (stop, stopped) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let (mailbox, letters) = Mailbox::new(&alive);
        hub.communities = accounts.is_some();
        let (news, sesh_news) = mpsc::unbounded_channel();
        let courier = Courier::new(hub, Arc::clone(&clock), storage, verifier, letters, news);
        let (desk, letters) = Desk::new(concierge.broker.open, &alive);
        let broker = concierge::Courier::new(concierge.broker, Arc::clone(&clock), files.clone(), letters);
        let courier = tokio::spawn(courier.run(stopped.clone(), alive.clone()));
        let broker = tokio::spawn(broker.run(stopped.clone(), alive.clone()));

        let chat = accounts.as_ref().map(|accounts| {
            let (link, said) = mpsc::unbounded_channel();
            let store = Arc::new(SqliteStore::new(Arc::clone(accounts), Arc::clone(&clock)));
            let chat = Chat::start(store, Arc::clone(&clock), link, chat_options);
            let (voices, heard) = mpsc::unbounded_channel();
            if let Err(error) = chat.tell_voice(voices) {
                tracing::error!(%error, "nobody is seen in voice rooms");
            }
            tokio::spawn(seshes::tell(Arc::clone(accounts), chat.clone(), mailbox.clone(), sesh_news));
            tokio::spawn(seshes::listen(mailbox.clone(), said));
            tokio::spawn(seshes::hear(mailbox.clone(), heard));
            chat
        });
        if let Some(changes) = changes {
            tokio::spawn(identity::follow(changes, mailbox.clone(), chat.clone(), stopped.clone()));
        }
        let doors = Doors::new(connections);
        let ground = accounts.clone().zip(gate).zip(chat.clone()).map(|((accounts, gate), chat)| Ground {
            accounts,
            gate,
            chat,
            clock: Arc::clone(&clock),
            doors: doors.clone(),
            alive: alive.clone(),
            stopped: stopped.clone(),
        });
        let together = ground
            .as_ref()
            .map(|ground| together::front(ground, together_options, Arc::new(mailbox.clone())));
        let mounted: Vec<Mounted> = ground
            .iter()
            .flat_map(|ground| {
                [emagine::mount(ground, emagine_rules), i386chat::mount(ground, i386chat_options.clone())]
            })
            .collect();
        drop((ground, alive));
        let proxies = Arc::new(Proxies::new(trusted_proxies));
        let reception =
            Reception { doors: doors.clone(), proxies, only_from: only_from.into(), header_timeout };
        let lobby = Lobby { desk: desk.clone(), doors: doors.clone(), files };
        let fronts = Fronts { concierge: lobby, together, mounted: mounted.into() };
        let rooms = accounts.clone().zip(chat.clone());
        let rooms = rooms.map(|(accounts, chat)| Rooms { accounts, chat, mailbox: mailbox.clone() });
        let front = Front { mailbox: mailbox.clone(), doors, rooms };
        for (dialect, Open { listener, .. }) in listeners {
            let app = rest::router(dialect, front.clone(), fronts.clone(), account_routes.clone());
            tokio::spawn(reception.clone().serve(listener, app, stopped.clone()));
        }
        // The host gets in also when all places are taken.
        let reserved = || Reception {
            doors: Doors::new(ConnectionLimits { total: 64, ..ConnectionLimits::default() }),
            proxies: Arc::default(),
            only_from: Arc::default(),
            header_timeout,
        };
        let (admin_addr, metrics_addr) =
            (admin.as_ref().map(|(_, open)| open.local), metrics.as_ref().map(|open| open.local));
        if let Some((token, Open { listener, .. })) = admin {
            tokio::spawn(reserved().serve(listener, admin::router(mailbox.clone(), token), stopped.clone()));
        }
        if let Some(Open { listener, .. }) = metrics {
            tokio::spawn(reserved().serve(listener, metrics::router(front, desk.clone()), stopped));
        }
        Ok(Self {
            url: format!("http://{}", reachable(local_addr)),
            local_addr,
            dialects,
            admin: admin_addr,
            metrics: metrics_addr,
            accounts,
            chat,
            mailbox,
            desk,
            stop,
            courier,
            concierge: broker,
            ended,
        })
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

    /// Where the administration listener listens, if there is one.
    #[must_use]
    pub const fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// Where `/metrics` is served, if it is.
    #[must_use]
    pub const fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// How much is going on; `None` when the server has ended.
    pub async fn census(&self) -> Option<Census> {
        self.mailbox.ask(|answer| Letter::Census { answer }).await
    }

    /// Changes who is let in to the concierge; see [`Broker::admit`](crate::concierge::Broker::admit) for those who are
    /// there.
    pub async fn admit_to_concierge(&self, access: Access) {
        self.desk.admit(access).await;
    }

    /// Ends for good: like [`Server::shutdown`], but everybody is told (puff 4009, concierge 4011) that the host stopped
    /// the gateway, so that clients say so and do not try to come back.
    pub async fn retire(self) {
        let code = hearth_dialects::concierge::CloseCode::HostStopped;
        self.desk.send(concierge::Letter::Parting { code }).await;
        self.mailbox.send(Letter::Parting { code: CloseCode::HostStopped }).await;
        self.shutdown().await;
    }

    /// Stops listening, saves everything, closes every socket with 1001, and waits until they are closed, up to
    /// three seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        match tokio::time::timeout(Self::SAVING, self.courier).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the hub ended badly"),
            Err(_) => tracing::error!("could not save in time"),
        }
        if let Err(error) = self.concierge.await {
            tracing::error!(%error, "the concierge ended badly");
        }
        if tokio::time::timeout(Self::FAREWELL, self.ended.recv()).await.is_err() {
            tracing::warn!("some clients did not take their leave in time");
        }
        if let Some(chat) = self.chat {
            chat.stop().await;
        }
        if let Some(accounts) = self.accounts {
            accounts.close().await;
        }
    }
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
    fn an_address_that_listens_everywhere_is_told_as_loopback() {
        assert_eq!(reachable("0.0.0.0:90".parse().unwrap()).to_string(), "127.0.0.1:90");
        assert_eq!(reachable("[::]:90".parse().unwrap()).to_string(), "[::1]:90");
        assert_eq!(reachable("192.0.2.1:90".parse().unwrap()).to_string(), "192.0.2.1:90");
    }
}
