//! Tells the recorder of the history what is going on: devices, the group, the sesh, what is said. What it makes of
//! that goes to the keeper. No address gets into it: devices have pseudonyms, and names that the factory made of the
//! address are left out.

use hearth_clock::Now;
use hearth_gateway_client::group::{Group, Member};
use hearth_history::{
    Activity, Device, DeviceSeen, GroupSeen, Input, LineKind, MemberSeen, Profile, Said, Start, Write,
};
use puffco::advertisement::factory_name;
use puffco::device::Request;
use puffco::link::DeviceId;
use puffco::log::LogEntry;
use puffco::state::OperatingState;

use super::device::{KnownDevice, led};
use super::gateway::LOCAL;
use super::membership::{led_of, name_of};
use super::{Controller, Output};
use crate::contract::{ChatKind, ChatLine};
use crate::history::{self, Job};
use crate::report::operating_state;
use crate::words;

impl Controller {
    pub(super) fn record(&mut self, now: Now, input: Input) {
        let writes = self.history.recorder.handle(now, input);
        self.keep_writes(writes);
    }

    /// The program ends: what is known is kept now.
    pub fn finish(&mut self, now: Now) {
        let writes = self.history.recorder.finish(now);
        self.keep_writes(writes);
    }

    fn keep_writes(&mut self, mut writes: Vec<Write>) {
        // A group of simulated friends is gone with the program: it cannot be visited again.
        writes.retain(|write| !matches!(write, Write::RecentGroup(group) if group.gateway_url == LOCAL));
        let over = writes.iter().find_map(|write| match write {
            Write::Sesh(sesh) if sesh.ended => Some(sesh.key),
            _ => None,
        });
        if over.is_some() {
            self.history.ended = over;
        }
        if !writes.is_empty() {
            self.outputs.push_back(Output::History(Job::Keep(writes)));
        }
    }

    /// A device told something, or its link changed.
    pub(super) fn record_device(&mut self, now: Now, id: &DeviceId) {
        self.follow_key(now, id);
        let Some(device) = self.devices.get(id) else { return };
        let key = self.history_key(device);
        if !device.is_live() {
            if self.history.live.remove(id) {
                self.record(now, Input::DeviceLost { key });
            }
            return;
        }
        let with_group = self.devices.in_use() == Some(id);
        let Some(seen) = seen(device, self.history_device(device), with_group) else { return };
        self.history.live.insert(id.clone());
        self.record(now, Input::Device(seen));
        if with_group && !self.sesh.participants().is_empty() {
            self.record_group(now);
        }
    }

    /// A device is not remembered any more.
    pub(super) fn record_forgotten(&mut self, now: Now, id: &DeviceId) {
        if let Some(key) = self.history.keys.remove(id).filter(|_| self.history.live.remove(id)) {
            self.record(now, Input::DeviceLost { key });
        }
    }

    /// A device that told its address has another key from then on.
    fn follow_key(&mut self, now: Now, id: &DeviceId) {
        let Some(device) = self.devices.get(id) else { return };
        let key = self.history_key(device);
        let before = self.history.keys.insert(id.clone(), key.clone());
        let by_id = history::key(&self.salt, None, &id.0);
        match before {
            Some(before) if before != key => self.rename_in_history(now, before, key),
            // In an earlier run it may not have told its address.
            None if key != by_id => self.rename_in_history(now, by_id, key),
            _ => {}
        }
    }

    /// A device goes on under another id.
    pub(super) fn record_twin(&mut self, now: Now, old: &DeviceId, new: &DeviceId) {
        self.history.live.remove(old);
        let by_id = history::key(&self.salt, None, &old.0);
        let before = self.history.keys.remove(old).unwrap_or(by_id);
        let Some(key) = self.devices.get(new).map(|device| self.history_key(device)) else { return };
        self.history.keys.insert(new.clone(), key.clone());
        if before != key {
            self.rename_in_history(now, before, key);
        }
    }

    fn rename_in_history(&mut self, now: Now, old: String, new: String) {
        self.record(now, Input::DeviceRenamed { old: old.clone(), new: new.clone() });
        self.outputs.push_back(Output::History(Job::RenameDevice { old, new }));
    }

    fn history_key(&self, device: &KnownDevice) -> String {
        history::key(&self.salt, device.state().and_then(|state| state.mac), &device.id().0)
    }

    fn history_device(&self, device: &KnownDevice) -> Device {
        let saved = device.saved();
        let name = if is_address(&saved.name) { saved.model.clone() } else { saved.name.clone() };
        Device { key: self.history_key(device), name, model: saved.model.clone() }
    }

    /// Something was asked of a device. It is recorded as soon as the time is known.
    pub(super) fn note_request(&mut self, id: &DeviceId, request: &Request) {
        let Some(device) = self.devices.get(id) else { return };
        let key = self.history_key(device);
        match request {
            Request::Boost => self.history.asked.push(Input::Boosted { key }),
            Request::Abort => self.history.asked.push(Input::StopAsked { key }),
            _ => {}
        }
    }

    pub(super) fn record_requests(&mut self, now: Now) {
        for input in std::mem::take(&mut self.history.asked) {
            self.record(now, input);
        }
    }

    pub(super) fn record_group(&mut self, now: Now) {
        if let Some(group) = self.membership.group().map(|group| self.group_seen(group)) {
            self.record(now, Input::Group(group));
        }
    }

