//! Simulated devices as a radio in this program: [`puffco::link::Radio`] on tokio's time.
//!
//! [`SimRadio`] is what a companion connects through; [`SimHandle`] is the owner's hand on the devices. No
//! Bluetooth is involved; the fake `org.bluez` for the real btleplug is in [`crate::bluez`].

mod air;
mod link;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt;
use futures::channel::mpsc;
use futures::stream::BoxStream;
use puffco::link::{AdapterState, Connection, DeviceId, LinkError, Radio, RadioEvent};

use self::air::Air;
use self::link::SimLink;
use crate::config::SimConfig;
use crate::device::SimDevice;

/// Opening a link and discovering its services takes this long.
const LINK_TIME: Duration = Duration::from_millis(250);
/// A device that does not advertise is waited for this long, looked for so often.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A radio whose devices are simulated.
#[derive(Clone, Debug)]
pub struct SimRadio {
    air: Arc<Air>,
}

/// What an owner can do to simulated devices.
#[derive(Clone, Debug)]
pub struct SimHandle {
    air: Arc<Air>,
}

impl SimRadio {
    /// A radio with these devices around it, and the hand on them. Device ids are their addresses.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn new(devices: Vec<SimConfig>) -> (Self, SimHandle) {
        let air = Air::new(devices);
        tokio::spawn(air::pass_time(Arc::downgrade(&air)));
        (Self { air: Arc::clone(&air) }, SimHandle { air })
    }
}

#[async_trait]
impl Radio for SimRadio {
    fn is_simulated(&self) -> bool {
        true
    }

    fn events(&self) -> BoxStream<'static, RadioEvent> {
        let (sender, receiver) = mpsc::unbounded();
        let _ = sender.unbounded_send(RadioEvent::Adapter(AdapterState::On("simulated".to_owned())));
        self.air.listen(sender);
        receiver.boxed()
    }

    async fn start_scan(&self) -> Result<(), LinkError> {
        self.air.scan(true);
        Ok(())
    }

    async fn stop_scan(&self) -> Result<(), LinkError> {
        self.air.scan(false);
        Ok(())
    }

    async fn connect(&self, device: &DeviceId) -> Result<Connection, LinkError> {
        if !self.air.ids().contains(device) {
            return Err(LinkError::NotFound);
        }
        tokio::time::sleep(LINK_TIME).await;
        let opened = tokio::time::timeout(CONNECT_LIMIT, async {
            loop {
                match self.air.connect(device) {
                    Err(LinkError::TimedOut) => tokio::time::sleep(LOOK_EVERY).await,
                    result => return result,
                }
            }
        });
        let opened = opened.await.map_err(|_| LinkError::TimedOut)??;
        let link = SimLink::new(Arc::clone(&self.air), device.clone(), opened.number);
        Ok(Connection { link: Arc::new(link), gatt: opened.gatt, events: opened.events.boxed() })
    }
}

impl SimHandle {
    /// The ids of all devices, in the order they were given.
    #[must_use]
    pub fn ids(&self) -> Vec<DeviceId> {
        self.air.ids()
    }

    /// Does something with a device, now. `None` when there is no such device.
    pub fn with<R>(&self, device: &DeviceId, act: impl FnOnce(&mut SimDevice, Instant) -> R) -> Option<R> {
        self.air.act(device, act)
    }

    /// Presses its button. Whether there is such a device; likewise below.
    pub fn press(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::press).is_some()
    }

    /// Presses its button twice: starts a heat.
    pub fn double_press(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::double_press).is_some()
    }

    /// Lets it fall asleep.
    pub fn sleep(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::sleep).is_some()
    }

    /// Wakes it up.
    pub fn wake(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::wake).is_some()
    }

    /// Breaks its link.
    pub fn drop_link(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::drop_link).is_some()
    }

    /// Sets its charge, percent.
    pub fn set_battery(&self, device: &DeviceId, percent: f32) -> bool {
        self.with(device, |device, now| device.set_battery(now, percent)).is_some()
    }
}
