//! The life of a visit: asked in, in, lost, in again, over. Looked at after everything that happens.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::chat::{Failure, Request, VoiceState};
use hearth_gateway_client::group::{self, NoVoice};
use hearth_voice::{Wish, driver};

use super::{Controller, Door, Known, Roster, Stage, VoiceWish, words};
use crate::controller::Output;
use crate::controller::voice::sesh::Access;

/// A gateway that is lost for longer is lost for good: the microphone is closed.
const LOST_FOR_GOOD: Duration = Duration::from_secs(30);

/// A page that is loaded anew is there again by then.
const UNSEEN: Duration = Duration::from_secs(10);

/// What a gateway could not do just now is asked again after this.
const AGAIN: Duration = Duration::from_secs(3);

impl Controller {
    /// Time has passed, or something has happened.
    pub(in crate::controller) fn follow_voice(&mut self, now: Now) {
        let Some(visit) = &self.voice.visit else { return };
        let (over, stage) = (visit.is_over(), visit.stage.clone());
        // Signed out, left the group, removed from it, another gateway: none of it is asked for any more.
        let Some(roster) = self.voice_roster() else { return self.leave_voice() };
        if self.is_unseen_for_long(now) {
            return self.leave_voice();
        }
        if over {
            return;
        }
        if roster.refused {
            return self.fail_voice(words::gateway_lost());
        }
        match stage {
            Stage::Joining { until, .. } if until <= now.instant => self.fail_voice(words::no_answer()),
            Stage::Rejoining { until, .. } if until <= now.instant => self.fail_voice(words::gateway_lost()),
            Stage::Joining { asked, .. } | Stage::Rejoining { asked, .. } => self.ask_in(asked, &roster),
            Stage::In => self.stay(now, &roster),
            Stage::Failed { .. } => {}
        }
        self.hush();
        self.tell_flags(now);
        self.ask_for_token(now);
    }

    /// While the gateway is lost, the microphone is open for those only who are still connected.
    fn hush(&mut self) {
        let muted = self.voice.muted;
        let Some(visit) = &mut self.voice.visit else { return };
        let is_lost = matches!(visit.stage, Stage::Rejoining { .. });
        let Some(inside) = &mut visit.inside else { return };
        let hushed = is_lost && !inside.is_heard();
        if std::mem::replace(&mut inside.hushed, hushed) != hushed {
            self.ask_room(driver::Request::Wish(Wish::Mute(muted || hushed)));
        }
    }

    /// The last page was closed, and there is no window and no tray: nobody would see that the microphone is open.
    fn is_unseen_for_long(&mut self, now: Now) -> bool {
        if self.faces.is_any_there() || self.desk.view().window {
            self.voice.unseen_until = None;
            return false;
        }
        let until = *self.voice.unseen_until.get_or_insert(now.instant + UNSEEN);
        if until <= now.instant {
            self.voice.unseen_until = None;
        }
        until <= now.instant
    }

    /// Who is there, as the gateway of the room tells; nothing when it is not wanted any more.
    pub(super) fn voice_roster(&self) -> Option<Roster> {
        match &self.voice.visit.as_ref()?.door {
            Door::Channel { hall, server, channel, .. } => self.rooms.roster(*hall, server, channel),
            Door::Sesh(sesh) => {
                let still = self.membership.group().is_some_and(|group| group.id == sesh.group);
                still.then(|| Roster { refused: self.gateway.is_refused(), ..sesh.roster() })
            }
        }
    }

    fn ask_in(&mut self, asked: bool, roster: &Roster) {
        if !roster.connected {
            return self.was_asked_in(false);
        }
        if asked {
            return;
        }
        let Some(visit) = &self.voice.visit else { return };
        match (&roster.room, &visit.door) {
            (Known::None, _) => self.fail_voice(words::no_such_room()),
            (Known::NotYet, Door::Channel { hall, server, .. }) => {
                let (hall, server) = (*hall, server.clone());
                self.load_server(hall, &server);
            }
            // It is told by itself.
            (Known::NotYet, Door::Sesh(_)) => {}
            (Known::Room(_), _) if roster.has_no_place() => self.fail_voice(words::full()),
            (Known::Room(_), _) => {
                let Some(channel) = visit.channel().map(str::to_owned) else { return };
                self.was_asked_in(true);
                self.ask_gateway_of_voice(Request::JoinVoice { channel });
            }
        }
    }

    fn was_asked_in(&mut self, is: bool) {
        if let Some(Stage::Joining { asked, .. } | Stage::Rejoining { asked, .. }) =
            self.voice.visit.as_mut().map(|visit| &mut visit.stage)
        {
            *asked = is;
        }
    }

