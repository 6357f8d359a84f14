//! The attributes of a simulated device (facts/puffco-ble.md §14): which there are, what they hold, who may
//! write them, and the bytes of those that keep what was written. Values that change by themselves are made
//! when they are read, in `live`.

mod table;

use std::collections::BTreeMap;

use super::number::Kind;
use super::status::Status;
use crate::config::{Numbers, SimConfig};
use crate::light::{self, Rgb};

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
        attributes.add_profiles(config);
        attributes.add_counters(config);
        attributes.add_lights(config);
        attributes.add_logs();
        for path in &config.quirks.missing {
            attributes.all.remove(path);
        }
        attributes.load_selected();
        attributes
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revision;

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
