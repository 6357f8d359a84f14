//! The broker of the ert-concierge dialect: clients, services and messages between them as one state machine without
//! I/O or clock (facts/other-gateways.md §2).
//!
//! The owner of the sockets feeds it [`Broker::connect`], [`Broker::receive`], [`Broker::disconnect`] and, at
//! [`Broker::poll_timeout`], [`Broker::handle_timeout`]; what is to be sent comes out of [`Broker::poll_output`]. How
//! much waits for a socket, and who is read more slowly for it, is not decided here.

mod config;
mod directory;
mod identify;
mod message;
mod outbox;
mod request;
mod tally;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::concierge::{ClientPayload, CloseCode, ServerPayload, Undecodable};
use uuid::Uuid;

pub use config::{Access, BrokerConfig};
pub use outbox::Output;
pub use tally::{Population, Tally};

use crate::buckets::AddressBuckets;
use crate::hub::{ConnectionId, RandomSource};
use directory::Directory;
use outbox::Outbox;

/// A socket that has not identified.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// Until when it may.
    deadline: Instant,
    address: IpAddr,
}

/// The state machine.
pub struct Broker {
    config: BrokerConfig,
    random: Box<dyn RandomSource + Send>,
    waiting: BTreeMap<ConnectionId, Waiting>,
    /// Wrong secrets.
    guesses: AddressBuckets,
    directory: Directory,
    /// When to look at whom; one entry for each socket.
    timers: BTreeSet<(Instant, ConnectionId)>,
    outbox: Outbox,
}

impl Broker {
    /// Whoever does what is due this late was asleep when it became due.
    const ASLEEP: Duration = Duration::from_secs(3);

    /// An empty broker.
    #[must_use]
    pub fn new(config: BrokerConfig, random: Box<dyn RandomSource + Send>) -> Self {
        Self {
            guesses: AddressBuckets::new(config.guesses, config.loopback),
            config,
            random,
            waiting: BTreeMap::new(),
            directory: Directory::default(),
            timers: BTreeSet::new(),
            outbox: Outbox::default(),
        }
    }

    /// A socket was opened from this address. Nothing is sent until it identifies.
    pub fn connect(&mut self, now: Now, id: ConnectionId, address: IpAddr) {
        self.outbox.tally.connects += 1;
        if !self.config.open {
            self.outbox.close(id, CloseCode::HostStopped);
            return;
        }
        if self.waiting.len() >= self.config.waiting {
            self.outbox.close(id, CloseCode::TryAgainLater);
            return;
        }
        let deadline = now.instant + self.config.identify;
        self.waiting.insert(id, Waiting { deadline, address });
        self.timers.insert((deadline, id));
    }

    /// A text came.
    pub fn receive(&mut self, now: Now, id: ConnectionId, text: &str) {
        self.outbox.tally.frames_in += 1;
        let payload = ClientPayload::decode(text);
        if let Some(Waiting { address, .. }) = self.waiting.get(&id).copied() {
            return match payload {
                Ok(ClientPayload::Identify(identify)) => self.identify(now, id, address, identify),
                Ok(_) => self.turn_away(id, CloseCode::NoAuth),
                Err(_) => self.turn_away(id, CloseCode::FatalDecode),
            };
        }
        let Some(client) = self.directory.client_mut(id) else { return };
        client.heard = now.instant;
        if let Ok(ClientPayload::SelfSetSeq { seq }) = payload {
            client.next_seq = seq;
        }
        let seq = client.next_seq;
        client.next_seq = seq.wrapping_add(1);
        match payload {
            Ok(payload) => self.execute(id, seq, payload),
            Err(Undecodable::UnknownType) => self.outbox.answer(id, seq, ServerPayload::ErrorUnsupported),
            Err(Undecodable::Malformed(desc)) => {
                self.outbox.answer(id, seq, ServerPayload::ErrorProtocol { desc: desc.into() });
            }
        }
    }

    /// A binary frame came: no payload, and not counted (CON-R3, CON-R17).
    pub fn receive_binary(&mut self, now: Now, id: ConnectionId) {
        self.outbox.tally.frames_in += 1;
        if self.waiting.contains_key(&id) {
            self.turn_away(id, CloseCode::NoAuth);
        } else {
            self.heard(now, id);
        }
    }

    /// A ping or a pong came, or nothing can come because the socket is not being read.
    pub fn heard(&mut self, now: Now, id: ConnectionId) {
        if let Some(client) = self.directory.client_mut(id) {
            client.heard = now.instant;
        }
    }

    /// A socket is gone.
    pub fn disconnect(&mut self, id: ConnectionId) {
        if let Some(Waiting { deadline, .. }) = self.waiting.remove(&id) {
            self.timers.remove(&(deadline, id));
        } else {
            self.leave(id);
        }
    }

