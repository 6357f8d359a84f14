//! A device machine and a simulated device, with the radio between them and a time that the test advances.

#[path = "../../../puffco/tests/golden/transcript.rs"]
#[allow(dead_code, reason = "replaying is done elsewhere")]
pub mod transcript;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use puffco::device::{
    Device, DeviceConfig, Event, Input, IntentId, LinkCounters, OpId, Output, Phase, Request, RequestError,
    RequestId,
};
use puffco::link::{Gatt, LinkError};
use puffco::log::{LogEntry, LogKind};
use puffco::lorax::{Operation, Request as Frame};
use puffco::state::OperatingState;
use puffco::{gatt, legacy};
use puffco_sim::{SimConfig, SimDevice};
use uuid::Uuid;

/// From a call to its answer, and from a notification to its arrival.
pub const LATENCY: Duration = Duration::from_millis(15);
/// What a person takes to let the computer pair.
const PAIRING: Duration = Duration::from_secs(2);

/// Where the link breaks around the write of a heat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Before the device got it.
    Before,
    /// After the device got it and before its reply arrives.
    After,
}

/// See the module.
pub struct Pair {
    pub now: Instant,
    pub device: Device,
    pub sim: SimDevice,
    pub phases: Vec<Phase>,
    pub results: Vec<(RequestId, Result<(), RequestError>)>,
    pub progress: Vec<(RequestId, u32, u32)>,
    pub logs: Vec<(RequestId, LogKind, Vec<LogEntry>)>,
    pub counted: Vec<(Instant, LinkCounters)>,
    pub last_seen: Option<Instant>,
    /// When the state and the temperature that arrived last left the device.
    sampled: (Option<Instant>, Option<Instant>),
    /// What is read under which sequence number, watched under which handle.
    reads: BTreeMap<u16, String>,
    watches: BTreeMap<u16, String>,
    characteristics: BTreeMap<OpId, Uuid>,
    /// Characteristics that were written, in order.
    pub written: Vec<(Uuid, Vec<u8>)>,
    /// The connection interval: what is sent waits for its next tick, in both directions.
    pub interval: Option<Duration>,
    /// Heats that the machine wrote, whether they arrived or not.
    pub heats_sent: u32,
    /// Sequence number of the last of them.
    pub heat_sequence: u16,
    /// Breaks the link at the next heat write.
    pub break_at_heat: Option<Break>,
    /// What connecting finds, in place of the simulated device's own services.
    pub gatt: Option<Gatt>,
    /// What connecting ends with, in place of a link.
    pub connect_error: Option<LinkError>,
    /// Whether the computer lets it pair.
    pub pairs: bool,
    /// Answers to VERSION never come.
    pub bonding_hangs: bool,
    /// What the next write of this characteristic ends with, though it arrives.
    pub write_error: Option<(Uuid, LinkError)>,
    /// What is written there arrives as something else.
    pub garbled: Option<Uuid>,
    /// No answer comes.
    pub deaf: bool,
    /// Writes down what goes into the machine and comes out of it.
    pub recorder: Option<transcript::Recorder>,
    /// When it arrives, when it left the device, and what it is.
    on_the_way: VecDeque<(Instant, Instant, Input)>,
    to_the_device: VecDeque<(Instant, Output)>,
    began: Instant,
    linked: bool,
    next_request: u64,
}

impl Pair {
    pub fn new(config: SimConfig) -> Self {
        let now = hearth_clock::Clock::new().now().instant;
        Self {
            now,
            device: Device::new(DeviceConfig { seed: config.seed, ..DeviceConfig::default() }),
            sim: SimDevice::new(config, now),
            phases: Vec::new(),
            results: Vec::new(),
            progress: Vec::new(),
            logs: Vec::new(),
            counted: Vec::new(),
            last_seen: None,
            sampled: (None, None),
            reads: BTreeMap::new(),
            watches: BTreeMap::new(),
            characteristics: BTreeMap::new(),
            written: Vec::new(),
            interval: None,
            heats_sent: 0,
            heat_sequence: 0,
            break_at_heat: None,
            gatt: None,
            connect_error: None,
            pairs: true,
            bonding_hangs: false,
            write_error: None,
            garbled: None,
            deaf: false,
            recorder: None,
            on_the_way: VecDeque::new(),
            to_the_device: VecDeque::new(),
            began: now,
            linked: false,
            next_request: 0,
        }
    }

