//! One open link: reads, writes and subscriptions with deadlines, and an end that always comes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use btleplug::api::{Characteristic, Peripheral as _, WriteType};
use puffco::gatt;
use puffco::link::{Gatt, Link, LinkError, WriteMode};
use tokio::runtime::Handle;
use tokio::time::timeout;
use uuid::Uuid;

use crate::ear::{Ear, Session};
use crate::failure::classify;
use crate::permitted::may_write;
use crate::system::Bonding;

/// Limit of a read. Long enough for a person who has to answer the system's pairing dialog.
const READ_LIMIT: Duration = Duration::from_secs(30);
/// Limit of a write or a subscription.
const WRITE_LIMIT: Duration = Duration::from_secs(8);
/// Limit of every step of closing but the last.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
/// Limit of the end itself. BlueZ waits 2 s by itself before it ends a link.
const END_LIMIT: Duration = Duration::from_secs(5);

/// Held while a link to one device is opened or closed: the end of one must not be taken for, or become, the
/// end of the next.
pub(crate) type Turn = Arc<tokio::sync::Mutex<()>>;

/// A link over btleplug.
pub(crate) struct BleLink {
    inner: Arc<Inner>,
    runtime: Handle,
}

struct Inner {
    ear: Arc<Ear>,
    session: Session,
    characteristics: BTreeMap<Uuid, Characteristic>,
    bonding: tokio::sync::Mutex<Bonding>,
    turn: Turn,
    closing: AtomicBool,
}

impl BleLink {
    /// Takes over a peripheral that is connected and discovered.
    pub(crate) fn new(ear: Arc<Ear>, session: Session, bonding: Bonding, turn: Turn) -> (Self, Gatt) {
        let mut gatt = Gatt::default();
        let mut characteristics = BTreeMap::new();
        for service in ear.peripheral.services() {
            let ids = gatt.services.entry(service.uuid).or_default();
            for characteristic in service.characteristics {
                ids.insert(characteristic.uuid);
                characteristics.entry(characteristic.uuid).or_insert(characteristic);
            }
        }
        let inner = Inner {
            ear,
            session,
            characteristics,
            bonding: tokio::sync::Mutex::new(bonding),
            turn,
            closing: AtomicBool::new(false),
        };
        (Self { inner: Arc::new(inner), runtime: Handle::current() }, gatt)
    }
}

#[async_trait]
impl Link for BleLink {
    async fn read(&self, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        let target = self.inner.open(characteristic)?;
        let mut bonding = self.inner.bonding.lock().await;
        if bonding.is_settled() {
            drop(bonding);
            return self.inner.read(target).await;
        }
        let value = self.inner.read(target).await;
        let wants_bond = self.inner.characteristics.contains_key(&gatt::VERSION);
        if bonding.settle(&value, wants_bond).await? { self.inner.read(target).await } else { value }
    }

    async fn write(&self, characteristic: Uuid, value: &[u8], mode: WriteMode) -> Result<(), LinkError> {
        if !may_write(characteristic) {
            tracing::error!(%characteristic, "refused to write a characteristic that is never written");
            return Err(LinkError::Other(format!("{characteristic} is never written")));
        }
        let target = self.inner.open(characteristic)?;
        let mode = match mode {
            WriteMode::WithResponse => WriteType::WithResponse,
            WriteMode::WithoutResponse => WriteType::WithoutResponse,
        };
        self.inner.limited(WRITE_LIMIT, self.inner.ear.peripheral.write(target, value, mode)).await
    }

    async fn subscribe(&self, characteristic: Uuid) -> Result<(), LinkError> {
        let target = self.inner.open(characteristic)?;
        self.inner.ear.line.subscribe(self.inner.session, characteristic);
        self.inner.limited(WRITE_LIMIT, self.inner.ear.peripheral.subscribe(target)).await
    }

    async fn disconnect(&self) {
        self.inner.disconnect().await;
    }
}

impl Drop for BleLink {
    fn drop(&mut self) {
        if !self.inner.closing.load(Ordering::Acquire) {
            let inner = self.inner.clone();
            self.runtime.spawn(async move { inner.disconnect().await });
        }
    }
}

impl Inner {
    /// The characteristic, while the link is open.
    fn open(&self, characteristic: Uuid) -> Result<&Characteristic, LinkError> {
        if !self.ear.line.is_open(self.session) {
            return Err(LinkError::Disconnected);
        }
        self.characteristics.get(&characteristic).ok_or(LinkError::NoCharacteristic(characteristic))
    }

    async fn read(&self, target: &Characteristic) -> Result<Vec<u8>, LinkError> {
        self.limited(READ_LIMIT, self.ear.peripheral.read(target)).await
    }

    /// Waits for an answer, but not longer than the limit or the link.
    async fn limited<T>(
        &self,
        limit: Duration,
        call: impl Future<Output = btleplug::Result<T>>,
    ) -> Result<T, LinkError> {
        tokio::select! {
            biased;
            answer = timeout(limit, call) => answer.map_err(|_| LinkError::TimedOut)?.map_err(classify),
            () = self.ear.line.closed(self.session) => Err(LinkError::Disconnected),
        }
    }

    async fn disconnect(&self) {
        let _turn = self.turn.lock().await;
        let peripheral = &self.ear.peripheral;
        if !self.closing.swap(true, Ordering::AcqRel) && self.ear.line.is_open(self.session) {
            for characteristic in self.ear.line.subscribed(self.session) {
                if let Some(target) = self.characteristics.get(&characteristic)
                    && !matches!(timeout(CLOSE_LIMIT, peripheral.unsubscribe(target)).await, Ok(Ok(())))
                {
                    break;
                }
            }
            if !matches!(timeout(END_LIMIT, peripheral.disconnect()).await, Ok(Ok(()))) {
                tracing::debug!("the radio did not confirm the end of a link");
            }
        }
        // The radio's own word, so that it cannot be taken for the end of the next link.
        let _ = timeout(CLOSE_LIMIT, self.ear.line.closed(self.session)).await;
        self.ear.line.close(self.session);
    }
}
