//! Opening a link and bonding over it, the way BlueZ works with this device (facts/puffco-ble.md §10):
//! agent first, trust, connect, read something encrypted, and ask for the bond when that did not make one.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use btleplug::api::Peripheral as _;
use btleplug::platform::{Peripheral, PeripheralId};
use futures::StreamExt;
use puffco::gatt;
use puffco::link::LinkError;
use tokio::time::timeout;
use zbus::fdo::ObjectManagerProxy;

use super::agent::Admission;
use super::{Host, daemon, object_path};
use crate::failure::PAIRING_HINT;

/// Limit of opening the link.
const CONNECT_LIMIT: Duration = Duration::from_secs(12);
/// Limit from the open link to known services.
const RESOLVE_LIMIT: Duration = Duration::from_secs(12);
/// Limit of asking for services.
const DISCOVER_LIMIT: Duration = Duration::from_secs(8);
/// How often something is read meanwhile, and its limit.
const AWAKE_EVERY: Duration = Duration::from_millis(150);
const AWAKE_LIMIT: Duration = Duration::from_secs(5);
/// Limit of a bond.
const PAIR_LIMIT: Duration = Duration::from_secs(15);

impl Host {
    /// Opens a link and waits until its services are known. When this fails or is dropped, the caller
    /// disconnects.
    pub(crate) async fn connect(&self, peripheral: &Peripheral) -> Result<Bonding, LinkError> {
        let path = object_path(peripheral).map_err(|error| daemon::classify(&error))?;
        let admission = self.agent.admit(path.to_string()).await;
        let device = self.device(peripheral).await.map_err(|error| daemon::classify(&error))?;
        if let Err(error) = device.set_trusted(true).await {
            let error = daemon::classify(&error);
            if error == LinkError::NotFound {
                return Err(error);
            }
            tracing::debug!(%error, "the device stays untrusted");
        }
        match timeout(CONNECT_LIMIT, device.connect()).await.map_err(|_| LinkError::TimedOut)? {
            Ok(()) => {}
            // Left over from a program that ended without closing it; or another one holds it, too.
            Err(error) if daemon::is(&error, "org.bluez.Error.AlreadyConnected") => {}
            Err(error) => {
                let paired = device.paired().await.unwrap_or(false);
                return Err(self.rebuffs.count(peripheral, paired, daemon::classify(&error)));
            }
        }
        timeout(RESOLVE_LIMIT, self.resolved(peripheral)).await.map_err(|_| LinkError::TimedOut)??;
        self.rebuffs.forget(peripheral);
        Ok(Bonding { device, admission: Some(admission) })
    }

    /// Asks for the services of a connected device.
    pub(crate) async fn discover(&self, peripheral: &Peripheral) -> Result<(), LinkError> {
        let discover = peripheral.discover_services_with_timeout(DISCOVER_LIMIT);
        tokio::select! {
            answer = discover => answer.map_err(crate::failure::classify),
            never = self.keep_awake(peripheral) => match never {},
        }
    }

    /// Reads something now and then. Asking BlueZ for services sends nothing to a device that it knows, and
    /// a bonded one drops a link on which nothing happens for half a second (facts/puffco-ble.md §8 a).
    async fn keep_awake(&self, peripheral: &Peripheral) -> Infallible {
        if self.is_bonded(peripheral).await
            && let Ok(version) = self.version(peripheral).await
        {
            while let Ok(Ok(_)) = timeout(AWAKE_LIMIT, version.read_value(HashMap::new())).await {
                tokio::time::sleep(AWAKE_EVERY).await;
            }
        }
        std::future::pending().await
    }

