//! Getting ready and starting together: inquiries, countdowns and starts, each told once, also those that were missed
//! while the connection was lost.

use std::time::Instant;

use hearth_dialects::puff::{ClientOp, GroupId, GroupState, HeatInquiry, SessionId, StartHeating};

use super::identity::ServerKind;
use super::replica::{Replica, id};
use super::session::Session;
use crate::group;

/// Operating state of a device whose button was pressed: in a group, "ready" (facts §4).
const TEMP_SELECT: u8 = 6;

impl Session {
    pub(super) fn state_changed(&mut self, before: Option<GroupState>) {
        let Some(replica) = self.membership.replica() else { return };
        let asked = replica.state() == GroupState::Awaiting && before != Some(GroupState::Awaiting);
        // Ours counts a device that is in temperature select already; the others wait for its state (facts §4).
        if asked {
            self.say_ready_again();
        }
    }

    fn say_ready_again(&mut self) {
        if self.server == ServerKind::Hearth {
            return;
        }
        let again = self.device.state_again().filter(|device| device.state == Some(TEMP_SELECT));
        if let Some(state) = again {
            self.send(&ClientOp::DeviceState(Box::new(state)));
        }
    }

    pub(super) fn own_is_away(&mut self) -> bool {
        self.membership.replica().and_then(|replica| replica.own()).is_some_and(|own| own.away)
    }

    /// Nobody is counted as ready while away: a button that was pressed too early is told again. The TypeScript
    /// gateway carries "back" out later than a device state that was sent after it (facts §10, 7).
    pub(super) fn came_back(&mut self, was_away: bool) {
        let back = was_away && !self.own_is_away();
        let awaits = |replica: &mut Replica| replica.state() == GroupState::Awaiting && !replica.own_ready();
        if back && self.membership.replica().is_some_and(awaits) {
            self.say_ready_again();
        }
    }

    pub(super) fn inquiry(&mut self, inquiry: HeatInquiry) {
        let Some(replica) = self.membership.replica() else { return };
        if replica.told.inquiry() {
            self.event(group::Event::Inquiry {
                by: Some(id(&inquiry.session_id)),
                watcher: inquiry.watcher,
                away: inquiry.away,
            });
        }
    }

    /// An inquiry that was made while we were not listening.
    pub(super) fn missed_inquiry(&mut self) {
        let Some(replica) = self.membership.replica() else { return };
        if replica.told.inquiry() {
            let (watcher, away) = replica.own().map_or((true, false), |own| (!own.is_sesher(), own.away));
            self.event(group::Event::Inquiry { by: None, watcher, away });
        }
    }

    /// Nothing heats because of it; every change is told once.
    pub(super) fn counts_down(&mut self, group: &GroupId, by: Option<&SessionId>, start_at: Option<u64>) {
        let local = start_at.and_then(|ms| self.clock.local(ms));
        let Some(replica) = self.membership.replica().filter(|replica| replica.group.id == group.0) else {
            return;
        };
        if replica.counts_to(local) {
            let start_at = replica.group.counts_to;
            self.show_group();
            self.event(group::Event::Countdown { by: by.map(id), start_at });
        }
    }

    pub(super) fn start(&mut self, start: StartHeating) {
        let Some(replica) = self.membership.replica() else { return };
        if replica.told.start(start.start_at) {
            let start_at = start.start_at.and_then(|ms| self.clock.local(ms));
            self.event(group::Event::StartHeating {
                by: start.session_id.as_ref().map(id),
                excluded: !start.heats(),
                start_at,
            });
        }
    }

    /// The group is seshing and we may not have heard of the start. A start without an instant, or with one that
    /// has passed, is over for us: nobody heats late.
    pub(super) fn missed_start(&mut self, now: Instant, start_at: Option<u64>) {
        let Some(replica) = self.membership.replica() else { return };
        let ready = replica.own_ready();
        let away = replica.own().is_none_or(|own| own.away);
        if !replica.told.start(start_at) {
            return;
        }
        let ahead = start_at.and_then(|ms| self.clock.local(ms)).filter(|at| *at > now);
        if ahead.is_some() {
            let excluded = !ready || away;
            self.event(group::Event::StartHeating { by: None, excluded, start_at: ahead });
        }
    }
}
