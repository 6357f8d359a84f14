//! This computer's side: the radio, one device machine on it, and what it told so far.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use hearth_clock::Clock;
use puffco::advertisement::recognise;
use puffco::device::{
    DeviceConfig, Event, Input, IntentId, LinkCounters, Phase, Problem, Request, RequestError, RequestId,
};
use puffco::link::{AdapterState, DeviceId, Radio, RadioEvent};
use puffco::state::{DeviceState, OperatingState};
use puffco_ble::{BleRadio, DeviceHandle};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::vm::Vm;

/// A heat command that is late is not written (docs/architecture.md).
const HEAT_LATEST: Duration = Duration::from_millis(1500);
/// The guest's processor is emulated: everything takes its time.
const FIND_LIMIT: Duration = Duration::from_secs(60);
const ADAPTER_LIMIT: Duration = Duration::from_secs(60);
/// So much is told of what happened before something that did not.
const ROWS: usize = 20;

/// See the module.
pub struct Rig {
    name: &'static str,
    began: Instant,
    pub clock: Arc<Clock>,
    pub vm: Vm,
    pub radio: Arc<BleRadio>,
    pub id: DeviceId,
    adapter: watch::Receiver<AdapterState>,
    handle: Option<DeviceHandle>,
    events: mpsc::UnboundedReceiver<(DeviceId, Event)>,
    pub state: DeviceState,
    pub phase: Phase,
    pub counters: LinkCounters,
    /// Every operating state since the last [`Rig::forget`], each once in a row.
    pub seen: Vec<OperatingState>,
    /// Every phase since then.
    pub phases: Vec<Phase>,
    done: Vec<(RequestId, Result<(), RequestError>)>,
    requests: u64,
}

impl Rig {
    /// Scans until the device is heard, and makes a machine for it that hears whenever it advertises.
    pub async fn find(name: &'static str, vm: Vm) -> Self {
        let clock = Arc::new(Clock::new());
        let radio = Arc::new(BleRadio::new(Handle::current()));
        let mut heard = radio.events();
        radio.start_scan().await.unwrap();
        let wanted = std::env::var("BLE_VM_DEVICE_ADDRESS").unwrap();
        let find = async {
            loop {
                if let RadioEvent::Heard(id, heard) = heard.next().await.unwrap()
                    && recognise(&heard).is_some()
                {
                    return (id, heard);
                }
            }
        };
        let (id, advertisement) = tokio::time::timeout(FIND_LIMIT, find).await.expect("it was not heard");
        assert_eq!(id.0, wanted);
        let (sender, events) = mpsc::unbounded_channel();
        let config = DeviceConfig { rest_after: None, ..DeviceConfig::default() };
        let handle = DeviceHandle::spawn(radio.clone(), id.clone(), config, clock.clone(), sender);
        let (told, adapter) = watch::channel(AdapterState::Missing);
        let (ours, listener) = (id.clone(), handle.clone());
        let mut news = radio.events();
        tokio::spawn(async move {
            while let Some(event) = news.next().await {
                match event {
                    RadioEvent::Adapter(state) => {
                        // As the application does.
                        if matches!(state, AdapterState::On(_)) {
                            listener.send(Input::AdapterOn);
                        }
                        told.send_replace(state);
                    }
                    RadioEvent::Heard(id, _) if id == ours => listener.send(Input::Heard),
                    RadioEvent::Adapters(_) | RadioEvent::Heard(..) => {}
                }
            }
        });
        let rig = Self {
            name,
            began: clock.now().instant,
            clock,
            vm,
            radio,
            id,
            adapter,
            handle: Some(handle),
            events,
            state: DeviceState::default(),
            phase: Phase::Idle,
            counters: LinkCounters::default(),
            seen: Vec::new(),
            phases: Vec::new(),
            done: Vec::new(),
            requests: 0,
        };
        let heard_as = advertisement.name.as_deref().unwrap_or("a device without a name").to_owned();
        rig.say(&format!("heard {heard_as}, {} dBm", advertisement.rssi.unwrap_or_default()));
        rig
    }

