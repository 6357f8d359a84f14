//! What the person should know: short texts that say what happened, what it means and what to do.

mod refused;

use hearth_gateway_client::group::ActionRefusal;
use puffco::device::RequestError;

use crate::bridge::Trouble;
use crate::contract::{Notice, NoticeKind};
use refused::Words;

/// The most notices that are kept; the oldest goes first.
const MOST: usize = 6;

/// The notices on show.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    shown: Vec<Notice>,
    next: u32,
}

impl Notices {
    /// Adds one; the same code replaces what is there.
    pub fn add(&mut self, kind: NoticeKind, code: &str, title: &str, advice: &str) {
        self.put(None, kind, code, title, advice);
    }

    /// Adds one about a device, by its id; the same code replaces what is there of the same device.
    pub fn add_of(&mut self, device: &str, kind: NoticeKind, code: &str, title: &str, advice: &str) {
        self.put(Some(device.into()), kind, code, title, advice);
    }

    fn put(&mut self, device: Option<String>, kind: NoticeKind, code: &str, title: &str, advice: &str) {
        self.shown.retain(|notice| notice.code != code || notice.device != device);
        self.next += 1;
        let (code, title, advice) = (code.into(), title.into(), advice.into());
        self.shown.push(Notice { id: self.next, kind, code, title, advice, device });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Takes one away.
    pub fn dismiss(&mut self, id: u32) {
        self.shown.retain(|notice| notice.id != id);
    }

    /// Takes the one with this code away: what it said holds no more.
    pub fn settle(&mut self, code: &str) {
        self.shown.retain(|notice| notice.code != code);
    }

    /// Takes the one with this code about this device away.
    pub fn settle_of(&mut self, code: &str, device: &str) {
        self.shown.retain(|notice| notice.code != code || notice.device.as_deref() != Some(device));
    }

    /// A device is known under another id now.
    pub fn rename(&mut self, old: &str, new: &str) {
        for notice in self.shown.iter_mut().filter(|notice| notice.device.as_deref() == Some(old)) {
            notice.device = Some(new.into());
        }
    }

    /// On show, oldest first.
    #[must_use]
    pub fn view(&self) -> Vec<Notice> {
        self.shown.clone()
    }

    /// The gateway refused something.
    pub fn refused(&mut self, refusal: &ActionRefusal) {
        let Words { code, title, advice } = refused::words(refusal);
        self.add(NoticeKind::Error, code, &title, advice);
    }

    /// The device did not do something.
    pub fn trouble(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::NoDevice => self.add(
                NoticeKind::Error,
                "no_device",
                "No device is connected",
                "Connect your device first.",
            ),
            Trouble::Connecting => self.add(
                NoticeKind::Error,
                "not_heating",
                "Your device is still being connected",
                "It did not start. Try again when it is connected.",
            ),
            Trouble::NotHeating(error) => {
                let (title, advice) = not_heating(error);
                self.add(NoticeKind::Error, "not_heating", title, &advice);
            }
            Trouble::NotStopping(_) => self.add(
                NoticeKind::Error,
                "not_stopping",
                "Your device may still be heating",
                "Hearth could not reach it to stop. Hold its button until it goes out.",
            ),
            Trouble::OutOfSight => self.add(
                NoticeKind::Warning,
                "heats_out_of_sight",
                "Your device may still be heating",
                "Hearth lost the link to it and cannot stop it. Hold its button until it goes out.",
            ),
            Trouble::NotDone(error) => {
                self.add(NoticeKind::Error, "not_done", "Your device did not do that", &sentence(error));
            }
        }
    }
}

fn not_heating(error: &RequestError) -> (&'static str, String) {
    match error {
        RequestError::TooLate => (
            "The start was missed",
            "Your device could not be reached in time. It stays cold, so nothing heats by surprise.".into(),
        ),
        RequestError::NotConnected => {
            ("Your device was not connected", "It did not start. Check that it is awake and near.".into())
        }
        RequestError::Uncertain => (
            "Your device did not confirm the start",
            "Look at it: if it heats and should not, press its button.".into(),
        ),
        RequestError::NotPossible(why) => ("Your device cannot heat now", format!("{}.", capital(why))),
        RequestError::Cancelled => ("The start was called off", String::new()),
        RequestError::AlreadyWritten => ("This heat was started already", String::new()),
        RequestError::Status(_) | RequestError::Invalid(_) | RequestError::Kept(_) => {
            ("Your device refused to start", sentence(error))
        }
    }
}

fn sentence(error: &RequestError) -> String {
    match error {
        RequestError::NotPossible(why) => format!("It cannot do that now: {why}."),
        error => format!("{}.", capital(&error.to_string())),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
