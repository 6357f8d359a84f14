//! This person's devices as services: which there are, who follows them, and what these are told when.

use std::collections::{BTreeMap, BTreeSet};

use hearth_clock::Now;
use hearth_gateway_client::concierge::{Request, Target};
use puffco::advertisement::factory_name;
use puffco::device::Phase;
use puffco::link::DeviceId;
use puffco::state::{ChargeState, OperatingState};

use super::feed::Entry;
use super::{Controller, Gateway};
use crate::contract::{Activity, Stage};
use crate::controller::device::{KnownDevice, activity, led};
use crate::controller::{FaceId, Look};
use crate::telemetry::{DeviceNow, Doing, GroupNow, Pace, Payload, State, name, service_name, write};

/// The most devices that are offered on one gateway.
const MOST_SHARED: usize = 16;

/// A device that is offered, or is to be.
#[derive(Debug)]
pub(super) struct Share {
    pub device: DeviceId,
    /// The name of the device, of which that of the service is made.
    pub name: String,
    /// The name of the service.
    pub service: String,
    /// It is ours now.
    pub created: bool,
    /// Who follows it, and has been told everything.
    pub followers: BTreeSet<String>,
    pace: Pace,
}

impl Share {
    /// There is no connection any more: everything begins anew.
    pub fn lost(&mut self) {
        self.created = false;
        self.followers.clear();
        self.pace.rest();
    }
}

impl Gateway {
    /// Clients that follow a service that is ours, without ourselves.
    fn followers(&self, service: &str) -> BTreeSet<String> {
        let me = self.me();
        let found = self.directory.services.iter().find(|found| found.name == service);
        let others = found.filter(|found| Some(found.owner.as_str()) == me);
        let others = others.into_iter().flat_map(|found| &found.subscribers);
        others.filter(|uuid| Some(uuid.as_str()) != me).cloned().collect()
    }

    /// The first name that nobody has.
    fn free_name(&self, device: &str) -> (u32, String) {
        let me = self.me();
        let is_taken = |service: &str| {
            self.is_own(service)
                || self
                    .directory
                    .services
                    .iter()
                    .any(|found| found.name == service && me.is_some_and(|me| me != found.owner))
        };
        let mut number = 1;
        loop {
            let service = service_name(device, number);
            if !is_taken(&service) {
                return (number, service);
            }
            number += 1;
        }
    }
}

impl Controller {
    /// Offers what is to be offered, and tells followers what there is to tell.
    pub(in crate::controller) fn share(&mut self, now: Now) {
        self.offer_devices();
        self.tell_followers(now);
    }

    /// Makes the services those of the devices as they are called now.
    fn offer_devices(&mut self) {
        let sharing = |gateway: &Gateway| gateway.saved.on && gateway.saved.sharing;
        if !self.community.gateways.iter().any(|gateway| sharing(gateway) || !gateway.shares.is_empty()) {
            return;
        }
        let names: Vec<(DeviceId, String)> = self
            .devices
            .known
            .values()
            .take(MOST_SHARED)
            .map(|device| (device.id(), shown_name(device)))
            .collect();
        let mut requests = Vec::new();
        for gateway in &mut self.community.gateways {
            let id = gateway.saved.id;
            let wanted: BTreeMap<&DeviceId, &String> = if sharing(gateway) {
                names.iter().map(|(device, name)| (device, name)).collect()
            } else {
                BTreeMap::new()
            };
            let mut kept = Vec::new();
            let mut free = Vec::new();
            for share in std::mem::take(&mut gateway.shares) {
                if wanted.get(&share.device).is_some_and(|name| **name == share.name) {
                    kept.push(share);
                } else {
                    free.push(share);
                }
            }
            gateway.shares = kept;
            let missing: Vec<_> = wanted
                .into_iter()
                .filter(|(device, _)| gateway.shares.iter().all(|share| share.device != **device))
                .collect();
            for (device, name) in &missing {
                // The same device under another id keeps its service.
                if let Some(index) = free.iter().position(|share| {
                    share.name == **name && !names.iter().any(|(known, _)| *known == share.device)
                }) {
                    let mut share = free.swap_remove(index);
                    share.device = (*device).clone();
                    gateway.shares.push(share);
                }
            }
            for share in free {
                self.community.changed = true;
                gateway.feeds.remove(&share.service);
                let service = share.service;
                if !gateway.saved.followed.contains(&service) {
                    requests.push((id, Request::Unsubscribe { service: service.clone() }));
                }
                requests.push((id, Request::DeleteService { service }));
            }
            for (device, name) in missing {
                if gateway.shares.iter().any(|share| share.device == *device) {
                    continue;
                }
                self.community.changed = true;
                let (_, service) = gateway.free_name(name);
                requests.extend(offers(id, &service, name));
                gateway.shares.push(Share {
                    device: device.clone(),
                    name: name.clone(),
                    service,
                    created: false,
                    followers: BTreeSet::new(),
                    pace: Pace::default(),
                });
            }
        }
        for (id, request) in requests {
            self.community_ask(id, request);
        }
    }

