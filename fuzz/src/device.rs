//! The whole machine of a device, fed with inputs drawn from bytes: a link that opens, fails and breaks, answers
//! that are right, wrong, late, doubled or missing, and a person who asks for things.
//!
//! Besides that nothing panics: a heat is written at most once for each wish, never after its deadline and never
//! after a stop; only what may be written is written; and the machine comes to rest at every moment.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use puffco::device::{Device, DeviceConfig, Event, Input, IntentId, OpId, Output, Request, RequestId};
use puffco::firmware::Revision;
use puffco::gatt;
use puffco::legacy;
use puffco::light::{Light, Pattern};
use puffco::link::{Gatt, LinkError};
use puffco::log::LogKind;
use puffco::lorax::{self, Operation};
use puffco::setting::{Setting, Slot};
use puffco::state::Rgb;
use puffco::write::{is_allowed, is_allowed_characteristic};
use uuid::Uuid;

use super::bytes::Bytes;

/// Inputs after which a run ends: long runs find nothing that short ones do not.
const MOST_INPUTS: usize = 150;
/// Outputs and timeouts at one moment: more means that it never comes to rest.
const MOST_AT_ONCE: usize = 2000;

/// See the module.
pub fn machine(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let mut world = World::new(&mut bytes);
    let mut inputs = 0;
    while !bytes.is_empty() && inputs < MOST_INPUTS {
        world.step(&mut bytes);
        inputs += 1;
    }
    // However it went, it lets go when it is told to.
    world.give(Input::Disconnect);
    world.pass(Duration::from_secs(120));
    assert!(!world.open && world.connects.is_empty());
}

/// A wish to heat that was not written yet.
struct Wish {
    intent: IntentId,
    request: RequestId,
    deadline: Instant,
}

struct World {
    now: Instant,
    device: Device,
    wall: u64,
    open: bool,
    legacy: bool,
    requests: u64,
    connects: VecDeque<OpId>,
    reads: VecDeque<(OpId, Uuid)>,
    writes: VecDeque<(OpId, Uuid, Vec<u8>)>,
    subscribes: VecDeque<OpId>,
    /// What the device holds, by file or characteristic.
    files: BTreeMap<String, Vec<u8>>,
    handles: u16,
    last_sequence: u16,
    wishes: Vec<Wish>,
    /// Intents whose heat was written.
    heated: BTreeSet<IntentId>,
    heats: usize,
}

impl World {
    fn new(bytes: &mut Bytes<'_>) -> Self {
        let config = DeviceConfig { seed: u64::from(bytes.byte()), ..DeviceConfig::default() };
        let legacy = bytes.byte() % 4 == 3;
        #[expect(clippy::disallowed_methods, reason = "a moment to count from; which it is does not matter")]
        let now = Instant::now();
        Self {
            now,
            device: Device::new(config),
            wall: 1_800_000_000,
            open: false,
            legacy,
            requests: 0,
            connects: VecDeque::new(),
            reads: VecDeque::new(),
            writes: VecDeque::new(),
            subscribes: VecDeque::new(),
            files: BTreeMap::new(),
            handles: 0,
            last_sequence: 0,
            wishes: Vec::new(),
            heated: BTreeSet::new(),
            heats: 0,
        }
    }

