//! Turns what is going on into what is to be kept: one machine, without I/O and without a clock of its own. It
//! knows the heats of this computer's devices, and the sesh of the group.

mod heat;
mod input;
mod sesh;

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_clock::Now;

pub use input::{Activity, DeviceSeen, GroupSeen, Input, MemberSeen, Said, Start};

use crate::{RecentGroup, SeshKey, Write};
use heat::{Heard, Heat};
use sesh::Sesh;

/// The recorder.
#[derive(Debug, Default)]
pub struct Recorder {
    /// The heats that are under way, by the key of their device.
    heats: BTreeMap<String, Heat>,
    group: Option<GroupSeen>,
    sesh: Option<Sesh>,
    last_key: Option<SeshKey>,
}

impl Recorder {
    /// Takes in what happened; gives what is to be kept, in this order.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Write> {
        let mut writes = self.tick(now);
        match input {
            Input::Device(seen) => self.device(now, seen, &mut writes),
            Input::DeviceLost { key } => {
                if let Some(heat) = self.heats.get_mut(&key) {
                    writes.extend(heat.lost(now));
                }
            }
            Input::DeviceRenamed { old, new } => {
                if let Some(mut heat) = self.heats.remove(&old) {
                    heat.renamed(&new);
                    self.heats.insert(new, heat);
                }
            }
            Input::Boosted { key } => {
                if let Some(heat) = self.heats.get_mut(&key) {
                    writes.extend(heat.boosted());
                }
            }
            Input::StopAsked { key } => {
                if let Some(heat) = self.heats.get_mut(&key) {
                    heat.stop_asked();
                }
            }
            Input::Group(group) => self.group(now, group, &mut writes),
            Input::Left => {
                self.end_sesh(now, None, &mut writes);
                writes.extend(self.group.take().map(|group| Write::RecentGroup(recent(&group, now))));
            }
            Input::Start(start) => self.start(now, start, &mut writes),
            Input::Said(said) => {
                if let Some(sesh) = &mut self.sesh {
                    writes.extend(sesh.said(now, said));
                }
            }
            Input::SeshEnded { skew_ms } => self.end_sesh(now, skew_ms, &mut writes),
            Input::Tick => {}
        }
        writes
    }

    /// When it wants to be called again, at the latest.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let heats = self.heats.values().filter_map(Heat::due);
        heats.chain(self.sesh.as_ref().map(Sesh::due)).min()
    }

    /// The program ends: what is known is to be kept now. Heats that go on are of unknown end.
    pub fn finish(&mut self, now: Now) -> Vec<Write> {
        let mut writes = Vec::new();
        for heat in self.heats.values_mut() {
            writes.extend(heat.lost(now));
        }
        self.heats.clear();
        self.end_sesh(now, None, &mut writes);
        writes.extend(self.group.take().map(|group| Write::RecentGroup(recent(&group, now))));
        writes
    }

    fn tick(&mut self, now: Now) -> Vec<Write> {
        let mut writes = Vec::new();
        for heat in self.heats.values_mut() {
            writes.extend(heat.tick(now));
        }
        self.heats.retain(|_, heat| !heat.is_over());
        if let Some(sesh) = &mut self.sesh {
            writes.extend(sesh.tick(now));
            if sesh.is_over() {
                self.sesh = None;
            }
        }
        writes
    }

    fn device(&mut self, now: Now, seen: DeviceSeen, writes: &mut Vec<Write>) {
        let sesh = self.sesh.as_ref().filter(|sesh| seen.with_group && sesh.takes_own(now)).map(Sesh::key);
        if let Some(heat) = self.heats.get_mut(&seen.device.key) {
            match heat.hear(now, &seen) {
                Heard::Its(write) => {
                    writes.extend(write);
                    if heat.is_over() {
                        self.heats.remove(&seen.device.key);
                    }
                    return;
                }
                // Another heat began: this one's end was not seen.
                Heard::Another(write) => writes.extend(write),
            }
            self.heats.remove(&seen.device.key);
        }
        if let Some((heat, write)) = Heat::begin(now, &seen, sesh) {
            writes.extend(write);
            self.heats.insert(seen.device.key, heat);
        }
    }

    fn group(&mut self, now: Now, group: GroupSeen, writes: &mut Vec<Write>) {
        let same = |known: &GroupSeen| known.gateway_url == group.gateway_url && known.code == group.code;
        match &self.group {
            Some(known) if same(known) && known.name == group.name => {}
            Some(known) if same(known) => writes.push(Write::RecentGroup(recent(&group, now))),
            _ => {
                self.end_sesh(now, None, writes);
                writes.push(Write::RecentGroup(recent(&group, now)));
            }
        }
        if let Some(sesh) = &mut self.sesh {
            writes.extend(sesh.hear(now, &group));
        }
        self.group = Some(group);
    }

    fn start(&mut self, now: Now, start: Start, writes: &mut Vec<Write>) {
        let Some(group) = self.group.clone() else { return };
        self.end_sesh(now, None, writes);
        let after = self.last_key.map_or(i64::MIN, |last| last.0.saturating_add(1));
        let sesh = Sesh::announced(now, &group, &start, after);
        self.last_key = Some(sesh.key());
        self.sesh = Some(sesh);
    }

    fn end_sesh(&mut self, now: Now, skew_ms: Option<u32>, writes: &mut Vec<Write>) {
        if let Some(sesh) = self.sesh.take() {
            writes.extend(sesh.end(now, skew_ms));
        }
    }
}

fn recent(group: &GroupSeen, now: Now) -> RecentGroup {
    RecentGroup {
        gateway_url: group.gateway_url.clone(),
        code: group.code.clone(),
        name: group.name.clone(),
        last_ms: unix_ms(now),
    }
}

fn unix_ms(now: Now) -> i64 {
    i64::try_from(now.unix_ms).unwrap_or(i64::MAX)
}
