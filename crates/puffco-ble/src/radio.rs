//! [`BleRadio`]: scanning and connecting with this computer's Bluetooth adapter.
//!
//! Everything that touches btleplug runs in tasks of one runtime; callers get channels, so they may drop what
//! they hold anywhere and at any time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use btleplug::api::{Central as _, Peripheral as _};
use btleplug::platform::{Adapter, Peripheral, PeripheralId};
use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::link::{Connection, DeviceId, LinkError, Radio, RadioEvent, SleepEvent};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::adapters::{Adapters, Present, Use};
use crate::ear::Ear;
use crate::failure::classify;
use crate::follow::follow;
use crate::link::{BleLink, Turn};
use crate::news::News;
use crate::scan::Scan;
use crate::sleep::Sleeps;
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
        runtime.spawn(refresh_after_sleep(Arc::downgrade(&shared), shared.sleeps.listen()));
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
            // Wanted from now on, whether it can be or not.
            let started = shared.scan.start().await;
            shared.usable().await?;
            started
        })
        .await
    }

    async fn stop_scan(&self) -> Result<(), LinkError> {
        let shared = self.shared.clone();
        self.on_runtime(async move { shared.scan.stop().await }).await
    }

    fn use_adapter(&self, id: Option<String>) {
        self.shared.choice.send_replace(id);
    }

    fn sleeps(&self) -> BoxStream<'static, SleepEvent> {
        self.shared.sleeps.listen()
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
    /// The adapter that the person chose, by its id.
    choice: watch::Sender<Option<String>>,
    /// The adapter in use.
    used: watch::Sender<Use>,
    deciding: tokio::sync::Mutex<()>,
    sleeps: Sleeps,
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
            choice: watch::Sender::new(None),
            used: watch::Sender::new(Use::Missing),
            deciding: tokio::sync::Mutex::new(()),
            sleeps: Sleeps::default(),
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
            let host = running.host.clone();
            if host.look_again().await {
                let now = host.adapters().borrow().clone();
                self.adapters_are(&host, &now).await;
            }
            return Ok(host);
        }
        *running = None;
        match Host::open(&self.sleeps).await {
            Ok(host) => {
                let host = Arc::new(host);
                let now = host.adapters().borrow().clone();
                self.adapters_are(&host, &now).await;
                let choice = self.choice.subscribe();
                let follower = tokio::spawn(follow(Arc::downgrade(self), host.clone(), choice));
                *running = Some(Running { host: host.clone(), follower });
                Ok(host)
            }
            Err(error) => {
                tracing::info!(%error, "no Bluetooth");
                let adapters: Adapters = Adapters::from_error(&error).unwrap_or_else(Adapters::missing);
                let used = adapters.select(None, None);
                self.news.tell(RadioEvent::Adapter(used.state()));
                self.used.send_replace(used);
                Err(error)
            }
        }
    }

    /// The adapter, if it can be used.
    async fn usable(self: &Arc<Self>) -> Result<(Arc<Host>, Present), LinkError> {
        let host = self.host().await?;
        let present = self.used.borrow().usable()?;
        Ok((host, present))
    }

    /// Whether this is the adapter in use.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.used.borrow().name() == Some(name)
    }

    /// Takes note of the present adapters and of what is chosen of them: ends the links of one that is not
    /// used any more, goes on with a scan.
    pub(crate) async fn adapters_are(&self, host: &Arc<Host>, adapters: &Adapters) {
        let _deciding = self.deciding.lock().await;
        let before = self.used.borrow().clone();
        let used = adapters.select(self.choice.borrow().as_deref(), before.name());
        if let Use::This(present) = &used {
            self.simulated.store(present.simulated, Ordering::Relaxed);
        }
        let goes_on = used.goes_on_from(&before);
        self.used.send_replace(used.clone());
        if !goes_on {
            // The adapter of before still works when it was only left.
            let left = matches!((&before, adapters), (Use::This(before), Adapters::Found(list))
                if list.iter().any(|now| now.powered && now.goes_on_from(before)));
            self.end_links(left).await;
            let place = used.usable().ok().map(|present| (host.clone(), present));
            self.scan.moves(place, !left).await;
        }
        self.news.tell(RadioEvent::Adapter(used.state()));
        self.news.tell(RadioEvent::Adapters(adapters.infos(&used)));
    }

    /// Ends all links; `alive` ones have to be ended on the air, too.
    async fn end_links(&self, alive: bool) {
        for ear in self.ears.lock().await.values() {
            if ear.line.has_session() && alive {
                let turn = self.turn(&device_id(&ear.peripheral));
                let peripheral = ear.peripheral.clone();
                tokio::spawn(async move {
                    let _turn = turn.lock().await;
                    let _ = tokio::time::timeout(ABANDON_LIMIT, peripheral.disconnect()).await;
                });
            }
            ear.line.close_any();
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
        let on = self.usable().await;
        let answer = match &on {
            Err(error) => Err(error.clone()),
            Ok((host, present)) => tokio::select! {
                answer = self.try_connect(&id, turn, host, present) => answer,
                () = give.closed() => Err(LinkError::Disconnected),
                error = self.left(present) => Err(error),
            },
        };
        if answer.is_err()
            && let Ok((_, present)) = on
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

    /// Waits until this adapter is not the one in use any more, or was off meanwhile. Says what became of it.
    async fn left(&self, present: &Present) -> LinkError {
        let goes_on = |used: &Use| matches!(used, Use::This(used) if used.goes_on_from(present));
        // Fails only without a sender, and `self` has it.
        let _ = self.used.subscribe().wait_for(|used| !goes_on(used)).await;
        self.used.borrow().usable().err().unwrap_or(LinkError::Disconnected)
    }

    async fn try_connect(
        self: &Arc<Self>,
        id: &DeviceId,
        turn: Turn,
        host: &Host,
        present: &Present,
    ) -> Result<Connection, LinkError> {
        // Connecting while discovering hangs on some adapters (facts/puffco-ble.md §10).
        let _quiet = self.scan.pause().await;
        let ear = self.ear(find(&present.adapter, id).await?).await?;
        let bonding = host.connect(&ear.peripheral).await?;
        host.discover(&ear.peripheral).await?;
        if ear.peripheral.services().is_empty() {
            return Err(LinkError::Other("the device showed no services".to_owned()));
        }
        let (session, events) = ear.line.begin();
        // Dropped at any moment from here on, it ends the link.
        let (link, gatt) = BleLink::new(ear.clone(), session, bonding, turn);
        if !ear.peripheral.is_connected().await.map_err(classify)? {
            ear.line.close(session);
            return Err(LinkError::Disconnected);
        }
        let events = UnboundedReceiverStream::new(events).boxed();
        Ok(Connection { link: Arc::new(link), gatt, events })
    }

    /// The ear of a device. On Linux a device keeps its ear; elsewhere every link gets a new one, because the
    /// systems want a new object for a new link.
    async fn ear(self: &Arc<Self>, peripheral: Peripheral) -> Result<Arc<Ear>, LinkError> {
        let shared = self.clone();
        // Ends by itself: one that is dropped half way has the trap of `crate::ear`.
        let open = tokio::spawn(async move { shared.open_ear(peripheral).await });
        open.await.unwrap_or_else(|error| Err(LinkError::Other(error.to_string())))
    }

    async fn open_ear(&self, peripheral: Peripheral) -> Result<Arc<Ear>, LinkError> {
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

/// Starts a scan anew after each sleep of the computer: the radio may have forgotten it.
async fn refresh_after_sleep(shared: Weak<Shared>, mut sleeps: BoxStream<'static, SleepEvent>) {
    while let Some(event) = sleeps.next().await {
        let Some(shared) = shared.upgrade() else { return };
        if matches!(event, SleepEvent::Over) {
            shared.scan.refresh().await;
        }
    }
}

/// The peripheral by that id, when the radio knows it.
async fn find(adapter: &Adapter, id: &DeviceId) -> Result<Peripheral, LinkError> {
    let known = adapter.peripherals().await.map_err(classify)?;
    known.into_iter().find(|peripheral| device_id(peripheral) == *id).ok_or(LinkError::NotFound)
}
