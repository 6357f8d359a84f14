//! Hosting on this computer, as a person sees it: opened, used, and given back for the gateway of before. It never ends
//! by the way: while a heat of this program runs in its group it stays.

mod scripts;

use hearth_clock::Now;

use super::gateway::GatewaySide;
use super::{Controller, Output};
use crate::contract::{HostScripts, HostState, HostView, ProblemView};
use crate::host::{self, HostError};
use crate::said;
use scripts::SecretState;

pub use scripts::{HostSecretReport, HostSecretWish};

/// What the runtime tells of the host.
#[derive(Clone, Debug)]
pub enum HostNews {
    /// It runs; told again when something of it changes.
    Running {
        /// Name that others see.
        name: String,
        /// What there is to see of it.
        state: host::HostState,
        /// The keychain did not give the secret that programs need: none is let in.
        secret_lost: bool,
    },
    /// What came of a wish about the secret that programs need.
    Secret(HostSecretReport),
    /// It could not be opened, or ended by itself.
    Failed(HostError),
    /// It ended, as it was asked to; its guests were told.
    Stopped,
}

/// The gateway that this computer hosts.
#[derive(Debug, Default)]
pub struct Hosting {
    state: HostState,
    name: String,
    seen: Option<host::HostState>,
    problem: Option<ProblemView>,
    secret: SecretState,
    /// The gateway of before; within, `None`: the one with the simulated friends.
    before: Option<Option<String>>,
    /// To be joined as soon as it runs.
    then_join: Option<String>,
}

impl Hosting {
    /// Others can come.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state == HostState::Running
    }

    /// It is the gateway at this address.
    #[must_use]
    pub fn is_at(&self, url: &str) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.own_url == url)
    }

    /// Name that others see.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Joins this group as soon as it runs.
    pub fn join_then(&mut self, code: &str) {
        self.then_join = Some(code.to_owned());
    }

    /// As faces see it. `own`: this program is one of those who are connected.
    #[must_use]
    pub fn view(&self, own: bool, scripts: HostScripts) -> HostView {
        let seen = self.seen.as_ref();
        let code = seen.and_then(|seen| seen.code.as_ref());
        HostView {
            state: self.state,
            name: self.name.clone(),
            addresses: seen.map(|seen| seen.addresses.clone()).unwrap_or_default(),
            qr: code.map(|code| code.path.clone()),
            qr_size: code.map_or(0, |code| code.size),
            guests: seen.map_or(0, |seen| seen.people.saturating_sub(u32::from(own))),
            scripts,
            problem: self.problem.clone(),
        }
    }

    fn over(&mut self, state: HostState, problem: Option<ProblemView>) {
        self.state = state;
        self.problem = problem;
        self.seen = None;
        self.then_join = None;
    }
}

impl Controller {
    pub(super) fn host_here(&mut self, _now: Now) {
        if !matches!(self.lobby.hosting.state, HostState::Off | HostState::Failed) {
            return;
        }
        // It leaves the group, and what happens there is not seen any more.
        if self.membership.group().is_some() && self.bridge.has_to_stop() {
            self.lobby.hosting.then_join = None;
            return self.say_that_it_heats();
        }
        let name = self.saved.settings.host_name.trim().to_owned();
        let name = Some(name).filter(|name| !name.is_empty());
        let hosting = &mut self.lobby.hosting;
        hosting.state = HostState::Starting;
        hosting.problem = None;
        hosting.name = name.clone().unwrap_or_default();
        hosting.before = Some(self.gateway.url().map(str::to_owned));
        let (port, scripts) = (self.saved.host_port, self.saved.host_scripts);
        self.outputs.push_back(Output::StartHost { name, port, scripts });
    }

    pub(super) fn end_hosting(&mut self, now: Now) {
        if !matches!(self.lobby.hosting.state, HostState::Starting | HostState::Running) {
            return;
        }
        if self.uses_own_host() && self.membership.group().is_some() && self.bridge.has_to_stop() {
            return self.say_that_it_heats();
        }
        self.leave_own_host(now);
        self.lobby.hosting.state = HostState::Stopping;
        self.lobby.hosting.then_join = None;
        self.outputs.push_back(Output::StopHost);
    }

