//! The gateway's core: sessions, groups and their rules as one state machine without I/O or clock.
//!
//! The owner of the sockets feeds it [`Hub::connect`], [`Hub::receive`], [`Hub::disconnect`] and, at
//! [`Hub::poll_timeout`], [`Hub::handle_timeout`]; what is to be sent comes out of [`Hub::poll_output`]. Frames
//! of one socket are executed in the order in which they come, each to its end before the next.

mod accounts;
mod census;
mod community;
mod config;
mod countdown;
mod group;
mod lobby;
mod membership;
mod outbox;
mod ownership;
mod random;
mod rates;
mod recent;
mod remote;
mod sesh;
mod session;
mod sessions;
mod stored;
mod talk;
mod tally;
mod timers;
mod token;
mod voice;
mod watching;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{
    ClientFrame, ClientOp, CloseCode, ErrorCode, ErrorEvent, Event, GroupId, Op, PublicGroup, Refusal,
    SessionId, UserUpdate, limits,
};

pub use accounts::{UserChange, Verdict};
pub use census::Census;
pub use community::{CommunityMessage, SeshFace, SeshNews};
pub use config::{AddressLimits, HubConfig, RateLimit};
pub use group::{HeatProgress, StoredSesh};
pub use outbox::Output;
pub use random::{OsRandom, RandomSource, SeededRandom};
pub use remote::{Reached, RemoteAction};
pub use stored::{Stored, StoredGroup, StoredPhase, StoredSession};
pub use tally::Tally;
pub use token::TokenHash;
pub use voice::{NoSeat, Speaker, VoiceSeat};

use accounts::Verifications;
use community::Communities;
use group::{Group, GroupKey};
use lobby::Lobby;
use outbox::Outbox;
use rates::{AddressCall, AddressRates};
use recent::Recent;
use session::{Session, SessionKey};
use timers::{Timer, Timers};
use voice::Voices;

/// Names one socket; chosen by the owner of the sockets, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Who is at the other end of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// Whether voice rooms can be asked for where it connected.
    pub reaches_voice: bool,
}

impl Peer {
    /// A peer on this computer.
    pub const LOOPBACK: Self = Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), reaches_voice: true };
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population {
    /// Open sockets.
    pub connections: usize,
    /// Sessions, those in their grace time included.
    pub sessions: usize,
    /// Groups, empty ones included.
    pub groups: usize,
    /// Devices that somebody watches (op 22).
    pub watched_devices: usize,
}

/// The state machine.
pub struct Hub {
    config: HubConfig,
    random: Box<dyn RandomSource + Send>,
    connections: HashMap<ConnectionId, SessionKey>,
    sessions: BTreeMap<SessionKey, Session>,
    session_ids: HashMap<SessionId, SessionKey>,
    groups: BTreeMap<GroupKey, Group>,
    codes: HashMap<GroupId, GroupKey>,
    /// The last number given to a session or group.
    last_key: u64,
    watchers: BTreeMap<String, BTreeSet<SessionKey>>,
    verifications: Verifications,
    addresses: AddressRates,
    lobby: Lobby,
    recent: Recent,
    communities: Communities,
    voices: Voices,
    timers: Timers,
    /// While several deadlines are worked off: groups that lost members and owe the others a list.
    thinned: Option<BTreeSet<GroupKey>>,
    outbox: Outbox,
    tally: Tally,
}

impl Hub {
    /// Whoever does what is due this late was asleep when it became due.
    const ASLEEP: Duration = Duration::from_secs(3);

    /// An empty hub.
    #[must_use]
    pub fn new(config: HubConfig, random: Box<dyn RandomSource + Send>) -> Self {
        Self {
            addresses: AddressRates::new(config.address.clone()),
            recent: Recent::new(config.grace),
            config,
            random,
            connections: HashMap::new(),
            sessions: BTreeMap::new(),
            session_ids: HashMap::new(),
            groups: BTreeMap::new(),
            codes: HashMap::new(),
            last_key: 0,
            watchers: BTreeMap::new(),
            verifications: Verifications::default(),
            lobby: Lobby::default(),
            communities: Communities::default(),
            voices: Voices::default(),
            timers: Timers::default(),
            thinned: None,
            outbox: Outbox::default(),
            tally: Tally::default(),
        }
    }

