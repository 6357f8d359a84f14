//! What the gateway says: the group, its starts, and what calls them off.

use std::time::Instant;

use hearth_clock::Now;
use hearth_gateway_client::group::{self, Group, GroupPhase};

use super::{Bridge, DEFAULT_LEAD, HEAT_DEADLINE, LONGEST_LEAD, Output, Start, Trouble};

impl Bridge {
    pub(super) fn gateway(&mut self, now: Now, event: group::Event) {
        match event {
            group::Event::Group(group) => self.group_changed(now, group),
            group::Event::StartHeating { excluded, start_at, .. } => {
                self.start_heating(now.instant, excluded, start_at);
            }
            group::Event::Refused(_) => self.asked = false,
            group::Event::Kicked | group::Event::GroupDeleted | group::Event::GroupClosed => self.call_off(),
            _ => {}
        }
    }

    pub(super) fn group_changed(&mut self, now: Now, group: Option<Box<Group>>) {
        let before = self.group.take();
        let same = before.as_ref().map(|g| &g.id) == group.as_ref().map(|g| &g.id);
        self.group = group;
        if !same {
            self.start_taken = false;
            self.got_ready = None;
            self.asked = false;
            self.note_readiness_before(now);
            self.call_off();
            // The gateway session sends the whole device when it joins; it needs to know it by then.
            self.report_device();
            return;
        }
        let (Some(before), Some(group)) = (before, &self.group) else { return };
        let (phase, sesh_counter) = (group.phase, group.sesh_counter);
        // A whole sesh may have passed unseen while the gateway was gone.
        let another = phase != before.phase || sesh_counter != before.sesh_counter;
        if another && phase != GroupPhase::Seshing {
            self.got_ready = None;
        }
        self.note_readiness_before(now);
        if before.phase == GroupPhase::Seshing && phase != GroupPhase::Seshing {
            self.start_taken = false;
            // TypeScript gateways are back to chilling at the first preheat of anybody, and count the sesh
            // then; without a new count it was stopped (puff-gateway §4).
            if sesh_counter == before.sesh_counter {
                self.call_off();
            }
        }
    }

    pub(super) fn start_heating(&mut self, now: Instant, excluded: bool, start_at: Option<Instant>) {
        if self.start_taken || self.group.is_none() || self.ending {
            return;
        }
        self.start_taken = true;
        let at = start_at.unwrap_or(now + DEFAULT_LEAD);
        if now > at + HEAT_DEADLINE {
            return;
        }
        if at > now + LONGEST_LEAD {
            self.outputs.push_back(Output::Trouble(Trouble::StartFarAhead));
            return;
        }
        let willing = !excluded && !self.told_away && self.got_ready.is_some();
        let take_part = willing && self.is_connected() && !self.is_heating();
        self.start = if take_part {
            let intent = self.new_intent();
            Start::Armed { intent, at }
        } else {
            Start::Watching { at }
        };
    }

    pub(super) fn start_is_due(&mut self, now: Instant) {
        let start = std::mem::replace(&mut self.start, Start::None);
        if let Start::Armed { intent, at } = start {
            self.heat(intent, at + HEAT_DEADLINE, now);
        }
    }

    /// Takes this person out of a start that has not happened yet.
    pub(super) fn call_off(&mut self) {
        if let Start::Armed { at, .. } = self.start {
            self.start = Start::Watching { at };
        }
        if self.group.is_none() && self.start != Start::None {
            self.start = Start::None;
        }
    }

    pub(super) fn gateway_replaced(&mut self, now: Now) {
        self.group_changed(now, None);
        self.reported = None;
        self.told_away = false;
        self.report_device();
    }
}
