//! What the owner of a session asks for.

use super::{AccessToken, ChannelKind, Presence, Secret, Signal};
#[cfg(doc)]
use super::{Channel, Event, Message, Server, User};

/// What the owner of a session may ask for.
///
/// What has a ticket is answered once, with [`Event::Done`], [`Event::Page`] or [`Event::Failed`] for it. What is
/// asked while the session is not connected is not kept: it fails at once.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Sign in, connect, and stay connected. The password is kept in memory until the session ends, disconnects, or
    /// learns that it is wrong.
    Connect {
        /// 3 to 32 characters.
        username: String,
        /// 8 to 128 characters. Where there are no passwords ([`Features::passwords`](super::Features::passwords)):
        /// what [`Event::Secret`] told, and nothing when the account is to be made.
        password: Secret,
        /// Make the account first.
        register: bool,
    },
    /// Connect with a token that was given for somebody, and stay connected. [`Event::TokenWanted`] asks for the next
    /// one: shortly before this one is over, and when the server does not take it any more.
    ///
    /// Together only: the others do nothing.
    ConnectWith {
        /// The token.
        token: AccessToken,
    },
    /// The next token, for [`Event::TokenWanted`] or before it is asked for. Does nothing in a session that signs in by
    /// itself.
    Token {
        /// The token.
        token: AccessToken,
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
        /// What kind of server, where there are kinds.
        kind: ServerKind,
    },
    /// Become a member of a server; where one is in one at a time, go there.
    JoinServer {
        /// Names the request in the answer.
        ticket: u64,
        /// [`Server::id`], the code of a sesh group of a Together server like ours, or the name of an i386chat room.
        id_or_code: String,
    },
    /// Be a member no more. The owner of a Together server cannot. Where the server knows no such thing, it is only
    /// not shown any more.
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
    /// Suspend somebody's account; only who administers an i386chat server may.
    Ban {
        /// Names the request in the answer.
        ticket: u64,
        /// [`User::id`].
        user: String,
        /// Why, in words.
        reason: Option<String>,
    },
}

/// What kind of server is made. A dialect that does not know the kind makes a usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServerKind {
    /// As the dialect has them: of E-Magine a question, of i386chat a room that anybody finds by its name.
    #[default]
    Usual,
    /// A stream ([`Features::streams`](super::Features::streams)).
    Stream {
        /// Its address; `http(s)://…`
        url: String,
    },
    /// Only who knows its id comes in ([`Features::hidden`](super::Features::hidden)).
    Hidden,
}

impl Request {
    /// What its answer names.
    #[must_use]
    pub const fn ticket(&self) -> Option<u64> {
        match self {
            Self::Page { ticket, .. }
            | Self::Say { ticket, .. }
            | Self::Edit { ticket, .. }
            | Self::Delete { ticket, .. }
            | Self::CreateServer { ticket, .. }
            | Self::JoinServer { ticket, .. }
            | Self::LeaveServer { ticket, .. }
            | Self::CreateChannel { ticket, .. }
            | Self::Ban { ticket, .. } => Some(*ticket),
            _ => None,
        }
    }
}