    async fn version(
        &self,
        peripheral: &Peripheral,
    ) -> zbus::Result<daemon::GattCharacteristic1Proxy<'static>> {
        let device = object_path(peripheral)?;
        let objects =
            ObjectManagerProxy::new(&self.connection, "org.bluez", "/").await?.get_managed_objects().await?;
        let wanted = gatt::VERSION.to_string();
        let path = objects.into_iter().find_map(|(path, interfaces)| {
            let (_, properties) =
                interfaces.iter().find(|(name, _)| name.as_str() == "org.bluez.GattCharacteristic1")?;
            let uuid = super::watch::text(properties.get("UUID"));
            (path.starts_with(device.as_str()) && uuid == wanted).then_some(path)
        });
        daemon::GattCharacteristic1Proxy::builder(&self.connection)
            .path(path.ok_or(zbus::Error::InterfaceNotFound)?)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
    }

    /// Waits until services are known or the link is gone.
    async fn resolved(&self, peripheral: &Peripheral) -> Result<(), LinkError> {
        let classify = |error: zbus::Error| daemon::classify(&error);
        let device = daemon::Device1Proxy::builder(&self.connection)
            .path(object_path(peripheral).map_err(classify)?)
            .map_err(classify)?
            .build()
            .await
            .map_err(classify)?;
        let mut resolved = device.receive_services_resolved_changed().await;
        let mut connected = device.receive_connected_changed().await;
        loop {
            if device.services_resolved().await.map_err(classify)? {
                return Ok(());
            }
            if !device.connected().await.map_err(classify)? {
                return Err(LinkError::Disconnected);
            }
            tokio::select! {
                Some(_) = resolved.next() => {}
                Some(_) = connected.next() => {}
                else => return Err(LinkError::Disconnected),
            }
        }
    }
}

/// How often in a row a link to a bonded device ended before it was usable. When only one side still knows a
/// bond, BlueZ says no more than that (facts/puffco-ble.md §10).
#[derive(Default)]
pub(super) struct Rebuffs(Mutex<BTreeMap<PeripheralId, u8>>);

impl Rebuffs {
    /// From this many on, the bond is taken to be the reason: the person should remove it and pair again.
    const ENOUGH: u8 = 3;

    fn count(&self, peripheral: &Peripheral, paired: bool, error: LinkError) -> LinkError {
        let LinkError::Other(words) = &error else { return error };
        if !paired || !words.starts_with("le-connection-abort") {
            return error;
        }
        let mut rebuffs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = rebuffs.entry(peripheral.id()).or_default();
        *count = count.saturating_add(1);
        if *count < Self::ENOUGH { error } else { LinkError::NotPaired(PAIRING_HINT.to_owned()) }
    }

    fn forget(&self, peripheral: &Peripheral) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&peripheral.id());
    }
}

/// The bond of one open link: wanted until the first encrypted read has shown that it is there.
pub(crate) struct Bonding {
    device: daemon::Device1Proxy<'static>,
    admission: Option<Admission>,
}

impl Bonding {
    /// The bond is known to be there; nothing is left to do.
    pub(crate) fn is_settled(&self) -> bool {
        self.admission.is_none()
    }

    /// After a first read, which may have made BlueZ bond: makes sure of the bond where the device wants one
    /// for more than reading. A device of the legacy generation may want none at all.
    ///
    /// Returns whether a read that failed is worth repeating.
    pub(crate) async fn settle(
        &mut self,
        read: &Result<Vec<u8>, LinkError>,
        wants_bond: bool,
    ) -> Result<bool, LinkError> {
        let tried = self.admission.as_ref().is_some_and(Admission::was_used);
        let paired = self.device.paired().await.map_err(|error| daemon::classify(&error))?;
        match read {
            Ok(_) | Err(LinkError::NotPaired(_)) => {}
            // A device that refuses the bond drops the link, or the read fails with no clear word.
            Err(error) if !paired && (tried || could_not_encrypt(error)) => {
                return Err(LinkError::NotPaired(PAIRING_HINT.to_owned()));
            }
            // Says nothing about the bond.
            Err(_) => return Ok(false),
        }
        if !paired {
            if wants_bond || read.is_err() {
                self.pair().await?;
            }
        } else if read.is_err() {
            // The device no longer knows the bond that BlueZ holds.
            return Err(LinkError::NotPaired(PAIRING_HINT.to_owned()));
        }
        self.admission = None;
        Ok(read.is_err())
    }

    async fn pair(&self) -> Result<(), LinkError> {
        let answer = timeout(PAIR_LIMIT, self.device.pair()).await.map_err(|_| LinkError::TimedOut)?;
        match answer {
            Ok(()) => Ok(()),
            Err(error) if daemon::is(&error, "org.bluez.Error.AlreadyExists") => Ok(()),
            Err(error) => match daemon::classify(&error) {
                gone @ (LinkError::Disconnected | LinkError::TimedOut) => Err(gone),
                other => {
                    tracing::info!(error = %other, "bonding failed");
                    Err(LinkError::NotPaired(PAIRING_HINT.to_owned()))
                }
            },
        }
    }
}

/// BlueZ gives a read this error ("unlikely") when it wanted to encrypt the link for it and could not.
fn could_not_encrypt(error: &LinkError) -> bool {
    matches!(error, LinkError::Other(words) if words.ends_with("ATT error: 0x0e"))
}
