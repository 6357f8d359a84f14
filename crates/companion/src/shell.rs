//! The desktop around the window, behind one trait: tray, notifications, windows, start at login, shortcut.
//!
//! The controller owns the truth and asks with [`Request`]s; the shell carries them out and reports with
//! [`ShellEvent`]s. What the tray shows and what is notified is plain data, made here without I/O or clock. Which
//! system offers what is the shell's knowledge ([`Offers`]); nothing here depends on any of it being there.

mod invite;
mod notify;
mod tray;

use std::path::PathBuf;

use jiff::tz::TimeZone;

pub use crate::downloads::{directory as downloads, keep};
pub use invite::code_of_link;
pub use notify::{Moment, Notification, Notifier, NotifyKind};
pub use tray::{Gauge, Scene, TrayAction, TrayItem, TrayView};

/// What carries out the controller's requests. A request that cannot be carried out is answered with an event
/// where there is one, and otherwise dropped; it never blocks.
pub trait Shell: Send {
    /// Carries one out.
    fn carry_out(&mut self, request: Request);
}

/// What the controller asks of the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Show this in the tray, as soon as there is one.
    Tray(Box<TrayView>),
    /// From now on, closing the window does this.
    Closing(Closing),
    /// Bring the window to the front; open it when there is none.
    ShowWindow,
    /// Open or close the mini window.
    Mini(bool),
    /// Notify; one of the same kind that is still shown gives way.
    Notify(Notification),
    /// Take the notification of this kind away: what it said holds no more.
    Withdraw(NotifyKind),
    /// Start at login, hidden or not; `None`: do not.
    StartAtLogin(Option<AtLogin>),
    /// Listen for these keys while other windows are in front; `None`: for none.
    Shortcut(Option<String>),
    /// Put a text on the clipboard.
    Copy(String),
    /// Keep a file among the person's downloads; answered with [`ShellEvent::Kept`].
    Keep {
        /// Its name, as [`file_name`] makes it.
        name: String,
        /// What is in it.
        content: Vec<u8>,
    },
    /// Show a folder.
    OpenFolder(PathBuf),
    /// End the program, as closing its window does.
    Quit,
}

/// What closing the window does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closing {
    /// Ends the program.
    #[default]
    Quits,
    /// Hides the window; the tray brings it back.
    Hides,
}

/// How the program starts at login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtLogin {
    /// Without a window, where there is a tray.
    pub hidden: bool,
}

/// What this desktop has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Hearth can start at login.
    pub autostart: bool,
    /// Keys can be heard while another window is in front.
    pub shortcuts: bool,
    /// The computer's locale, such as `de_AT.UTF-8`.
    pub locale: String,
}

/// What the shell reports.
#[derive(Clone, Debug, PartialEq)]
pub enum ShellEvent {
    /// It is there now. What is shown is asked for anew.
    Attached(Offers),
    /// Notifications are shown by somebody now, or by nobody any more.
    Notifications(bool),
    /// There is a tray now, or none any more.
    Tray(bool),
    /// The tray's icon was pressed.
    TrayPressed,
    /// An item of the tray's menu was chosen.
    Chosen(TrayAction),
    /// A window of Hearth is in front now, or none any more.
    Focused(bool),
    /// The window is open and not hidden, or it is not.
    Visible(bool),
    /// The mini window is open, or it is not.
    Mini(bool),
    /// A notification was pressed.
    NotificationPressed,
    /// The keys of the shortcut were pressed.
    ShortcutPressed,
    /// The shortcut works, or why it does not.
    Shortcut(Result<(), ShortcutProblem>),
    /// The start at login could not be set up, in technical words.
    NotAtLogin(String),
    /// A file was kept, or why not, in technical words.
    Kept {
        /// As in [`Request::Keep`].
        name: String,
        /// Where.
        result: Result<PathBuf, String>,
    },
    /// The program was started once more.
    StartedAgain,
    /// A link was opened outside of Hearth. It is data of strangers.
    Link(String),
    /// The time zone of this computer.
    Zone(TimeZone),
}

/// Why the shortcut does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutProblem {
    /// Another program has these keys.
    Taken,
    /// These are no keys that can be listened for.
    Unreadable,
    /// This desktop lets no program listen.
    NotHere,
}