    /// A pair whose link is up.
    pub fn ready() -> Self {
        Self::ready_with(SimConfig::default())
    }

    pub fn ready_with(config: SimConfig) -> Self {
        let mut pair = Self::new(config);
        pair.input(Input::Connect);
        pair.until("the link is ready", 60, |pair| *pair.device.phase() == Phase::Ready);
        pair
    }

    pub fn input(&mut self, input: Input) {
        self.handle(input);
        self.settle();
    }

    fn handle(&mut self, input: Input) {
        if let Some(recorder) = &mut self.recorder {
            recorder.goes_in(self.began, self.now, &input);
        }
        self.device.handle(self.now, input);
    }

    /// Asks for something; its result comes to [`Self::results`].
    pub fn ask(&mut self, request: Request) -> RequestId {
        self.next_request += 1;
        let id = RequestId(self.next_request);
        self.input(Input::Request(id, request));
        id
    }

    pub fn heat(&mut self, intent: u64) -> RequestId {
        let deadline = self.now + Duration::from_millis(1500);
        self.ask(Request::Heat { intent: IntentId(intent), deadline })
    }

    pub fn result(&self, id: RequestId) -> Option<Result<(), RequestError>> {
        let results: Vec<_> = self.results.iter().filter(|(known, _)| *known == id).collect();
        assert!(results.len() <= 1, "{id:?} was answered more than once: {results:?}");
        results.first().map(|(_, result)| result.clone())
    }

    pub fn operating(&self) -> OperatingState {
        self.device.state().operating.unwrap()
    }

    /// Lets time pass until something is so.
    pub fn until(&mut self, what: &str, seconds: u64, is_so: impl Fn(&Self) -> bool) {
        let end = self.now + Duration::from_secs(seconds);
        while !is_so(self) {
            assert!(
                self.now < end,
                "never came: {what}; {:?}, {:?}, the device is in {:?}",
                self.device.phase(),
                self.device.state(),
                self.sim.operating_state()
            );
            self.step(end);
        }
    }

    pub fn until_operating(&mut self, operating: OperatingState, seconds: u64) {
        let what = format!("{operating:?}");
        self.until(&what, seconds, |pair| pair.device.state().operating == Some(operating));
    }

    pub fn until_result(&mut self, id: RequestId) -> Result<(), RequestError> {
        self.until("a result", 60, |pair| pair.result(id).is_some());
        self.result(id).unwrap()
    }

