//! A client session of the ert-concierge dialect, as a state machine without I/O or clock.
//!
//! An ert-concierge is a broker: clients have names, own services, and follow those of others. What the owner of a
//! session wants (services that are its own, and services that it follows) is kept as wishes, and made true again
//! after each reconnect. It works with both generations of the real server and with ours. "facts" in this module are
//! those of `facts/other-gateways.md` §2.
//!
//! - `session`, `connection`: the connection's life, from opening to live and back.
//! - `talk`: what is said on a live connection; `in_flight` finds the question to each answer, `outbox` keeps
//!   messages that cannot be sent yet.
//! - `wishes` and `replica`: what is wanted, and what there is.
//! - `wire`: payloads of the dialect.

mod connection;
mod in_flight;
mod outbox;
mod replica;
mod session;
mod talk;
mod wire;
mod wishes;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_clock::Clock;
use tokio::sync::mpsc;

pub use crate::address::EndpointError;
use crate::address::websocket;
use crate::driver::Handle;
use crate::machine;
pub use session::Session;

/// Where servers of this dialect take WebSockets (facts CON-R8).
const PATH: &str = "/ws";

/// What a session needs to know before it starts.
#[derive(Clone, PartialEq, Eq)]
pub struct ConciergeConfig {
    /// Address of the server: `ws(s)://…`, or an `http(s)://` base. Without a path, `/ws` is added.
    pub url: String,
    /// The name to have there: letters, digits and `_` (facts CON-21).
    pub name: String,
    /// A name for people. Characters that JSON escapes are left out of it.
    pub nickname: Option<String>,
    /// Words that say what this client is. Characters that JSON escapes are left out of them.
    pub tags: Vec<String>,
    /// The secret of the server, when it asks for one.
    pub secret: Option<String>,
    /// Seed of the jitter between tries. Any number; different ones for different clients.
    pub seed: u64,
}

impl fmt::Debug for ConciergeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, name, nickname, tags, secret, seed } = self;
        f.debug_struct("ConciergeConfig")
            .field("url", url)
            .field("name", name)
            .field("nickname", nickname)
            .field("tags", tags)
            .field("secret", &secret.as_ref().map(|_| "…"))
            .field("seed", seed)
            .finish()
    }
}

/// A client of a concierge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Names it as long as it is there.
    pub uuid: String,
    /// Its name. Nobody else has it at the same time.
    pub name: String,
    /// A name for people.
    pub nickname: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// A service of a concierge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name: anything, spaces and nothing included.
    pub name: String,
    /// A name for people.
    pub nickname: Option<String>,
    /// [`Client::uuid`] of its owner.
    pub owner: String,
    /// [`Client::uuid`] of those that follow it.
    pub subscribers: Vec<String>,
}

/// Everything that there is on a concierge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Who is there, this session included; by name.
    pub clients: Vec<Client>,
    /// By name.
    pub services: Vec<Service>,
}

/// Who sent a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The sender.
    pub client: Client,
    /// The service that it was sent to or by, for messages of services.
    pub service: Option<Service>,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The client with this name.
    Name {
        /// [`Client::name`].
        name: String,
    },
    /// The client with this uuid.
    Uuid {
        /// [`Client::uuid`].
        uuid: String,
    },
    /// From its owner: everybody who follows it. From a follower: its owner.
    Service {
        /// [`Service::name`].
        service: String,
    },
    /// From the owner of a service to one client.
    ServiceClient {
        /// [`Service::name`].
        service: String,
        /// [`Client::uuid`].
        uuid: String,
    },
    /// Everybody, the sender included.
    All,
}

/// What the owner of a session may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Connect, and stay connected.
    Connect,
    /// Say goodbye. Wishes are kept.
    Disconnect,
    /// Try again now, also after a refusal.
    Retry,
    /// Own this service, from now on.
    CreateService {
        /// Its name. It must not contain what JSON escapes: quotes, backslashes, control characters.
        service: String,
        /// A name for people.
        nickname: Option<String>,
    },
    /// Do not own it any more.
    DeleteService {
        /// Its name.
        service: String,
    },
    /// Follow this service, from now on; one that is not there yet, as soon as it is.
    Subscribe {
        /// Its name.
        service: String,
    },
    /// Do not follow it any more.
    Unsubscribe {
        /// Its name.
        service: String,
    },
    /// Send a message. Answered once, with [`Event::Sent`] or [`Event::NotSent`].
    Send {
        /// Names the message in the answer.
        ticket: u64,
        /// Whom it is for.
        target: Target,
        /// Any JSON value, as text. It is passed on byte for byte.
        data: String,
    },
}

