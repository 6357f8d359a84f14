//! The object of one device: connecting, bonding, and what is known of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use puffco::link::LinkError;
use serde_json::json;
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, fdo, interface};

use super::agents::client;
use super::error::Refusal;
use super::room::address_text;
use super::tree;
use super::world::{DEVICE_INTERFACE, World};

/// From the call to the link.
const LINK_TIME: Duration = Duration::from_millis(30);
/// From the link to known services.
const RESOLVE_TIME: Duration = Duration::from_millis(40);
/// How long a device that does not advertise is waited for.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// How often it is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) struct Device1 {
    pub(super) world: Arc<World>,
    pub(super) peer: usize,
}

#[interface(name = "org.bluez.Device1")]
impl Device1 {
    async fn connect(&self, #[zbus(connection)] connection: &Connection) -> Result<(), Refusal> {
        let this = self.world.act(|state, _| {
            if !state.adapters[state.peers[self.peer].adapter].powered {
                return Err(Refusal::not_ready());
            }
            let peer = &mut state.peers[self.peer];
            if peer.connected {
                return Err(Refusal::AlreadyConnected("Already Connected".to_owned()));
            }
            if peer.connecting.is_some() {
                return Err(Refusal::InProgress("In Progress".to_owned()));
            }
            peer.tries += 1;
            peer.connecting = Some(peer.tries);
            Ok(peer.tries)
        })?;
        tokio::time::sleep(LINK_TIME).await;
        let linked = tokio::time::timeout(CONNECT_LIMIT, self.link(this)).await;
        self.world.act_on(self.peer, |peer, _| peer.connecting.take_if(|current| *current == this));
        linked.unwrap_or_else(|_| Err(Refusal::Failed("le-connection-abort-by-local".to_owned())))?;
        let (world, peer, connection) = (self.world.clone(), self.peer, connection.clone());
        tokio::spawn(async move { resolve(&world, peer, &connection).await });
        Ok(())
    }

    fn disconnect(&self) -> Result<(), Refusal> {
        self.world.act_on(self.peer, |peer, now| {
            if !peer.connected && peer.connecting.is_none() {
                return Err(Refusal::not_connected());
            }
            peer.hang_up(now);
            Ok(())
        })
    }

