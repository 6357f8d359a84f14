//! Opening a link and bonding over it, the way BlueZ works with this device (facts/puffco-ble.md §10):
//! agent first, trust, connect, read something encrypted, and ask for the bond when that did not make one.

use std::time::Duration;

use btleplug::platform::Peripheral;
use futures::StreamExt;
use puffco::link::LinkError;
use tokio::time::timeout;

use super::agent::Admission;
use super::{Host, daemon, object_path};
use crate::failure::PAIRING_HINT;

/// Limit of opening the link.
const CONNECT_LIMIT: Duration = Duration::from_secs(12);
/// Limit from the open link to known services.
const RESOLVE_LIMIT: Duration = Duration::from_secs(12);
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
            Err(error) => return Err(daemon::classify(&error)),
        }
        timeout(RESOLVE_LIMIT, self.resolved(peripheral)).await.map_err(|_| LinkError::TimedOut)??;
        Ok(Bonding { device, admission: Some(admission) })
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

    /// After a first read, which may have made BlueZ bond: makes sure of the bond.
    ///
    /// Returns whether a read that failed is worth repeating.
    pub(crate) async fn settle(&mut self, read: &Result<Vec<u8>, LinkError>) -> Result<bool, LinkError> {
        match read {
            Ok(_) | Err(LinkError::NotPaired(_)) => {}
            // Says nothing about the bond.
            Err(_) => return Ok(false),
        }
        let paired = self.device.paired().await.map_err(|error| daemon::classify(&error))?;
        if !paired {
            self.pair().await?;
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