    /// A socket was opened. It gets a hello with a session of its own, or is closed when its address opens too
    /// many.
    pub fn connect(&mut self, now: Now, id: ConnectionId, peer: Peer) {
        self.tally.connects += 1;
        if !self.addresses.take(now.instant, peer.address, AddressCall::Connect) {
            self.close(id, CloseCode::TryAgainLater);
            return;
        }
        self.open_session(now, id, peer);
    }

    /// A text or binary frame came. Whatever it is, it costs at most itself.
    pub fn receive(&mut self, now: Now, id: ConnectionId, text: &str) {
        let Some(&key) = self.connections.get(&id) else { return };
        self.tally.frames_in += 1;
        self.heard_from(now, key);
        let Some(address) = self.sessions.get(&key).map(|session| session.peer.address) else { return };
        if !self.addresses.take(now.instant, address, AddressCall::Frame) {
            self.tally.rate_limited += 1;
            return;
        }
        if text.len() > limits::FRAME_BYTES {
            return self.refuse(key, Refusal::new(ErrorEvent::Internal, ErrorCode::InvalidData));
        }
        let frame = match ClientFrame::parse(text) {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(refusal) => return self.refuse(key, refusal),
        };
        if !self.within_rates(now, key, address, frame.op) {
            self.tally.rate_limited += 1;
            return self.tell(key, Event::RateLimited { op: Some(u64::from(frame.op.code())) });
        }
        match frame.read() {
            Ok(op) => self.execute(now, key, op),
            Err(refusal) => self.refuse(key, refusal),
        }
    }

    /// A socket is gone. Its session stays for the grace time.
    pub fn disconnect(&mut self, now: Now, id: ConnectionId) {
        self.verifications.forget(id);
        if let Some(key) = self.connections.remove(&id) {
            self.drop_session(now, key);
        }
    }

    /// Does what is due. Members who vanished together cost their group one list of members, not one each: such
    /// lists are the largest frames there are.
    pub fn handle_timeout(&mut self, now: Now) {
        let late = self.timers.next().map(|due| now.instant.saturating_duration_since(due));
        if late.is_some_and(|late| late > Self::ASLEEP) {
            self.woke(now);
        }
        self.thinned = Some(BTreeSet::new());
        while let Some(timer) = self.timers.pop(now.instant) {
            match timer {
                Timer::Session(key) => self.session_due(now, key),
                Timer::Group(key) => self.group_due(now, key),
                Timer::PublicList => self.public_list_due(now),
            }
        }
        for group in self.thinned.take().unwrap_or_default() {
            self.close_ranks(group);
        }
    }

