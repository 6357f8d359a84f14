//! Voice: the one room that this person is in or joins, and what they wish there. Who is in it is told by the gateway
//! ([`roster`]), how they are connected by the room itself ([`inside`]); what is opened and sent is the runtime's part.
//!
//! The microphone is asked for by nobody but the room, which is entered when the gateway has said that this person is
//! in, and is left by every end: [`Controller::leave_voice`] and [`Controller::fail_voice`] are the only ones.

mod command;
mod follow;
mod heard;
mod inside;
mod roster;
mod servers;
mod sesh;
mod terms;
mod view;
mod words;

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_clock::Now;
use hearth_gateway_client::chat;
use hearth_voice::Talk;
use hearth_voice::driver::Request;

use super::{Controller, Output};
use crate::contract::{Said, SoundDevices, VoiceSettings};
use inside::Inside;
pub(in crate::controller) use roster::{InVoice, Known, Roster};
use sesh::Sesh;
pub use terms::{Entering, VoiceNews, VoiceWish};

/// Voice.
#[derive(Debug, Default)]
pub struct Voice {
    /// Counts sessions and rooms; what is told of another one is of one that was left.
    turn: u64,
    visit: Option<Visit>,
    muted: bool,
    deafened: bool,
    /// The key to talk.
    held: bool,
    /// By person, percent; where it is not as they are.
    volumes: BTreeMap<String, u8>,
    /// No face is left to show that the microphone is open; voice ends then.
    unseen_until: Option<Instant>,
    devices: Option<SoundDevices>,
}

/// The room that this person is in, joins, or could not join.
#[derive(Debug)]
struct Visit {
    door: Door,
    stage: Stage,
    /// There is a room; the microphone may be open.
    inside: Option<Inside>,
}

/// Where the room is.
#[derive(Debug)]
enum Door {
    /// A channel of a chat server.
    Channel {
        /// Number of the gateway.
        hall: u32,
        server: String,
        channel: String,
        /// As it was called when it was joined.
        name: String,
    },
    /// That of the group.
    Sesh(Box<Sesh>),
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// The gateway is to say that this person is in. `asked`: it was asked on this connection.
    Joining { until: Instant, asked: bool },
    /// It said so.
    In,
    /// It was lost, and is to say so again.
    Rejoining { until: Instant, asked: bool },
    /// There is none.
    Failed { why: Said, advice: Said },
}

impl Voice {
    /// When something is due.
    pub fn due(&self) -> Option<Instant> {
        let visit = self.visit.as_ref().filter(|visit| !visit.is_over())?;
        let stage = match visit.stage {
            Stage::Joining { until, .. } | Stage::Rejoining { until, .. } => Some(until),
            Stage::In | Stage::Failed { .. } => None,
        };
        let token = match &visit.door {
            Door::Sesh(sesh) => sesh.token_wanted,
            Door::Channel { .. } => None,
        };
        let inside = visit.inside.as_ref().filter(|_| visit.stage == Stage::In);
        let retell = inside.and_then(|inside| inside.retell_at);
        let meets = inside.and_then(|inside| inside.meets_at);
        [stage, token, retell, meets, self.unseen_until].into_iter().flatten().min()
    }

    fn next_turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    fn talk(&self, settings: &VoiceSettings) -> Talk {
        if settings.push_to_talk { Talk::Push { held: self.held } } else { Talk::Open }
    }
}

impl Visit {
    fn new(door: Door, until: Instant) -> Self {
        Self { door, stage: Stage::Joining { until, asked: false }, inside: None }
    }

    /// [`chat::Channel::id`], once it is known.
    fn channel(&self) -> Option<&str> {
        match &self.door {
            Door::Channel { channel, .. } => Some(channel),
            Door::Sesh(sesh) => sesh.access.as_ref().map(|access| access.channel.as_str()),
        }
    }

    const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Failed { .. })
    }
}

impl Controller {
    /// Leaves the room, or forgets what became of it. The microphone is closed before anything else.
    pub(super) fn leave_voice(&mut self) {
        if let Some(visit) = self.voice.visit.take() {
            self.let_voice_go(&visit);
        }
    }

    /// It ended, or did not come about.
    fn fail_voice(&mut self, (why, advice): words::Text) {
        let Some(mut visit) = self.voice.visit.take() else { return };
        tracing::info!(why = why.english(), "voice ended");
        self.let_voice_go(&visit);
        visit.inside = None;
        visit.stage = Stage::Failed { why, advice };
        if let Door::Sesh(sesh) = &mut visit.door {
            sesh.session = None;
        }
        self.voice.visit = Some(visit);
    }

    fn let_voice_go(&mut self, visit: &Visit) {
        self.voice.unseen_until = None;
        self.voice.held = false;
        if visit.is_over() {
            return;
        }
        self.voice_wish(VoiceWish::Leave);
        match &visit.door {
            Door::Channel { hall, server, channel, .. } => {
                let asked =
                    matches!(visit.stage, Stage::Joining { asked: true, .. }) || visit.inside.is_some();
                let there = self.rooms.roster(*hall, server, channel).is_some_and(|roster| roster.connected);
                if asked && there {
                    self.rooms_ask(*hall, chat::Request::LeaveVoice { channel: channel.clone() });
                }
            }
            // With its session one leaves the room.
            Door::Sesh(_) => self.voice_wish(VoiceWish::Disconnect),
        }
    }

    /// Leaves the room of a chat server, whose session ends.
    pub(super) fn leave_voice_of_hall(&mut self, id: u32) {
        let there = |visit: &Visit| matches!(&visit.door, Door::Channel { hall, .. } if *hall == id);
        if self.voice.visit.as_ref().is_some_and(there) {
            self.leave_voice();
        }
    }

    fn inside(&self) -> Option<&Inside> {
        self.voice.visit.as_ref()?.inside.as_ref()
    }

    fn voice_wish(&mut self, wish: VoiceWish) {
        self.outputs.push_back(Output::Voice(wish));
    }

    /// Asks the room, when there is one.
    fn ask_room(&mut self, request: Request) {
        if self.voice.visit.as_ref().is_some_and(|visit| visit.inside.is_some()) {
            self.voice_wish(VoiceWish::Room(request));
        }
    }

    /// Asks the gateway of the room.
    fn ask_gateway_of_voice(&mut self, request: chat::Request) {
        match self.voice.visit.as_ref().map(|visit| &visit.door) {
            Some(Door::Channel { hall, .. }) => self.rooms_ask(*hall, request),
            Some(Door::Sesh(_)) => self.voice_wish(VoiceWish::Ask(request)),
            None => {}
        }
    }

    /// Goes in: the gateway has said that this person is there. Who else is comes a moment later.
    fn enter_voice(&mut self, now: Now, me: String, others: Vec<String>) {
        let turn = self.voice.next_turn();
        let settings = &self.saved.settings.voice;
        let entering = Entering {
            turn,
            me,
            settings: settings.clone(),
            muted: self.voice.muted,
            deafened: self.voice.deafened,
            talk: self.voice.talk(settings),
        };
        let Some(visit) = &mut self.voice.visit else { return };
        visit.inside = Some(Inside::new(turn, now.instant, others));
        visit.stage = Stage::In;
        self.voice_wish(VoiceWish::Enter(Box::new(entering)));
        let volumes: Vec<_> =
            self.voice.volumes.iter().map(|(who, percent)| (who.clone(), *percent)).collect();
        for (who, percent) in volumes {
            self.ask_room(command::volume(who, percent));
        }
    }
}
