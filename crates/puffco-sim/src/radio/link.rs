//! One open link to a simulated device.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use puffco::link::{DeviceId, Link, LinkError, WriteMode};
use uuid::Uuid;

use super::air::Air;
use crate::device::SimDevice;

/// Bonding takes the operating system this long.
const BOND_TIME: Duration = Duration::from_millis(600);

/// How long a read or an acknowledged write waits for its answer.
const TRANSACTION_LIMIT: Duration = Duration::from_secs(30);

/// See the module. Closes when it is dropped.
pub(super) struct SimLink {
    air: Arc<Air>,
    id: DeviceId,
    number: u64,
}

impl SimLink {
    pub(super) fn new(air: Arc<Air>, id: DeviceId, number: u64) -> Self {
        Self { air, id, number }
    }

    fn act<R>(
        &self,
        act: impl FnOnce(&mut SimDevice, std::time::Instant) -> Result<R, LinkError>,
    ) -> Result<R, LinkError> {
        self.air.act_on_link(&self.id, self.number, act)
    }

    /// One exchange that the device answers by itself, and not by a notification.
    async fn exchange<R>(
        &self,
        act: impl FnOnce(&mut SimDevice, std::time::Instant) -> Result<R, LinkError>,
    ) -> Result<R, LinkError> {
        let air_time = self.act(|device, _| Ok(device.air_time()))?;
        tokio::time::sleep(air_time).await;
        let result = self.act(act);
        if matches!(result, Err(LinkError::TimedOut)) {
            // The answer is lost, which takes a while to notice.
            tokio::time::sleep(TRANSACTION_LIMIT).await;
        }
        result
    }

    fn close(&self) {
        // A link that is gone is closed.
        let _ = self.act(|device, now| {
            device.disconnect(now);
            Ok(())
        });
    }
}

#[async_trait]
impl Link for SimLink {
    async fn read(&self, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        match self.exchange(|device, now| device.read(now, characteristic)).await {
            Err(LinkError::NotPaired(_)) => {
                tokio::time::sleep(BOND_TIME).await;
                self.act(SimDevice::pair)?;
                self.exchange(|device, now| device.read(now, characteristic)).await
            }
            result => result,
        }
    }

    async fn write(&self, characteristic: Uuid, value: &[u8], mode: WriteMode) -> Result<(), LinkError> {
        self.act(|device, _| match device.accepts(characteristic, mode) {
            true => Ok(()),
            false => Err(LinkError::NoCharacteristic(characteristic)),
        })?;
        match mode {
            WriteMode::WithoutResponse => self.act(|device, now| device.write(now, characteristic, value)),
            WriteMode::WithResponse => {
                self.exchange(|device, now| device.write(now, characteristic, value)).await
            }
        }
    }

    async fn subscribe(&self, characteristic: Uuid) -> Result<(), LinkError> {
        self.act(|device, now| device.subscribe(now, characteristic))
    }

    async fn disconnect(&self) {
        self.close();
    }
}

impl Drop for SimLink {
    fn drop(&mut self) {
        self.close();
    }
}
