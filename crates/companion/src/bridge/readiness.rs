//! Being ready for a sesh, and being away from it.

use hearth_clock::Now;
use hearth_gateway_client::group::{self, GroupPhase};
use puffco::device;
use puffco::state::OperatingState;

use super::{Bridge, Output, Pending, STAY_READY};
use crate::away::{Hand, Situation};
use crate::contract::AwayReason;

impl Bridge {
    /// Why this person is away, or was last: the gateway's word comes a moment later.
    #[must_use]
    pub fn away_because(&self) -> AwayReason {
        self.away_because
    }

    /// Tells the gateway when this person is away from now on, or back. Nothing heats who is away.
    pub(super) fn follow_away(&mut self, now: Now) {
        let seen = Situation {
            group: self.group.as_ref().map(|group| group.id.as_str()),
            link: &self.link,
            operating: self.operating(),
            hand: self.hand(now),
        };
        self.away.look(now.instant, seen);
        let reason = self.away.reason();
        self.away_because = reason.unwrap_or(self.away_because);
        let away = reason.is_some();
        if away == self.told_away {
            return;
        }
        self.told_away = away;
        self.outputs.push_back(Output::Gateway(group::Request::Away(away)));
        if away {
            self.got_ready = None;
            self.call_off();
        } else {
            self.note_readiness(now);
        }
    }

    /// Who is about to heat or heats holds the device in hand, and so does who pressed its button for the sesh not
    /// long ago. The gateway's word for "ready" is not asked: not every gateway takes it back.
    fn hand(&self, now: Now) -> Hand {
        let in_cycle = self.is_connected() && self.operating().is_some_and(OperatingState::is_heat_cycle);
        if in_cycle || self.start.is_armed() || self.has_to_stop() {
            return Hand::Busy;
        }
        let until = self.got_ready.map(|since| since + STAY_READY);
        until.filter(|until| now.instant < *until).map_or(Hand::Free, Hand::BusyUntil)
    }

    pub(super) fn note_readiness(&mut self, now: Now) {
        let selects = self.operating() == Some(OperatingState::TEMP_SELECT);
        if self.group_awaits() && selects && self.is_connected() && !self.told_away {
            self.got_ready.get_or_insert(now.instant);
        }
    }

    /// Puts the device back into temp select when that ran out, `before` being what it did until now.
    pub(super) fn stay_ready(&mut self, now: Now, before: Option<OperatingState>) {
        let ran_out =
            before == Some(OperatingState::TEMP_SELECT) && self.operating() == Some(OperatingState::IDLE);
        let recent = self.got_ready.is_some_and(|since| now.instant < since + STAY_READY);
        if ran_out && recent && self.group_awaits() && !self.is_away() {
            self.ask(device::Request::TempSelectBegin, Pending::Other);
        }
    }

    fn group_awaits(&self) -> bool {
        self.group.as_ref().is_some_and(|group| group.phase == GroupPhase::Awaiting)
    }

    /// This person is away, as far as this program or the gateway knows.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.told_away
            || self.group.as_ref().is_some_and(|group| {
                group.members.iter().any(|member| member.session_id == group.own && member.away)
            })
    }

    pub(super) fn ready(&mut self) {
        if self.is_connected() && self.operating() == Some(OperatingState::TEMP_SELECT) {
            return;
        }
        self.ask(device::Request::TempSelectBegin, Pending::Other);
    }

    /// Not ready any more: no part in a start that has not happened yet.
    pub(super) fn unready(&mut self) {
        self.got_ready = None;
        self.call_off();
        if self.is_connected() && self.operating() == Some(OperatingState::TEMP_SELECT) {
            self.ask(device::Request::TempSelectStop, Pending::Other);
        }
    }
}
