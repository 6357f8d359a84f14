//! The state behind the D-Bus objects: the adapters, the devices around them, and the programs that use them.
//!
//! Every adapter hears every device, and knows and bonds with it on its own: a [`Peer`] is one device to one
//! adapter.
//!
//! Changing it queues [`Effect`]s: signals and report lines, which leave in order in one place.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hearth_clock::Clock;
use serde_json::{Value as Json, json};
use tokio::sync::{Notify, mpsc};
use zbus::zvariant::Value;

use super::WithoutAgent;
use super::agents::Agents;
use super::room::{Adapter, Nearby, Peer, address_text};
use crate::config::SimModel;
use crate::device::SimDevice;

pub(super) const ADAPTER_INTERFACE: &str = "org.bluez.Adapter1";
pub(super) const DEVICE_INTERFACE: &str = "org.bluez.Device1";
pub(super) const CHARACTERISTIC_INTERFACE: &str = "org.bluez.GattCharacteristic1";

/// Something that must be told outside.
pub(super) enum Effect {
    /// Properties changed; those without a value are gone.
    Properties(String, &'static str, Vec<(&'static str, Option<Value<'static>>)>),
    /// A line on standard output.
    Report(Json),
}

/// What is behind the lock.
pub(super) struct State {
    pub(super) adapters: Vec<Adapter>,
    pub(super) devices: Vec<Nearby>,
    /// Every device to every adapter, one adapter after the other.
    pub(super) peers: Vec<Peer>,
    pub(super) agents: Agents,
    effects: mpsc::UnboundedSender<Effect>,
}

/// Everything that the objects share.
pub(super) struct World {
    state: Mutex<State>,
    pub(super) clock: Clock,
    pub(super) without_agent: WithoutAgent,
    /// Something changed: the next deadline may be another one.
    pub(super) stirred: Notify,
}

impl World {
    pub(super) fn new(
        clock: Clock,
        without_agent: WithoutAgent,
        adapters: u8,
        devices: Vec<(SimModel, SimDevice)>,
    ) -> (Self, mpsc::UnboundedReceiver<Effect>) {
        let (effects, receiver) = mpsc::unbounded_channel();
        let adapters: Vec<Adapter> = (0..adapters).map(Adapter::new).collect();
        let devices: Vec<Nearby> =
            devices.into_iter().map(|(model, device)| Nearby::new(model, device)).collect();
        let peers = adapters
            .iter()
            .enumerate()
            .flat_map(|(number, adapter)| devices.iter().map(move |nearby| nearby.peer(number, adapter)));
        let peers = peers.collect();
        let state = State { adapters, devices, peers, agents: Agents::default(), effects };
        (Self { state: Mutex::new(state), clock, without_agent, stirred: Notify::new() }, receiver)
    }

    /// Looks at the state; changes nothing in it.
    pub(super) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state at this moment, and notices what follows from it.
    pub(super) fn act<T>(&self, action: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.lock();
        let now = self.clock.now().instant;
        let answer = action(&mut state, now);
        state.settle();
        drop(state);
        self.stirred.notify_one();
        answer
    }

    /// As [`Self::act`], with one device.
    pub(super) fn act_on<T>(&self, peer: usize, action: impl FnOnce(&mut Peer, Instant) -> T) -> T {
        self.act(|state, now| action(&mut state.peers[peer], now))
    }

    /// Tells standard output that clients may come.
    pub(super) fn report_ready(&self) {
        let devices: Vec<Json> = self.look(|state| {
            let each = state.devices.iter().map(|nearby| {
                let device = nearby.device();
                json!({
                    "name": device.name(),
                    "model": nearby.model.to_string(),
                    "address": address_text(device.config().address),
                })
            });
            each.collect()
        });
        self.look(|state| {
            let adapters: Vec<&str> = state.adapters.iter().map(Adapter::name).collect();
            state.report(json!({ "event": "ready", "devices": devices, "adapters": adapters }));
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Queues a change of properties.
    pub(super) fn changed(
        &self,
        path: &str,
        interface: &'static str,
        properties: Vec<(&'static str, Option<Value<'static>>)>,
    ) {
        // Fails only while the program ends.
        let _ = self.effects.send(Effect::Properties(path.to_owned(), interface, properties));
    }

    /// Queues a line for standard output.
    pub(super) fn report(&self, line: Json) {
        let _ = self.effects.send(Effect::Report(line));
    }

    /// Switches an adapter. Off ends its links and discovery.
    pub(super) fn power(&mut self, adapter: usize, on: bool, now: Instant) {
        if self.adapters[adapter].powered == on {
            return;
        }
        self.adapters[adapter].powered = on;
        let path = self.adapters[adapter].path.clone();
        self.changed(&path, ADAPTER_INTERFACE, vec![("Powered", Some(on.into()))]);
        if !on {
            self.discover(adapter, |clients| clients.clear());
            self.hang_up(adapter, now);
        }
    }

    /// Ends all links of an adapter.
    pub(super) fn hang_up(&mut self, adapter: usize, now: Instant) {
        self.peers.iter_mut().filter(|peer| peer.adapter == adapter).for_each(|peer| peer.hang_up(now));
    }

    /// Changes who discovers.
    pub(super) fn discover(&mut self, adapter: usize, change: impl FnOnce(&mut BTreeSet<String>)) {
        let discovering = &mut self.adapters[adapter].discovering;
        let before = !discovering.is_empty();
        change(discovering);
        let after = !discovering.is_empty();
        if before == after {
            return;
        }
        let path = self.adapters[adapter].path.clone();
        self.changed(&path, ADAPTER_INTERFACE, vec![("Discovering", Some(after.into()))]);
        if !after {
            let peers = self.peers.iter_mut().filter(|peer| peer.adapter == adapter);
            let unheard: Vec<String> =
                peers.filter_map(|peer| peer.rssi.take().map(|_| peer.path.clone())).collect();
            for path in unheard {
                self.changed(&path, DEVICE_INTERFACE, vec![("RSSI", None)]);
            }
        }
    }

    /// Notices what the devices did: notifications, links that ended, states, heats.
    fn settle(&mut self) {
        let mut peers = std::mem::take(&mut self.peers);
        for peer in peers.iter_mut().filter(|peer| peer.connected) {
            loop {
                let Some((characteristic, value)) = peer.device().poll_notification() else { break };
                if peer.notifying.contains(&characteristic)
                    && let Some(path) = peer.characteristic_path(characteristic)
                {
                    self.changed(path, CHARACTERISTIC_INTERFACE, vec![("Value", Some(value.into()))]);
                }
            }
            if !peer.device().is_connected() {
                peer.connected = false;
                peer.resolved = false;
                peer.notifying.clear();
                let gone = vec![("ServicesResolved", Some(false.into())), ("Connected", Some(false.into()))];
                self.changed(&peer.path, DEVICE_INTERFACE, gone);
                self.report(json!({ "event": "disconnected", "device": peer.name }));
            }
        }
        self.peers = peers;
        let mut devices = std::mem::take(&mut self.devices);
        for nearby in &mut devices {
            let (name, operating, heats) = {
                let device = nearby.device();
                (device.name(), device.operating_state().0, device.heat_writes())
            };
            if operating != nearby.reported_state {
                nearby.reported_state = operating;
                self.report(json!({ "event": "state", "device": name, "state": operating }));
            }
            if heats != nearby.reported_heats {
                nearby.reported_heats = heats;
                self.report(json!({ "event": "heat", "device": name, "count": heats }));
            }
        }
        self.devices = devices;
    }
}