    fn group_seen(&self, group: &Group) -> GroupSeen {
        let own = self.devices.used().filter(|device| device.is_live());
        let member = |member: &Member| {
            let seen = member_seen(member, group);
            // The own device is known better than by way of the gateway.
            match own.filter(|_| seen.own) {
                Some(device) => with_own(seen, device),
                None => seen,
            }
        };
        GroupSeen {
            gateway: self.gateway_name(),
            gateway_url: self.gateway.url().unwrap_or(LOCAL).to_owned(),
            code: group.id.clone(),
            name: group.name.clone(),
            members: group.members.iter().filter(|member| member.is_sesher()).map(member).collect(),
        }
    }

    /// A start was announced, or who takes part in it changed.
    pub(super) fn record_start(&mut self, now: Now, at_ms: Option<u64>) {
        let Some(group) = self.membership.group() else { return };
        let participants = self.sesh.participants();
        let own_sits_out = at_ms.is_some() && !self.bridge.start().is_armed();
        let excluded = group.members.iter().filter(|member| {
            let takes_part = participants.contains(&member.session_id);
            !takes_part || (member.session_id == group.own && own_sits_out)
        });
        let start = Start {
            at_ms: at_ms.and_then(|ms| i64::try_from(ms).ok()),
            // A sesh is counted when it is over.
            number: u32::try_from(group.sesh_counter + 1).ok(),
            excluded: excluded.map(|member| member.session_id.0.clone()).collect(),
        };
        self.history.ended = None;
        self.history.last_sesh = None;
        self.record_group(now);
        self.record(now, Input::Start(start));
    }

    /// The own device was taken out of a start that was announced.
    pub(super) fn record_sitting_out(&mut self, now: Now) {
        if let Some(at_ms) = self.sesh.starts_at().map(|ms| self.steady.shown(ms)) {
            self.record_start(now, Some(at_ms));
        }
    }

    /// The group was left.
    pub(super) fn record_left(&mut self, now: Now) {
        self.record(now, Input::Left);
        self.history.ended = None;
        self.history.last_sesh = None;
    }

    pub(super) fn record_line(&mut self, now: Now, line: &ChatLine) {
        let kind = match line.kind {
            ChatKind::Message => LineKind::Message,
            ChatKind::Reaction => LineKind::Reaction,
            ChatKind::People | ChatKind::Away => LineKind::People,
            ChatKind::Sesh => LineKind::Sesh,
        };
        let said = Said {
            kind,
            name: line.name.as_deref().map(|name| shown(name, "Guest")),
            color: line.led.clone(),
            own: line.me,
            // What happened is kept in English, and understood again when it is looked at.
            text: line.happened.as_ref().map_or_else(|| line.text.clone(), |what| what.english()),
        };
        self.record(now, Input::Said(said));
    }

    /// The activity log of a device was read.
    pub(super) fn record_log(&mut self, id: &DeviceId, entries: &[LogEntry], now_ms: u64) {
        let Some(device) = self.devices.get(id) else { return };
        let names: Vec<String> = device
            .state()
            .map(|state| state.profiles.iter().map(|profile| profile.name.clone()).collect())
            .unwrap_or_default();
        let reading = history::reading(entries, device.clocks(), &names, now_ms);
        let device = self.history_device(device);
        self.outputs.push_back(Output::History(Job::TakeLog(device, reading)));
    }
}

fn activity(operating: Option<OperatingState>) -> Activity {
    match operating {
        None => Activity::Unknown,
        Some(OperatingState::PREHEAT) => Activity::Preheat,
        Some(OperatingState::ACTIVE) => Activity::Active,
        Some(OperatingState::FADE) => Activity::Fade,
        Some(_) => Activity::Resting,
    }
}

fn seen(device: &KnownDevice, named: Device, with_group: bool) -> Option<DeviceSeen> {
    let state = device.state()?;
    Some(DeviceSeen {
        device: named,
        with_group,
        activity: activity(state.operating),
        celsius: state.heater_celsius,
        target_celsius: state.target_celsius.or_else(|| state.profile().map(|profile| profile.celsius)),
        elapsed_s: state.elapsed_s,
        total_s: state.total_s,
        profile: Profile {
            slot: state.selected_profile,
            // Its place is known before its name is read.
            name: state.profile().map(|profile| profile.name.clone()).filter(|name| !name.is_empty()),
        },
    })
}

fn member_seen(member: &Member, group: &Group) -> MemberSeen {
    let device = member.device.as_ref();
    let model = device.and_then(|device| device.device_model.as_deref()).map(words::model_of_code);
    let profile = device.and_then(|device| device.profile.as_ref());
    MemberSeen {
        id: member.session_id.0.clone(),
        name: shown(&name_of(member), model.as_deref().unwrap_or("Guest")),
        color: led_of(member),
        own: member.session_id == group.own,
        away: member.away,
        activity: activity(operating_state(member)),
        celsius: device.and_then(|device| device.celsius()).map(|celsius| celsius as f32),
        target_celsius: profile.map(|profile| profile.temp as f32),
        model,
    }
}

fn with_own(seen: MemberSeen, device: &KnownDevice) -> MemberSeen {
    let Some(state) = device.state() else { return seen };
    MemberSeen {
        color: led(state).or(seen.color),
        activity: activity(state.operating),
        celsius: state.heater_celsius,
        target_celsius: state.target_celsius.or(seen.target_celsius),
        ..seen
    }
}

/// A name that the factory gave is the address (puffco-ble §2.1).
fn is_address(name: &str) -> bool {
    factory_name(name.trim()).is_some()
}

fn shown(name: &str, instead: &str) -> String {
    if is_address(name) { instead.to_owned() } else { name.to_owned() }
}
