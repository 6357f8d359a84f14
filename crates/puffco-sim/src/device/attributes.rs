//! The attributes of a simulated device (facts/puffco-ble.md §14): which there are, what they hold, who may
//! write them, and the bytes of those that keep what was written. Values that change by themselves are made
//! when they are read, in `live`.

use std::collections::BTreeMap;

use super::number::Kind;
use super::state::mode;
use super::status::Status;
use crate::config::{LedApi, Numbers, SimConfig};
use crate::light::{self, Rgb};
use crate::revision;

/// The extra heat and time of a boost, °C and seconds.
const BOOST: (f64, f64) = (5.0, 15.0);
const LANTERN_S: f64 = 7200.0;
/// A colour document and what is left behind it.
const DOCUMENT_CAPACITY: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    ReadWrite,
}

/// One attribute.
#[derive(Debug)]
struct Attribute {
    kind: Kind,
    access: Access,
    /// What it keeps; `None` when it is made at each read.
    kept: Option<Vec<u8>>,
}

/// The values that a heat takes from the running copy of the selected profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected {
    pub(super) celsius: f32,
    pub(super) seconds: f32,
}

/// What reading an attribute gives.
pub(super) enum Reading {
    /// Its bytes.
    Kept(Vec<u8>),
    /// It is made now, of this kind.
    Live(Kind),
}

/// All attributes of a device.
#[derive(Debug)]
pub(super) struct Attributes {
    all: BTreeMap<String, Attribute>,
    numbers: Numbers,
}

impl Attributes {
    pub(super) fn new(config: &SimConfig) -> Self {
        let mut attributes = Self { all: BTreeMap::new(), numbers: config.numbers };
        attributes.add_system(config);
        attributes.add_battery();
        attributes.add_heater();
        for (slot, profile) in config.profiles.iter().enumerate() {
            let color = color_file(config, profile.color);
            let values = [
                ("temp", Kind::Celsius, f64::from(profile.celsius)),
                ("time", Kind::ProfileSeconds, f64::from(profile.seconds)),
                ("intn", Kind::Float, f64::from(profile.intensity)),
                ("btmp", Kind::Celsius, BOOST.0),
                ("btim", Kind::ProfileSeconds, BOOST.1),
                ("thrt", Kind::Celsius, f64::from(profile.celsius) - 10.0),
            ];
            for (leaf, kind, value) in values {
                attributes.number(&format!("/u/app/hc/{slot}/{leaf}"), kind, Access::ReadWrite, value);
            }
            let mut add = |leaf: &str, kind, bytes| {
                attributes.add(&format!("/u/app/hc/{slot}/{leaf}"), kind, Access::ReadWrite, Some(bytes));
            };
            add("name", Kind::Text(32), text(&profile.name, 32));
            add("scpd", Kind::Bytes(128), vec![0xff; 128]);
            add("colr", light_kind(config), color.clone());
            if config.led_api() == LedApi::Records {
                add("phcl", Kind::Light(8), color.clone());
                add("accl", Kind::Light(8), color);
            }
        }
        attributes.add_counters(config);
        attributes.add_lights(config);
        attributes.add_logs();
        for path in &config.quirks.missing {
            attributes.all.remove(path);
        }
        attributes.load_selected();
        attributes
    }

