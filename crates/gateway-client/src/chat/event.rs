//! What a session tells its owner: how the connection is, what happens over there, and what came of what was asked.

use std::fmt;
use std::time::{Duration, Instant};

#[cfg(doc)]
use super::Request;
use super::{Channel, Member, Message, Presence, Room, Secret, Server, Signal, User, VoiceState};

/// State of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not wanted.
    Offline,
    /// Name and password are being shown, or a token is waited for ([`Event::TokenWanted`]).
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
    /// It could not read what we said (4002 of Together).
    Misunderstood(String),
    /// The account has too many connections, and this was the oldest of them (4009).
    Crowded,
    /// Whatever is at this address, it is no server of this kind.
    Stranger,
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
    /// This dialect knows no such thing.
    Unsupported,
    /// Longer than the dialect allows.
    TooLong,
    /// Only where one is can that be done, and this is another place.
    Elsewhere,
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
    /// The secret of the account that was made, to be kept and shown in the place of a password
    /// ([`Request::Connect`]); it is told once.
    Secret(Secret),
    /// Another token is needed ([`Request::Token`]); told again from time to time, until there is one.
    TokenWanted,
    /// Where we are, on servers where one is in one place at a time: [`Server::id`].
    Here(Option<String>),
    /// The server says something to everybody.
    Notice(String),
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

impl Failure {
    /// Why something was not carried out, by the status of its answer.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::NotAllowed,
            404 | 410 => Self::NotFound,
            409 => Self::Conflict,
            400 | 405 | 413 | 415 | 422 => Self::Invalid,
            429 => Self::TooMany,
            _ => Self::Broken,
        }
    }
}

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
            Self::Unsupported => "not known here",
            Self::TooLong => "too long",
            Self::Elsewhere => "not here",
            Self::TooMany => "too much at once",
            Self::Broken => "the server cannot do it now",
        })
    }
}