    pub(super) fn host_news(&mut self, now: Now, news: HostNews) {
        let stopping = self.lobby.hosting.state == HostState::Stopping;
        match news {
            HostNews::Running { .. } if stopping => {}
            HostNews::Running { name, state, secret_lost } => {
                let opened = self.lobby.hosting.state == HostState::Starting;
                let hosting = &mut self.lobby.hosting;
                hosting.state = HostState::Running;
                hosting.name = name;
                hosting.seen = Some(state);
                hosting.secret.lost = secret_lost;
                if opened {
                    self.host_opened(now);
                }
            }
            HostNews::Failed(_) if stopping => self.lobby.hosting.over(HostState::Off, None),
            HostNews::Failed(error) => {
                self.leave_own_host(now);
                self.lobby.hosting.over(HostState::Failed, Some(problem(&error)));
            }
            HostNews::Secret(report) => self.host_secret_reported(report),
            HostNews::Stopped => self.lobby.hosting.over(HostState::Off, None),
        }
    }

    fn host_opened(&mut self, now: Now) {
        let Some(seen) = &self.lobby.hosting.seen else { return };
        let (own_url, port) = (seen.own_url.clone(), seen.port);
        let then_join = self.lobby.hosting.then_join.take();
        if self.saved.host_port != Some(port) {
            self.saved.host_port = Some(port);
            self.save();
        }
        // What is remembered as the gateway stays: this one is there only while it is hosted.
        self.switch_gateway(now, GatewaySide::new(Some(own_url)));
        if let Some(code) = then_join {
            self.join_when_connected(&code);
        }
    }

    /// Back to the gateway of before, when the own one is in use.
    fn leave_own_host(&mut self, now: Now) {
        if self.uses_own_host() {
            let before = self.lobby.hosting.before.take().flatten();
            self.switch_gateway(now, GatewaySide::new(before));
        }
    }

    /// This program is connected to the gateway that it hosts.
    pub(super) fn is_guest_of_own_host(&self) -> bool {
        self.uses_own_host() && self.gateway.is_connected()
    }

    fn uses_own_host(&self) -> bool {
        self.gateway.url().is_some_and(|url| self.lobby.hosting.is_at(url))
    }

    /// The address of the gateway that this computer hosts, or hosted last.
    pub(super) fn is_own_host(&self, url: &str) -> bool {
        let last = self.saved.host_port.map(|port| format!("ws://127.0.0.1:{port}"));
        self.lobby.hosting.is_at(url) || last.as_deref() == Some(url)
    }
}

fn problem(error: &HostError) -> ProblemView {
    let (title, advice) = match error {
        HostError::NoNetwork => {
            (said!("This computer is in no network"), said!("Connect it to one, then host again."))
        }
        HostError::PortsBusy => (
            said!("Other programs are in the way"),
            said!("They have all the ports for hosting. End one of them, then try again."),
        ),
        HostError::NotPermitted => (
            said!("Hearth may not host here"),
            said!("Allow it in the settings of your system or its firewall, then try again."),
        ),
        HostError::HostsAlready => {
            (said!("Another Hearth hosts on this computer"), said!("End it there first."))
        }
        HostError::Data(_) => (
            said!("The folder for groups cannot be used"),
            said!("Check that its disk has room and can be written, then try again."),
        ),
        HostError::Broken(_) => (said!("Hosting did not work"), said!("Try again, or restart Hearth.")),
    };
    let details = match error {
        HostError::Data(why) | HostError::Broken(why) => Some(why.clone()),
        HostError::NoNetwork | HostError::PortsBusy | HostError::NotPermitted | HostError::HostsAlready => {
            None
        }
    };
    ProblemView { code: error.code().into(), title, advice, details }
}
