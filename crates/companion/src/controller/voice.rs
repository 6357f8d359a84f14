//! Voice: which room this person is in or joins, who is there, and what the microphone does.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, VoiceView};

impl Controller {
    pub(super) fn voice_command(&mut self, _now: Now, _command: Command) {}

    pub(super) fn voice_view(&self) -> VoiceView {
        VoiceView::default()
    }
}