    fn stay(&mut self, now: Now, roster: &Roster) {
        if !roster.connected {
            if let Some(visit) = &mut self.voice.visit {
                visit.stage = Stage::Rejoining { until: now.instant + LOST_FOR_GOOD, asked: false };
            }
            return;
        }
        if roster.room == Known::NotYet {
            return;
        }
        // Another program of this person joined elsewhere, or the channel is gone.
        if !roster.others().1 {
            return self.fail_voice(words::taken_out());
        }
        // Somebody came first, and the news of it only now.
        if roster.has_no_place() {
            return self.fail_voice(words::full());
        }
        let others = roster.other_ids();
        let Some(inside) = self.voice.visit.as_mut().and_then(|visit| visit.inside.as_mut()) else { return };
        let news = inside.are_there(&others);
        let meets = inside.meets_at.is_some_and(|at| at <= now.instant);
        if meets {
            inside.meets_at = None;
        }
        let early = if meets { std::mem::take(&mut inside.early) } else { Vec::new() };
        if meets || (news && inside.meets_at.is_none()) {
            self.ask_room(driver::Request::Participants(others));
        }
        for (from, signal) in early {
            self.ask_room(driver::Request::Signal { from, signal });
        }
    }

    /// The gateway told of somebody in voice: of this person it is the answer.
    pub(super) fn voice_told(&mut self, now: Now, state: &VoiceState) {
        let Some(roster) = self.voice_roster() else { return };
        let Some(visit) = &self.voice.visit else { return };
        let asked =
            matches!(visit.stage, Stage::Joining { asked: true, .. } | Stage::Rejoining { asked: true, .. });
        let is_here = state.channel.is_some() && state.channel.as_deref() == visit.channel();
        if !asked || !is_here || roster.me.as_ref() != Some(&state.user) {
            return;
        }
        if roster.has_no_place() {
            self.fail_voice(words::full());
        } else {
            self.enter_voice(now, state.user.clone(), roster.other_ids());
        }
    }

    /// The gateway did not do what was asked of it for voice.
    pub(super) fn voice_refused(&mut self, now: Now, channel: &str, why: Failure, text: &str) {
        let Some(visit) = &mut self.voice.visit else { return };
        if visit.channel() != Some(channel) {
            return;
        }
        match &mut visit.stage {
            Stage::Joining { asked: true, .. } | Stage::Rejoining { asked: true, .. } => {
                if why == Failure::NotConnected {
                    self.was_asked_in(false);
                } else {
                    self.fail_voice(words::refused(why, text));
                }
            }
            Stage::In if matches!(why, Failure::NotFound | Failure::NotAllowed) => {
                self.fail_voice(words::taken_out());
            }
            // A mute that was not told is told again.
            Stage::In => {
                if let Some(inside) = &mut visit.inside {
                    inside.retell_at = Some(now.instant + AGAIN);
                }
            }
            Stage::Joining { .. } | Stage::Rejoining { .. } | Stage::Failed { .. } => {}
        }
    }

    /// The others see who is muted.
    fn tell_flags(&mut self, now: Now) {
        let wanted = (self.voice.muted || self.voice.deafened, self.voice.deafened);
        let Some(visit) = &mut self.voice.visit else { return };
        if visit.stage != Stage::In {
            return;
        }
        let Some(channel) = visit.channel().map(str::to_owned) else { return };
        let Some(inside) = &mut visit.inside else { return };
        let again = inside.retell_at.is_some_and(|at| at <= now.instant);
        if again || (inside.told != wanted && inside.retell_at.is_none()) {
            inside.retell_at = None;
            inside.told = wanted;
            let (self_mute, self_deaf) = wanted;
            self.ask_gateway_of_voice(Request::SetVoice { channel, self_mute, self_deaf });
        }
    }

    fn ask_for_token(&mut self, now: Now) {
        let connected = self.gateway.is_connected();
        let Some(Door::Sesh(sesh)) = self.voice.visit.as_mut().map(|visit| &mut visit.door) else { return };
        if sesh.token_wanted.is_some_and(|at| at <= now.instant) {
            sesh.token_wanted = (!connected).then_some(now.instant + AGAIN);
            if connected {
                self.outputs.push_back(Output::Gateway(group::Request::VoiceAccess));
            }
        }
    }

    /// The gateway answered whether this person may into the room of the group.
    pub(in crate::controller) fn voice_access(
        &mut self,
        now: Now,
        group: &str,
        access: &Result<Box<group::VoiceAccess>, NoVoice>,
    ) {
        let Some(visit) = self.voice.visit.as_mut().filter(|visit| !visit.is_over()) else { return };
        let joining = matches!(visit.stage, Stage::Joining { .. });
        let Door::Sesh(sesh) = &mut visit.door else { return };
        if sesh.group != group {
            return;
        }
        let access = match access {
            Ok(access) => access,
            // One that is in needs it later: the token of before is still good for a while.
            Err(NoVoice::Later | NoVoice::NotConnected) if !joining => {
                return sesh.wants_token(now.instant + AGAIN);
            }
            Err(NoVoice::TooOften(wait)) if !joining => return sesh.wants_token(now.instant + *wait),
            Err(why) => return self.fail_voice(words::no_access(why)),
        };
        let token = access.token.clone();
        if sesh.session.is_some() {
            return self.voice_wish(VoiceWish::Ask(Request::Token { token }));
        }
        sesh.access = Some(Access { server: access.server.clone(), channel: access.channel.clone() });
        self.voice.turn += 1;
        sesh.session = Some(self.voice.turn);
        let turn = self.voice.turn;
        self.voice_wish(VoiceWish::Connect { turn, token });
    }
}

impl super::Sesh {
    fn wants_token(&mut self, at: Instant) {
        self.token_wanted = Some(at);
    }
}
