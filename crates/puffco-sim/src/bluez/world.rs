//! The state behind the D-Bus objects: one adapter, the devices around it, and the programs that use them.
//!
//! Changing it queues [`Effect`]s: signals and report lines, which leave in order in one place.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hearth_clock::Clock;
use serde_json::{Value as Json, json};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;
use zbus::zvariant::Value;

use super::WithoutAgent;
use super::agents::Agents;
use super::handles::{self, ServiceNode};
use crate::config::SimModel;
use crate::device::SimDevice;

/// The adapter's path.
pub(super) const ADAPTER: &str = "/org/bluez/hci0";
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

/// One device and what BlueZ knows of it.
pub(super) struct Peer {
    pub(super) device: SimDevice,
    pub(super) model: SimModel,
    /// Object path.
    pub(super) path: String,
    /// What is below it while its services are known.
    pub(super) services: Vec<ServiceNode>,
    /// Its object is on the bus: it was heard, or is bonded.
    pub(super) known: bool,
    pub(super) gatt_exported: bool,
    pub(super) paired: bool,
    pub(super) trusted: bool,
    pub(super) connected: bool,
    pub(super) resolved: bool,
    /// While it is heard.
    pub(super) rssi: Option<i16>,
    pub(super) notifying: BTreeSet<Uuid>,
    /// A client is connecting, by this try.
    pub(super) connecting: Option<u64>,
    /// Tries to connect so far.
    pub(super) tries: u64,
    reported_state: u8,
    reported_heats: u32,
}

impl Peer {
    fn new(model: SimModel, device: SimDevice) -> Self {
        let address = address_text(device.config().address);
        let path = format!("{ADAPTER}/dev_{}", address.replace(':', "_"));
        Self {
            services: handles::lay_out(&path, device.services()),
            path,
            model,
            known: false,
            gatt_exported: false,
            paired: device.is_bonded_for_host(),
            trusted: false,
            connected: false,
            resolved: false,
            rssi: None,
            notifying: BTreeSet::new(),
            connecting: None,
            tries: 0,
            reported_state: device.operating_state().0,
            reported_heats: 0,
            device,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.device.config().name
    }

    /// Path of a characteristic.
    pub(super) fn characteristic_path(&self, id: Uuid) -> Option<&str> {
        let mut all = self.services.iter().flat_map(|service| &service.characteristics);
        all.find(|node| node.id == id).map(|node| node.path.as_str())
    }
}

/// `84:2E:14:…`
pub(super) fn address_text(address: [u8; 6]) -> String {
    address.map(|byte| format!("{byte:02X}")).join(":")
}

/// What is behind the lock.
pub(super) struct State {
    /// The adapter is plugged in.
    pub(super) plugged: bool,
    pub(super) powered: bool,
    /// The clients that discover.
    pub(super) discovering: BTreeSet<String>,
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
        devices: Vec<(SimModel, SimDevice)>,
    ) -> (Self, mpsc::UnboundedReceiver<Effect>) {
        let (effects, receiver) = mpsc::unbounded_channel();
        let state = State {
            plugged: true,
            powered: true,
            discovering: BTreeSet::new(),
            peers: devices.into_iter().map(|(model, device)| Peer::new(model, device)).collect(),
            agents: Agents::default(),
            effects,
        };
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
            let each = state.peers.iter().map(|peer| {
                json!({
                    "name": peer.name(),
                    "model": peer.model.to_string(),
                    "address": address_text(peer.device.config().address),
                })
            });
            each.collect()
        });
        self.look(|state| state.report(json!({ "event": "ready", "devices": devices })));
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

    /// Switches the adapter. Off ends every link and discovery.
    pub(super) fn power(&mut self, on: bool, now: Instant) {
        if self.powered == on {
            return;
        }
        self.powered = on;
        self.changed(ADAPTER, ADAPTER_INTERFACE, vec![("Powered", Some(on.into()))]);
        if !on {
            self.discover(|clients| clients.clear());
            for peer in &mut self.peers {
                peer.connecting = None;
                peer.device.disconnect(now);
            }
        }
    }

    /// Changes who discovers.
    pub(super) fn discover(&mut self, change: impl FnOnce(&mut BTreeSet<String>)) {
        let before = !self.discovering.is_empty();
        change(&mut self.discovering);
        let after = !self.discovering.is_empty();
        if before == after {
            return;
        }
        self.changed(ADAPTER, ADAPTER_INTERFACE, vec![("Discovering", Some(after.into()))]);
        if !after {
            let unheard: Vec<String> = self
                .peers
                .iter_mut()
                .filter_map(|peer| peer.rssi.take().map(|_| peer.path.clone()))
                .collect();
            for path in unheard {
                self.changed(&path, DEVICE_INTERFACE, vec![("RSSI", None)]);
            }
        }
    }

    /// Notices what the devices did: notifications, links that ended, states, heats.
    fn settle(&mut self) {
        let mut peers = std::mem::take(&mut self.peers);
        for peer in &mut peers {
            while let Some((characteristic, value)) = peer.device.poll_notification() {
                if peer.notifying.contains(&characteristic)
                    && let Some(path) = peer.characteristic_path(characteristic)
                {
                    self.changed(path, CHARACTERISTIC_INTERFACE, vec![("Value", Some(value.into()))]);
                }
            }
            if peer.connected && !peer.device.is_connected() {
                peer.connected = false;
                peer.resolved = false;
                peer.notifying.clear();
                let gone = vec![("ServicesResolved", Some(false.into())), ("Connected", Some(false.into()))];
                self.changed(&peer.path, DEVICE_INTERFACE, gone);
                self.report(json!({ "event": "disconnected", "device": peer.name() }));
            }
            let operating = peer.device.operating_state().0;
            if operating != peer.reported_state {
                peer.reported_state = operating;
                self.report(json!({ "event": "state", "device": peer.name(), "state": operating }));
            }
            let heats = peer.device.heat_writes();
            if heats != peer.reported_heats {
                peer.reported_heats = heats;
                self.report(json!({ "event": "heat", "device": peer.name(), "count": heats }));
            }
        }
        self.peers = peers;
    }
}
