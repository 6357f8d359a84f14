//! What is told of voice: by sessions with gateways, and by the room.

use hearth_clock::Now;
use hearth_gateway_client::chat::{self, Event, Request, Signal, Status};
use hearth_voice::driver::{self, News};

use super::{Controller, Door, VoiceNews, VoiceWish, words};

impl Controller {
    pub(in crate::controller) fn voice_news(&mut self, now: Now, news: VoiceNews) {
        match news {
            VoiceNews::Session { turn, event, held: _held } if self.is_session(turn) => {
                self.told_in_sesh_voice(now, *event);
            }
            VoiceNews::Missed { turn } if self.is_session(turn) => self.read_sesh_voice(),
            VoiceNews::NoSession { turn } if self.is_session(turn) => self.fail_voice(words::not_offered()),
            VoiceNews::Room { turn, news } if self.is_room(turn) => self.told_by_room(*news),
            VoiceNews::Broke { turn } if self.is_room(turn) => self.fail_voice(words::broke_off()),
            VoiceNews::Devices(devices) => self.voice.devices = Some(devices),
            // Of what was left.
            VoiceNews::Session { .. }
            | VoiceNews::Missed { .. }
            | VoiceNews::NoSession { .. }
            | VoiceNews::Room { .. }
            | VoiceNews::Broke { .. } => {}
        }
    }

    fn is_session(&self, turn: u64) -> bool {
        let visit = self.voice.visit.as_ref();
        visit.is_some_and(|visit| matches!(&visit.door, Door::Sesh(sesh) if sesh.session == Some(turn)))
    }

    fn is_room(&self, turn: u64) -> bool {
        let inside = self.voice.visit.as_ref().and_then(|visit| visit.inside.as_ref());
        inside.is_some_and(|inside| inside.turn == turn)
    }

    fn told_by_room(&mut self, news: News) {
        match news {
            News::Signal { to, signal } => self.ask_gateway_of_voice(Request::Signal { to, signal }),
            News::Failed(why) => {
                tracing::warn!(why, "there is no voice room");
                self.fail_voice(words::broke_off());
            }
            news => {
                if let Some(inside) = self.voice.visit.as_mut().and_then(|visit| visit.inside.as_mut()) {
                    inside.told(news);
                }
            }
        }
    }

    /// The session with the community of the group told something.
    fn told_in_sesh_voice(&mut self, now: Now, event: Event) {
        let Some(Door::Sesh(sesh)) = self.voice.visit.as_mut().map(|visit| &mut visit.door) else { return };
        sesh.heard(&event);
        match event {
            Event::Status(Status::Refused(why)) => {
                tracing::info!(?why, "the community of the group");
                self.fail_voice(words::gateway_lost());
            }
            // On later connections it is told by itself.
            Event::Ready { .. } if !sesh.reads => self.read_sesh_voice(),
            Event::TokenWanted => sesh.token_wanted = Some(now.instant),
            Event::NotLoaded { why, text, .. } if why != chat::Failure::NotConnected => {
                self.fail_voice(words::refused(why, &text));
            }
            Event::Voice(state) => self.voice_told(now, &state),
            Event::VoiceFailed { channel, why, text } => self.voice_refused(now, &channel, why, &text),
            Event::Signal { from, signal } => self.signalled(now, from, signal),
            _ => {}
        }
    }

    fn read_sesh_voice(&mut self) {
        let Some(Door::Sesh(sesh)) = self.voice.visit.as_mut().map(|visit| &mut visit.door) else { return };
        sesh.reads = true;
        if let Some(access) = &sesh.access {
            let server = access.server.clone();
            self.voice_wish(VoiceWish::Ask(Request::LoadServer { server }));
        }
    }

    fn is_at_hall(&self, id: u32) -> bool {
        let visit = self.voice.visit.as_ref();
        visit.is_some_and(|visit| matches!(&visit.door, Door::Channel { hall, .. } if *hall == id))
    }

    /// A chat server told who is in voice.
    pub(in crate::controller) fn voice_told_in_hall(&mut self, now: Now, id: u32, state: &chat::VoiceState) {
        if self.is_at_hall(id) {
            self.voice_told(now, state);
        }
    }

    /// A chat server did not do what was asked of it for voice.
    pub(in crate::controller) fn voice_refused_in_hall(
        &mut self,
        now: Now,
        id: u32,
        channel: &str,
        (why, text): (chat::Failure, &str),
    ) {
        if self.is_at_hall(id) {
            self.voice_refused(now, channel, why, text);
        }
    }

    /// Somebody in the room signals. Outside of a room nobody listens.
    pub(in crate::controller) fn signalled_in_hall(
        &mut self,
        now: Now,
        id: u32,
        from: String,
        signal: Signal,
    ) {
        if self.is_at_hall(id) {
            self.signalled(now, from, signal);
        }
    }

    fn signalled(&mut self, now: Now, from: String, signal: Signal) {
        let Some(inside) = self.voice.visit.as_mut().and_then(|visit| visit.inside.as_mut()) else { return };
        if inside.may_signal(now.instant, &from)
            && let Some((from, signal)) = inside.keeps_for_later(from, signal)
        {
            self.ask_room(driver::Request::Signal { from, signal });
        }
    }
}
