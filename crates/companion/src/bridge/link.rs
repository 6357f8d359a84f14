//! What the device says, and what the gateway is told of it.

use std::time::Instant;

use hearth_clock::Now;
use hearth_gateway_client::group::{self, DeviceReport};
use puffco::device::{self, Phase, RequestError, RequestId};
use puffco::state::OperatingState;

use super::own_heat::OwnHeat;
use super::{Bridge, Output, Pending, STAY_READY, Trouble};
use crate::report::report;

impl Bridge {
    pub(super) fn device(&mut self, now: Now, event: device::Event) {
        match event {
            device::Event::Phase(phase) => self.link_changed(now, phase),
            device::Event::State(state) => {
                let before = self.operating();
                self.own_heat = self.own_heat.seen(state.operating);
                self.device = Some(state);
                self.follow_press(now, before);
                // Back is told before the state that makes ready: nobody is counted while away.
                self.follow_away(now);
                self.note_readiness(now);
                self.stay_ready(now, before);
                self.follow_press(now, before);
                self.report_device();
            }
            device::Event::Done(id, result) => self.done(now.instant, id, result),
            // For the pages of the device; nothing that a group or a heat depends on.
            device::Event::Progress(..)
            | device::Event::Log(..)
            | device::Event::Counters(_)
            | device::Event::LastSeen(_) => {}
        }
    }

    pub(super) fn done(&mut self, now: Instant, id: RequestId, result: Result<(), RequestError>) {
        let Some(index) = self.pending.iter().position(|(pending, _)| *pending == id) else { return };
        let (_, pending) = self.pending.swap_remove(index);
        match (pending, result) {
            (Pending::Heat(intent), result) => {
                self.own_heat = self.own_heat.answered(intent, &result, now);
                // A heat that its own stop overtook is no trouble: it is what the person wanted.
                if let Err(error) = result
                    && error != RequestError::Cancelled
                {
                    self.outputs.push_back(Output::Trouble(Trouble::NotHeating(error)));
                }
            }
            (Pending::Stop, Err(error)) => {
                self.outputs.push_back(Output::Trouble(Trouble::NotStopping(error)));
            }
            (Pending::PutBack, Err(error)) => {
                self.putting_back = false;
                self.not_put_back();
                self.outputs.push_back(Output::Trouble(Trouble::NotDone(error)));
            }
            (Pending::StepBack | Pending::Other, Err(error)) => {
                self.outputs.push_back(Output::Trouble(Trouble::NotDone(error)))
            }
            (Pending::Stop | Pending::PutBack | Pending::StepBack | Pending::Other, Ok(())) => {}
        }
    }

    pub(super) fn link_changed(&mut self, now: Now, phase: Phase) {
        if self.link == Phase::Ready && phase != Phase::Ready {
            // Nobody sees whether it is still in temp select.
            self.press_ends.get_or_insert(now.instant + STAY_READY);
        }
        self.link = phase;
        match self.link {
            Phase::Ready => {
                self.lost_at = None;
                if self.operating() == Some(OperatingState::TEMP_SELECT) {
                    self.press_ends = None;
                }
                self.follow_away(now);
                self.note_readiness(now);
                self.report_device();
            }
            Phase::SettingUp { .. } | Phase::Waiting { .. } => {
                if self.reported.is_some() && self.lost_at.is_none() {
                    self.lost_at = Some(now.instant);
                }
            }
            Phase::Idle | Phase::Resting | Phase::Away | Phase::Failed(_) => {
                self.lost_at = None;
                self.tell_device(None);
                if self.own_heat.is_current() {
                    self.outputs.push_back(Output::Trouble(Trouble::OutOfSight));
                }
                // Let go by the person, who then takes no part any more.
                if self.link == Phase::Idle {
                    self.got_ready = None;
                    self.call_off();
                }
            }
        }
    }

    pub(super) fn device_replaced(&mut self) {
        self.call_off();
        self.got_ready = None;
        self.press_ends = None;
        self.putting_back = false;
        self.put_back_until = None;
        self.stepping_back = false;
        self.own_heat = OwnHeat::None;
        self.link = Phase::Idle;
        self.device = None;
        self.lost_at = None;
        self.pending.clear();
        self.tell_device(None);
    }

    pub(super) fn report_device(&mut self) {
        if let (Phase::Ready, Some(device)) = (&self.link, &self.device) {
            let mut report = report(device, &self.pseudonym);
            if self.is_put_back() {
                report.state = Some(OperatingState::TEMP_SELECT.0);
            }
            self.tell_device(Some(report));
        }
    }

    pub(super) fn tell_device(&mut self, report: Option<DeviceReport>) {
        if self.reported != report {
            self.reported.clone_from(&report);
            self.outputs.push_back(Output::Gateway(group::Request::Device(report.map(Box::new))));
        }
    }
}
