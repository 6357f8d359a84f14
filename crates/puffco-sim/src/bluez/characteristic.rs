//! The objects of services and characteristics.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use puffco::link::LinkError;
use uuid::Uuid;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, interface};

use super::WithoutAgent;
use super::error::Refusal;
use super::handles::{CLIENT_CONFIGURATION, CharacteristicNode};
use super::peripheral::{Bond, bond};
use super::world::{CHARACTERISTIC_INTERFACE, World};
use crate::device::Properties;

/// One round trip over the air.
const ROUND_TRIP: Duration = Duration::from_millis(15);
/// How long an ATT transaction waits for its answer.
const TRANSACTION_LIMIT: Duration = Duration::from_secs(30);
/// How long a write is held back behind its reply.
const EARLY: Duration = Duration::from_millis(5);
/// How often a read that nobody answers looks whether its link is gone.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A service.
pub(super) struct GattService1 {
    pub(super) uuid: Uuid,
    pub(super) device: OwnedObjectPath,
}

#[interface(name = "org.bluez.GattService1")]
impl GattService1 {
    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        self.uuid.to_string()
    }

    #[zbus(property)]
    fn primary(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn device(&self) -> OwnedObjectPath {
        self.device.clone()
    }
}

/// A characteristic.
pub(super) struct GattCharacteristic1 {
    pub(super) world: Arc<World>,
    pub(super) peer: usize,
    pub(super) node: CharacteristicNode,
    pub(super) service: OwnedObjectPath,
}

#[interface(name = "org.bluez.GattCharacteristic1")]
impl GattCharacteristic1 {
    async fn read_value(
        &self,
        #[zbus(connection)] connection: &Connection,
        _options: HashMap<String, OwnedValue>,
    ) -> Result<Vec<u8>, Refusal> {
        tokio::time::sleep(self.round_trip()).await;
        match self.read_now() {
            Err(LinkError::NotPaired(_)) => {}
            Err(LinkError::TimedOut) => return Err(self.unanswered().await),
            Err(error) => return Err(error.into()),
            Ok(value) => return Ok(value),
        }
        match bond(&self.world, self.peer, connection, None).await {
            Bond::Made => Ok(self.read_now()?),
            Bond::Refused => Err(LinkError::NotPaired(String::new()).into()),
            Bond::NoAgent if self.world.without_agent == WithoutAgent::Refuse => {
                self.world.act_on(self.peer, |peer, now| peer.device().drop_link(now));
                Err(LinkError::NotPaired(String::new()).into())
            }
            Bond::NoAgent => Err(self.until_closed().await),
        }
    }

    async fn write_value(&self, value: Vec<u8>, options: HashMap<String, OwnedValue>) -> Result<(), Refusal> {
        let command =
            matches!(options.get("type").map(|kind| &**kind), Some(Value::Str(kind)) if kind == "command");
        let Properties { write, write_without_response, .. } = self.node.properties;
        if !(if command { write_without_response } else { write }) {
            return Err(Refusal::NotSupported("Operation is not supported".to_owned()));
        }
        if !command {
            tokio::time::sleep(self.round_trip()).await;
        } else if value.len() + 3 > usize::from(self.mtu()) {
            // BlueZ has no packet for it and says so; other systems let it vanish.
            return Err(Refusal::Failed("Failed to initiate write".to_owned()));
        }
        let written = self.world.act_on(self.peer, |peer, now| {
            let mut device = peer.device();
            let early = device.config().quirks.latency == Some((Duration::ZERO, Duration::ZERO));
            (device.write(now, self.node.id, &value), early)
        });
        match written {
            (Err(LinkError::TimedOut), _) => Err(self.unanswered().await),
            (result, early) => {
                if early {
                    // The reply is on the bus before this call returns.
                    tokio::time::sleep(EARLY).await;
                }
                Ok(result?)
            }
        }
    }

