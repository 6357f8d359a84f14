//! Voice rooms and what goes on in them: joining, leaving, and the signals of those who are there (TOG-25…27).

use std::time::Instant;

use hearth_dialects::together::rest::VoiceEdit;
use hearth_dialects::together::{ClientOp, Signal};
use serde_json::Value;

use super::Event;
use super::purpose::{InVoice, Other};
use super::session::Session;
use super::talk::is_id;
use crate::chat::calls::{Call, Lane};
use crate::machine::Method;

/// Later servers take no longer messages (facts TOG-R17).
const SHORT: usize = 16 * 1024;

impl Session {
    pub(super) fn join_voice(&mut self, now: Instant, channel: String) {
        self.voice(now, channel, InVoice::Be, Method::Post, None);
    }

    pub(super) fn leave_voice(&mut self, now: Instant, channel: String) {
        self.voice(now, channel, InVoice::Leave, Method::Delete, None);
    }

    pub(super) fn set_voice(&mut self, now: Instant, channel: String, self_mute: bool, self_deaf: bool) {
        let edit = VoiceEdit { self_mute: Some(self_mute), self_deaf: Some(self_deaf) };
        self.voice(now, channel, InVoice::Be, Method::Patch, Some(edit));
    }

    fn voice(
        &mut self,
        now: Instant,
        channel: String,
        what: InVoice,
        method: Method,
        edit: Option<VoiceEdit>,
    ) {
        if let Err(why) = self.may_call().and_then(|()| is_id(&channel)) {
            return self.event(Event::VoiceFailed { channel, why, text: String::new() });
        }
        let path = format!("/channels/{channel}/voice");
        let call = Call::new(Other::Voice { channel, what, echoed: false }, method, path, now);
        let call = call.lane(Lane::Voice);
        self.rest.calls.push(if let Some(edit) = edit { call.body(&edit) } else { call });
    }

    /// In both shapes (facts TOG-R14); a long one only in the one that the server reads.
    pub(super) fn signal(&mut self, to: String, signal: Signal) {
        let Some(live) = self.connection.live() else { return };
        let is_real = live.own.kind.is_real;
        let Some(text) = (ClientOp::Signal { to_user_id: to, signal }).text() else { return };
        self.say(if text.len() > SHORT { in_one_shape(&text, is_real).unwrap_or(text) } else { text });
    }
}

fn in_one_shape(text: &str, flat: bool) -> Option<String> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    let d = frame.get_mut("d")?.as_object_mut()?;
    if flat && d.contains_key("type") {
        d.remove("signal");
    } else {
        d.retain(|member, _| matches!(member.as_str(), "to_user_id" | "signal"));
    }
    Some(frame.to_string())
}