    /// Closes a socket, whatever it is doing.
    pub fn close(&mut self, id: ConnectionId, code: CloseCode) {
        self.outbox.close(id, code);
        self.disconnect(id);
    }

    /// Closes everybody and forgets everything; nobody is told of the others.
    pub fn close_all(&mut self, code: CloseCode) {
        let waiting = std::mem::take(&mut self.waiting);
        let directory = std::mem::take(&mut self.directory);
        self.timers.clear();
        for id in waiting.into_keys().chain(directory.ids()) {
            self.outbox.close(id, code);
        }
        for client in directory.clients() {
            self.outbox.left(client.uuid);
        }
    }

    /// Lets in whom it is told, from now on. Everybody goes when nobody is let in any more (4011), and when another secret is
    /// needed, which they have to know to come back (4006).
    pub fn admit(&mut self, Access { open, secret }: Access) {
        let other = secret.is_some() && secret != self.config.secret;
        (self.config.open, self.config.secret) = (open, secret);
        if !open {
            self.close_all(CloseCode::HostStopped);
        } else if other {
            self.close_all(CloseCode::BadSecret);
        }
    }

    /// When to call [`Broker::handle_timeout`] next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Does what is due: pings, and closes whoever was silent or did not identify.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.poll_timeout().is_some_and(|due| now.instant > due + Self::ASLEEP) {
            self.woke(now);
        }
        while let Some((at, id)) = self.timers.first().copied().filter(|(at, _)| *at <= now.instant) {
            self.timers.remove(&(at, id));
            if self.waiting.remove(&id).is_some() {
                self.outbox.close(id, CloseCode::AuthFailed);
                continue;
            }
            let Some(client) = self.directory.client_mut(id) else { continue };
            if now.instant >= client.heard + self.config.silence {
                self.close(id, CloseCode::HeartbeatFailed);
                continue;
            }
            if now.instant >= client.next_ping {
                client.next_ping = now.instant + self.config.ping;
                self.outbox.ping(id);
            }
            client.wake = client.next_ping.min(client.heard + self.config.silence);
            self.timers.insert((client.wake, id));
        }
    }

    /// The computer slept: nobody is closed for what could not be heard meanwhile.
    pub fn woke(&mut self, now: Now) {
        self.timers.clear();
        for (id, Waiting { deadline, .. }) in &mut self.waiting {
            *deadline = now.instant + self.config.identify;
            self.timers.insert((*deadline, *id));
        }
        for id in self.directory.ids().collect::<Vec<_>>() {
            if let Some(client) = self.directory.client_mut(id) {
                (client.heard, client.next_ping, client.wake) = (now.instant, now.instant, now.instant);
                self.timers.insert((now.instant, id));
            }
        }
    }

    /// What to do next with the sockets.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.pop()
    }

    /// How many there are of what.
    #[must_use]
    pub fn population(&self) -> Population {
        Population { waiting: self.waiting.len(), ..self.directory.population() }
    }

    /// What happened so far.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.outbox.tally
    }

    /// Whether a client with this uuid is here: the key to the file server.
    #[must_use]
    pub fn has_uuid(&self, uuid: Uuid) -> bool {
        self.directory.with_uuid(uuid).is_some()
    }

    /// The uuid of the client of this name.
    #[must_use]
    pub fn uuid_of(&self, name: &str) -> Option<Uuid> {
        self.directory.client(self.directory.named(name)?).map(|client| client.info.uuid)
    }

    /// Closes a socket that has not identified.
    fn turn_away(&mut self, id: ConnectionId, code: CloseCode) {
        if let Some(Waiting { deadline, .. }) = self.waiting.remove(&id) {
            self.timers.remove(&(deadline, id));
            self.outbox.close(id, code);
        }
    }

    /// A client is gone: its services first, then its subscriptions, then itself (CON-17, CON-R21).
    fn leave(&mut self, id: ConnectionId) {
        let Some(client) = self.directory.client_mut(id) else { return };
        let (info, owns) = (client.info.clone(), std::mem::take(&mut client.owns));
        self.timers.remove(&(client.wake, id));
        for name in owns {
            if let Some(service) = self.directory.delete(&name) {
                let everybody = self.directory.others(id);
                self.outbox.tell(everybody, ServerPayload::ServiceDeleteResult { service });
            }
        }
        // What it heard of its own is deleted by now.
        let hears = self.directory.client(id).map(|client| client.hears.clone()).unwrap_or_default();
        for name in hears {
            self.directory.unsubscribe(id, &name);
            self.tell_subscribers(&name, |service| ServerPayload::ServiceClientUnsubscribed {
                client: info.clone(),
                service,
            });
        }
        self.directory.remove(id);
        self.outbox.left(info.uuid);
        self.outbox.tell(self.directory.ids(), ServerPayload::ClientLeft { client: info });
    }
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broker").field("population", &self.population()).finish_non_exhaustive()
    }
}
