//! What the runtime is asked to do for voice, and what it reports: plain data.

use hearth_gateway_client::chat::{self, AccessToken};
use hearth_voice::Talk;
use hearth_voice::driver::{News, Request};

use crate::contract::{SoundDevices, VoiceSettings};
use crate::controller::Held;
use crate::secrets::Secret;

/// What the runtime is asked to do.
#[derive(Clone, Debug)]
pub enum VoiceWish {
    /// Run a session with the community of the group on the gateway in use, in place of the one of before.
    Connect {
        /// Names it in what is told of it.
        turn: u64,
        /// Lets it in.
        token: AccessToken,
    },
    /// Ask that session.
    Ask(chat::Request),
    /// End it.
    Disconnect,
    /// Go into a room, out of the one of before.
    Enter(Box<Entering>),
    /// Ask the room.
    Room(Request),
    /// Leave the room: microphone and speaker are closed at once.
    Leave,
    /// Look for microphones and speakers.
    LookForSound,
    /// Keep the password of a server.
    KeepSecret {
        /// Its address.
        url: String,
        /// Its password.
        secret: Secret,
    },
    /// Forget the password of a server.
    ForgetSecret {
        /// Its address.
        url: String,
    },
}

/// How a room is entered.
#[derive(Clone, Debug, PartialEq)]
pub struct Entering {
    /// Names it in what is told of it.
    pub turn: u64,
    /// This person, as the gateway names them.
    pub me: String,
    /// Devices, servers, cleaning. Passwords are in the keychain.
    pub settings: VoiceSettings,
    /// The microphone stays closed.
    pub muted: bool,
    /// Nobody is heard, and the microphone stays closed.
    pub deafened: bool,
    /// When this person is heard.
    pub talk: Talk,
}

/// What the runtime reports.
#[derive(Clone, Debug)]
pub enum VoiceNews {
    /// From the session of [`VoiceWish::Connect`].
    Session {
        /// Which.
        turn: u64,
        /// What.
        event: Box<chat::Event>,
        /// It waits until it was looked at.
        held: Held,
    },
    /// So much came that some of it was passed over: the room has to be read anew.
    Missed {
        /// Of which session.
        turn: u64,
    },
    /// There can be no session: the gateway's address is none.
    NoSession {
        /// Which.
        turn: u64,
    },
    /// From the room.
    Room {
        /// Which.
        turn: u64,
        /// What.
        news: Box<News>,
    },
    /// The room broke off; microphone and speaker are closed.
    Broke {
        /// Which.
        turn: u64,
    },
    /// What was found.
    Devices(SoundDevices),
}
