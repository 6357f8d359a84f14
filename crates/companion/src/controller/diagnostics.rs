//! What is connected to what, what failed of late, and the bundle for whoever helps.

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Command, DiagnosticsView, NoticeKind};
use crate::saved::StoreReport;
use crate::secrets::Keychain;

/// What is connected to what.
#[derive(Debug, Default)]
pub struct Diagnostics {
    view: DiagnosticsView,
    keychain: Keychain,
}

impl Diagnostics {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> DiagnosticsView {
        self.view.clone()
    }

    /// Secrets are kept beyond the end of the program, as far as is known.
    #[must_use]
    pub fn keeps_secrets(&self) -> bool {
        matches!(self.keychain, Keychain::Unasked | Keychain::Works)
    }
}

impl Controller {
    /// Says when secrets do not outlive the program.
    pub(super) fn keychain_changed(&mut self, keychain: Keychain) {
        match &keychain {
            Keychain::Unasked | Keychain::Works => self.notices.settle("no_keychain"),
            Keychain::Locked(_) => {
                let title = "Your keychain is locked";
                let advice = "Secrets are kept only until Hearth quits. Unlock it, then restart Hearth.";
                self.notices.add(NoticeKind::Warning, "no_keychain", title, advice);
            }
            Keychain::Missing(_) => {
                let title = "This computer has no keychain";
                let advice = "Secrets are kept only until Hearth quits, and never written to a file.";
                self.notices.add(NoticeKind::Warning, "no_keychain", title, advice);
            }
        }
        self.diagnostics.keychain = keychain;
    }

    /// Says when settings do not outlive the program.
    pub(super) fn store_reported(&mut self, report: StoreReport) {
        match report {
            StoreReport::Written => self.notices.settle("settings_not_kept"),
            StoreReport::NotWritten(why) => {
                let title = "Your settings could not be saved";
                let advice = format!("They hold until Hearth quits. Make room or allow writing. ({why})");
                self.notices.add(NoticeKind::Warning, "settings_not_kept", title, &advice);
            }
            StoreReport::Closed(why) => {
                let title = "Your settings cannot be read";
                let advice = format!(
                    "Nothing was changed. Hearth starts afresh and keeps nothing until they can be read. ({why})"
                );
                self.notices.add(NoticeKind::Error, "settings_closed", title, &advice);
            }
            StoreReport::PutAside(name) => {
                let title = "Your settings could not be understood";
                let advice = format!("Hearth starts afresh. They are kept beside the new ones, as {name}.");
                self.notices.add(NoticeKind::Warning, "settings_put_aside", title, &advice);
            }
        }
    }

    pub(super) fn diagnostics_command(&mut self, _now: Now, _command: Command) {}
}
