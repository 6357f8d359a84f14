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
use crate::device::{Charger, Counters, SimDevice};

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

    /// Holds its button: stops a heat, or opens pairing mode.
    pub fn hold(&self, device: &DeviceId) -> bool {
        self.with(device, SimDevice::hold).is_some()
    }

    /// Puts it on a charger, or takes it off.
    pub fn set_charger(&self, device: &DeviceId, charger: Option<Charger>) -> bool {
        self.with(device, |device, now| device.set_charger(now, charger)).is_some()
    }

    /// Puts a chamber on (3: 3D), or takes it off (0).
    pub fn set_chamber(&self, device: &DeviceId, chamber: u8) -> bool {
        self.with(device, |device, now| device.set_chamber(now, chamber)).is_some()
    }

    /// Holds back all its replies, or lets them come again.
    pub fn silence(&self, device: &DeviceId, silent: bool) -> bool {
        self.with(device, |device, _| device.faults_mut().silent = silent).is_some()
    }

    /// Stops or starts its advertisements: out of range, and back.
    pub fn set_advertising(&self, device: &DeviceId, advertising: bool) -> bool {
        self.with(device, |device, _| device.faults_mut().silent_radio = !advertising).is_some()
    }

    /// Lets the device forget its bond, which the host does not notice.
    pub fn forget_bond(&self, device: &DeviceId) -> bool {
        self.with(device, |device, _| device.forget_bond()).is_some()
    }

    /// The bytes of an attribute. `None` when there is no such device or attribute.
    #[must_use]
    pub fn attribute(&self, device: &DeviceId, path: &str) -> Option<Vec<u8>> {
        self.with(device, |device, now| device.attribute(now, path)).flatten()
    }

    /// Sets an attribute, also one that clients cannot write.
    pub fn set_attribute(&self, device: &DeviceId, path: &str, bytes: &[u8]) -> bool {
        self.with(device, |device, now| device.set_attribute(now, path, bytes)).is_some()
    }

    /// What was asked of it.
    #[must_use]
    pub fn counters(&self, device: &DeviceId) -> Option<Counters> {
        self.with(device, |device, _| device.counters().clone())
    }
}