    /// A line for who watches.
    pub fn say(&self, what: &str) {
        let passed = self.clock.now().instant.saturating_duration_since(self.began);
        println!("{:<16} {:>5.1} s  {what}", self.name, passed.as_secs_f32());
    }

    pub fn send(&self, input: Input) {
        self.handle.as_ref().unwrap().send(input);
    }

    /// Forgets what was seen so far.
    pub fn forget(&mut self) {
        self.seen = self.state.operating.into_iter().collect();
        self.phases.clear();
    }

    /// Waits until what the machine told fits.
    pub async fn until(&mut self, what: &str, seconds: u64, fits: impl Fn(&Self) -> bool) {
        let limit = tokio::time::sleep(Duration::from_secs(seconds));
        tokio::pin!(limit);
        while !fits(self) {
            tokio::select! {
                event = self.events.recv() => self.take(event.expect("the machine ended").1),
                () = &mut limit => self.give_up(what, seconds),
            }
        }
    }

    /// Says why, first and last: only the end of a long output may be seen.
    fn give_up(&mut self, what: &str, seconds: u64) -> ! {
        let reason = format!("{what}: not within {seconds} s, {:?}", self.phase);
        let rows = self.vm.last_rows(ROWS);
        let first = self.phases.len().saturating_sub(ROWS);
        panic!(
            "{reason}\nstates {:?}, phases {:?}\n{:?}\n{rows}\n{reason}",
            self.seen,
            &self.phases[first..],
            self.state
        );
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Phase(phase) => {
                self.phases.push(phase.clone());
                self.phase = phase;
            }
            Event::State(state) => {
                if let Some(operating) = state.operating.filter(|now| self.seen.last() != Some(now)) {
                    self.seen.push(operating);
                }
                self.state = *state;
            }
            Event::Done(request, result) => self.done.push((request, result)),
            Event::Counters(counters) => self.counters = counters,
            _ => {}
        }
    }

    /// Waits until the link is live.
    pub async fn until_ready(&mut self, seconds: u64) {
        self.until("ready", seconds, |rig| {
            // Without Bluetooth it goes on when there is some again.
            if let Phase::Failed(problem) = &rig.phase
                && !matches!(problem, Problem::NoAdapter | Problem::AdapterOff)
            {
                panic!("it cannot be set up: {problem:?}");
            }
            rig.phase == Phase::Ready
        })
        .await;
    }

    /// Waits until the adapter is like this.
    pub async fn until_adapter(&mut self, fits: impl FnMut(&AdapterState) -> bool) {
        let waited = tokio::time::timeout(ADAPTER_LIMIT, self.adapter.wait_for(fits)).await.map(drop);
        if waited.is_err() {
            self.give_up("a change of the adapter", ADAPTER_LIMIT.as_secs());
        }
    }

    /// Asks for something, and waits for what becomes of it.
    pub async fn ask(&mut self, request: Request) -> Result<(), RequestError> {
        self.requests += 1;
        let id = RequestId(self.requests);
        let what = format!("{request:?}");
        self.send(Input::Request(id, request));
        self.until(&what, 60, |rig| rig.done.iter().any(|(done, _)| *done == id)).await;
        self.done.iter().find(|(done, _)| *done == id).unwrap().1.clone()
    }

    /// A heat, now.
    pub fn heat(&self, intent: u64) -> Request {
        Request::Heat { intent: IntentId(intent), deadline: self.clock.now().instant + HEAT_LATEST }
    }

    /// Ends the link.
    pub async fn end(&mut self) {
        self.send(Input::Disconnect);
        self.until("the end of the link", 20, |rig| rig.phase == Phase::Idle).await;
        for _ in 0..100 {
            if self.vm.tell("state")["connected"] == false {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the device still has a link");
    }
}