    /// One input, or some time.
    fn step(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.byte() % 20 {
            0 => {
                self.give(Input::WallClock(self.wall));
                self.give(Input::Connect);
            }
            1 => self.give(Input::Heard),
            2 => self.answer_connect(bytes),
            3 => self.answer_read(bytes),
            4 => self.answer_write(bytes),
            5 => self.answer_subscribe(bytes),
            6 | 7 => {
                for _ in 0..=bytes.byte() % 64 {
                    self.serve();
                }
            }
            8 => {
                let sequence = if bytes.flag() { self.last_sequence } else { bytes.word() };
                let mut frame = sequence.to_le_bytes().to_vec();
                frame.push(*bytes.pick(&[0, 0, 0, 2, 22, 122, 255]));
                frame.extend(bytes.some(140));
                self.give(Input::Notified(gatt::REPLY, frame));
            }
            9 => {
                let mut frame = bytes.word().to_le_bytes().to_vec();
                frame.push(*bytes.pick(&[0, 0, 2]));
                frame.extend(u16::from(bytes.byte() % 8).to_le_bytes());
                frame.push(0);
                frame.extend(bytes.some(32));
                self.give(Input::Notified(gatt::EVENT, frame));
            }
            10 => {
                let from = *bytes.pick(&[gatt::REPLY, gatt::EVENT, gatt::VERSION, legacy::OPERATING]);
                self.give(Input::Notified(from, bytes.some(200).to_vec()));
            }
            11 => self.close(),
            12 | 13 => self.request(bytes),
            14 => self.pass(Duration::from_millis(u64::from(bytes.byte()) * 10)),
            15 => self.pass(Duration::from_secs(u64::from(bytes.byte() % 64))),
            16 => self.change(bytes),
            17 => self.give(Input::Watched(bytes.flag())),
            18 => match bytes.byte() % 4 {
                0 => self.give(Input::Woke),
                1 => self.give(Input::AdapterOn),
                2 => self.give(Input::WallClock(u64::from(bytes.long()))),
                _ => self.give(Input::Disconnect),
            },
            _ => {
                // A device that answers by itself for a while.
                for _ in 0..=bytes.byte() % 16 {
                    for _ in 0..12 {
                        self.serve();
                    }
                    self.pass(Duration::from_millis(250));
                }
            }
        }
    }

    fn give(&mut self, input: Input) {
        self.device.handle(self.now, input);
        self.drain();
    }