    async fn start_notify(&self) -> Result<(), Refusal> {
        tokio::time::sleep(ROUND_TRIP).await;
        self.world.act(|state, now| {
            let peer = &mut state.peers[self.peer];
            if !self.node.indicates {
                peer.device().subscribe(now, self.node.id)?;
            }
            if peer.notifying.insert(self.node.id) {
                let now = vec![("Notifying", Some(true.into()))];
                state.changed(&self.node.path, CHARACTERISTIC_INTERFACE, now);
            }
            Ok(())
        })
    }

    fn stop_notify(&self) -> Result<(), Refusal> {
        self.world.act(|state, _| {
            if !state.peers[self.peer].notifying.remove(&self.node.id) {
                return Err(Refusal::Failed("No notify session started".to_owned()));
            }
            state.changed(&self.node.path, CHARACTERISTIC_INTERFACE, vec![("Notifying", Some(false.into()))]);
            Ok(())
        })
    }

    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        self.node.id.to_string()
    }

    #[zbus(property)]
    fn service(&self) -> OwnedObjectPath {
        self.service.clone()
    }

    #[zbus(property)]
    fn flags(&self) -> Vec<String> {
        let Properties { read, write, write_without_response, notify } = self.node.properties;
        let flags = [
            (read, "read"),
            (write_without_response, "write-without-response"),
            (write, "write"),
            (notify && !self.node.indicates, "notify"),
            (self.node.indicates, "indicate"),
        ];
        flags.into_iter().filter(|(has, _)| *has).map(|(_, flag)| flag.to_owned()).collect()
    }

    #[zbus(property)]
    fn notifying(&self) -> bool {
        self.world.look(|state| state.peers[self.peer].notifying.contains(&self.node.id))
    }

    #[zbus(property, name = "MTU")]
    fn mtu(&self) -> u16 {
        self.world.look(|state| state.peers[self.peer].device().config().mtu())
    }
}

impl GattCharacteristic1 {
    fn round_trip(&self) -> Duration {
        self.world.act_on(self.peer, |peer, _| peer.device().air_time().max(ROUND_TRIP))
    }

    /// A device that does not answer: the transaction fails after its limit, and the link with it.
    async fn unanswered(&self) -> Refusal {
        tokio::select! {
            refusal = self.until_closed() => refusal,
            () = tokio::time::sleep(TRANSACTION_LIMIT) => {
                self.world.act_on(self.peer, |peer, now| peer.device().drop_link(now));
                Refusal::Failed("Operation failed with ATT error: 0x0e".to_owned())
            }
        }
    }

    async fn until_closed(&self) -> Refusal {
        while self.world.look(|state| state.peers[self.peer].connected) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Refusal::not_connected()
    }

    /// Reads, and signals what was read as BlueZ does.
    fn read_now(&self) -> Result<Vec<u8>, LinkError> {
        self.world.act(|state, now| {
            let value = state.peers[self.peer].device().read(now, self.node.id)?;
            let signal = vec![("Value", Some(value.clone().into()))];
            state.changed(&self.node.path, CHARACTERISTIC_INTERFACE, signal);
            Ok(value)
        })
    }
}

/// The descriptor that switches notifications. BlueZ writes it by itself.
pub(super) struct GattDescriptor1 {
    pub(super) characteristic: OwnedObjectPath,
}

#[interface(name = "org.bluez.GattDescriptor1")]
impl GattDescriptor1 {
    fn read_value(&self, _options: HashMap<String, OwnedValue>) -> Vec<u8> {
        vec![0, 0]
    }

    fn write_value(&self, _value: Vec<u8>, _options: HashMap<String, OwnedValue>) -> Result<(), Refusal> {
        Err(Refusal::NotPermitted("Write not permitted".to_owned()))
    }

    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        CLIENT_CONFIGURATION.to_string()
    }

    #[zbus(property)]
    fn characteristic(&self) -> OwnedObjectPath {
        self.characteristic.clone()
    }
}