    /// A service is ours.
    pub(super) fn service_created(&mut self, id: u32, service: &str) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        if let Some(share) = gateway.shares.iter_mut().find(|share| share.service == service) {
            share.lost();
            share.created = true;
        }
    }

    /// Somebody else has a service of this name: ours gets a number.
    pub(super) fn service_taken(&mut self, id: u32, service: &str) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let Some(index) = gateway.shares.iter().position(|share| share.service == service) else { return };
        // Also when the directory does not have it yet: it counts as taken while it is still this share's.
        let (_, fresh) = gateway.free_name(&gateway.shares[index].name);
        let followed = gateway.saved.followed.iter().any(|followed| followed == service);
        let share = &mut gateway.shares[index];
        share.lost();
        share.service.clone_from(&fresh);
        let offered = offers(id, &fresh, &share.name);
        gateway.feeds.remove(service);
        let service = service.to_owned();
        if !followed {
            self.community_ask(id, Request::Unsubscribe { service: service.clone() });
        }
        self.community_ask(id, Request::DeleteService { service });
        for (id, request) in offered {
            self.community_ask(id, request);
        }
    }

    /// Tells followers what there is to tell.
    fn tell_followers(&mut self, now: Now) {
        let stage = self.stage();
        let news = self.community.sesh.look(&stage);
        self.community.together.look(now.instant, stage.stage);
        let in_use = self.devices.in_use().cloned();
        let group =
            self.membership.group().map(|group| GroupNow { name: name(&group.name), stage: stage.stage });
        let mut messages = Vec::new();
        let mut due = None;
        let mut follows_used = false;
        for gateway in &mut self.community.gateways {
            let id = gateway.saved.id;
            let offered: Vec<usize> =
                (0..gateway.shares.len()).filter(|i| gateway.shares[*i].created).collect();
            for index in offered {
                let followers = gateway.followers(&gateway.shares[index].service);
                let share = &mut gateway.shares[index];
                if followers.is_empty() {
                    share.followers.clear();
                    share.pace.rest();
                    continue;
                }
                let Some(device) = self.devices.known.get(&share.device) else { continue };
                let used = in_use.as_ref() == Some(&share.device);
                follows_used |= used;
                let group = group.clone().filter(|group| used && group.stage != Stage::Alone);
                let state = State { device: device_now(device), group };
                if share.followers.is_empty() {
                    share.pace.rest();
                }
                let newcomers: Vec<String> = followers.difference(&share.followers).cloned().collect();
                let first = share.followers.is_empty();
                share.followers = followers;
                let service = share.service.clone();
                let told = share.pace.look(now.instant, &state);
                due = due.into_iter().chain(share.pace.due()).min();
                let everybody = matches!(told, Some(Payload::State(_)));
                let to_all = Target::Service { service: service.clone() };
                if !everybody && !first {
                    for uuid in newcomers {
                        let target = Target::ServiceClient { service: service.clone(), uuid };
                        messages.push((id, service.clone(), target, Payload::State(state.clone())));
                    }
                }
                messages.extend(told.map(|told| (id, service.clone(), to_all.clone(), told)));
                if used {
                    let told = news.iter().cloned().map(Payload::Sesh);
                    messages.extend(told.map(|told| (id, service.clone(), to_all.clone(), told)));
                }
            }
        }
        self.community.due = due;
        // A device that is followed is looked at.
        self.look(FaceId::FOLLOWERS, follows_used.then(Look::default));
        for (id, service, target, payload) in messages {
            self.send_telemetry(now, id, &service, target, &payload);
        }
    }

    /// Sends a message of one of the own services.
    pub(super) fn send_telemetry(
        &mut self,
        now: Now,
        id: u32,
        service: &str,
        target: Target,
        payload: &Payload,
    ) {
        let data = write(now.unix_ms, payload);
        let ticket = self.community.ticket();
        if let Some(gateway) = self.community.get_mut(id) {
            let from = gateway.saved.name.clone();
            let entry = Entry { from: &from, mine: true, text: &data, bytes: data.len(), count: 1 };
            if let Some(feed) = gateway.feed(service) {
                feed.take(now, &entry);
            }
        }
        self.community_ask(id, Request::Send { ticket, target, data });
    }
}

