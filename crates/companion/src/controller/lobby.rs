//! The lobby: what the gateway lists, groups of late, gateways in this network, hosting one.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, LobbyView};

/// The lobby.
#[derive(Debug, Default)]
pub struct Lobby {
    view: LobbyView,
}

impl Lobby {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> LobbyView {
        self.view.clone()
    }
}

impl Controller {
    pub(super) fn lobby_command(&mut self, _now: Now, _command: Command) {}
}
