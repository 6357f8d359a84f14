//! The shortcut: "I'm ready" or "Start", whichever the stage bar offers. It presses the same button, so that it can
//! do nothing that the button cannot; and it never heats alone, because nobody looks at the window.

use std::time::Duration;

use hearth_clock::Now;

use super::Controller;
use crate::contract::{Activity, Command, LinkView, ProblemView, Stage};
use crate::said;
use crate::shell::ShortcutProblem;

/// Keys that are held down repeat, and people press twice: the next press counts after this long.
const REPEATS: Duration = Duration::from_millis(1500);

impl Controller {
    pub(super) fn shortcut_pressed(&mut self, now: Now) {
        let last = self.desk.shortcut_pressed.replace(now.instant);
        if last.is_some_and(|last| now.instant < last + REPEATS) {
            return;
        }
        if let Some(command) = self.button() {
            self.command(now, command);
        }
    }

    /// What the stage bar's button does now, where that is getting ready or starting.
    fn button(&self) -> Option<Command> {
        let stage = self.stage();
        let device = self.devices.view().into_iter().find(|device| device.in_use)?;
        let linked = matches!(device.link, LinkView::Ready | LinkView::Resting);
        let awake = !matches!(device.activity, Activity::Off | Activity::Asleep | Activity::Unknown);
        let heats = self.heats() || matches!(device.activity, Activity::Preheat | Activity::Active);
        let group = self.membership.view(self.bridge.away_because())?;
        if heats || !linked || group.away_because.is_some() || !self.gateway.is_connected() {
            return None;
        }
        match stage.stage {
            Stage::Chilling => Some(Command::AskToStart),
            Stage::Awaiting if stage.me_ready => Some(Command::StartWithReady),
            Stage::Awaiting if awake => Some(Command::Ready),
            _ => None,
        }
    }
}

/// Why it does not work, in words.
pub(super) fn words(problem: ShortcutProblem) -> ProblemView {
    let (code, title, advice) = match problem {
        ShortcutProblem::Taken => (
            "shortcut_taken",
            said!("Another program has these keys"),
            said!("Choose others, or free them there."),
        ),
        ShortcutProblem::Unreadable => (
            "shortcut_unreadable",
            said!("These keys cannot be used"),
            said!("Choose a letter, a digit or a function key, together with Ctrl, Alt or Shift."),
        ),
        ShortcutProblem::NotHere => (
            "shortcut_not_here",
            said!("This desktop lets no program listen for keys"),
            said!("That is so on Wayland. In an X11 session the shortcut works."),
        ),
    };
    ProblemView { code: code.into(), title, advice, details: None }
}