    fn add_system(&mut self, config: &SimConfig) {
        use Access::{Read, ReadWrite};
        let mut mac = config.address.to_vec();
        mac.reverse();
        self.number("/p/sys/hw/mdcd", Kind::Word, Read, f64::from(config.model_code));
        self.add("/p/sys/hw/ser", Kind::Text(32), Read, Some(config.serial.clone().into_bytes()));
        self.number("/p/sys/hw/ver", Kind::Word, Read, f64::from(config.hardware));
        self.number("/p/sys/fw/ver", Kind::Word, Read, f64::from(config.firmware));
        self.add("/p/sys/fw/gith", Kind::Text(8), Read, Some(b"a1b2c3d".to_vec()));
        if config.firmware >= revision::API_FILE {
            self.number("/p/sys/fw/api", Kind::Word, Read, f64::from(config.firmware));
        }
        self.number("/p/sys/fw/bver", Kind::Word, Read, 4.0);
        self.add("/p/sys/fw/bgit", Kind::Text(8), Read, Some(b"0f1e2d3".to_vec()));
        self.add("/p/sys/bt/mac", Kind::Bytes(6), Read, Some(mac));
        self.live("/p/sys/uptm", Kind::Float, Read);
        self.live("/p/sys/time", Kind::Word, ReadWrite);
        self.add("/u/sys/name", Kind::Text(32), ReadWrite, Some(text(&config.name, 32)));
        self.number("/u/sys/bday", Kind::Word, ReadWrite, f64::from(config.birthday));
        self.add("/u/sys/bdk", Kind::Bytes(16), Read, Some(vec![0; 16]));
        self.number("/u/sys/bdc", Kind::Word, Read, 0.0);
        self.number("/p/app/mc", Kind::Code, ReadWrite, f64::from(mode::IDLE));
        self.number("/p/app/hcs", Kind::Code, ReadWrite, f64::from(config.selected.min(3)));
        self.number("/p/app/nhc", Kind::Code, Read, 4.0);
        self.number("/u/app/rdym/hc", Kind::Count, ReadWrite, 0.0);
        self.number("/p/app/bt/ufca", Kind::Word, Read, 0.0);
        self.number("/p/app/bt/ufcc", Kind::Word, Read, 0.0);
    }

    fn add_battery(&mut self) {
        use Access::{Read, ReadWrite};
        for (leaf, kind) in [
            ("soc", Kind::Percent),
            ("volt", Kind::Milli),
            ("curr", Kind::Milli),
            ("temp", Kind::Celsius),
            ("chg/stat", Kind::Code),
            ("chg/src", Kind::Code),
            ("chg/etf", Kind::Count),
            ("chg/elap", Kind::Count),
            ("chg/iout", Kind::Milli),
        ] {
            self.live(&format!("/p/bat/{leaf}"), kind, Read);
        }
        self.number("/p/bat/cap", Kind::Float, Read, 6018.0);
        self.number("/u/bat/msoc", Kind::Percent, ReadWrite, 100.0);
        self.number("/u/app/lbws", Kind::Percent, ReadWrite, 10.0);
    }

    fn add_heater(&mut self) {
        use Access::{Read, ReadWrite};
        for (path, kind) in [
            ("/p/app/stat/id", Kind::Code),
            ("/p/app/stat/elap", Kind::StateSeconds),
            ("/p/app/stat/tott", Kind::StateSeconds),
            ("/p/app/htr/temp", Kind::Celsius),
            ("/p/app/htr/tcmd", Kind::Celsius),
            ("/p/htr/temp", Kind::Celsius),
            ("/p/htr/tcmd", Kind::Celsius),
            ("/p/htr/stet", Kind::Celsius),
            ("/p/htr/chmt", Kind::Code),
            ("/p/htr/chdt", Kind::Word),
            ("/p/htr/pwr", Kind::Float),
            ("/p/htr/duty", Kind::Float),
            ("/p/htr/vavg", Kind::Float),
            ("/p/htr/iavg", Kind::Float),
        ] {
            self.live(path, kind, Read);
        }
        self.number("/p/htr/res", Kind::Float, Read, 0.42);
        self.number("/p/magm/bfld", Kind::Float, Read, 31.5);
        self.number("/p/app/htr/inh", Kind::Float, Read, 0.0);
        for leaf in ["pco", "ico", "dco"] {
            self.number(&format!("/p/htr/tun/{leaf}"), Kind::Float, Read, 0.5);
        }
        self.number("/p/app/tmpo", Kind::Celsius, ReadWrite, 0.0);
        self.number("/p/app/timo", Kind::ProfileSeconds, ReadWrite, 0.0);
    }