    pub fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        while self.now < end {
            self.step(end);
        }
    }

    /// To the next thing that happens, at most to `end`.
    fn step(&mut self, end: Instant) {
        let next = [
            self.device.poll_timeout(),
            self.sim.poll_timeout(),
            self.on_the_way.iter().map(|(at, ..)| *at).min(),
            self.to_the_device.front().map(|(at, _)| *at),
        ];
        let next = next.into_iter().flatten().min().unwrap_or(end).min(end);
        self.now = self.now.max(self.whole_micros(next));
        self.sim.handle_timeout(self.now);
        self.device.handle_timeout(self.now);
        self.settle_after_time();
        let due = self.device.poll_timeout();
        assert!(
            due.is_none_or(|due| due > self.now),
            "the machine spins: {due:?} at {:?}: {:?}",
            self.now,
            self.device
        );
        if self.sim.poll_timeout().is_some_and(|due| due <= self.now) {
            self.now += Duration::from_micros(100);
        }
    }

    /// Golden sessions are written to the microsecond.
    fn whole_micros(&self, at: Instant) -> Instant {
        let nanos = at.saturating_duration_since(self.began).as_nanos();
        self.began + Duration::from_micros(nanos.div_ceil(1000) as u64)
    }

    fn settle_after_time(&mut self) {
        if let Some(output) = self.device.poll_output() {
            if let Some(recorder) = &mut self.recorder {
                recorder.time_passed(self.began, self.now);
            }
            self.send(output);
        }
        self.settle();
    }

    /// Carries everything that is due to its other side.
    fn settle(&mut self) {
        loop {
            while let Some(output) = self.device.poll_output() {
                self.send(output);
            }
            while let Some((_, output)) = self.to_the_device.pop_front_if(|(at, _)| *at <= self.now) {
                self.carry_out(output);
            }
            while let Some((characteristic, value)) = self.sim.poll_notification() {
                self.arrive(LATENCY, Input::Notified(characteristic, value));
            }
            if self.linked && !self.sim.is_connected() {
                self.linked = false;
                self.arrive(LATENCY, Input::Closed);
            }
            let Some(at) = self.on_the_way.iter().position(|(at, ..)| *at <= self.now) else { return };
            let (_, left, input) = self.on_the_way.remove(at).unwrap();
            self.trace(left, &input);
            self.handle(input);
        }
    }

    fn arrive(&mut self, after: Duration, input: Input) {
        let lost = matches!(input, Input::ReadDone(..) | Input::WriteDone(..) | Input::Notified(..));
        if self.deaf && lost {
            return;
        }
        let at = match self.interval {
            Some(_) if !matches!(input, Input::Connected(..)) => self.tick(),
            _ => self.now + after,
        };
        self.on_the_way.push_back((at, self.now, input));
    }

    /// The next connection event.
    fn tick(&self) -> Instant {
        let Some(interval) = self.interval else { return self.now };
        let passed = (self.now - self.began).as_nanos() / interval.as_nanos();
        self.began + interval * (passed as u32 + 1)
    }

    fn send(&mut self, output: Output) {
        if let Some(recorder) = &mut self.recorder {
            recorder.comes_out(self.began, self.now, &output);
        }
        let over_the_air = matches!(output, Output::Read(..) | Output::Write(..) | Output::Subscribe(..));
        if over_the_air && self.interval.is_some() {
            self.to_the_device.push_back((self.tick(), output));
        } else {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Connect(op) => {
                assert!(!self.linked, "a second link");
                let result = match self.connect_error.clone() {
                    Some(error) => Err(error),
                    None => self.sim.connect(self.now),
                };
                self.linked = result.is_ok();
                let gatt = self.gatt.clone().unwrap_or_else(|| self.sim.gatt());
                self.arrive(5 * LATENCY, Input::Connected(op, result.map(|()| gatt)));
            }
            Output::Disconnect => {
                self.linked = false;
                self.sim.disconnect(self.now);
                // A closed link has no past: a radio answers nothing of it any more.
                self.on_the_way.clear();
                self.to_the_device.clear();
            }
            Output::Read(op, characteristic) => {
                if self.bonding_hangs {
                    return;
                }
                self.characteristics.insert(op, characteristic);
                let (after, result) = match self.sim.read(self.now, characteristic) {
                    Err(LinkError::NotPaired(why)) if !self.pairs => {
                        (PAIRING, Err(LinkError::NotPaired(why)))
                    }
                    Err(LinkError::NotPaired(_)) => {
                        let paired = self.sim.pair(self.now);
                        (PAIRING, paired.and_then(|()| self.sim.read(self.now, characteristic)))
                    }
                    result => (LATENCY, result),
                };
                self.arrive(after, Input::ReadDone(op, result));
            }
            Output::Write(op, characteristic, value, _) => {
                assert!(value.len() <= 128);
                self.written.push((characteristic, value.clone()));
                if characteristic == gatt::COMMAND
                    && let Ok(Frame { sequence, operation }) = Frame::decode(&value)
                    && let Operation::ReadShort { path, .. } | Operation::Open { path, .. } = operation
                {
                    self.reads.insert(sequence, path);
                }
                let heats = is_heat(characteristic, &value);
                if heats {
                    self.heats_sent += 1;
                    self.heat_sequence = u16::from_le_bytes([value[0], value[1]]);
                }
                let broken = self.break_at_heat.take_if(|_| heats);
                if broken == Some(Break::Before) {
                    self.sim.drop_link(self.now);
                }
                let mut value = value;
                if self.garbled == Some(characteristic) {
                    value[0] ^= 1;
                }
                let result = self.sim.write(self.now, characteristic, &value);
                if broken == Some(Break::After) {
                    self.sim.drop_link(self.now);
                }
                let error = self.write_error.take_if(|(id, _)| *id == characteristic);
                let result = error.map_or(result, |(_, error)| Err(error));
                self.arrive(LATENCY, Input::WriteDone(op, result));
            }
            Output::Subscribe(op, characteristic) => {
                let result = self.sim.subscribe(self.now, characteristic);
                self.arrive(LATENCY, Input::SubscribeDone(op, result));
            }
            Output::Event(event) => self.hear(event),
        }
    }

    /// When the state and the temperature that arrived last left the device.
    pub fn sampled(&self) -> (Option<Instant>, Option<Instant>) {
        self.sampled
    }

    /// The handle under which a file is watched.
    pub fn handle_of(&self, path: &str) -> Option<u16> {
        self.watches.iter().find(|(_, known)| *known == path).map(|(handle, _)| *handle)
    }

    /// Takes note of a value that arrives.
    fn trace(&mut self, left: Instant, input: &Input) {
        let word = |value: &[u8], at: usize| Some(u16::from_le_bytes([*value.get(at)?, *value.get(at + 1)?]));
        let path = match input {
            Input::Notified(gatt::REPLY, value) => {
                let path = word(value, 0).and_then(|sequence| self.reads.remove(&sequence));
                // OPEN is answered with a handle of one byte.
                if let (Some(path), [_, _, 0, handle]) = (&path, &value[..]) {
                    self.watches.insert(u16::from(*handle), path.clone());
                }
                path
            }
            Input::Notified(gatt::EVENT, value) => {
                word(value, 3).and_then(|handle| self.watches.get(&handle)).cloned()
            }
            Input::ReadDone(op, Ok(_)) => self.characteristics.remove(op).and_then(|id| {
                let paths = [(0x0022, "/p/app/stat/id"), (0x0025, "/p/app/htr/temp")];
                let path = paths.into_iter().find(|(suffix, _)| legacy::characteristic(*suffix) == id);
                path.map(|(_, path)| path.to_owned())
            }),
            _ => None,
        };
        match path.as_deref() {
            Some("/p/app/stat/id") => self.sampled.0 = Some(left),
            Some("/p/app/htr/temp") => self.sampled.1 = Some(left),
            _ => {}
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Phase(phase) => self.phases.push(phase),
            Event::State(state) => {
                assert_eq!(*state, *self.device.state());
            }
            Event::Done(id, result) => self.results.push((id, result)),
            Event::Progress(id, done, of) => self.progress.push((id, done, of)),
            Event::Log(id, kind, entries) => self.logs.push((id, kind, entries)),
            Event::Counters(counters) => self.counted.push((self.now, counters)),
            Event::LastSeen(seen) => self.last_seen = Some(seen),
        }
    }
}

fn is_heat(characteristic: Uuid, value: &[u8]) -> bool {
    if characteristic == legacy::MODE {
        return value == 7.0_f32.to_le_bytes();
    }
    characteristic == gatt::COMMAND
        && matches!(
            Frame::decode(value).map(|frame| frame.operation),
            Ok(Operation::WriteShort { path, data, .. }) if path == "/p/app/mc" && data == [7]
        )
}
