//! The adapter object.

use std::collections::HashMap;
use std::sync::Arc;

use zbus::interface;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedValue};

use super::agents::client;
use super::error::Refusal;
use super::room::address_text;
use super::world::World;

/// By this name programs know that nothing here is real.
const ALIAS: &str = "Hearth simulated adapter";

pub(super) struct Adapter1 {
    pub(super) world: Arc<World>,
    pub(super) adapter: usize,
}

#[interface(name = "org.bluez.Adapter1")]
impl Adapter1 {
    fn start_discovery(&self, #[zbus(header)] header: Header<'_>) -> Result<(), Refusal> {
        let client = client(&header);
        self.world.act(|state, _| {
            if !state.adapters[self.adapter].powered {
                return Err(Refusal::not_ready());
            }
            if state.adapters[self.adapter].discovering.contains(&client) {
                return Err(Refusal::InProgress("Operation already in progress".to_owned()));
            }
            state.discover(self.adapter, |clients| {
                clients.insert(client);
            });
            Ok(())
        })
    }

    fn stop_discovery(&self, #[zbus(header)] header: Header<'_>) -> Result<(), Refusal> {
        let client = client(&header);
        self.world.act(|state, _| {
            if !state.adapters[self.adapter].discovering.contains(&client) {
                return Err(Refusal::Failed("No discovery started".to_owned()));
            }
            state.discover(self.adapter, |clients| {
                clients.remove(&client);
            });
            Ok(())
        })
    }

    fn set_discovery_filter(&self, _properties: HashMap<String, OwnedValue>) -> Result<(), Refusal> {
        if self.world.look(|state| state.adapters[self.adapter].powered) {
            Ok(())
        } else {
            Err(Refusal::not_ready())
        }
    }

    /// Forgets a device and its bond.
    fn remove_device(&self, device: ObjectPath<'_>) -> Result<(), Refusal> {
        self.world.act(|state, now| {
            let mut peers = state.peers.iter_mut();
            let peer = peers.find(|peer| peer.path == device.as_str() && peer.known);
            let peer = peer.ok_or_else(|| Refusal::DoesNotExist("Does Not Exist".to_owned()))?;
            peer.hang_up(now);
            peer.paired = false;
            peer.trusted = false;
            peer.rssi = None;
            peer.known = false;
            Ok(())
        })
    }

    #[zbus(property)]
    fn address(&self) -> String {
        self.world.look(|state| address_text(state.adapters[self.adapter].address))
    }

    #[zbus(property)]
    fn address_type(&self) -> String {
        "public".to_owned()
    }

    #[zbus(property)]
    fn name(&self) -> String {
        self.world.look(|state| state.adapters[self.adapter].name().to_owned())
    }

    #[zbus(property)]
    fn alias(&self) -> String {
        ALIAS.to_owned()
    }

    #[zbus(property)]
    fn modalias(&self) -> String {
        "usb:v1D6Bp0246d0542".to_owned()
    }

    #[zbus(property)]
    fn powered(&self) -> bool {
        self.world.look(|state| state.adapters[self.adapter].powered)
    }

    #[zbus(property)]
    fn set_powered(&self, powered: bool) {
        self.world.act(|state, now| state.power(self.adapter, powered, now));
    }

    #[zbus(property)]
    fn discovering(&self) -> bool {
        self.world.look(|state| !state.adapters[self.adapter].discovering.is_empty())
    }
}