    /// Lets time pass, with everything that is due in it.
    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        let mut at_once = 0;
        while let Some(due) = self.device.poll_timeout().filter(|due| *due <= until) {
            at_once = if due > self.now { 0 } else { at_once + 1 };
            assert!(at_once < MOST_AT_ONCE, "it does not come to rest: {:?}", self.device.phase());
            self.now = self.now.max(due);
            self.device.handle_timeout(self.now);
            self.drain();
        }
        self.now = until;
        self.wall += time.as_secs();
    }

    fn drain(&mut self) {
        for _ in 0..MOST_AT_ONCE {
            match self.device.poll_output() {
                None => return,
                Some(Output::Connect(op)) => {
                    assert!(!self.open, "it connects while a link is open");
                    // Asked again, the first try is given up.
                    self.connects.push_back(op);
                }
                Some(Output::Disconnect) => self.forget_link(),
                Some(Output::Read(op, id)) => self.reads.push_back((op, id)),
                Some(Output::Subscribe(op, _)) => self.subscribes.push_back(op),
                Some(Output::Write(op, id, data, _)) => {
                    self.written(id, &data);
                    self.writes.push_back((op, id, data));
                }
                // Also one that was granted without a write, because it heats already: what is written next is
                // for another wish.
                Some(Output::Event(Event::Done(id, _))) => self.wishes.retain(|wish| wish.request != id),
                Some(Output::Event(_)) => {}
            }
        }
        panic!("its outputs do not end: {:?}", self.device.phase());
    }

    /// What is written has to be something that may be, and a heat has to be wanted.
    fn written(&mut self, id: Uuid, data: &[u8]) {
        let heat = if id == gatt::COMMAND {
            let request = lorax::Request::decode(data).expect("it writes what it understands");
            self.last_sequence = request.sequence;
            match request.operation {
                Operation::WriteShort { path, data, .. } => {
                    assert!(is_allowed(&path), "it writes {path}");
                    path == "/p/app/mc" && data == [7]
                }
                _ => false,
            }
        } else {
            assert!(is_allowed_characteristic(id), "it writes {id}");
            id == legacy::MODE && data == 7.0_f32.to_le_bytes()
        };
        if heat {
            let wish = self.wishes.iter().position(|wish| wish.deadline > self.now);
            let wish = self.wishes.remove(wish.expect("a heat that nobody wants (any more)"));
            assert!(self.heated.insert(wish.intent), "a heat for the second time");
            self.heats += 1;
        }
    }

    fn forget_link(&mut self) {
        self.open = false;
        self.connects.clear();
        self.reads.clear();
        self.writes.clear();
        self.subscribes.clear();
    }

    fn close(&mut self) {
        if self.open {
            self.forget_link();
            self.give(Input::Closed);
        }
    }

    fn gatt(&self) -> Gatt {
        let mut gatt = Gatt::default();
        if self.legacy {
            let ids = (0..0x100).map(legacy::characteristic).collect();
            gatt.services.insert(gatt::LEGACY_SERVICE, ids);
        } else {
            let ids = [gatt::VERSION, gatt::COMMAND, gatt::REPLY, gatt::EVENT].into();
            gatt.services.insert(gatt::LORAX_SERVICE, ids);
        }
        gatt
    }

    fn answer_connect(&mut self, bytes: &mut Bytes<'_>) {
        let Some(op) = self.connects.pop_back() else { return };
        self.connects.clear();
        let result = match bytes.byte() % 8 {
            0 => Err(error(bytes)),
            1 => Ok(Gatt::default()),
            _ => Ok(self.gatt()),
        };
        self.open = result.is_ok();
        self.give(Input::Connected(op, result));
    }

    fn answer_read(&mut self, bytes: &mut Bytes<'_>) {
        let Some((op, _)) = self.reads.pop_front() else { return };
        let result = if bytes.flag() { Ok(bytes.some(200).to_vec()) } else { Err(error(bytes)) };
        self.give(Input::ReadDone(op, result));
    }

    fn answer_write(&mut self, bytes: &mut Bytes<'_>) {
        let Some((op, ..)) = self.writes.pop_front() else { return };
        let result = if bytes.flag() { Ok(()) } else { Err(error(bytes)) };
        self.give(Input::WriteDone(op, result));
    }

    fn answer_subscribe(&mut self, bytes: &mut Bytes<'_>) {
        let Some(op) = self.subscribes.pop_front() else { return };
        let result = if bytes.flag() { Ok(()) } else { Err(error(bytes)) };
        self.give(Input::SubscribeDone(op, result));
    }

    /// Answers one thing as a device does.
    fn serve(&mut self) {
        if let Some(op) = self.connects.pop_back() {
            self.connects.clear();
            self.open = true;
            self.give(Input::Connected(op, Ok(self.gatt())));
        } else if let Some((op, id)) = self.reads.pop_front() {
            let value = if id == gatt::VERSION { vec![0, 0] } else { self.characteristic(id) };
            self.give(Input::ReadDone(op, Ok(value)));
        } else if let Some(op) = self.subscribes.pop_front() {
            self.give(Input::SubscribeDone(op, Ok(())));
        } else if let Some((op, id, data)) = self.writes.pop_front() {
            self.give(Input::WriteDone(op, Ok(())));
            if id == gatt::COMMAND {
                self.reply(&data);
            } else {
                self.files.insert(id.to_string(), data);
            }
        }
    }

    fn reply(&mut self, frame: &[u8]) {
        let Ok(request) = lorax::Request::decode(frame) else { return };
        let (status, payload) = match request.operation {
            Operation::GetLimits => (0, vec![125, 0, 40, 0, 8, 0]),
            Operation::GetAccessSeed => (0, vec![1; 16]),
            Operation::ReadShort { offset, length, path } => match self.file(&path) {
                Some(file) => {
                    let from = usize::from(offset).min(file.len());
                    let to = (from + usize::from(length)).min(file.len());
                    (0, file[from..to].to_vec())
                }
                None => (2, Vec::new()),
            },
            Operation::WriteShort { offset, path, data, .. } => {
                let mut file = self.file(&path).unwrap_or_default();
                let offset = usize::from(offset);
                file.resize(file.len().max(offset + data.len()), 0);
                file[offset..offset + data.len()].copy_from_slice(&data);
                if path == "/p/app/mc" {
                    let state = match file[0] {
                        7 => 7,
                        3 => 6,
                        _ => 5,
                    };
                    self.files.insert("/p/app/stat/id".to_owned(), vec![state]);
                }
                if let Some(log) = path.strip_suffix("/sel") {
                    self.files.insert(format!("{log}/curr"), file.clone());
                }
                self.files.insert(path, file);
                (0, Vec::new())
            }
            Operation::Open { .. } => {
                self.handles = self.handles % 20 + 1;
                (0, vec![self.handles as u8])
            }
            _ => (0, Vec::new()),
        };
        let reply = lorax::Reply { sequence: request.sequence, status: lorax::Status(status), payload };
        self.give(Input::Notified(gatt::REPLY, reply.encode()));
    }

    /// What a file holds; a Peak Pro's values where nothing was written.
    fn file(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(value) = self.files.get(path) {
            return Some(value.clone());
        }
        let float = |value: f32| Some(value.to_le_bytes().to_vec());
        let leaf = path.rsplit('/').next().unwrap_or_default();
        match (path, leaf) {
            ("/p/app/stat/id", _) => Some(vec![5]),
            ("/p/bat/chg/stat", _) => Some(vec![4]),
            ("/p/htr/chmt", _) => Some(vec![1]),
            ("/p/bat/soc", _) => float(81.0),
            ("/p/app/htr/temp", _) => float(25.0),
            ("/p/sys/fw/ver", _) => Some(vec![39, 0, 0, 0]),
            ("/p/sys/hw/ser", _) => Some(b"7123A00012345678901".to_vec()),
            ("/p/sys/time", _) => Some(1_700_000_000_u32.to_le_bytes().to_vec()),
            (_, "phcl" | "accl" | "api") => None,
            (_, "name") => Some(b"Ember\0".to_vec()),
            (_, "colr") => {
                Light::steady(Rgb(9, 9, 9)).encode(puffco::generation::LedApi::Documents, Revision(39)).ok()
            }
            (_, "end") => Some(vec![6, 0, 0, 0]),
            (_, "entr") => Some(vec![7; 16]),
            (_, "lbrt" | "begn" | "curr" | "mdcd") => Some(vec![0; 4]),
            (_, "hcs" | "stlm" | "cmd") => Some(vec![0]),
            (_, "temp" | "tcmd") => float(260.0),
            _ => float(45.0),
        }
    }

    fn characteristic(&self, id: Uuid) -> Vec<u8> {
        if let Some(value) = self.files.get(&id.to_string()) {
            return value.clone();
        }
        let is = |suffix: u16| id == legacy::characteristic(suffix);
        if id == legacy::ACCESS {
            vec![2; 16]
        } else if is(0x0022) {
            5.0_f32.to_le_bytes().to_vec()
        } else if is(0x0031) {
            4.0_f32.to_le_bytes().to_vec()
        } else if is(0x003f) {
            1.0_f32.to_le_bytes().to_vec()
        } else if is(0x0048) || is(0x0065) {
            vec![1, 2, 3, 0, 1, 0, 0, 0]
        } else if is(0x004d) || is(0x0062) {
            b"Ember\0".to_vec()
        } else {
            45.0_f32.to_le_bytes().to_vec()
        }
    }

    /// Something of the device changes by itself.
    fn change(&mut self, bytes: &mut Bytes<'_>) {
        const FILES: [&str; 14] = [
            "/p/app/stat/id",
            "/p/app/stat/elap",
            "/p/app/stat/tott",
            "/p/app/htr/temp",
            "/p/bat/soc",
            "/p/bat/chg/stat",
            "/p/htr/chmt",
            "/p/app/hcs",
            "/u/app/hc/0/temp",
            "/u/app/hc/0/colr",
            "/p/sys/fw/ver",
            "/p/sys/fw/api",
            "/p/logv/aud/end",
            "/p/logv/aud/entr",
        ];
        if self.legacy {
            let id = legacy::characteristic(u16::from(bytes.byte()) % 0x70);
            self.files.insert(id.to_string(), bytes.some(20).to_vec());
        } else {
            let path = (*bytes.pick(&FILES)).to_owned();
            self.files.insert(path, bytes.some(130).to_vec());
        }
    }

    fn request(&mut self, bytes: &mut Bytes<'_>) {
        self.requests += 1;
        let id = RequestId(self.requests);
        let request = match bytes.byte() % 12 {
            0..=2 => {
                let intent = IntentId(u64::from(bytes.byte() % 8));
                let deadline = self.now + Duration::from_millis(u64::from(bytes.byte()) * 20);
                if !self.heated.contains(&intent) {
                    self.wishes.push(Wish { intent, request: id, deadline });
                }
                Request::Heat { intent, deadline }
            }
            3 => {
                // What was wanted before is not wanted any more.
                self.wishes.clear();
                Request::Abort
            }
            4 => Request::Boost,
            5 => Request::ReadLog(*bytes.pick(&[LogKind::Audit, LogKind::Fault])),
            6 => Request::ReadAll,
            7 => Request::Wake,
            8 => (*bytes.pick(&[
                Request::TempSelectBegin,
                Request::TempSelectStop,
                Request::ShowBattery,
                Request::PowerOff,
            ]))
            .clone(),
            _ => Request::Set(setting(bytes)),
        };
        self.give(Input::Request(id, request));
    }
}