/// Owns the service, and follows it: only followers hear who else does (CON-47).
fn offers(id: u32, service: &str, name: &str) -> [(u32, Request); 2] {
    let create = Request::CreateService { service: service.to_owned(), nickname: Some(name.to_owned()) };
    [(id, create), (id, Request::Subscribe { service: service.to_owned() })]
}

/// The name that others see: that of the product when nobody gave the device one, because then it is its address.
fn shown_name(device: &KnownDevice) -> String {
    let saved = device.saved();
    let given = name(&saved.name);
    if given.is_empty() || factory_name(&given).is_some() { name(&saved.model) } else { given }
}

fn device_now(device: &KnownDevice) -> DeviceNow {
    let state = device.state();
    let live = device.is_live();
    let tenths = |celsius: f32| (celsius * 10.0).round() / 10.0;
    let told = |celsius: Option<f32>| celsius.filter(|celsius| celsius.is_finite()).map(tenths);
    let profile = state.and_then(|state| state.profile());
    let target = state.and_then(|state| state.target_celsius).or(profile.map(|profile| profile.celsius));
    DeviceNow {
        name: shown_name(device),
        model: name(&device.saved().model),
        activity: doing(device),
        temperature: told(state.and_then(|state| state.heater_celsius)).filter(|_| live),
        target: told(target),
        battery: state
            .and_then(|state| state.battery_percent)
            .map(|percent| percent.round().clamp(0.0, 100.0) as u8),
        charging: live && state.and_then(|state| state.charge).is_some_and(ChargeState::is_charging),
        profile: profile.map(|profile| name(&profile.name)),
        led: state.and_then(led),
    }
}

/// What a device does; without a link, what became of that.
fn doing(device: &KnownDevice) -> Doing {
    let last = device.state().and_then(|state| state.operating);
    match device.phase() {
        Phase::Ready => match activity(last) {
            Activity::Unknown => Doing::Busy,
            Activity::Off => Doing::Off,
            Activity::Asleep => Doing::Asleep,
            Activity::Idle => Doing::Idle,
            Activity::Selecting => Doing::Selecting,
            Activity::Preheat => Doing::Preheat,
            Activity::Active => Doing::Active,
            Activity::Fade => Doing::Fade,
            Activity::Pairing => Doing::Pairing,
            Activity::Busy => Doing::Busy,
        },
        Phase::Resting => Doing::Resting,
        Phase::SettingUp { .. } => Doing::Connecting,
        Phase::Waiting { .. } | Phase::Failed(_) => Doing::Lost,
        Phase::Away if matches!(last, Some(OperatingState::SLEEP)) => Doing::Asleep,
        Phase::Away if matches!(last, Some(OperatingState::MASTER_OFF)) => Doing::Off,
        Phase::Away => Doing::Away,
        Phase::Idle => Doing::Unknown,
    }
}