    /// When [`Hub::handle_timeout`] is to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// What to send next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.tell_communities();
        self.outbox.pop()
    }

    /// Closes every socket: the gateway shuts down.
    pub fn close_all(&mut self) {
        self.close_all_with(CloseCode::GoingAway);
    }

    /// Closes every socket with this code.
    pub fn close_all_with(&mut self, code: CloseCode) {
        let mut open: Vec<ConnectionId> = self.sessions.values().filter_map(Session::connection).collect();
        open.sort_unstable();
        for connection in open {
            self.close(connection, code);
        }
        self.connections.clear();
    }

    /// The groups that everybody may find.
    #[must_use]
    pub fn public_groups(&self) -> Vec<PublicGroup> {
        self.listed_groups()
    }

    /// A group of either visibility, by its code.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<PublicGroup> {
        let key = self.codes.get(&GroupId::from(id))?;
        self.groups.get(key).map(|group| self.summary(group))
    }

    /// How many there are of what.
    #[must_use]
    pub fn population(&self) -> Population {
        Population {
            connections: self.connections.len(),
            sessions: self.sessions.len(),
            groups: self.groups.len(),
            watched_devices: self.watchers.len(),
        }
    }

    fn within_rates(&mut self, now: Now, key: SessionKey, address: IpAddr, op: Op) -> bool {
        let Some(session) = self.sessions.get_mut(&key) else { return false };
        session.rates.take(now.instant, op) && self.addresses.take(now.instant, address, AddressCall::Op(op))
    }

    fn execute(&mut self, now: Now, key: SessionKey, op: ClientOp) {
        let done = match op {
            ClientOp::Join { group_id } => self.join(now, key, &group_id),
            ClientOp::Create(create) => self.create(now, key, create),
            ClientOp::DeviceState(patch) => self.device_state(now, key, *patch),
            ClientOp::Edit(edit) => self.edit(now, key, edit),
            ClientOp::UpdateUser(update) => self.update_user(now, key, update),
            ClientOp::Leave => self.leave(now, key),
            ClientOp::Inquire => self.inquire(now, key),
            ClientOp::Start => self.start_with_ready(now, key),
            ClientOp::DisconnectDevice => self.disconnect_device(now, key),
            ClientOp::Message { content } => self.message(now, key, content),
            ClientOp::Stop => self.stop(now, key),
            ClientOp::Resume { session_id, session_token } => {
                self.resume(now, key, &session_id, &session_token)
            }
            ClientOp::Reaction { emoji } => self.reaction(key, emoji),
            ClientOp::Delete => self.delete(now, key),
            ClientOp::Transfer { session_id } => self.transfer(key, &session_id),
            ClientOp::Kick { session_id } => self.kick(now, key, &session_id),
            ClientOp::Away { state } => {
                self.update_user(now, key, UserUpdate { away: Some(state), ..UserUpdate::default() })
            }
            ClientOp::Strain { strain } => {
                let strain = Some(strain).into();
                self.update_user(now, key, UserUpdate { strain, ..UserUpdate::default() })
            }
            ClientOp::Mobile => {
                self.update_user(now, key, UserUpdate { mobile: Some(true), ..UserUpdate::default() })
            }
            ClientOp::LinkUser { token } => {
                self.link_user(key, token);
                Ok(())
            }
            ClientOp::WatchDevice { id } => {
                self.watch_device(key, id);
                Ok(())
            }
            ClientOp::Heartbeat => Ok(()),
            ClientOp::Clock { client_time } => {
                self.clock(now, key, client_time);
                Ok(())
            }
        };
        if let Err(refusal) = done {
            self.refuse(key, refusal);
        }
    }

    /// What happened since the hub was made.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { frames_out: self.outbox.frames, bytes_out: self.outbox.bytes, ..self.tally.clone() }
    }

    /// Closes a socket that the hub has forgotten or is about to.
    fn close(&mut self, connection: ConnectionId, code: CloseCode) {
        self.tally.closed(code.code());
        self.outbox.close(connection, code);
    }

    fn next_key(&mut self) -> u64 {
        self.last_key += 1;
        self.last_key
    }

    /// Sends an event to one session, if it is connected.
    fn tell(&mut self, key: SessionKey, event: Event) {
        if let Some(connection) = self.sessions.get(&key).and_then(Session::connection) {
            self.outbox.send(connection, event);
        }
    }

    fn refuse(&mut self, key: SessionKey, refusal: Refusal) {
        self.tally.refused(&refusal.code.name());
        self.tell(key, Event::Error(refusal));
    }

    /// Sends an event to every connected member of a group, except one.
    fn tell_group(&mut self, group: GroupKey, except: Option<SessionKey>, event: Event) {
        let Some(group) = self.groups.get(&group) else { return };
        let members = group.members.iter().filter(|member| Some(**member) != except);
        let connections = members.filter_map(|member| self.sessions.get(member)?.connection());
        self.outbox.broadcast(connections, event);
    }

    /// The group that a session is in.
    fn group_of(&self, key: SessionKey) -> Result<GroupKey, Refusal> {
        let group = self.sessions.get(&key).and_then(|session| session.group);
        group.ok_or(Refusal::action(ErrorCode::NotInGroup))
    }

    fn id_of(&self, key: SessionKey) -> SessionId {
        self.sessions.get(&key).map(|session| session.id.clone()).unwrap_or_default()
    }

    fn ids_of(&self, keys: &[SessionKey]) -> Vec<SessionId> {
        keys.iter().map(|key| self.id_of(*key)).collect()
    }

    fn code_of(&self, key: GroupKey) -> GroupId {
        self.groups.get(&key).map(|group| group.id.clone()).unwrap_or_default()
    }
}
