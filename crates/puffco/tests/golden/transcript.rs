//! The text of a golden session: one line for each thing that went into the machine or came out of it.
//!
//! ```text
//!  seconds    direction
//!  0.090000 -> write op2 COMMAND 01000200      # what it means
//!  0.135000 <- notify REPLY 0100007d0028000800
//!  1.000000 !! request 1 heat 7 1.500000       (the owner of the machine)
//!  1.000000 == done 1 Ok(())                   (told to the owner)
//!  1.250000 ..                                 (time passed, and something came of it)
//! ```

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use puffco::device::{Event, Input, IntentId, OpId, Output, Phase, Request, RequestId};
use puffco::light::Light;
use puffco::link::{Gatt, LinkError, WriteMode};
use puffco::log::LogKind;
use puffco::lorax::{Operation, Request as Frame};
use puffco::setting::{Setting, Slot};
use puffco::state::Rgb;
use puffco::{gatt, legacy};
use uuid::Uuid;

const NAMES: [(&str, Uuid); 8] = [
    ("LORAX", gatt::LORAX_SERVICE),
    ("LEGACY", gatt::LEGACY_SERVICE),
    ("PUP", gatt::PUP_SERVICE),
    ("OTA", gatt::OTA_SERVICE),
    ("VERSION", gatt::VERSION),
    ("COMMAND", gatt::COMMAND),
    ("REPLY", gatt::REPLY),
    ("EVENT", gatt::EVENT),
];
const BLUETOOTH_BASE: u128 = 0x0000_0000_0000_1000_8000_0080_5f9b_34fb;

fn name(id: Uuid) -> String {
    let raw = id.as_u128();
    let known = NAMES.iter().find(|(_, known)| *known == id);
    match known {
        Some((name, _)) => (*name).to_owned(),
        None if legacy::characteristic(raw as u16) == id => format!("L{:04x}", raw as u16),
        None if raw & !(0xffff << 96) == BLUETOOTH_BASE => format!("S{:04x}", raw >> 96),
        None => id.to_string(),
    }
}

