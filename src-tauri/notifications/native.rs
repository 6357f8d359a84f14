//! Notifications of macOS and Windows. What is shown there is the system's: it is neither taken away nor reported.

use std::thread;

use hearth_companion::Companion;
use hearth_companion::shell::{Notification, NotifyKind, ShellEvent};

/// Notifications.
pub struct Notifications;

impl Notifications {
    /// These systems always have them.
    pub fn start(companion: Companion) -> Self {
        companion.shell_event(ShellEvent::Notifications(true));
        Self
    }

    /// Shows one.
    pub fn show(&self, notification: Notification) {
        thread::spawn(move || {
            let shown = notify_rust::Notification::new()
                .appname("Hearth")
                .summary(&notification.title)
                .body(&notification.body)
                .show();
            if let Err(error) = shown {
                tracing::warn!(%error, "a notification could not be shown");
            }
        });
    }

    /// The system takes it away in its own time.
    pub fn withdraw(&self, _kind: NotifyKind) {}
}
