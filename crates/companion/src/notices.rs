//! What the person should know: short texts that say what happened, what it means and what to do.

mod refused;

use hearth_gateway_client::group::ActionRefusal;
use puffco::device::{Obstacle, RequestError};

use crate::bridge::Trouble;
use crate::contract::{Notice, NoticeKind, Said};
use crate::said;
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
    pub fn add(&mut self, kind: NoticeKind, code: &str, title: Said, advice: Said) {
        self.put(None, kind, code, title, advice);
    }

    /// Adds one about a device, by its id; the same code replaces what is there of the same device.
    pub fn add_of(&mut self, device: &str, kind: NoticeKind, code: &str, title: Said, advice: Said) {
        self.put(Some(device.into()), kind, code, title, advice);
    }

    fn put(&mut self, device: Option<String>, kind: NoticeKind, code: &str, title: Said, advice: Said) {
        self.shown.retain(|notice| notice.code != code || notice.device != device);
        self.next += 1;
        self.shown.push(Notice { id: self.next, kind, code: code.into(), title, advice, device });
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
        self.add(NoticeKind::Error, code, title, advice);
    }

    /// The device did not do something.
    pub fn trouble(&mut self, trouble: &Trouble) {
        let (code, title, advice) = match trouble {
            Trouble::NoDevice => {
                ("no_device", said!("No device is connected"), said!("Connect your device first."))
            }
            Trouble::Connecting => (
                "not_heating",
                said!("Your device is still being connected"),
                said!("It did not start. Try again when it is connected."),
            ),
            Trouble::NotHeating(error) => {
                let (title, advice) = not_heating(error);
                ("not_heating", title, advice)
            }
            Trouble::StartFarAhead => (
                "not_heating",
                said!("Your device takes no part in this start"),
                said!(
                    "The gateway announced it too far ahead. Ask for a sesh again; if this happens each time, tell who runs the gateway."
                ),
            ),
            Trouble::NotStopping(_) => (
                "not_stopping",
                said!("Your device may still be heating"),
                said!("Hearth could not reach it to stop. Hold its button until it goes out."),
            ),
            Trouble::OutOfSight => {
                let title = said!("Your device may still be heating");
                let advice = said!(
                    "Hearth lost the link to it and cannot stop it. Hold its button until it goes out."
                );
                return self.add(NoticeKind::Warning, "heats_out_of_sight", title, advice);
            }
            Trouble::NotDone(error) => ("not_done", said!("Your device did not do that"), not_done(error)),
        };
        self.add(NoticeKind::Error, code, title, advice);
    }
}

fn not_heating(error: &RequestError) -> (Said, Said) {
    match error {
        RequestError::TooLate => (
            said!("The start was missed"),
            said!("Your device could not be reached in time. It stays cold, so nothing heats by surprise."),
        ),
        RequestError::NotConnected => (
            said!("Your device was not connected"),
            said!("It did not start. Check that it is awake and near."),
        ),
        RequestError::Uncertain => (
            said!("Your device did not confirm the start"),
            said!("Look at it: if it heats and should not, press its button."),
        ),
        RequestError::NotPossible(why) => (said!("Your device cannot heat now"), obstacle(*why)),
        RequestError::Cancelled => (said!("The start was called off"), Said::default()),
        RequestError::AlreadyWritten => (said!("This heat was started already"), Said::default()),
        RequestError::Status(_) | RequestError::Invalid(_) | RequestError::Kept(_) => {
            (said!("Your device refused to start"), not_done(error))
        }
    }
}

fn not_done(error: &RequestError) -> Said {
    match error {
        RequestError::NotPossible(why) => obstacle(*why),
        RequestError::NotConnected => said!("It is not connected."),
        RequestError::TooLate => said!("It came too late."),
        RequestError::AlreadyWritten => said!("It was done already."),
        RequestError::Cancelled => said!("It was called off."),
        RequestError::Uncertain => said!("It is not certain whether it did."),
        RequestError::Kept(_) => said!("It kept what it had."),
        RequestError::Invalid(_) => said!("It does not take this value."),
        RequestError::Status(code) => said!("It answered with status {code}.", code = *code),
    }
}

/// What keeps a device from it, in a sentence.
pub(crate) fn obstacle(why: Obstacle) -> Said {
    match why {
        Obstacle::StateUnknown => said!("What it does is not known yet."),
        Obstacle::SwitchedOff => said!("It is switched off."),
        Obstacle::Starting => said!("It is still starting."),
        Obstacle::Testing => said!("It is in a test."),
        Obstacle::Pairing => said!("It is in pairing mode."),
        Obstacle::NoChamber => said!("No chamber is put on."),
        Obstacle::NoTemperature => said!("Its chamber tells no temperature."),
        Obstacle::ChamberTooHot => said!("Its chamber is too hot."),
        Obstacle::BatteryTemperature => said!("Its battery is too hot or too cold."),
        Obstacle::ChargeUnknown => said!("Its charge is not known yet."),
        Obstacle::BatteryLow => said!("Its battery is too low."),
        Obstacle::Heating => said!("It is heating."),
        Obstacle::NotHeating => said!("No heat is running."),
        Obstacle::Busy => said!("Too much was asked of it at once."),
        Obstacle::LogUnreadable => said!("Its log cannot be read."),
        Obstacle::NoStop => said!("It cannot be stopped over this link."),
    }
}
