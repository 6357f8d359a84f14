//! Being ready for a sesh, and being away from it.

use hearth_clock::Now;
use hearth_gateway_client::group::{self, GroupPhase};
use puffco::device;
use puffco::state::OperatingState;

use super::{Bridge, Output, PRESS_LASTS, PUT_BACK_WITHIN, Pending, STAY_READY};
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
        let asked = self.pending.iter().any(|(_, pending)| *pending == Pending::StepBack);
        self.stepping_back &= selects || asked;
        if self.stepping_back {
            return;
        }
        let counts = self.group_awaits() && selects && self.is_connected() && !self.told_away;
        if counts && self.got_ready.is_none() {
            self.got_ready = Some(now.instant);
            self.pressed_before = false;
        }
    }

    /// The same, after the group changed: a device that is in temp select already was pressed before.
    pub(super) fn note_readiness_before(&mut self, now: Now) {
        let ready = self.got_ready.is_some();
        self.note_readiness(now);
        if self.group_awaits() {
            let asked = std::mem::take(&mut self.asked);
            self.pressed_before |= !ready && self.got_ready.is_some() && !asked;
        }
    }

    /// What the device told of its button, `before` being what it did until now. A press counts from now on, also a second
    /// one, until some seconds after the device left temp select. A device that is switched off, sleeps or heats is not ready
    /// for what is still to come.
    pub(super) fn follow_press(&mut self, now: Now, before: Option<OperatingState>) {
        match self.operating() {
            Some(OperatingState::TEMP_SELECT) if before != Some(OperatingState::TEMP_SELECT) => {
                self.press_ends = None;
                let by_hand = !std::mem::take(&mut self.putting_back);
                self.note_readiness(now);
                if by_hand && self.got_ready.is_some() {
                    self.got_ready = Some(now.instant);
                    self.pressed_before = false;
                }
            }
            Some(operating) if operating.is_heating() || is_off(operating) => {
                self.got_ready = None;
                self.call_off();
            }
            _ if before == Some(OperatingState::TEMP_SELECT) => {
                self.press_ends = Some(now.instant + PRESS_LASTS);
            }
            _ => {}
        }
    }

    /// The person got ready, and that still counts.
    #[must_use]
    pub fn got_ready(&self) -> bool {
        self.got_ready.is_some()
    }

    /// Puts the device back into temp select when that ran out, `before` being what it did until now.
    pub(super) fn stay_ready(&mut self, now: Now, before: Option<OperatingState>) {
        if self.operating() == Some(OperatingState::TEMP_SELECT) {
            self.put_back_until = None;
        }
        let ran_out =
            before == Some(OperatingState::TEMP_SELECT) && self.operating() == Some(OperatingState::IDLE);
        if ran_out && self.pressed_before {
            self.got_ready = None;
        }
        let recent = self.got_ready.is_some_and(|since| now.instant < since + STAY_READY);
        if ran_out && recent && self.group_awaits() && !self.is_away() {
            let counts = self.group.as_ref().is_some_and(|group| group.counts_to.is_some());
            self.put_back_until = counts.then(|| now.instant + PUT_BACK_WITHIN);
            self.putting_back = true;
            self.ask(device::Request::TempSelectBegin, Pending::PutBack);
        }
    }

    /// The device ran out of temp select while the group counts down, and is on the way back there: it does not call
    /// the countdown off. Whoever does not want to take part any more is not ready at once.
    pub(super) fn is_put_back(&self) -> bool {
        self.put_back_until.is_some()
            && self.got_ready.is_some()
            && self.operating() == Some(OperatingState::IDLE)
    }

    /// The device is not back in temp select, or nobody wants it to be.
    pub(super) fn not_put_back(&mut self) {
        if self.put_back_until.take().is_some() {
            self.report_device();
        }
    }

    /// This person's device would heat if the group started now.
    #[must_use]
    pub fn would_take_part(&self) -> bool {
        self.got_ready.is_some() && !self.told_away && self.is_connected() && !self.ending
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
        let steps_back = std::mem::take(&mut self.stepping_back);
        if self.is_connected() && self.operating() == Some(OperatingState::TEMP_SELECT) && !steps_back {
            return;
        }
        self.ask(device::Request::TempSelectBegin, Pending::Other);
    }

    /// Not ready any more: no part in a start that has not happened yet.
    pub(super) fn unready(&mut self) {
        self.got_ready = None;
        self.call_off();
        let comes_back = self.pending.iter().any(|(_, pending)| *pending == Pending::PutBack);
        self.not_put_back();
        let selects = self.operating() == Some(OperatingState::TEMP_SELECT);
        if self.is_connected() && (selects || comes_back) {
            self.stepping_back = true;
            self.ask(device::Request::TempSelectStop, Pending::StepBack);
        }
    }
}

fn is_off(operating: OperatingState) -> bool {
    matches!(operating, OperatingState::SLEEP | OperatingState::MASTER_OFF)
}