fn id(name: &str) -> Uuid {
    let short = |digits: &str| u16::from_str_radix(digits, 16).ok();
    if let Some((_, id)) = NAMES.iter().find(|(known, _)| *known == name) {
        return *id;
    }
    if let (5, Some(suffix)) = (name.len(), name.strip_prefix('L').and_then(short)) {
        return legacy::characteristic(suffix);
    }
    if let (5, Some(code)) = (name.len(), name.strip_prefix('S').and_then(short)) {
        return Uuid::from_u128(u128::from(code) << 96 | BLUETOOTH_BASE);
    }
    Uuid::parse_str(name).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "-".to_owned();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Vec<u8> {
    let text = text.trim_start_matches('-');
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn seconds(base: Instant, at: Instant) -> String {
    format!("{:.6}", (at - base).as_secs_f64())
}

/// The moment of a line.
pub fn moment(base: Instant, text: &str) -> Instant {
    let (whole, micros) = text.split_once('.').unwrap();
    base + Duration::from_secs(whole.parse().unwrap()) + Duration::from_micros(micros.parse().unwrap())
}

/// What the machine puts out, without time; `None` for what golden sessions leave out.
pub fn output(output: &Output) -> Option<String> {
    Some(match output {
        Output::Connect(OpId(op)) => format!("-> connect op{op}"),
        Output::Disconnect => "-> disconnect".to_owned(),
        Output::Read(OpId(op), from) => format!("-> read op{op} {}", name(*from)),
        Output::Write(OpId(op), to, value, mode) => {
            let mode = if *mode == WriteMode::WithResponse { " with response" } else { "" };
            format!("-> write op{op} {} {}{mode}", name(*to), hex(value))
        }
        Output::Subscribe(OpId(op), to) => format!("-> subscribe op{op} {}", name(*to)),
        Output::Event(Event::Phase(Phase::Waiting { problem, .. })) => format!("== waiting {problem:?}"),
        Output::Event(Event::Phase(phase)) => format!("== {phase:?}"),
        Output::Event(Event::Done(RequestId(id), result)) => format!("== done {id} {result:?}"),
        Output::Event(Event::Log(RequestId(id), kind, entries)) => {
            format!("== log {id} {kind:?} {} entries", entries.len())
        }
        Output::Event(Event::Progress(RequestId(id), done, of)) => format!("== progress {id} {done}/{of}"),
        Output::Event(Event::State(_) | Event::Counters(_) | Event::LastSeen(_)) => return None,
    })
}

fn error(error: &LinkError) -> String {
    match error {
        LinkError::NoCharacteristic(id) => format!("no-characteristic {}", name(*id)),
        LinkError::NotPaired(_) => "not-paired".to_owned(),
        LinkError::TimedOut => "timed-out".to_owned(),
        LinkError::Disconnected => "disconnected".to_owned(),
        other => format!("other {other}"),
    }
}

fn link_error(words: &[&str]) -> LinkError {
    match words {
        ["no-characteristic", characteristic] => LinkError::NoCharacteristic(id(characteristic)),
        ["not-paired"] => LinkError::NotPaired("it is not bonded".to_owned()),
        ["timed-out"] => LinkError::TimedOut,
        ["disconnected"] => LinkError::Disconnected,
        ["other", rest @ ..] => LinkError::Other(rest.join(" ")),
        _ => panic!("no error: {words:?}"),
    }
}

/// What goes into the machine, without time.
pub fn input(base: Instant, input: &Input) -> String {
    match input {
        Input::Connect => "!! connect".to_owned(),
        Input::Disconnect => "!! disconnect".to_owned(),
        Input::Heard => "<- heard".to_owned(),
        Input::Watched(on) => format!("!! watched {on}"),
        Input::Held(on) => format!("!! held {on}"),
        Input::Woke => "!! woke".to_owned(),
        Input::WallClock(unix) => format!("!! clock {unix}"),
        Input::AdapterOn => "!! adapter on".to_owned(),
        Input::Closed => "<- closed".to_owned(),
        Input::Connected(OpId(op), Ok(gatt)) => {
            let services = gatt.services.iter().map(|(service, characteristics)| {
                let names: Vec<_> = characteristics.iter().map(|id| name(*id)).collect();
                format!("{}={}", name(*service), names.join(","))
            });
            format!("<- connected op{op} {}", services.collect::<Vec<_>>().join(" "))
        }
        Input::Connected(OpId(op), Err(why)) => format!("<- unconnected op{op} {}", error(why)),
        Input::ReadDone(OpId(op), Ok(value)) => format!("<- value op{op} {}", hex(value)),
        Input::ReadDone(OpId(op), Err(why)) => format!("<- unread op{op} {}", error(why)),
        Input::WriteDone(OpId(op), Ok(())) => format!("<- written op{op}"),
        Input::WriteDone(OpId(op), Err(why)) => format!("<- unwritten op{op} {}", error(why)),
        Input::SubscribeDone(OpId(op), Ok(())) => format!("<- subscribed op{op}"),
        Input::SubscribeDone(OpId(op), Err(why)) => format!("<- unsubscribed op{op} {}", error(why)),
        Input::Notified(from, value) => format!("<- notify {} {}", name(*from), hex(value)),
        Input::Request(RequestId(id), wanted) => format!("!! request {id} {}", request(base, wanted)),
    }
}

fn request(base: Instant, request: &Request) -> String {
    match request {
        Request::Heat { intent: IntentId(intent), deadline } => {
            format!("heat {intent} {}", seconds(base, *deadline))
        }
        Request::Boost => "boost".to_owned(),
        Request::Abort => "abort".to_owned(),
        Request::ReadLog(kind) => format!("read-log {kind:?}"),
        Request::Set(Setting::ProfileCelsius(slot, celsius)) => {
            format!("profile-celsius {} {celsius}", slot.number())
        }
        Request::Set(Setting::ProfileLight(slot, light)) => {
            let colors: Vec<_> = light.colors.iter().map(|Rgb(r, g, b)| hex(&[*r, *g, *b])).collect();
            format!("profile-light {} {}", slot.number(), colors.join(","))
        }
        other => panic!("golden sessions do not ask for {other:?}"),
    }
}

fn requested(base: Instant, words: &[&str]) -> Request {
    let slot = |text: &str| Slot::new(text.parse().unwrap()).unwrap();
    match words {
        ["heat", intent, deadline] => {
            Request::Heat { intent: IntentId(intent.parse().unwrap()), deadline: moment(base, deadline) }
        }
        ["boost"] => Request::Boost,
        ["abort"] => Request::Abort,
        ["read-log", "Audit"] => Request::ReadLog(LogKind::Audit),
        ["read-log", "Fault"] => Request::ReadLog(LogKind::Fault),
        ["profile-celsius", number, celsius] => {
            Request::Set(Setting::ProfileCelsius(slot(number), celsius.parse().unwrap()))
        }
        ["profile-light", number, colors] => Request::Set(Setting::ProfileLight(slot(number), light(colors))),
        _ => panic!("no request: {words:?}"),
    }
}

/// A light of several colours fades; one of a single colour is steady.
pub fn light(colors: &str) -> Light {
    let colors: Vec<_> = colors
        .split(',')
        .map(|color| {
            let color = bytes(color);
            Rgb(color[0], color[1], color[2])
        })
        .collect();
    let pattern =
        if colors.len() > 1 { puffco::light::Pattern::Fade } else { puffco::light::Pattern::Steady };
    Light { pattern, colors, tempo: 0.5 }
}

/// Reads what goes into the machine: `<-` and `!!`.
pub fn parse(base: Instant, line: &str) -> Input {
    let words: Vec<_> = line.split_whitespace().collect();
    let op = |text: &str| OpId(text.trim_start_matches("op").parse().unwrap());
    match &words[1..] {
        ["connect"] => Input::Connect,
        ["disconnect"] => Input::Disconnect,
        ["heard"] => Input::Heard,
        ["watched", on] => Input::Watched(*on == "true"),
        ["held", on] => Input::Held(*on == "true"),
        ["woke"] => Input::Woke,
        ["clock", unix] => Input::WallClock(unix.parse().unwrap()),
        ["adapter", "on"] => Input::AdapterOn,
        ["closed"] => Input::Closed,
        ["connected", number, services @ ..] => {
            let services = services.iter().map(|service| {
                let (service, characteristics) = service.split_once('=').unwrap();
                let characteristics = characteristics.split(',').filter(|name| !name.is_empty());
                (id(service), characteristics.map(id).collect())
            });
            Input::Connected(op(number), Ok(Gatt { services: services.collect() }))
        }
        ["unconnected", number, why @ ..] => Input::Connected(op(number), Err(link_error(why))),
        ["value", number, value] => Input::ReadDone(op(number), Ok(bytes(value))),
        ["unread", number, why @ ..] => Input::ReadDone(op(number), Err(link_error(why))),
        ["written", number] => Input::WriteDone(op(number), Ok(())),
        ["unwritten", number, why @ ..] => Input::WriteDone(op(number), Err(link_error(why))),
        ["subscribed", number] => Input::SubscribeDone(op(number), Ok(())),
        ["unsubscribed", number, why @ ..] => Input::SubscribeDone(op(number), Err(link_error(why))),
        ["notify", from, value] => Input::Notified(id(from), bytes(value)),
        ["request", number, wanted @ ..] => {
            Input::Request(RequestId(number.parse().unwrap()), requested(base, wanted))
        }
        _ => panic!("no input: {line}"),
    }
}

/// What a characteristic of the older generation, or of the Device Information service, is.
fn legacy_name(id: Uuid) -> Option<&'static str> {
    const OWN: [(u16, &str); 30] = [
        (0x0001, "address"),
        (0x0020, "charge"),
        (0x0022, "state"),
        (0x0023, "elapsed"),
        (0x0024, "total"),
        (0x0025, "temperature"),
        (0x0026, "target"),
        (0x0027, "light shown"),
        (0x002f, "heats"),
        (0x0031, "charge state"),
        (0x0032, "charge elapsed"),
        (0x0033, "time to full"),
        (0x003a, "dabs left"),
        (0x003b, "dabs per day"),
        (0x003e, "charge source"),
        (0x003f, "chamber"),
        (0x0040, "mode command"),
        (0x0041, "selected profile"),
        (0x0044, "clock"),
        (0x004d, "device name"),
        (0x0061, "profile pointer"),
        (0x0062, "profile name"),
        (0x0063, "profile temperature"),
        (0x0064, "profile time"),
        (0x0065, "profile light"),
        (0x0067, "boost temperature"),
        (0x0068, "boost time"),
        (0x00e0, "access"),
        (0x0045, "temperature override"),
        (0x0046, "time override"),
    ];
    const INFORMATION: [(&str, &str); 4] = [
        ("S2a24", "model"),
        ("S2a25", "serial number"),
        ("S2a27", "hardware revision"),
        ("S2a28", "software revision"),
    ];
    let own = OWN.iter().find(|(suffix, _)| legacy::characteristic(*suffix) == id);
    let known = INFORMATION.iter().find(|(short, _)| *short == name(id));
    own.map(|(_, meaning)| *meaning).or_else(|| known.map(|(_, meaning)| *meaning))
}

/// Writes a session down, with comments that say what its frames mean.
#[derive(Debug, Default)]
pub struct Recorder {
    lines: Vec<String>,
    asked: BTreeMap<u16, String>,
}

impl Recorder {
    fn line(&mut self, base: Instant, at: Instant, text: &str, comment: Option<String>) {
        let time = seconds(base, at);
        let comment = comment.map_or_else(String::new, |comment| format!("  # {comment}"));
        self.lines.push(format!("{time:>11} {text}{comment}"));
    }

    /// Something goes in.
    pub fn goes_in(&mut self, base: Instant, at: Instant, value: &Input) {
        let comment = match value {
            Input::Notified(gatt::REPLY, value) => self.answered(value),
            Input::Notified(gatt::EVENT, value) => {
                value.get(3..5).map(|watch| format!("watch {}", u16::from_le_bytes([watch[0], watch[1]])))
            }
            _ => None,
        };
        self.line(base, at, &input(base, value), comment);
    }

    /// Something comes out.
    pub fn comes_out(&mut self, base: Instant, at: Instant, value: &Output) {
        let Some(text) = output(value) else { return };
        let comment = match value {
            Output::Write(_, gatt::COMMAND, frame, _) => self.meaning(frame),
            Output::Read(_, id) | Output::Write(_, id, ..) => legacy_name(*id).map(str::to_owned),
            _ => None,
        };
        self.line(base, at, &text, comment);
    }

    /// Time passed, and something comes of it.
    pub fn time_passed(&mut self, base: Instant, at: Instant) {
        self.line(base, at, "..", None);
    }

    fn meaning(&mut self, frame: &[u8]) -> Option<String> {
        let Frame { sequence, operation } = Frame::decode(frame).ok()?;
        let text = match operation {
            Operation::ReadShort { offset: 0, path, .. } => format!("read {path}"),
            Operation::ReadShort { offset, path, .. } => format!("read {path} from {offset}"),
            Operation::WriteShort { offset, path, .. } => format!("write {path} from {offset}"),
            Operation::Open { path, .. } => format!("open {path}"),
            Operation::Watch { handle, interval_ms, .. } => format!("watch {handle} each {interval_ms} ms"),
            Operation::Close { handle } => format!("close {handle}"),
            Operation::GetLimits => "limits".to_owned(),
            Operation::GetAccessSeed => "challenge".to_owned(),
            Operation::UnlockAccess(_) => "its answer".to_owned(),
            other => format!("{other:?}"),
        };
        self.asked.insert(sequence, text.clone());
        Some(text)
    }

    fn answered(&self, reply: &[u8]) -> Option<String> {
        let [low, high, status, ..] = reply else { return None };
        let asked = self.asked.get(&u16::from_le_bytes([*low, *high]))?;
        Some(if *status == 0 { asked.clone() } else { format!("{asked}: status {status}") })
    }

    /// The text of the whole session.
    pub fn text(&self, title: &str) -> String {
        format!("# {title}\n{}\n", self.lines.join("\n"))
    }
}