    fn add_counters(&mut self, config: &SimConfig) {
        for leaf in ["0/nc", "0/tm", "1/nc", "1/tm"] {
            self.live(&format!("/p/app/odom/{leaf}"), Kind::Counter, Access::Read);
        }
        self.live("/p/app/info/drem", Kind::Rate, Access::Read);
        self.live("/p/app/info/dpd", Kind::Rate, Access::Read);
        if config.firmware <= revision::LAST_OF_RECORDS {
            self.live("/p/app/info/dtot", Kind::Word, Access::Read);
        }
    }

    fn add_lights(&mut self, config: &SimConfig) {
        use Access::{Read, ReadWrite, Write};
        self.add("/u/app/ui/lbrt", Kind::Bytes(4), ReadWrite, Some(vec![0xff; 4]));
        self.number("/u/app/ui/stlm", Kind::Code, ReadWrite, 0.0);
        self.number("/p/app/ltrn/cmd", Kind::Code, ReadWrite, 0.0);
        let white = light::record(Rgb(0xff, 0xff, 0xff));
        self.add("/p/app/ltrn/colr", light_kind(config), ReadWrite, Some(white));
        self.number("/p/app/ltrn/time", Kind::StateSeconds, ReadWrite, LANTERN_S);
        self.live("/p/app/ltrn/remt", Kind::StateSeconds, Read);
        self.add("/p/app/ltrn/scpd", Kind::Bytes(128), ReadWrite, Some(vec![0xff; 128]));
        self.live("/p/app/led/aclr", Kind::Bytes(8), Read);
        self.add("/p/app/led/pclr", Kind::Light(8), Write, Some(vec![0; 8]));
        for leaf in ["dia", "diao", "dif", "difo"] {
            self.number(&format!("/p/app/led/{leaf}"), Kind::Float, ReadWrite, 0.0);
        }
        for (array, count, length) in [("ca", 8, 128), ("oa", 8, 80), ("aa", 6, 64)] {
            for index in 0..count {
                let path = format!("/u/app/led/{array}/{index}");
                self.add(&path, Kind::Bytes(length), ReadWrite, Some(vec![0; length]));
            }
        }
    }

    fn add_logs(&mut self) {
        for log in ["aud", "flt"] {
            for leaf in ["curr", "begn", "end"] {
                self.live(&format!("/p/logv/{log}/{leaf}"), Kind::Word, Access::Read);
            }
            self.live(&format!("/p/logv/{log}/sel"), Kind::Word, Access::ReadWrite);
            self.live(&format!("/p/logv/{log}/entr"), Kind::Bytes(16), Access::Read);
        }
    }

    fn add(&mut self, path: &str, kind: Kind, access: Access, kept: Option<Vec<u8>>) {
        self.all.insert(path.to_owned(), Attribute { kind, access, kept });
    }

    fn live(&mut self, path: &str, kind: Kind, access: Access) {
        self.add(path, kind, access, None);
    }

    fn number(&mut self, path: &str, kind: Kind, access: Access, value: f64) {
        self.add(path, kind, access, Some(kind.encode(self.numbers, value)));
    }

    /// What a client that reads gets; `None` when there is no such attribute, or it cannot be read.
    pub(super) fn read(&self, path: &str) -> Option<Reading> {
        let attribute = self.all.get(path).filter(|attribute| attribute.access != Access::Write)?;
        Some(match &attribute.kept {
            Some(bytes) => Reading::Kept(bytes.clone()),
            None => Reading::Live(attribute.kind),
        })
    }

    /// What it holds.
    pub(super) fn kind(&self, path: &str) -> Option<Kind> {
        self.all.get(path).map(|attribute| attribute.kind)
    }

    pub(super) fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// The bytes that it keeps.
    pub(super) fn bytes(&self, path: &str) -> &[u8] {
        self.all.get(path).and_then(|attribute| attribute.kept.as_deref()).unwrap_or_default()
    }

    /// The number that it keeps.
    pub(super) fn value(&self, path: &str) -> f64 {
        self.kind(path).map_or(0.0, |kind| kind.decode(self.numbers, self.bytes(path)))
    }

    /// Keeps another number.
    pub(super) fn set(&mut self, path: &str, value: f64) {
        let numbers = self.numbers;
        if let Some(Attribute { kind, kept: Some(bytes), .. }) = self.all.get_mut(path) {
            *bytes = kind.encode(numbers, value);
        }
    }

