//! What the sessions with chat servers have in common, whatever they speak: [`together`],
//! [`emagine`], [`i386chat`].
//!
//! - `request`: what their owner asks for; `event`: what they tell; `model`: of whom and what. One vocabulary for all,
//!   so that whoever drives one drives the others. [`Dialect::features`] says what a dialect does not know.
//! - `session`, `connection`: the connection's life, for all of them; what each does in its own way is its `tongue`.
//! - `address`, `secret`, `sign_in`, `token`, `renewal`: where a server is, and how one is let in.
//! - `rest`, `calls`, `purpose`, `seen`, `overtaking`, `sought`: REST in order, each message told once and in its place, and what was
//!   said with its answer lost.

mod address;
pub(crate) mod calls;
pub(crate) mod connection;
mod event;
mod model;
mod overtaking;
pub(crate) mod purpose;
pub(crate) mod renewal;
mod request;
pub(crate) mod rest;
mod secret;
pub(crate) mod seen;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sought;
pub(crate) mod token;
pub(crate) mod tongue;

use std::sync::Arc;

use hearth_clock::Clock;
use tokio::sync::mpsc;

pub use crate::address::EndpointError;
use crate::driver::Handle;
use crate::{emagine, i386chat, machine, together};
pub use address::Address;
pub use event::{Event, Failure, Outcome, Refusal, Status};
pub use hearth_dialects::together::Signal;
pub(crate) use model::time;
pub use model::{
    Channel, ChannelKind, Member, Message, Presence, PresenceStatus, Room, Server, User, VoiceState,
};
pub use request::{Request, ServerKind};
pub use secret::{AccessToken, Secret};

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
    /// Servers can be made as streams ([`ServerKind::Stream`]).
    pub streams: bool,
    /// Servers can be made that nobody finds by their name ([`ServerKind::Hidden`]).
    pub hidden: bool,
    /// A server can be joined by its name.
    pub names: bool,
    /// How long a message may be.
    pub message: Longest,
}

/// How long a message may be: both count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longest {
    /// Characters.
    pub characters: usize,
    /// Bytes of it as a JSON text, without its quotes; `None`: as many as the characters need.
    pub bytes: Option<usize>,
}

impl Longest {
    /// Whether a text is short enough.
    #[must_use]
    pub fn takes(self, text: &str) -> bool {
        let bytes = || serde_json::to_string(text).map_or(usize::MAX, |json| json.len() - 2);
        text.chars().count() <= self.characters && self.bytes.is_none_or(|most| bytes() <= most)
    }
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
            streams: false,
            hidden: false,
            names: false,
            message: Longest { characters: 4_000, bytes: None },
        };
        let plain = Features { channels: false, lists: false, edits: false, replies: false, ..all };
        let plain = Features { presence: false, voice: false, ..plain };
        match self {
            Self::Together => all,
            Self::Emagine => Features { deletes: false, typing: false, streams: true, ..plain },
            Self::I386chat => {
                let plain = Features { passwords: false, many: false, history: false, ..plain };
                // A frame has 4,096 bytes (I386-13), and what is not the text needs some.
                let message = Longest { bytes: Some(3_900), ..all.message };
                Features { hidden: true, names: true, message, ..plain }
            }
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
            Dialect::Emagine => Self::run(emagine::Session::new(config)?, clock, events),
            Dialect::I386chat => Self::run(i386chat::Session::new(config)?, clock, events),
        })
    }
}

/// What goes into a session.
pub type Input = machine::Input<Request>;

/// What comes out of a session.
pub type Output = machine::Output<Event>;

#[cfg(test)]
mod tests {
    use hearth_dialects::i386chat::{ClientFrame, Command, Execute, Number};

    use super::*;

    /// I386-13 (I386-R5)
    #[test]
    fn i386_13_a_message_that_is_taken_fits_into_a_frame() {
        let longest = Dialect::I386chat.features().message;
        for (letter, bytes) in [("a", 1), ("\"", 2), ("\u{1}", 6), ("é", 2), ("🔥", 4)] {
            let most = longest.characters.min(3_900 / bytes);
            assert!(!longest.takes(&letter.repeat(most + 1)), "{letter}");
            let content = letter.repeat(most);
            assert!(longest.takes(&content), "{letter}");
            let number = Some(Number::from(u64::MAX));
            let command = Some(Command::MessageCreate { content, nonce: number });
            assert!(ClientFrame::Execute(Execute { s: number, command }).text().is_ok(), "{letter}");
        }
        assert!(Dialect::Together.features().message.takes(&"\u{1}".repeat(4_000)));
    }
}
