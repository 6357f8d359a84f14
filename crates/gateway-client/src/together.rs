//! A client session of the Together dialect, as a state machine without I/O or clock.
//!
//! Together is a chat server: communities ("servers") with text and voice channels. Everything that is stored goes
//! over REST, everything that happens comes over a WebSocket. It works with the real server and with ours. "facts" in
//! this module are those of `facts/other-gateways.md` §3.
//!
//! - `session`, `connection`: the connection's life, from signing in to live and back; `sign_in`, `token`,
//!   `liveness`, `backoff`.
//! - `talk` and `voice`: what the owner asks for; `calls` keeps it in order, `calling` asks the server, `answers`: what
//!   came of it.
//! - `heard`: what happens over there; `seen` knows what was told of it. `loading`: a server as a whole. `sought`:
//!   messages whose answer was lost.
//! - `model`: what is told; `address`, `secret`.

mod address;
mod answers;
mod backoff;
mod calling;
mod calls;
mod connection;
mod heard;
mod liveness;
mod loading;
mod model;
mod secret;
mod seen;
mod session;
mod sign_in;
mod sought;
mod talk;
mod token;
mod voice;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_clock::Clock;
use tokio::sync::mpsc;

pub use crate::address::EndpointError;
use crate::driver::Handle;
use crate::machine;
pub use address::Address;
pub use hearth_dialects::together::Signal;
pub use model::{
    Channel, ChannelKind, Member, Message, Presence, PresenceStatus, Room, Server, User, VoiceState,
};
pub use secret::Secret;
pub use session::Session;

/// What a session needs to know before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TogetherConfig {
    /// Address of the server: an `http(s)://` or `ws(s)://` base, beside which REST and `/ws` are.
    pub url: String,
    /// Seed of the jitter between tries. Any number; different ones for different clients.
    pub seed: u64,
}

