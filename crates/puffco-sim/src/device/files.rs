//! The files of a simulated device: what the owner set, kept as bytes, and live values made when read.

use std::collections::BTreeMap;

use puffco::firmware::Revision;
use puffco::light::encode_rgb;
use puffco::lorax::Status;
use puffco::state::Rgb;

use super::appliance::Appliance;
use crate::config::SimConfig;

const LEAVES: [&str; 7] = ["name", "temp", "time", "colr", "intn", "btmp", "btim"];
/// The extra heat and time of a boost, °C and seconds.
const BOOST: (f32, f32) = (5.0, 15.0);

/// A stored file.
#[derive(Debug)]
struct Stored {
    bytes: Vec<u8>,
    /// Longest it may become; 0 for a file that cannot be written.
    capacity: usize,
}

/// The values that a heat takes from the selected profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected {
    pub(super) celsius: f32,
    pub(super) seconds: f32,
}

/// The stored files.
#[derive(Debug)]
pub(super) struct Settings {
    files: BTreeMap<String, Stored>,
    /// What the light shows for each profile: its first colour.
    lights: [Rgb; 4],
}

impl Settings {
    pub(super) fn new(config: &SimConfig) -> Self {
        let lights = config.profiles.each_ref().map(|profile| profile.color);
        let mut settings = Self { files: BTreeMap::new(), lights };
        let mut mac = config.address.to_vec();
        mac.reverse();
        settings.fix("/p/sys/hw/mdcd", config.model_code.to_le_bytes().to_vec());
        settings.fix("/p/sys/hw/ser", config.serial.clone().into_bytes());
        settings.fix("/p/sys/hw/ver", vec![3, 0, 0, 0]);
        settings.fix("/p/sys/fw/ver", config.firmware.to_le_bytes().to_vec());
        settings.fix("/p/sys/fw/gith", b"a1b2c3d".to_vec());
        if Revision(config.firmware) >= Revision::API_REVISIONS {
            settings.fix("/p/sys/fw/api", config.firmware.to_le_bytes().to_vec());
        }
        settings.fix("/p/sys/bt/mac", mac);
        settings.fix("/p/app/info/dpd", 4.3_f32.to_le_bytes().to_vec());
        settings.fix("/p/app/nhc", vec![4]);
        settings.keep("/u/sys/name", text(&config.name, 32), 32);
        settings.keep("/u/bat/msoc", 100.0_f32.to_le_bytes().to_vec(), 4);
        settings.keep("/u/app/ui/lbrt", vec![0xff; 4], 4);
        settings.keep("/u/app/ui/stlm", vec![0], 1);
        settings.keep("/p/app/mc", vec![2], 1);
        settings.keep("/p/app/hcs", vec![config.selected.min(3)], 1);
        settings.keep("/p/app/tmpo", vec![0; 4], 4);
        settings.keep("/p/app/timo", vec![0; 4], 4);
        settings.keep("/p/app/ltrn/cmd", vec![0], 1);
        settings.keep("/p/app/ltrn/time", 7200.0_f32.to_le_bytes().to_vec(), 4);
        settings.keep("/p/app/ltrn/colr", encode_rgb(Rgb(0xff, 0xff, 0xff), 1).to_vec(), 1024);
        let documents = Revision(config.firmware) > Revision(38);
        for (slot, profile) in config.profiles.iter().enumerate() {
            let (color, capacity) = if documents {
                (steady_document(profile.color), 1024)
            } else {
                (encode_rgb(profile.color, 1).to_vec(), 8)
            };
            let file = |leaf| format!("/u/app/hc/{slot}/{leaf}");
            settings.keep(&file("name"), text(&profile.name, 32), 32);
            settings.keep(&file("temp"), profile.celsius.to_le_bytes().to_vec(), 4);
            settings.keep(&file("time"), profile.seconds.to_le_bytes().to_vec(), 4);
            settings.keep(&file("colr"), color, capacity);
            settings.keep(&file("intn"), profile.intensity.to_le_bytes().to_vec(), 4);
            settings.keep(&file("btmp"), BOOST.0.to_le_bytes().to_vec(), 4);
            settings.keep(&file("btim"), BOOST.1.to_le_bytes().to_vec(), 4);
        }
        settings.load_selected();
        settings
    }

