//! What the sessions with chat servers have in common, whatever they speak: [`together`](crate::together),
//! [`emagine`](crate::emagine), [`i386chat`](crate::i386chat).
//!
//! - `request`: what their owner asks for; `event`: what they tell; `model`: of whom and what. One vocabulary for all,
//!   so that whoever drives one drives the others. [`Dialect::features`] says what a dialect does not know.
//! - `address`, `secret`, `sign_in`: where a server is, and how one is let in.
//! - `calls`, `seen`, `sought`: REST in order, each message told once, and what was said with its answer lost.

mod address;
pub(crate) mod calls;
mod event;
mod model;
mod request;
mod secret;
pub(crate) mod seen;
pub(crate) mod sign_in;
pub(crate) mod sought;

use std::sync::Arc;

use hearth_clock::Clock;
use tokio::sync::mpsc;

pub use crate::address::EndpointError;
use crate::driver::Handle;
use crate::{machine, together};
pub use address::Address;
pub use event::{Event, Failure, Outcome, Refusal, Status};
pub use hearth_dialects::together::Signal;
pub use model::{
    Channel, ChannelKind, Member, Message, Presence, PresenceStatus, Room, Server, User, VoiceState,
};
pub use request::Request;
pub use secret::Secret;

/// What a chat server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Together.
    Together,
    /// E-Magine.
    Emagine,
    /// i386chat.
    I386chat,
}

/// What can be done in a dialect. What cannot fails with [`Failure::Unsupported`], where it would be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Accounts have passwords. Where not, the account is made with a name alone, and its server tells a secret that
    /// is to be kept ([`Event::Secret`]) and shown from then on in the place of a password.
    pub passwords: bool,
    /// A community ([`Server`]) has channels. Where not, each has one, with the same id.
    pub channels: bool,
    /// The server lists what we are in. Where not, it is remembered for us in [`ChatConfig::channels`].
    pub lists: bool,
    /// One is in many at once. Where not, joining one leaves the one of before, and only there can be spoken.
    pub many: bool,
    /// What was said before can be read: [`Request::Page`]. Where not, it has what was heard in this session.
    pub history: bool,
    /// What was said can be changed.
    pub edits: bool,
    /// What was said can be taken back.
    pub deletes: bool,
    /// Messages can answer messages.
    pub replies: bool,
    /// It is told who is writing.
    pub typing: bool,
    /// It is told how people want to be seen.
    pub presence: bool,
    /// There are voice rooms.
    pub voice: bool,
}

impl Dialect {
    /// What can be done in it.
    #[must_use]
    pub const fn features(self) -> Features {
        let all = Features {
            passwords: true,
            channels: true,
            lists: true,
            many: true,
            history: true,
            edits: true,
            deletes: true,
            replies: true,
            typing: true,
            presence: true,
            voice: true,
        };
        let plain = Features { channels: false, lists: false, edits: false, replies: false, ..all };
        let plain = Features { presence: false, voice: false, ..plain };
        match self {
            Self::Together => all,
            Self::Emagine => Features { deletes: false, typing: false, ..plain },
            Self::I386chat => Features { passwords: false, many: false, history: false, ..plain },
        }
    }
}

/// What a session needs to know before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatConfig {
    /// What the server speaks.
    pub dialect: Dialect,
    /// Address of the server: an `http(s)://` or `ws(s)://` base, beside which REST and the socket are.
    pub url: String,
    /// [`Server::id`] of those that were known when a session ended last ([`Event::Servers`]), for dialects that
    /// do not list them ([`Features::lists`]).
    pub channels: Vec<String>,
    /// Seed of the jitter between tries. Any number; different ones for different clients.
    pub seed: u64,
}

/// A running session. Clones speak to the same one; when the last is dropped it closes.
pub type ChatHandle = Handle<Request>;

impl ChatHandle {
    /// Starts a session on the current tokio runtime. It is offline until [`Request::Connect`].
    ///
    /// Everything that happens comes out of `events`; when its receiver is dropped the session ends.
    ///
    /// # Errors
    /// [`EndpointError`] when the address of `config` is no gateway address.
    pub fn spawn(
        config: ChatConfig,
        clock: Arc<Clock>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Result<Self, EndpointError> {
        Ok(match config.dialect {
            Dialect::Together => Self::run(together::Session::new(config)?, clock, events),

            _ => return Err(EndpointError::NotAnAddress(config.url)),
        })
    }
}

/// What goes into a session.
pub type Input = machine::Input<Request>;

/// What comes out of a session.
pub type Output = machine::Output<Event>;
