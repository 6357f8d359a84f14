//! What a person asks for.

use std::time::Duration;

use hearth_clock::Now;
use hearth_gateway_client::group;
use hearth_voice::driver::Request;
use hearth_voice::{Cleaning, Wish};

use super::{Controller, Door, Sesh, Stage, Visit, VoiceWish, words};
use crate::contract::{Command, VoiceSettings};
use crate::controller::Output;
use crate::controller::community::number;

/// The gateway says within this time that this person is in, or it failed.
const JOIN_WITHIN: Duration = Duration::from_secs(15);

/// The loudest that somebody is made, percent.
const LOUDEST: u8 = 200;
/// As they are, percent.
const AS_THEY_ARE: u8 = 100;
/// The most people whose loudness is kept.
const MOST_VOLUMES: usize = 1_000;

impl Controller {
    pub(in crate::controller) fn voice_command(&mut self, now: Now, command: Command) {
        match command {
            Command::JoinVoice { id, server, channel } => self.join_voice(now, number(&id), server, channel),
            Command::JoinSeshVoice => self.join_sesh_voice(now),
            Command::LeaveVoice => self.leave_voice(),
            Command::SetVoiceMuted { on } => {
                self.voice.muted = on;
                let hushed = self.inside().is_some_and(|inside| inside.hushed);
                self.ask_room(Request::Wish(Wish::Mute(on || hushed)));
            }
            Command::SetVoiceDeafened { on } => {
                self.voice.deafened = on;
                self.ask_room(Request::Wish(Wish::Deafen(on)));
            }
            Command::SetVoiceVolume { person, percent } => self.set_voice_volume(person, percent),
            Command::HoldToTalk { held } => self.hold_to_talk(held),
            Command::LookForSound => self.voice_wish(VoiceWish::LookForSound),
            Command::AddVoiceServer { url, username, secret } => {
                self.add_voice_server(&url, &username, secret.map(|secret| secret.0));
            }
            Command::RemoveVoiceServer { url } => self.remove_voice_server(&url),
            _ => {}
        }
    }

    fn join_voice(&mut self, now: Now, hall: u32, server: String, channel: String) {
        let here = |visit: &Visit| {
            let of = (hall, &server, &channel);
            matches!(&visit.door, Door::Channel { hall, server, channel, .. } if (*hall, server, channel) == of)
        };
        if self.is_in_voice(here) {
            return;
        }
        self.leave_voice();
        if !self.rooms.has_voice(hall) {
            return;
        }
        let name = self.rooms.name_of_channel(hall, &channel).unwrap_or_default();
        let roster = self.rooms.roster(hall, &server, &channel);
        let door = Door::Channel { hall, server, channel, name };
        self.voice.visit = Some(Visit::new(door, now.instant + JOIN_WITHIN));
        if roster.is_none_or(|roster| !roster.connected) {
            self.fail_voice(words::not_connected());
        }
    }

    fn join_sesh_voice(&mut self, now: Now) {
        let Some(group) = self.membership.group().map(|group| group.id.clone()) else { return };
        if self.is_in_voice(|visit| self.is_of_sesh(visit)) {
            return;
        }
        self.leave_voice();
        let sesh = Box::new(Sesh::new(group));
        self.voice.visit = Some(Visit::new(Door::Sesh(sesh), now.instant + JOIN_WITHIN));
        if self.gateway.has_voice() {
            self.outputs.push_back(Output::Gateway(group::Request::VoiceAccess));
        } else {
            self.fail_voice(words::not_offered());
        }
    }

    fn is_in_voice(&self, at: impl Fn(&Visit) -> bool) -> bool {
        self.voice.visit.as_ref().is_some_and(|visit| !visit.is_over() && at(visit))
    }

    fn set_voice_volume(&mut self, person: String, percent: u8) {
        let percent = percent.min(LOUDEST);
        if percent == AS_THEY_ARE {
            self.voice.volumes.remove(&person);
        } else if self.voice.volumes.contains_key(&person) || self.voice.volumes.len() < MOST_VOLUMES {
            self.voice.volumes.insert(person.clone(), percent);
        } else {
            return;
        }
        self.ask_room(volume(person, percent));
    }

    fn hold_to_talk(&mut self, held: bool) {
        let inside = self.voice.visit.as_ref().is_some_and(|visit| visit.stage == Stage::In);
        let held = held && inside && self.saved.settings.voice.push_to_talk;
        if std::mem::replace(&mut self.voice.held, held) != held {
            let talk = self.voice.talk(&self.saved.settings.voice);
            self.ask_room(Request::Wish(Wish::Talk(talk)));
        }
    }

    /// Nobody holds the key: the window is not in front any more, or no face is left.
    pub(in crate::controller) fn let_go_of_talk(&mut self) {
        self.hold_to_talk(false);
    }

    /// The settings changed: a room that one is in follows at once.
    pub(in crate::controller) fn voice_settings_changed(&mut self, before: &VoiceSettings) {
        let after = self.saved.settings.voice.clone();
        if after.microphone != before.microphone {
            self.ask_room(Request::Microphone(after.microphone.clone()));
        }
        if after.speaker != before.speaker {
            self.ask_room(Request::Speaker(after.speaker.clone()));
        }
        if cleaning(&after) != cleaning(before) {
            self.ask_room(Request::Wish(Wish::Clean(cleaning(&after))));
        }
        if after.push_to_talk != before.push_to_talk {
            self.voice.held = false;
            self.ask_room(Request::Wish(Wish::Talk(self.voice.talk(&after))));
        }
    }
}

/// How loud somebody is heard.
pub(super) fn volume(who: String, percent: u8) -> Request {
    Request::Wish(Wish::Volume { who, volume: f32::from(percent) / f32::from(AS_THEY_ARE) })
}

/// What is taken out of what the microphone hears.
#[must_use]
pub const fn cleaning(settings: &VoiceSettings) -> Cleaning {
    Cleaning { echo: settings.clean_echo, noise: settings.clean_noise }
}
