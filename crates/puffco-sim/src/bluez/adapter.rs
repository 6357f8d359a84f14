//! The adapter object.

use std::collections::HashMap;
use std::sync::Arc;

use zbus::interface;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedValue};

use super::agents::client;
use super::error::Refusal;
use super::world::{ADAPTER, World};

/// By this name programs know that nothing here is real.
const ALIAS: &str = "Hearth simulated adapter";

pub(super) struct Adapter1(pub(super) Arc<World>);

#[interface(name = "org.bluez.Adapter1")]
impl Adapter1 {
    fn start_discovery(&self, #[zbus(header)] header: Header<'_>) -> Result<(), Refusal> {
        let client = client(&header);
        self.0.act(|state, _| {
            if !state.powered {
                return Err(Refusal::not_ready());
            }
            if state.discovering.contains(&client) {
                return Err(Refusal::InProgress("Operation already in progress".to_owned()));
            }
            state.discover(|clients| {
                clients.insert(client);
            });
            Ok(())
        })
    }

    fn stop_discovery(&self, #[zbus(header)] header: Header<'_>) -> Result<(), Refusal> {
        let client = client(&header);
        self.0.act(|state, _| {
            if !state.discovering.contains(&client) {
                return Err(Refusal::Failed("No discovery started".to_owned()));
            }
            state.discover(|clients| {
                clients.remove(&client);
            });
            Ok(())
        })
    }

    fn set_discovery_filter(&self, _properties: HashMap<String, OwnedValue>) -> Result<(), Refusal> {
        if self.0.look(|state| state.powered) { Ok(()) } else { Err(Refusal::not_ready()) }
    }

    /// Forgets a device and its bond.
    fn remove_device(&self, device: ObjectPath<'_>) -> Result<(), Refusal> {
        self.0.act(|state, now| {
            let peer = state.peers.iter_mut().find(|peer| peer.path == device.as_str() && peer.known);
            let peer = peer.ok_or_else(|| Refusal::DoesNotExist("Does Not Exist".to_owned()))?;
            peer.device.disconnect(now);
            peer.paired = false;
            peer.trusted = false;
            peer.rssi = None;
            peer.known = false;
            Ok(())
        })
    }

    #[zbus(property)]
    fn address(&self) -> String {
        "00:00:5E:00:53:01".to_owned()
    }

    #[zbus(property)]
    fn address_type(&self) -> String {
        "public".to_owned()
    }

    #[zbus(property)]
    fn name(&self) -> String {
        ADAPTER.rsplit('/').next().unwrap_or(ADAPTER).to_owned()
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
        self.0.look(|state| state.powered)
    }

    #[zbus(property)]
    fn set_powered(&self, powered: bool) {
        self.0.act(|state, now| state.power(powered, now));
    }

    #[zbus(property)]
    fn discovering(&self) -> bool {
        self.0.look(|state| !state.discovering.is_empty())
    }
}