/// What the owner of a session may ask for.
///
/// What has a ticket is answered once, with [`Event::Done`], [`Event::Page`] or [`Event::Failed`] for it. What is
/// asked while the session is not connected is not kept: it fails at once.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Sign in, connect, and stay connected. The password is kept in memory until the session ends, disconnects, or
    /// learns that it is wrong: each connection is signed in for anew (TOG-02).
    Connect {
        /// 3 to 32 characters.
        username: String,
        /// 8 to 128 characters.
        password: Secret,
        /// Make the account first.
        register: bool,
    },
    /// Say goodbye, and forget the password.
    Disconnect,
    /// Try again now, also after a refusal.
    Retry,
    /// Tell all of a server: [`Event::Server`], now and after each reconnect, or [`Event::NotLoaded`].
    LoadServer {
        /// [`Server::id`].
        server: String,
    },
    /// Tell up to 50 messages of a channel.
    Page {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Channel::id`].
        channel: String,
        /// Those before the message with this id; `None`: the newest.
        before: Option<String>,
    },
    /// Say something. It is said at most once: when the answer is lost it is not said again, but looked for in what
    /// was said there last.
    Say {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Channel::id`].
        channel: String,
        /// 1 to 4,000 characters.
        content: String,
        /// [`Message::id`] of what it answers.
        reply_to: Option<String>,
    },
    /// Change what was said. Only its author may.
    Edit {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Message::id`].
        message: String,
        /// 1 to 4,000 characters.
        content: String,
    },
    /// Take back what was said. Its author may, and the owner of the server.
    Delete {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Message::id`].
        message: String,
    },
    /// Make a server.
    CreateServer {
        /// Names the request in the answer.
        ticket: u64,
        /// 1 to 100 characters.
        name: String,
    },
    /// Become a member of a server.
    JoinServer {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Server::id`], or the code of a sesh group of a gateway like ours.
        id_or_code: String,
    },
    /// Be a member no more. The owner of a server cannot.
    LeaveServer {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Server::id`].
        server: String,
    },
    /// Make a channel. Only the owner of the server may.
    CreateChannel {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Server::id`].
        server: String,
        /// 1 to 100 characters.
        name: String,
        /// What for.
        kind: ChannelKind,
    },
    /// Go into a voice room, and out of any other. What comes of it is [`Event::Voice`] or [`Event::VoiceFailed`]; it
    /// ends with the connection.
    JoinVoice {
        /// [`Channel::id`].
        channel: String,
    },
    /// Leave a voice room.
    LeaveVoice {
        /// [`Channel::id`].
        channel: String,
    },
    /// Tell the others in a voice room what is switched off here.
    SetVoice {
        /// [`Channel::id`].
        channel: String,
        /// The microphone.
        self_mute: bool,
        /// The speakers.
        self_deaf: bool,
    },
    /// Be seen like this, now and after each reconnect.
    Presence(Presence),
    /// Somebody is writing here. Told at most once in 3 s for a channel, and only to servers that know it.
    Typing {
        /// [`Channel::id`].
        channel: String,
    },
    /// Tell somebody in the same voice room something. Nothing says whether it arrived.
    Signal {
        /// [`User::id`].
        to: String,
        /// An offer, an answer, a candidate, or anything else.
        signal: Signal,
    },
}

/// State of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not wanted.
    Offline,
    /// Name and password are being shown.
    SigningIn,
    /// Signed in; the connection is being made.
    Connecting,
    /// Live.
    Connected {
        /// Who we are.
        user: Box<User>,
        /// Round-trip time, when it is known.
        latency: Option<Duration>,
    },
    /// Lost or not reached, or too many tried to sign in.
    Waiting {
        /// When it is tried again.
        retry_at: Instant,
    },
    /// It will not have us. Nothing is tried until [`Request::Connect`] or [`Request::Retry`].
    Refused(Refusal),
}

/// Why a server will not have us. The texts are the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has this name and password together; which of them is wrong is not told.
    WrongPassword,
    /// Somebody has this name already.
    Taken,
    /// A name, or a password, that cannot be had here.
    BadName(String),
    /// New accounts are not made here.
    Closed(String),
    /// The account is suspended.
    Suspended(String),
    /// The session has no password any more, or the server twice did not take what it had just given for it.
    SignInAgain,
    /// It could not read what we said (4002).
    Misunderstood(String),
    /// Whatever is at this address, it is no server of this kind.
    NotTogether,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was said, as the message with this id. It is told as [`Event::Message`] too, once.
    Said(String),
    /// It was changed, taken back or left.
    Ok,
    /// The server was made.
    ServerCreated(Box<Server>),
    /// A member of the server with this id; `None` when only a code is known.
    Joined(Option<String>),
    /// The channel was made.
    ChannelCreated(Box<Channel>),
}

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not connected, or lost before it was sent: it was not carried out.
    NotConnected,
    /// No answer came: it may have been carried out, or not.
    NoAnswer,
    /// No answer came, and it is not there: it was not carried out.
    NotArrived,
    /// Not allowed to us.
    NotAllowed,
    /// There is no such thing, or not for us.
    NotFound,
    /// It is so already, or somebody has it already.
    Conflict,
    /// The server does not take such a text or id.
    Invalid,
    /// Too much was asked for in too short a time, by us or by all together.
    TooMany,
    /// The server is broken, or its answer cannot be read.
    Broken,
}

/// What a session tells its owner.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The state of the connection changed.
    Status(Status),
    /// Everything from here on is of a new connection: what was known before is to be taken from what follows.
    Ready {
        /// Who we are.
        user: Box<User>,
        /// Where we are a member.
        servers: Vec<Server>,
    },
    /// Where we are a member, after that has changed.
    Servers(Vec<Server>),
    /// All of one server, as it is now.
    Server {
        /// [`Server::id`].
        id: String,
        /// In their order.
        channels: Vec<Channel>,
        /// With their presence.
        members: Vec<Member>,
        /// Who is in its voice channels; rooms with nobody in them too.
        rooms: Vec<Room>,
    },
    /// A server could not be told.
    NotLoaded {
        /// [`Server::id`].
        server: String,
        /// Why.
        why: Failure,
        /// The server's words.
        text: String,
    },
    /// Something was said. Told once for each id, our own messages included, and not for what a page has told.
    Message(Box<Message>),
    /// Something that was said was changed; it may never have been told.
    MessageEdited(Box<Message>),
    /// Something that was said was taken back; it may never have been told.
    MessageDeleted {
        /// [`Message::id`].
        id: String,
        /// [`Channel::id`].
        channel: String,
    },
    /// Somebody is seen otherwise.
    Presence {
        /// [`User::id`].
        user: String,
        /// As what.
        presence: Presence,
    },
    /// Somebody joined, left or changed what is heard of them; ourselves included.
    Voice(Box<VoiceState>),
    /// We could not join, leave or change it.
    VoiceFailed {
        /// [`Channel::id`].
        channel: String,
        /// Why.
        why: Failure,
        /// The server's words.
        text: String,
    },
    /// Somebody in our voice room tells us something.
    Signal {
        /// [`User::id`].
        from: String,
        /// What.
        signal: Signal,
    },
    /// Somebody is writing.
    Typing {
        /// [`Channel::id`].
        channel: String,
        /// [`User::id`].
        user: String,
        /// Their name, when it is told.
        username: Option<String>,
    },
    /// Messages of a channel, as they are now: changed, and with those that were said, since it was asked for.
    Page {
        /// From the request.
        ticket: u64,
        /// [`Channel::id`].
        channel: String,
        /// Newest first.
        messages: Vec<Message>,
        /// Whether there may be some before them.
        more: bool,
    },
    /// A request was carried out.
    Done {
        /// From the request.
        ticket: u64,
        /// What came of it.
        outcome: Outcome,
    },
    /// A request was not carried out, or is not known to be.
    Failed {
        /// From the request.
        ticket: u64,
        /// Why.
        why: Failure,
        /// The server's words; empty when it said none.
        text: String,
    },
}

/// A running session. Clones speak to the same one; when the last is dropped it closes.
pub type TogetherHandle = Handle<Request>;

impl TogetherHandle {
    /// Starts a session on the current tokio runtime. It is offline until [`Request::Connect`].
    ///
    /// Everything that happens comes out of `events`; when its receiver is dropped the session ends.
    ///
    /// # Errors
    /// [`EndpointError`] when the address of `config` is no gateway address.
    pub fn spawn(
        config: TogetherConfig,
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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "not connected",
            Self::NoAnswer => "no answer came",
            Self::NotArrived => "it did not arrive",
            Self::NotAllowed => "not allowed",
            Self::NotFound => "not found",
            Self::Conflict => "it is so already",
            Self::Invalid => "not taken",
            Self::TooMany => "too much at once",
            Self::Broken => "the server cannot do it now",
        })
    }
}
