//! [`BleRadio`]: scanning and connecting with this computer's Bluetooth adapter.
//!
//! Everything that touches btleplug runs in tasks of one runtime; callers get channels, so they may drop what
//! they hold anywhere and at any time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use btleplug::api::{Central as _, Peripheral as _};
use btleplug::platform::{Adapter, Peripheral, PeripheralId};
use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::link::{Connection, DeviceId, LinkError, Radio, RadioEvent};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::adapters::{Adapters, Present};
use crate::ear::Ear;
use crate::failure::classify;
use crate::follow::follow;
use crate::link::{BleLink, Turn};
use crate::news::News;
use crate::scan::Scan;
use crate::system::{Host, device_id};

/// Limit of giving up a link that did not come about.
const ABANDON_LIMIT: Duration = Duration::from_secs(5);
/// This computer's Bluetooth, through btleplug.
pub struct BleRadio {
    shared: Arc<Shared>,
    runtime: Handle,
}

impl BleRadio {
    /// A radio whose work runs on `runtime`. It starts looking for an adapter at once, and looks again at
    /// [`Radio::start_scan`] and [`Radio::connect`] when there was no Bluetooth service.
    #[must_use]
    pub fn new(runtime: Handle) -> Self {
        let shared = Arc::new(Shared::new());
        let first_look = shared.clone();
        runtime.spawn(async move {
            let _ = first_look.host().await;
        });
        Self { shared, runtime }
    }

    /// Runs work on the radio's runtime, whoever polls the result.
    async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LinkError>> + Send + 'static,
    ) -> Result<T, LinkError> {
        self.runtime.spawn(work).await.unwrap_or_else(|error| Err(LinkError::Other(error.to_string())))
    }
}

#[async_trait]
impl Radio for BleRadio {
    fn is_simulated(&self) -> bool {
        self.shared.simulated.load(Ordering::Relaxed)
    }

    fn events(&self) -> BoxStream<'static, RadioEvent> {
        self.shared.news.listen()
    }

    async fn start_scan(&self) -> Result<(), LinkError> {
        let shared = self.shared.clone();
        self.on_runtime(async move {
            let host = shared.host().await?;
            let present = host.adapters().borrow().usable()?;
            shared.scan.start(&host, &present).await
        })
        .await
    }

    async fn stop_scan(&self) -> Result<(), LinkError> {
        let shared = self.shared.clone();
        self.on_runtime(async move { shared.scan.stop().await }).await
    }

    async fn connect(&self, device: &DeviceId) -> Result<Connection, LinkError> {
        let (give, take) = oneshot::channel();
        self.runtime.spawn(Shared::connect(self.shared.clone(), device.clone(), give));
        // The sender is dropped without an answer only when the runtime shuts down.
        take.await.unwrap_or(Err(LinkError::Disconnected))
    }
}

/// What the tasks of the radio share.
pub(crate) struct Shared {
    pub(crate) news: News,
    simulated: AtomicBool,
    scan: Scan,
    host: tokio::sync::Mutex<Option<Running>>,
    ears: tokio::sync::Mutex<BTreeMap<PeripheralId, Arc<Ear>>>,
    turns: Mutex<BTreeMap<DeviceId, Turn>>,
}

