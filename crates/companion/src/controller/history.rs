//! What happened, and looking at it again. The store itself is the runtime's.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, HistoryView, RecapView};

/// The history as faces see it.
#[derive(Debug, Default)]
pub struct History {
    view: Option<HistoryView>,
    recap: Option<RecapView>,
}

impl History {
    /// The history, once it was asked for.
    #[must_use]
    pub fn view(&self) -> Option<HistoryView> {
        self.view.clone()
    }

    /// The sesh that is looked at again.
    #[must_use]
    pub fn recap(&self) -> Option<RecapView> {
        self.recap.clone()
    }
}

impl Controller {
    pub(super) fn history_command(&mut self, _now: Now, _command: Command) {}
}
