//! Finds out under which addresses one socket can be reached from afar, and sends by a relay: STUN and TURN clients of
//! one socket, without I/O.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use rtc::crypto::RTCCryptoProvider;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use rtc::turn::client::{Client, ClientConfig, Event};

use super::connection::{Datagram, Local};

/// What encrypts: the library's, shared by all connections.
#[derive(Clone)]
pub(crate) struct Crypto(Arc<dyn RTCCryptoProvider>);

impl Crypto {
    pub(crate) fn new() -> Result<Self, String> {
        rtc::crypto::default_provider().map(Self).map_err(|error| error.to_string())
    }
}

impl std::fmt::Debug for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Crypto")
    }
}

/// A server whose name was resolved.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Where it is.
    pub address: SocketAddr,
    /// Name and password, of a relay.
    pub relay: Option<(String, String)>,
}

impl std::fmt::Debug for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.relay.is_some() { "turn" } else { "stun" };
        write!(f, "{kind}:{}", self.address)
    }
}

/// Something came by a relay.
#[derive(Debug)]
pub(crate) struct Passed {
    pub relay: SocketAddr,
    pub from: SocketAddr,
    pub data: BytesMut,
}

/// What was found out.
#[derive(Debug)]
pub(crate) enum Found {
    Address(Local),
    Passed(Passed),
    /// A server did not help.
    Failed,
}

/// One socket and the servers that it asks.
pub(crate) struct Gathering {
    socket: SocketAddr,
    helpers: Vec<Helper>,
}

impl std::fmt::Debug for Gathering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gathering").field("socket", &self.socket).finish_non_exhaustive()
    }
}

struct Helper {
    server: SocketAddr,
    client: Client,
    relay: Option<SocketAddr>,
    /// To whom the relay may pass on.
    allowed: BTreeSet<SocketAddr>,
}

impl Gathering {
    /// Asks all servers of the socket's family.
    pub(crate) fn new(now: Instant, socket: SocketAddr, servers: &[Resolved], crypto: &Crypto) -> Self {
        let of_family = |server: &&Resolved| server.address.is_ipv4() == socket.is_ipv4();
        let helpers =
            servers.iter().filter(of_family).filter_map(|server| Helper::new(now, socket, server, crypto));
        Self { socket, helpers: helpers.collect() }
    }

    pub(crate) const fn socket(&self) -> SocketAddr {
        self.socket
    }

    /// Whether this address is one that a relay lent to this socket.
    pub(crate) fn lends(&self, relay: SocketAddr) -> bool {
        self.helpers.iter().any(|helper| helper.relay == Some(relay))
    }

    /// The other end may be here: relays are to let its packets in.
    pub(crate) fn allow(&mut self, now: Instant, peer: SocketAddr) {
        for helper in &mut self.helpers {
            helper.allow(now, peer);
        }
    }

    /// Sends by a relay; before it lets the other end in, it is lost.
    pub(crate) fn pass(&mut self, now: Instant, relay: SocketAddr, to: SocketAddr, data: &[u8]) {
        for helper in self.helpers.iter_mut().filter(|helper| helper.relay == Some(relay)) {
            helper.allow(now, to);
            let sent = helper.client.relay(relay).and_then(|mut relay| relay.send_to(now, data, to));
            if let Err(error) = sent {
                tracing::trace!(%error, "not passed on yet");
            }
        }
    }

    /// Takes a packet if it is one of the servers'.
    pub(crate) fn takes(&mut self, now: Instant, from: SocketAddr, data: &[u8]) -> bool {
        let mut taken = false;
        for helper in self.helpers.iter_mut().filter(|helper| helper.server == from) {
            taken = true;
            let transport = TransportContext {
                local_addr: self.socket,
                peer_addr: from,
                ecn: None,
                transport_protocol: TransportProtocol::UDP,
            };
            if let Err(error) =
                helper.client.handle_read(TaggedBytesMut { now, transport, message: data.into() })
            {
                tracing::debug!(%error, "an answer of a server was not understood");
            }
        }
        taken
    }

    pub(crate) fn poll_found(&mut self, now: Instant) -> Option<Found> {
        let socket = self.socket;
        self.helpers.iter_mut().find_map(|helper| helper.poll(now, socket))
    }