/// The host, and the task that follows it.
struct Running {
    host: Arc<Host>,
    follower: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Shared {
    fn new() -> Self {
        Self {
            news: News::default(),
            simulated: AtomicBool::new(false),
            scan: Scan::default(),
            host: tokio::sync::Mutex::new(None),
            ears: tokio::sync::Mutex::new(BTreeMap::new()),
            turns: Mutex::new(BTreeMap::new()),
        }
    }

    /// The host; looked for anew when there is none or its bus has ended.
    async fn host(self: &Arc<Self>) -> Result<Arc<Host>, LinkError> {
        let mut running = self.host.lock().await;
        if let Some(running) = running.as_ref().filter(|running| !running.follower.is_finished()) {
            running.host.look_again().await;
            return Ok(running.host.clone());
        }
        *running = None;
        match Host::open().await {
            Ok(host) => {
                let host = Arc::new(host);
                let now = host.adapters().borrow().clone();
                self.adapters_are(&host, &now).await;
                let follower = tokio::spawn(follow(Arc::downgrade(self), host.clone()));
                *running = Some(Running { host: host.clone(), follower });
                Ok(host)
            }
            Err(error) => {
                tracing::info!(%error, "no Bluetooth");
                let adapters = Adapters::from_error(&error).unwrap_or(Adapters::Missing);
                self.news.tell(RadioEvent::Adapter(adapters.state()));
                Err(error)
            }
        }
    }

    /// The adapter, if it can be used.
    async fn usable(self: &Arc<Self>) -> Result<Present, LinkError> {
        let host = self.host().await?;
        let adapters = host.adapters().borrow().clone();
        adapters.usable()
    }

    /// Takes note of the present adapters: ends the links of one that is gone, goes on with a scan.
    pub(crate) async fn adapters_are(&self, host: &Arc<Host>, adapters: &Adapters) {
        if let Adapters::Present(present) = adapters {
            self.simulated.store(present.simulated, Ordering::Relaxed);
        }
        self.news.tell(RadioEvent::Adapter(adapters.state()));
        match adapters.usable() {
            Ok(present) => self.scan.adapter_is_back(host, &present).await,
            Err(_) => {
                self.scan.adapter_is_gone().await;
                for ear in self.ears.lock().await.values() {
                    ear.line.close_any();
                }
            }
        }
    }

    /// Connects for whoever waits at the other end of `give`; undoes it when nobody does any more.
    async fn connect(
        self: Arc<Self>,
        id: DeviceId,
        mut give: oneshot::Sender<Result<Connection, LinkError>>,
    ) {
        let turn = self.turn(&id);
        let held = turn.clone().lock_owned().await;
        let answer = tokio::select! {
            answer = self.try_connect(&id, turn) => answer,
            () = give.closed() => Err(LinkError::Disconnected),
        };
        if answer.is_err()
            && let Ok(present) = self.usable().await
            && let Ok(peripheral) = find(&present.adapter, &id).await
            && !self.has_link(&peripheral).await
        {
            // Otherwise the radio goes on trying, and the device stays with a link that nobody holds.
            let _ = tokio::time::timeout(ABANDON_LIMIT, peripheral.disconnect()).await;
        }
        drop(held);
        if let Err(Ok(unwanted)) = give.send(answer) {
            unwanted.link.disconnect().await;
        }
    }

    async fn try_connect(self: &Arc<Self>, id: &DeviceId, turn: Turn) -> Result<Connection, LinkError> {
        let host = self.host().await?;
        let present = host.adapters().borrow().usable()?;
        // Connecting while discovering hangs on some adapters (facts/puffco-ble.md §10).
        let _quiet = self.scan.pause().await;
        let ear = self.ear(find(&present.adapter, id).await?).await?;
        let bonding = host.connect(&ear.peripheral).await?;
        host.discover(&ear.peripheral).await?;
        if ear.peripheral.services().is_empty() {
            return Err(LinkError::Other("the device showed no services".to_owned()));
        }
        let (session, events) = ear.line.begin();
        if !ear.peripheral.is_connected().await.map_err(classify)? {
            ear.line.close(session);
            return Err(LinkError::Disconnected);
        }
        let (link, gatt) = BleLink::new(ear, session, bonding, turn);
        let events = UnboundedReceiverStream::new(events).boxed();
        Ok(Connection { link: Arc::new(link), gatt, events })
    }

    /// The ear of a device. On Linux a device keeps its ear; elsewhere every link gets a new one, because the
    /// systems want a new object for a new link.
    async fn ear(&self, peripheral: Peripheral) -> Result<Arc<Ear>, LinkError> {
        let mut ears = self.ears.lock().await;
        if cfg!(target_os = "linux")
            && let Some(ear) = ears.get(&peripheral.id()).filter(|ear| ear.is_listening())
        {
            return Ok(ear.clone());
        }
        let id = peripheral.id();
        let ear = Arc::new(Ear::open(peripheral).await?);
        ears.insert(id, ear.clone());
        Ok(ear)
    }

    fn turn(&self, id: &DeviceId) -> Turn {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone()
    }

    async fn has_link(&self, peripheral: &Peripheral) -> bool {
        self.ears.lock().await.get(&peripheral.id()).is_some_and(|ear| ear.line.has_session())
    }

    pub(crate) async fn disconnected(&self, id: &PeripheralId) {
        if let Some(ear) = self.ears.lock().await.get(id) {
            ear.line.close_any();
        }
    }
}

/// The peripheral by that id, when the radio knows it.
async fn find(adapter: &Adapter, id: &DeviceId) -> Result<Peripheral, LinkError> {
    let known = adapter.peripherals().await.map_err(classify)?;
    known.into_iter().find(|peripheral| device_id(peripheral) == *id).ok_or(LinkError::NotFound)
}
