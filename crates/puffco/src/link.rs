//! The border between the device protocol and a radio: what a radio must be able to do.
//!
//! Implemented by `puffco-ble` (btleplug) and `hearth-sim` (simulated devices).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use uuid::Uuid;

/// Names one device to one radio: a path, MAC address or per-host UUID. Opaque outside the radio; stable
/// enough to be remembered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub String);

impl DeviceId {
    /// Its last five characters: enough to tell devices apart in a log, where the whole of it may be a MAC
    /// address.
    #[must_use]
    pub fn ending(&self) -> &str {
        let start = self.0.char_indices().rev().nth(4).map_or(0, |(start, _)| start);
        &self.0[start..]
    }
}

impl std::fmt::Display for DeviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was heard of a device in a scan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advertisement {
    /// Local name, when one was sent.
    pub name: Option<String>,
    /// MAC address, where the operating system tells it (not on macOS).
    pub address: Option<[u8; 6]>,
    /// Signal strength in dBm.
    pub rssi: Option<i16>,
    /// Services that were advertised; often none.
    pub services: Vec<Uuid>,
    /// Manufacturer data by company id.
    pub manufacturer_data: BTreeMap<u16, Vec<u8>>,
    /// The operating system already holds a bond with it.
    pub bonded: bool,
}

/// The services and characteristics of a connected device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gatt {
    /// Service id → characteristic ids.
    pub services: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Gatt {
    /// Whether the device has this service.
    #[must_use]
    pub fn has_service(&self, service: Uuid) -> bool {
        self.services.contains_key(&service)
    }

    /// Whether any service has this characteristic.
    #[must_use]
    pub fn has_characteristic(&self, characteristic: Uuid) -> bool {
        self.services.values().any(|set| set.contains(&characteristic))
    }
}

/// Whether the peer acknowledges a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Acknowledged by the peer.
    WithResponse,
    /// Sent and forgotten.
    WithoutResponse,
}

/// Why the radio could not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Bluetooth is switched off. The person can switch it on; then try again.
    #[error("Bluetooth is off")]
    AdapterOff,
    /// This computer has no Bluetooth adapter, or it was unplugged.
    #[error("no Bluetooth adapter")]
    NoAdapter,
    /// The operating system refuses Bluetooth to this program.
    #[error("no permission to use Bluetooth")]
    PermissionDenied,
    /// The device is not known to the radio (any more): scan again.
    #[error("device not found")]
    NotFound,
    /// The link is not bonded and the operation needs it: put the device in pairing mode and try again.
    #[error("the device must be paired: {0}")]
    NotPaired(String),
    /// The operation took longer than its deadline. A write may or may not have happened.
    #[error("timed out")]
    TimedOut,
    /// The link is closed. A write may or may not have happened.
    #[error("disconnected")]
    Disconnected,
    /// The device has no such characteristic.
    #[error("no characteristic {0}")]
    NoCharacteristic(Uuid),
    /// Anything else, in the radio's words.
    #[error("{0}")]
    Other(String),
}

/// What an open link reports by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// A subscribed characteristic sent a value.
    Notified {
        /// Which one.
        characteristic: Uuid,
        /// Its value.
        value: Vec<u8>,
    },
    /// The link is gone; nothing comes after this.
    Closed,
}

/// One open connection to a device. Calls may overlap; events come on [`Connection::events`].
#[async_trait]
pub trait Link: Send + Sync {
    /// Reads a characteristic. Reading an encrypted one makes the operating system bond.
    async fn read(&self, characteristic: Uuid) -> Result<Vec<u8>, LinkError>;
    /// Writes a characteristic.
    async fn write(&self, characteristic: Uuid, value: &[u8], mode: WriteMode) -> Result<(), LinkError>;
    /// Asks for notifications; they arrive on [`Connection::events`].
    async fn subscribe(&self, characteristic: Uuid) -> Result<(), LinkError>;
    /// Closes the link. Never fails: a link that is gone is closed.
    async fn disconnect(&self);
}

/// An open link, its services, and the one stream of its events for its whole life.
pub struct Connection {
    /// The link.
    pub link: Arc<dyn Link>,
    /// What was discovered.
    pub gatt: Gatt,
    /// Notifications and the end. Already listening when the connection is handed out, so that no reply is
    /// lost.
    pub events: BoxStream<'static, LinkEvent>,
}

/// The state of a Bluetooth adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdapterState {
    /// Ready to scan. The text names it for people ("hci0").
    On(String),
    /// Switched off.
    Off,
    /// There is none.
    Missing,
    /// The operating system refuses it to this program.
    NotAllowed,
}

/// One of the computer's Bluetooth adapters, as a person chooses between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdapterInfo {
    /// Stable enough to be remembered: its address where the system tells it, else its name.
    pub id: String,
    /// What the system calls it ("hci0").
    pub name: String,
    /// Switched on.
    pub powered: bool,
    /// The one that is scanned and connected with.
    pub in_use: bool,
}

/// What a radio reports by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum RadioEvent {
    /// The adapter in use changed; the first event of every stream.
    Adapter(AdapterState),
    /// The list of adapters changed, or one of them did: all of them, sorted by name. Comes after the
    /// [`Self::Adapter`] that belongs to it. A radio without a choice does not tell it.
    Adapters(Vec<AdapterInfo>),
    /// A device was heard. Unfiltered: see [`crate::advertisement`].
    Heard(DeviceId, Advertisement),
}

/// Sleep and wake of the computer, as the system announces them.
#[derive(Clone, Debug)]
pub enum SleepEvent {
    /// The computer is about to sleep: let go what does not outlive that.
    Soon(SleepHold),
    /// It is awake again, or did not sleep after all.
    Over,
}

/// Holds a sleep off while any clone of it lives, for as long as the system lets that be (some seconds).
#[derive(Clone)]
pub struct SleepHold {
    _hold: Arc<dyn std::any::Any + Send + Sync>,
}

impl SleepHold {
    /// Holds it off by keeping this.
    pub fn new(hold: impl std::any::Any + Send + Sync) -> Self {
        Self { _hold: Arc::new(hold) }
    }
}

impl std::fmt::Debug for SleepHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SleepHold")
    }
}

/// A source of links: a Bluetooth adapter, or simulated devices.
#[async_trait]
pub trait Radio: Send + Sync {
    /// True when what it finds is not real; the window says so.
    fn is_simulated(&self) -> bool;
    /// A new stream of events, starting with the adapter's present state.
    fn events(&self) -> BoxStream<'static, RadioEvent>;
    /// Starts scanning, unfiltered. When that is not possible now, it is wanted all the same: the scan starts,
    /// and goes on after every interruption, until [`Self::stop_scan`].
    async fn start_scan(&self) -> Result<(), LinkError>;
    /// Stops scanning.
    async fn stop_scan(&self) -> Result<(), LinkError>;
    /// Uses the adapter of this [`AdapterInfo::id`] whenever it is there; otherwise, and with `None`, the
    /// first that is switched on, for as long as it is. Links of another adapter end, and a scan moves over.
    /// Takes effect in the background; [`RadioEvent::Adapters`] tells. A radio without a choice ignores it.
    fn use_adapter(&self, id: Option<String>) {
        let _ = id;
    }
    /// Sleep and wake of the computer, where its system announces them; otherwise nothing ever comes.
    fn sleeps(&self) -> BoxStream<'static, SleepEvent> {
        Box::pin(futures::stream::pending())
    }
    /// Connects, discovers services and starts listening. One try; takes at most 30 s.
    async fn connect(&self, device: &DeviceId) -> Result<Connection, LinkError>;
}
