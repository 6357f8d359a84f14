//! What many stories begin with.

use std::time::Duration;

use hearth_gateway_client::group::{GroupPhase, Request, Status, Visibility};
use puffco::state::OperatingState;

use crate::party::PartyId;
use crate::world::World;

impl World {
    /// Everybody connects to the gateway and to their device, the first creates a group, the others join, and
    /// all see each other. Gives the group's code.
    ///
    /// # Panics
    /// When that takes more than a minute.
    pub fn gather(&mut self) -> String {
        const SOON: Duration = Duration::from_secs(60);
        let first = PartyId(0);
        for party in self.parties() {
            self.start(party);
        }
        for party in self.parties() {
            self.expect("connected", SOON, |world| world.is_connected(party));
        }
        let create = Request::Create {
            name: "Quiet Porch".to_owned(),
            visibility: Visibility::Private,
            countdown: None,
        };
        self.ask(first, create);
        self.expect("created", SOON, |world| world.group(first).is_some());
        let code = self.group(first).map(|group| group.id.clone()).unwrap_or_default();
        for party in self.parties().skip(1) {
            self.ask(party, Request::Join(code.clone()));
        }
        let seshers = self.parties().filter(|party| self.has_device(*party)).count();
        for party in self.parties() {
            self.expect("everybody sees everybody's device", SOON, |world| {
                world.group(party).is_some_and(|group| {
                    group.members.len() == world.parties().count()
                        && group.members.iter().filter(|member| member.is_sesher()).count() == seshers
                })
            });
        }
        code
    }

    /// Whether a party's session is live.
    #[must_use]
    pub fn is_connected(&self, party: PartyId) -> bool {
        matches!(self.status(party), Status::Connected { .. })
    }

    /// Whether a party's session is live and is the one it had before.
    #[must_use]
    pub fn is_resumed(&self, party: PartyId) -> bool {
        matches!(self.status(party), Status::Connected { resumed: true, .. })
    }

    /// Where a party sees the group in its cycle.
    #[must_use]
    pub fn phase(&self, party: PartyId) -> Option<GroupPhase> {
        self.group(party).map(|group| group.phase)
    }

    /// What a party's device does.
    #[must_use]
    pub fn operating(&self, party: PartyId) -> OperatingState {
        OperatingState(self.device(party).operating_state().0)
    }

    /// The operating state of one party's device as another sees it in the group.
    #[must_use]
    pub fn seen_operating(&self, by: PartyId, of: PartyId) -> Option<OperatingState> {
        let of = &self.group(of)?.own;
        let member = self.group(by)?.members.iter().find(|member| member.session_id == *of)?;
        member.device.as_ref()?.state.map(OperatingState)
    }

    /// The first asks, everybody with a device presses, and the group is seshing for all.
    ///
    /// # Panics
    /// When it does not start.
    pub fn ask_and_press(&mut self) {
        const SOON: Duration = Duration::from_secs(5);
        self.ask(PartyId(0), Request::Inquire);
        for party in self.parties() {
            self.expect("asked", SOON, |world| world.phase(party) == Some(GroupPhase::Awaiting));
        }
        for party in self.parties() {
            if self.has_device(party) {
                self.press(party);
            }
        }
        for party in self.parties() {
            self.expect("started", SOON, |world| world.phase(party) == Some(GroupPhase::Seshing));
        }
    }
}