    async fn pair(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Refusal> {
        let (paired, connected) = self.world.look(|state| {
            let peer = &state.peers[self.peer];
            (peer.paired, peer.connected)
        });
        if paired {
            return Err(Refusal::AlreadyExists("Already Exists".to_owned()));
        }
        if !connected {
            return Err(Refusal::not_connected());
        }
        match bond(&self.world, self.peer, connection, Some(&client(&header))).await {
            Bond::Made => Ok(()),
            Bond::NoAgent => Err(Refusal::AuthenticationFailed("Authentication Failed".to_owned())),
            Bond::Refused => Err(Refusal::AuthenticationRejected("Authentication Rejected".to_owned())),
        }
    }

    fn cancel_pairing(&self) -> Result<(), Refusal> {
        Err(Refusal::DoesNotExist("Does Not Exist".to_owned()))
    }

    #[zbus(property)]
    fn address(&self) -> String {
        self.world.look(|state| address_text(state.peers[self.peer].device().config().address))
    }

    #[zbus(property)]
    fn address_type(&self) -> String {
        "public".to_owned()
    }

    #[zbus(property)]
    fn name(&self) -> String {
        self.world.look(|state| state.peers[self.peer].name.clone())
    }

    #[zbus(property)]
    fn alias(&self) -> String {
        self.name()
    }

    #[zbus(property)]
    fn adapter(&self) -> fdo::Result<OwnedObjectPath> {
        let path = self.world.look(|state| state.adapters[state.peers[self.peer].adapter].path.clone());
        OwnedObjectPath::try_from(path).map_err(|error| fdo::Error::Failed(error.to_string()))
    }

    #[zbus(property)]
    fn paired(&self) -> bool {
        self.world.look(|state| state.peers[self.peer].paired)
    }

    #[zbus(property)]
    fn bonded(&self) -> bool {
        self.paired()
    }

    #[zbus(property)]
    fn connected(&self) -> bool {
        self.world.look(|state| state.peers[self.peer].connected)
    }

    #[zbus(property)]
    fn services_resolved(&self) -> bool {
        self.world.look(|state| state.peers[self.peer].resolved)
    }

    #[zbus(property)]
    fn trusted(&self) -> bool {
        self.world.look(|state| state.peers[self.peer].trusted)
    }

    #[zbus(property)]
    fn set_trusted(&self, trusted: bool) {
        self.world.act_on(self.peer, |peer, _| peer.trusted = trusted);
    }

    #[zbus(property)]
    fn blocked(&self) -> bool {
        false
    }

    #[zbus(property)]
    fn legacy_pairing(&self) -> bool {
        false
    }

    /// There only while the device is heard.
    #[zbus(property, name = "RSSI")]
    fn rssi(&self) -> fdo::Result<i16> {
        self.world
            .look(|state| state.peers[self.peer].rssi)
            .ok_or_else(|| fdo::Error::UnknownProperty("No such property 'RSSI'".to_owned()))
    }

    #[zbus(property, name = "UUIDs")]
    fn uuids(&self) -> Vec<String> {
        self.world.look(|state| state.peers[self.peer].uuids())
    }

    #[zbus(property)]
    fn manufacturer_data(&self) -> HashMap<u16, OwnedValue> {
        // Puffco's company id and the prefix of its data (facts/puffco-ble.md §2.1).
        let data = Value::from(vec![1_u8, 3]);
        data.try_into_owned().map(|data| HashMap::from([(crate::ids::COMPANY, data)])).unwrap_or_default()
    }
}

impl Device1 {
    /// Opens the link as soon as the device can be reached and unless the client gave up.
    async fn link(&self, this: u64) -> Result<(), Refusal> {
        loop {
            let linked = self.world.act(|state, now| {
                let peer = &mut state.peers[self.peer];
                if peer.connecting != Some(this) {
                    return Err(Refusal::Failed("le-connection-abort-by-local".to_owned()));
                }
                let bond_lost = peer.paired && !peer.kept;
                let linked = {
                    let mut device = peer.device();
                    let linked = device.connect(now);
                    if linked.is_ok() {
                        device.set_bonds(peer.kept, peer.paired);
                    }
                    if bond_lost {
                        // The link comes about, and ends when it cannot be encrypted.
                        device.disconnect(now);
                    }
                    linked
                };
                match linked {
                    Ok(()) if bond_lost => Err(Refusal::Failed("le-connection-abort-by-local".to_owned())),
                    Ok(()) => {
                        peer.connected = true;
                        let (path, name) = (peer.path.clone(), peer.name.clone());
                        state.changed(&path, DEVICE_INTERFACE, vec![("Connected", Some(true.into()))]);
                        state.report(json!({ "event": "connected", "device": name }));
                        Ok(true)
                    }
                    Err(LinkError::TimedOut) => Ok(false),
                    Err(_) => Err(Refusal::Failed("le-connection-abort-by-remote".to_owned())),
                }
            })?;
            if linked {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Puts the services of a device that is connected on the bus.
async fn resolve(world: &Arc<World>, peer: usize, connection: &Connection) {
    tokio::time::sleep(RESOLVE_TIME).await;
    if let Err(error) = tree::export_services(connection, world, peer).await {
        tracing::error!(%error, "cannot show the services");
        return;
    }
    world.act(|state, _| {
        let peer = &mut state.peers[peer];
        if peer.connected {
            peer.resolved = true;
            let (path, uuids) = (peer.path.clone(), peer.uuids());
            let resolved = vec![("UUIDs", Some(uuids.into())), ("ServicesResolved", Some(true.into()))];
            state.changed(&path, DEVICE_INTERFACE, resolved);
        }
    });
}

/// How a try to bond ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    Made,
    NoAgent,
    Refused,
}

/// Asks the agent, then the device. A bond that comes about by reading is asked of the default agent.
pub(super) async fn bond(
    world: &Arc<World>,
    peer: usize,
    connection: &Connection,
    client: Option<&str>,
) -> Bond {
    let (agent, path) = world.look(|state| (state.agents.for_client(client), state.peers[peer].path.clone()));
    let Some(agent) = agent else { return Bond::NoAgent };
    if !agent.allows(connection, &path).await {
        return Bond::Refused;
    }
    world.act(|state, now| {
        let peer = &mut state.peers[peer];
        let paired = peer.device().pair(now);
        match paired {
            Ok(()) => {
                (peer.paired, peer.kept) = (true, true);
                let name = peer.name.clone();
                let bonded = vec![("Paired", Some(true.into())), ("Bonded", Some(true.into()))];
                state.changed(&path, DEVICE_INTERFACE, bonded);
                state.report(json!({ "event": "paired", "device": name }));
                Bond::Made
            }
            Err(_) => Bond::Refused,
        }
    })
}