fn error(bytes: &mut Bytes<'_>) -> LinkError {
    bytes
        .pick(&[
            LinkError::TimedOut,
            LinkError::Disconnected,
            LinkError::NotFound,
            LinkError::NotPaired(String::new()),
            LinkError::AdapterOff,
            LinkError::NoAdapter,
            LinkError::PermissionDenied,
            LinkError::NoCharacteristic(gatt::COMMAND),
            LinkError::Other(String::new()),
        ])
        .clone()
}

fn setting(bytes: &mut Bytes<'_>) -> Setting {
    let slot = Slot::new(bytes.byte() % 4).expect("four profiles");
    let number = if bytes.flag() { f32::from(bytes.word()) / 100.0 } else { f32::from_bits(bytes.long()) };
    let color = Rgb(bytes.byte(), bytes.byte(), bytes.byte());
    let pattern = *bytes.pick(&[Pattern::Steady, Pattern::Fade, Pattern::Lava, Pattern::Other(None)]);
    let light = Light { pattern, ..Light::steady(color) };
    let name = String::from_utf8_lossy(bytes.some(40)).into_owned();
    match bytes.byte() % 16 {
        0 => Setting::Name(name),
        1 => Setting::Clock(bytes.long()),
        2 => Setting::MaxCharge(number),
        3 => Setting::Brightness([color.0, color.1, color.2, 9]),
        4 => Setting::Stealth(bytes.flag()),
        5 => Setting::Lantern(bytes.flag()),
        6 => Setting::LanternSeconds(number),
        7 => Setting::LanternLight(light),
        8 => Setting::SelectedProfile(slot),
        9 => Setting::ProfileName(slot, name),
        10 => Setting::ProfileCelsius(slot, number),
        11 => Setting::ProfileSeconds(slot, number),
        12 => Setting::ProfileLight(slot, light),
        13 => Setting::ProfileIntensity(slot, number),
        14 => Setting::ProfileBoostCelsius(slot, number),
        _ => Setting::ProfileBoostSeconds(slot, number),
    }
}
