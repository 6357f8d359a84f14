//! Together servers.

use hearth_clock::Now;

use super::Controller;
use crate::contract::Command;

impl Controller {
    pub(super) fn rooms_command(&mut self, _now: Now, _command: Command) {}
}
