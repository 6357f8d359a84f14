//! The desktop around the window: tray, notifications, mini window, shortcut, start at login.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, DeskView};

/// The desktop.
#[derive(Debug, Default)]
pub struct Desk {
    view: DeskView,
}

impl Desk {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> DeskView {
        self.view.clone()
    }
}

impl Controller {
    pub(super) fn desk_command(&mut self, _now: Now, _command: Command) {}
}
