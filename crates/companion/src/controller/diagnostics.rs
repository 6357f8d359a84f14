//! What is connected to what, what failed of late, and the bundle for whoever helps.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, DiagnosticsView};

/// What is connected to what.
#[derive(Debug, Default)]
pub struct Diagnostics {
    view: DiagnosticsView,
}

impl Diagnostics {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> DiagnosticsView {
        self.view.clone()
    }
}

impl Controller {
    pub(super) fn diagnostics_command(&mut self, _now: Now, _command: Command) {}
}