    fn fix(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), Stored { bytes, capacity: 0 });
    }

    fn keep(&mut self, path: &str, bytes: Vec<u8>, capacity: usize) {
        self.files.insert(path.to_owned(), Stored { bytes, capacity });
    }

    fn bytes(&self, path: &str) -> &[u8] {
        self.files.get(path).map_or(&[], |file| &file.bytes)
    }

    fn float(&self, path: &str) -> f32 {
        self.bytes(path).first_chunk().map_or(0.0, |raw| f32::from_le_bytes(*raw))
    }

    /// Its name, as it is advertised.
    pub(super) fn name(&self) -> String {
        let bytes = self.bytes("/u/sys/name");
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    }

    /// Copies the selected profile to where a heat takes it from.
    fn load_selected(&mut self) {
        let slot = self.bytes("/p/app/hcs").first().copied().unwrap_or_default();
        for leaf in LEAVES {
            let bytes = self.bytes(&format!("/u/app/hc/{slot}/{leaf}")).to_vec();
            self.keep(&format!("/p/app/thc/{leaf}"), bytes, 1024);
        }
        if let Some(light) = self.lights.get(usize::from(slot)) {
            self.fix("/p/app/led/aclr", encode_rgb(*light, 1).to_vec());
        }
    }

    pub(super) fn select_next(&mut self) {
        let slot = self.bytes("/p/app/hcs").first().copied().unwrap_or_default();
        self.keep("/p/app/hcs", vec![(slot + 1) % 4], 1);
        self.load_selected();
    }

    pub(super) fn selected(&self) -> Selected {
        Selected { celsius: self.float("/p/app/thc/temp"), seconds: self.float("/p/app/thc/time") }
    }

    pub(super) fn boost(&self) -> (f32, f32) {
        (self.float("/p/app/thc/btmp"), self.float("/p/app/thc/btim"))
    }

    /// Nothing truncates: a shorter value leaves the old tail.
    fn write(&mut self, path: &str, offset: usize, data: &[u8]) -> Status {
        let Some(file) = self.files.get_mut(path).filter(|file| file.capacity > 0) else {
            return Status::NO_SUCH_FILE;
        };
        let end = offset + data.len();
        if end > file.capacity || (path == "/p/app/hcs" && data.first().is_some_and(|slot| *slot > 3)) {
            return Status::INVALID;
        }
        if file.bytes.len() < end {
            file.bytes.resize(end, 0);
        }
        file.bytes[offset..end].copy_from_slice(data);
        if path == "/p/app/hcs" {
            self.load_selected();
        }
        Status::OK
    }
}

impl Appliance {
    /// The bytes of a file; `None` when there is no such file.
    pub(super) fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        let float = |value: f32| Some(value.to_le_bytes().to_vec());
        // Counter files have 12 bytes, of which four are understood.
        let counter = |value: f32| Some([&value.to_le_bytes()[..], &[0; 8]].concat());
        match path {
            "/p/app/stat/id" => Some(vec![self.operating.0]),
            "/p/app/stat/elap" => float(self.elapsed() as f32),
            "/p/app/stat/tott" => float(self.total() as f32),
            "/p/app/htr/temp" | "/p/htr/temp" => {
                let measured = self.measured();
                float(measured)
            }
            "/p/app/htr/tcmd" | "/p/htr/tcmd" => float(self.target),
            "/p/htr/chmt" => Some(vec![self.chamber]),
            "/p/bat/soc" => float(self.battery),
            "/p/bat/chg/stat" => Some(vec![self.charge().0]),
            "/p/bat/chg/src" => Some(vec![if self.charging { 0 } else { 3 }]),
            "/p/bat/chg/etf" => float(self.seconds_to_full()),
            "/p/app/odom/0/nc" => counter(self.heats as f32),
            "/p/app/odom/0/tm" => counter(self.heat_seconds as f32),
            "/p/app/info/drem" => float(self.heats_left()),
            "/p/sys/uptm" => float(self.clock as f32),
            _ => self.settings.files.get(path).map(|file| file.bytes.clone()),
        }
    }

    /// Writes a file.
    pub(super) fn write_file(&mut self, path: &str, offset: u16, data: &[u8]) -> Status {
        let status = self.settings.write(path, usize::from(offset), data);
        if let ("/p/app/mc", Status::OK, Some(mode)) = (path, status, data.first()) {
            self.command(*mode);
        }
        status
    }
}

