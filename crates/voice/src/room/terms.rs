//! What a room is told, what it wants done, and what can be seen of it: plain data.

use std::net::SocketAddr;
use std::time::Duration;

use hearth_dialects::together::Signal;

use crate::audio::cleaning::Cleaning;
use crate::audio::jitter::Counts;
use crate::audio::speaker::Talk;
use crate::link::gathering::Resolved;
use crate::link::peer::{Link, Refusals};

/// How a room begins.
#[derive(Clone, Debug, Default)]
pub struct RoomConfig {
    /// This person, as the gateway names them.
    pub me: String,
    /// Everything goes by a relay.
    pub relay_only: bool,
    /// STUN and TURN servers, by address.
    pub servers: Vec<Resolved>,
    /// What is taken out of what the microphone hears.
    pub cleaning: Cleaning,
    /// This person is not heard, to begin with: the microphone stays closed.
    pub muted: bool,
    /// This person hears nobody and is not heard, to begin with.
    pub deafened: bool,
    /// When this person is heard.
    pub talk: Talk,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// Who is in the room beside this person, in the order of joining. The first time it is those who were there when
    /// this person joined, and each is offered a connection; who is new later offers.
    Participants(Vec<String>),
    /// What somebody signalled.
    Signal {
        /// Who.
        from: String,
        /// What.
        signal: Signal,
    },
    /// The answer to [`Output::Bind`].
    Bound {
        /// For whom.
        who: String,
        /// One for each address of this computer, with ports that nobody else has.
        sockets: Vec<SocketAddr>,
    },
    /// A packet came.
    Packet {
        /// At this socket.
        socket: SocketAddr,
        /// From there.
        from: SocketAddr,
        /// What.
        data: Vec<u8>,
    },
    /// What this person wishes.
    Wish(Wish),
    /// The addresses of this computer changed: all sockets are bound anew.
    NetworkChanged,
}

/// What this person wishes.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Not to be heard: the microphone is closed.
    Mute(bool),
    /// Neither to hear nor to be heard.
    Deafen(bool),
    /// When to be heard.
    Talk(Talk),
    /// How loud somebody is, from 0 to 2; 1 is as they are.
    Volume {
        /// Who.
        who: String,
        /// How loud.
        volume: f32,
    },
    /// What is taken out of what the microphone hears.
    Clean(Cleaning),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Output {
    /// To be told to somebody by the gateway, in order.
    Signal {
        /// Whom.
        to: String,
        /// What.
        signal: Signal,
    },
    /// A UDP socket is wanted for each address of this computer, those of before are not; [`Input::Bound`] says which.
    Bind {
        /// For whom.
        who: String,
    },
    /// All sockets for somebody are to be closed.
    Unbind {
        /// For whom.
        who: String,
    },
    /// A packet is to be sent.
    Packet {
        /// From this socket.
        socket: SocketAddr,
        /// There.
        to: SocketAddr,
        /// What.
        data: Vec<u8>,
    },
    /// The microphone is to be opened, or closed.
    Microphone(bool),
    /// News.
    Event(Event),
}

/// News.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// How somebody is connected.
    Link {
        /// Who.
        who: String,
        /// How.
        link: Link,
    },
    /// Much of what somebody says is lost, or no longer.
    Lossy {
        /// Who.
        who: String,
        /// Of a hundred packets.
        percent: Option<u8>,
    },
    /// Somebody began or ended to speak.
    Speaking {
        /// Who; nobody is this person.
        who: Option<String>,
        /// Began.
        speaking: bool,
    },
    /// There are more people than can hear each other: these are left out.
    Crowded {
        /// Who.
        who: Vec<String>,
    },
}

/// Somebody in the room, as they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// As the gateway names them.
    pub id: String,
    /// How they are connected.
    pub link: Link,
    /// So much of what they say is lost, of a hundred; nothing when it is little.
    pub lossy: Option<u8>,
    /// They speak.
    pub speaking: bool,
    /// What happened to their packets.
    pub counts: Counts,
    /// How long their packets wait for slower ones.
    pub delay: Duration,
}

/// What was refused, since the beginning; each cost only itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Signals that were none.
    pub signals: u64,
    /// Offers and answers that could not be taken.
    pub descriptions: u64,
    /// Candidates that could not be taken, or were too many.
    pub candidates: u64,
    /// Packets that were none, or of nobody.
    pub packets: u64,
    /// Packets of sound that the codec refused.
    pub sound: u64,
    /// Signals of people for whom there is no place.
    pub crowded: u64,
    /// Servers that did not help, once for each person who was to be reached by them: they did not answer, or did not take
    /// the password.
    pub servers: u64,
}

impl Faults {
    pub(super) const fn with(mut self, refusals: Refusals, sound: u64) -> Self {
        self.descriptions += refusals.descriptions;
        self.candidates += refusals.candidates;
        self.packets += refusals.packets;
        self.servers += refusals.servers;
        self.sound += sound;
        self
    }
}
