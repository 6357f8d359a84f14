//! Scripts, lights and other programs at the gateway that this computer hosts: whether they can come, and the secret that
//! they need. The secret itself is in the keychain; here it only passes by, when it was asked for.

use crate::contract::{Event, HostScripts, HostState, NoticeKind, SecretText};
use crate::controller::{Controller, Output};
use crate::said;
use crate::saved::SavedScripts;
use crate::secrets::Secret;

/// What the runtime is asked to do about the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostSecretWish {
    /// Make another one, and keep it.
    Make,
    /// Keep none.
    Forget,
    /// Tell it.
    Reveal,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostSecretReport {
    /// There is another one.
    Made(Secret),
    /// There is none any more.
    Forgotten,
    /// This is kept; `None`: the keychain does not give it.
    Kept(Option<Secret>),
}

/// How it goes with the secret.
#[derive(Debug, Default)]
pub(super) struct SecretState {
    /// The runtime was asked, and has not answered: one wish at a time, so that the last one counts.
    asked: bool,
    /// The keychain does not give it.
    pub(super) lost: bool,
}

impl Controller {
    /// As faces see it.
    pub(in crate::controller) fn scripts_view(&self) -> HostScripts {
        let SavedScripts { on, secret } = self.saved.host_scripts;
        let hosting = &self.lobby.hosting;
        let secret_lost = secret && hosting.secret.lost;
        let can_come = on && !secret_lost && hosting.state == HostState::Running;
        let address = hosting.seen.as_ref().and_then(|seen| seen.addresses.first());
        let address = address.filter(|_| can_come).map(|address| format!("{address}/ws"));
        HostScripts { on, address, secret, secret_lost }
    }

    pub(in crate::controller) fn host_scripts(&mut self, on: bool) {
        self.admit_scripts(SavedScripts { on, ..self.saved.host_scripts });
    }

    pub(in crate::controller) fn ask_about_host_secret(&mut self, wish: HostSecretWish) {
        let needless = wish != HostSecretWish::Make && !self.saved.host_scripts.secret;
        if needless || std::mem::replace(&mut self.lobby.hosting.secret.asked, true) {
            return;
        }
        self.outputs.push_back(Output::HostSecret(wish));
    }

    pub(super) fn host_secret_reported(&mut self, report: HostSecretReport) {
        let secret = &mut self.lobby.hosting.secret;
        secret.asked = false;
        match report {
            HostSecretReport::Made(made) => {
                secret.lost = false;
                self.notices.settle("host_secret_not_told");
                // Who is there with another one has to go, so it is told also when there was one before.
                self.saved.host_scripts.secret = true;
                self.save();
                self.tell_host_of_scripts();
                self.tell_host_secret(&made);
            }
            HostSecretReport::Forgotten => {
                secret.lost = false;
                self.admit_scripts(SavedScripts { secret: false, ..self.saved.host_scripts });
            }
            HostSecretReport::Kept(Some(kept)) => {
                self.notices.settle("host_secret_not_told");
                self.tell_host_secret(&kept);
            }
            // What is hosted goes on with what it was told before.
            HostSecretReport::Kept(None) => self.notices.add(
                NoticeKind::Warning,
                "host_secret_not_told",
                said!("The secret cannot be shown"),
                said!("Your keychain does not give it. Unlock it and try again, or make a new one."),
            ),
        }
    }

    fn admit_scripts(&mut self, scripts: SavedScripts) {
        if std::mem::replace(&mut self.saved.host_scripts, scripts) != scripts {
            self.save();
            self.tell_host_of_scripts();
        }
    }

    fn tell_host_of_scripts(&mut self) {
        if matches!(self.lobby.hosting.state, HostState::Starting | HostState::Running) {
            self.outputs.push_back(Output::AdmitScripts(self.saved.host_scripts));
        }
    }

    fn tell_host_secret(&mut self, secret: &Secret) {
        self.emit(Event::HostSecret { secret: SecretText(secret.reveal().to_owned()) });
    }
}