    /// Keeps other bytes, whoever may write them. Whether it keeps any.
    pub(super) fn replace(&mut self, path: &str, value: &[u8]) -> bool {
        let Some(Attribute { kept: Some(bytes), .. }) = self.all.get_mut(path) else { return false };
        *bytes = value.to_vec();
        if path == "/p/app/hcs" {
            self.load_selected();
        }
        true
    }

    /// A client writes. Nothing truncates: a shorter value leaves the old tail. What the number means when the
    /// attribute is live is up to the caller.
    pub(super) fn write(&mut self, path: &str, offset: usize, data: &[u8]) -> Status {
        let numbers = self.numbers;
        let Some(attribute) = self.all.get_mut(path).filter(|attribute| attribute.access != Access::Read)
        else {
            return Status::NO_SUCH_FILE;
        };
        let slot_out_of_range = path == "/p/app/hcs" && data.first().is_some_and(|slot| *slot > 3);
        if !attribute.kind.accepts(numbers, offset, data) || slot_out_of_range {
            return Status::INVALID;
        }
        let Some(bytes) = &mut attribute.kept else { return Status::OK };
        if matches!(attribute.kind, Kind::Light(_)) && offset == 0 && !light::is_plausible(data) {
            return Status::INVALID;
        }
        let end = offset + data.len();
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[offset..end].copy_from_slice(data);
        if path == "/p/app/hcs" {
            self.load_selected();
        }
        Status::OK
    }

    /// Its name, as it is advertised.
    pub(super) fn name(&self) -> String {
        let bytes = self.bytes("/u/sys/name");
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    }

    /// The selected slot.
    pub(super) fn slot(&self) -> u8 {
        self.bytes("/p/app/hcs").first().copied().unwrap_or_default()
    }

    /// Copies the selected profile to where a heat takes it from.
    fn load_selected(&mut self) {
        const LEAVES: [&str; 9] = ["name", "temp", "time", "colr", "intn", "btmp", "btim", "phcl", "accl"];
        let slot = self.slot();
        for leaf in LEAVES {
            let Some(Attribute { kind, kept, .. }) = self.all.get(&format!("/u/app/hc/{slot}/{leaf}")) else {
                continue;
            };
            let (kind, kept) = (*kind, kept.clone());
            self.add(&format!("/p/app/thc/{leaf}"), kind, Access::ReadWrite, kept);
        }
    }

    pub(super) fn select_next(&mut self) {
        self.set("/p/app/hcs", f64::from((self.slot() + 1) % 4));
        self.load_selected();
    }

    /// What a heat takes from the selected profile, with the client's overrides on top.
    pub(super) fn selected(&self) -> Selected {
        Selected {
            celsius: (self.value("/p/app/thc/temp") + self.value("/p/app/tmpo")) as f32,
            seconds: (self.value("/p/app/thc/time") + self.value("/p/app/timo")) as f32,
        }
    }

    /// °C and seconds that a boost adds.
    pub(super) fn boost(&self) -> (f32, f32) {
        (self.value("/p/app/thc/btmp") as f32, self.value("/p/app/thc/btim") as f32)
    }

    /// What the LEDs show: the lantern, or else the selected profile.
    pub(super) fn shown(&self) -> Rgb {
        let lantern = self.value("/p/app/ltrn/cmd") > 0.0;
        light::shown(self.bytes(if lantern { "/p/app/ltrn/colr" } else { "/p/app/thc/colr" }))
    }
}

fn light_kind(config: &SimConfig) -> Kind {
    Kind::Light(if config.led_api() == LedApi::Records { 8 } else { DOCUMENT_CAPACITY })
}

fn color_file(config: &SimConfig, color: Rgb) -> Vec<u8> {
    match config.led_api() {
        LedApi::Records => light::record(color),
        LedApi::Documents => {
            let mut file = light::document(color);
            // What a longer document before this one left behind.
            file.extend((0..config.quirks.stale_light_bytes).map(|at| (at as u8).wrapping_mul(37) | 0x40));
            file
        }
    }
}