    pub(crate) fn poll_datagram(&mut self) -> Option<Datagram> {
        let socket = self.socket;
        self.helpers.iter_mut().find_map(|helper| {
            let out = helper.client.poll_write()?;
            Some(Datagram { from: socket, to: out.transport.peer_addr, data: out.message })
        })
    }

    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        self.helpers.iter_mut().filter_map(|helper| helper.client.poll_timeout()).min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        for helper in &mut self.helpers {
            if helper.client.poll_timeout().is_some_and(|at| at <= now)
                && let Err(error) = helper.client.handle_timeout(now)
            {
                tracing::debug!(%error, "a server was not asked again");
            }
        }
    }

    /// Gives back what relays lent.
    pub(crate) fn close(&mut self, now: Instant) {
        for helper in &mut self.helpers {
            if let Some(relay) = helper.relay.take() {
                let closed = helper.client.relay(relay).and_then(|mut relay| relay.close(now));
                if let Err(error) = closed {
                    tracing::debug!(%error, "a relay was not given back");
                }
            }
        }
    }
}

impl Helper {
    fn new(now: Instant, socket: SocketAddr, server: &Resolved, crypto: &Crypto) -> Option<Self> {
        let address = server.address.to_string();
        let (username, password) = server.relay.clone().unwrap_or_default();
        let config = ClientConfig {
            // Addresses, not names: the library would wait for their resolution.
            stun_serv_addr: address.clone(),
            turn_serv_addr: address,
            local_addr: socket,
            username,
            password,
            ..ClientConfig::default()
        };
        let mut client = Client::new(config, Arc::clone(&crypto.0)).ok()?;
        // A relay tells the address, too, but browsers ask for it as well: it may be the better way.
        client.send_binding_request(now).ok()?;
        if server.relay.is_some() {
            client.allocate(now).ok()?;
        }
        Some(Self { server: server.address, client, relay: None, allowed: BTreeSet::new() })
    }

    fn allow(&mut self, now: Instant, peer: SocketAddr) {
        /// As many candidates are taken of one person.
        const MOST: usize = 64;
        let is_new = self.allowed.len() < MOST && self.allowed.insert(peer);
        if let Some(relay) = self.relay.filter(|relay| is_new && relay.is_ipv4() == peer.is_ipv4()) {
            Self::permit(&mut self.client, now, relay, peer);
        }
    }

    fn permit(client: &mut Client, now: Instant, relay: SocketAddr, peer: SocketAddr) {
        let permitted = client.relay(relay).and_then(|mut relay| relay.create_permission(now, peer));
        if let Err(error) = permitted {
            tracing::debug!(%error, "a relay was not asked to let somebody in");
        }
    }

    fn poll(&mut self, now: Instant, socket: SocketAddr) -> Option<Found> {
        loop {
            match self.client.poll_event()? {
                Event::BindingResponse(_, seen) if seen != socket => {
                    return Some(Found::Address(Local::Reflexive { seen, socket }));
                }
                Event::AllocateResponse(_, relay) => {
                    self.relay = Some(relay);
                    for peer in self.allowed.iter().filter(|peer| peer.is_ipv4() == relay.is_ipv4()) {
                        Self::permit(&mut self.client, now, relay, *peer);
                    }
                    return Some(Found::Address(Local::Relayed { relay, socket }));
                }
                Event::DataIndicationOrChannelData(_, from, data) => {
                    if let Some(relay) = self.relay {
                        return Some(Found::Passed(Passed { relay, from, data }));
                    }
                }
                Event::AllocateError(_, error) | Event::BindingError(_, error) => {
                    tracing::info!(server = %self.server, %error, "a server did not help");
                    return Some(Found::Failed);
                }
                Event::TransactionTimeout(_) if self.relay.is_none() => {
                    tracing::info!(server = %self.server, "a server did not answer");
                    return Some(Found::Failed);
                }
                Event::CreatePermissionError(_, error) => {
                    tracing::debug!(%error, "a relay lets somebody not in")
                }
                _ => {}
            }
        }
    }
}