/// State of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not wanted.
    Offline,
    /// Connecting, or introducing ourselves.
    Connecting,
    /// Live.
    Connected {
        /// [`Client::uuid`] of this session.
        uuid: String,
        /// Round-trip time, when it is known.
        latency: Option<Duration>,
    },
    /// Lost or not reached.
    Waiting {
        /// When it is tried again.
        retry_at: Instant,
    },
    /// It will not have us. Nothing is tried until [`Request::Connect`] or [`Request::Retry`].
    Refused(Refusal),
}

/// Why a concierge will not have us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody has this name there already (4005).
    NameTaken,
    /// It takes only letters, digits and `_` (4008), or none was given.
    BadName,
    /// It wants another secret, or one at all (4006).
    BadSecret,
    /// It speaks another version of the protocol (4007).
    Version,
    /// It did not understand us (4000, 4002, 4003), or is no concierge.
    Protocol,
}

/// Why a message was not sent, or is not known to have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// There is no such client.
    NoClient,
    /// There is no such service.
    NoService,
    /// Only those that follow a service may send to it, and only its owner to one of them.
    NotAllowed,
    /// The server did not take it, in its words.
    Refused(String),
    /// Not connected, or not in time.
    NotConnected,
    /// No answer came, or the connection was lost before it: it may have arrived.
    Lost,
    /// Too many messages wait already.
    TooMany,
    /// It would not fit into one frame that every server takes: 64 KiB.
    TooLong,
    /// It is not JSON.
    NotJson,
    /// A name in its target contains what JSON escapes; no client or service has such a name.
    BadTarget,
}

/// What a session tells its owner.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The state of the connection changed.
    Status(Status),
    /// What there is on the server, as a whole. Told at most ten times a second.
    Directory(Directory),
    /// A service of [`Request::CreateService`] is ours now; told again after each reconnect.
    ServiceCreated {
        /// Its name.
        service: String,
    },
    /// Somebody else has a service of that name. It is tried again when that one is deleted.
    ServiceTaken {
        /// Its name.
        service: String,
    },
    /// The service cannot be had on this server: its name cannot be sent, or the server will not take it. It is tried
    /// again after a reconnect.
    ServiceRefused {
        /// Its name.
        service: String,
    },
    /// A message.
    Message {
        /// From whom.
        origin: Box<Origin>,
        /// For whom.
        target: Target,
        /// A JSON value as text, byte for byte as it was sent.
        data: String,
    },
    /// A message was delivered.
    Sent {
        /// From [`Request::Send`].
        ticket: u64,
    },
    /// A message was not delivered.
    NotSent {
        /// From [`Request::Send`].
        ticket: u64,
        /// Why.
        why: NotSent,
    },
}

/// A running session. Clones speak to the same one; when the last is dropped it closes.
pub type ConciergeHandle = Handle<Request>;

impl ConciergeHandle {
    /// Starts a session on the current tokio runtime. It is offline until [`Request::Connect`].
    ///
    /// Everything that happens comes out of `events`; when its receiver is dropped the session ends.
    ///
    /// # Errors
    /// [`EndpointError`] when the address of `config` is no gateway address.
    pub fn spawn(
        config: ConciergeConfig,
        clock: Arc<Clock>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Result<Self, EndpointError> {
        Ok(Self::run(Session::new(config)?, clock, events))
    }
}

/// What goes into a session.
pub type Input = machine::Input<Request>;

/// What comes out of a session.
pub type Output = machine::Output<Event>;

/// The WebSocket URL for an address: `/ws` is added when it has no path.
///
/// # Errors
/// [`EndpointError`] when it cannot be a gateway.
pub fn endpoint(address: &str) -> Result<String, EndpointError> {
    websocket(address, PATH, None)
}