fn text(value: &str, capacity: usize) -> Vec<u8> {
    let mut bytes = value.as_bytes().to_vec();
    bytes.truncate(capacity - 1);
    bytes.resize(capacity, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes() -> Attributes {
        Attributes::new(&SimConfig::default())
    }

    #[test]
    fn selecting_a_profile_changes_what_a_heat_takes() {
        let mut attributes = attributes();
        assert_eq!(attributes.selected().celsius, 238.0);
        assert_eq!(attributes.write("/p/app/hcs", 0, &[3]), Status::OK);
        assert_eq!(attributes.selected().celsius, 280.0);
        assert_eq!(attributes.write("/p/app/hcs", 0, &[4]), Status::INVALID);
        attributes.select_next();
        assert_eq!(attributes.selected().celsius, 238.0);
    }

    #[test]
    fn the_running_copy_is_lost_when_the_profile_is_selected_again() {
        let mut attributes = attributes();
        attributes.write("/p/app/thc/temp", 0, &250.0_f32.to_le_bytes());
        assert_eq!(attributes.selected().celsius, 250.0);
        attributes.write("/u/app/hc/0/temp", 0, &244.0_f32.to_le_bytes());
        assert_eq!(attributes.selected().celsius, 250.0, "not before it is selected again");
        attributes.write("/p/app/hcs", 0, &[0]);
        assert_eq!(attributes.selected().celsius, 244.0);
    }

    #[test]
    fn what_cannot_be_written_answers_as_if_it_were_not_there() {
        let mut attributes = attributes();
        for path in ["/p/sys/hw/ser", "/p/app/facr", "/p/app/led/aclr", "/p/htr/tun/pco", "/nowhere"] {
            assert_eq!(attributes.write(path, 0, &[1; 4]), Status::NO_SUCH_FILE, "{path}");
        }
        assert_eq!(attributes.write("/u/app/ui/stlm", 0, &[1, 1]), Status::INVALID);
    }

    #[test]
    fn a_shorter_text_leaves_the_old_tail() {
        let mut attributes = attributes();
        attributes.write("/u/sys/name", 0, b"Ash");
        assert_eq!(attributes.name(), "Asher");
        attributes.write("/u/sys/name", 0, b"Ash\0");
        assert_eq!(attributes.name(), "Ash");
    }

    #[test]
    fn a_document_is_written_in_chunks_and_shown_once_it_is_loaded() {
        let mut attributes = attributes();
        let document = light::document(Rgb(1, 2, 3));
        for (number, chunk) in document.chunks(80).enumerate() {
            assert_eq!(attributes.write("/u/app/hc/0/colr", number * 80, chunk), Status::OK);
        }
        assert_eq!(attributes.bytes("/u/app/hc/0/colr"), document);
        attributes.write("/p/app/hcs", 0, &[0]);
        assert_eq!(attributes.shown(), Rgb(1, 2, 3));
        assert_eq!(attributes.write("/p/app/ltrn/colr", 0, &[9; 20]), Status::INVALID);
        assert_eq!(attributes.write("/u/app/hc/0/colr", 1020, &[0; 5]), Status::INVALID);
    }

    #[test]
    fn firmware_decides_which_attributes_there_are() {
        let has = |letters: &str, path: &str| {
            let firmware = revision::number(letters).unwrap_or_default();
            Attributes::new(&SimConfig::default().with_firmware(firmware)).read(path).is_some()
        };
        for (path, from, until) in [
            ("/p/sys/fw/api", "AT", "AX"),
            ("/u/app/hc/0/phcl", "AC", "AV"),
            ("/p/app/thc/accl", "AC", "AV"),
            ("/p/app/info/dtot", "AC", "AV"),
        ] {
            for letters in ["AC", "AF", "AG", "AJ", "AT", "AV", "AW", "AX"] {
                let number = revision::number(letters);
                let wanted = (revision::number(from)..=revision::number(until)).contains(&number);
                assert_eq!(has(letters, path), wanted, "{path} on {letters}");
            }
        }
    }
}