fn text(value: &str, capacity: usize) -> Vec<u8> {
    let mut bytes = value.as_bytes().to_vec();
    bytes.truncate(capacity - 1);
    bytes.resize(capacity, 0);
    bytes
}

/// The colour document of one steady colour, as newer firmware keeps it (facts/puffco-ble.md §17.3).
fn steady_document(Rgb(r, g, b): Rgb) -> Vec<u8> {
    /// Those of the twenty offsets that are 65536; the others are 0.
    const HIGH: [usize; 7] = [6, 9, 12, 13, 16, 17, 18];
    let mut file = b"\xa1\x64lamp\xa2\x64name\x68pikaled2\x65param\xa8".to_vec();
    file.extend(b"\x64anim\x01\x65color\x43");
    file.extend([r, g, b]);
    file.extend(b"\x65plNum\x00\x65speed\x18\x40\x66bright\x18\xff\x66offset\x94");
    for at in 0..20 {
        file.extend(if HIGH.contains(&at) { &b"\x1a\x00\x01\x00\x00"[..] } else { b"\x00" });
    }
    file.extend(b"\x67plDenom\x01\x68colorLen\x18\x20");
    file
}

#[cfg(test)]
mod tests {
    use puffco::cbor;
    use puffco::color::ColorFile;

    use super::*;

    #[test]
    fn the_colour_document_is_one_whole_item_that_shows_its_colour() {
        let file = steady_document(Rgb(0xff, 0x7a, 0x2e));
        assert_eq!(cbor::first_item(&file).map(|(_, length)| length), Some(file.len()));
        assert_eq!(ColorFile::decode(&file).and_then(|color| color.first()), Some(Rgb(0xff, 0x7a, 0x2e)));
        assert!(file.len() > 125, "long enough to need two reads");
    }

    #[test]
    fn selecting_a_profile_changes_what_a_heat_takes() {
        let mut settings = Settings::new(&SimConfig::default());
        assert_eq!(settings.selected().celsius, 238.0);
        assert_eq!(settings.write("/p/app/hcs", 0, &[3]), Status::OK);
        assert_eq!(settings.selected().celsius, 280.0);
        assert_eq!(settings.write("/p/app/hcs", 0, &[4]), Status::INVALID);
        settings.select_next();
        assert_eq!(settings.selected().celsius, 238.0);
    }

    #[test]
    fn what_cannot_be_written_answers_as_if_it_were_not_there() {
        let mut settings = Settings::new(&SimConfig::default());
        for path in ["/p/sys/hw/ser", "/p/app/facr", "/nowhere"] {
            assert_eq!(settings.write(path, 0, &[1]), Status::NO_SUCH_FILE);
        }
        assert_eq!(settings.write("/u/app/ui/stlm", 0, &[1, 1]), Status::INVALID);
    }

    #[test]
    fn a_shorter_text_leaves_the_old_tail() {
        let mut settings = Settings::new(&SimConfig::default());
        settings.write("/u/sys/name", 0, b"Ash");
        assert_eq!(settings.name(), "Asher");
        settings.write("/u/sys/name", 0, b"Ash\0");
        assert_eq!(settings.name(), "Ash");
    }
}
