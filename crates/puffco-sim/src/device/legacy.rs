//! The legacy service: one characteristic per attribute (facts/puffco-ble.md §6). Behind it are the same
//! attributes as behind newer firmware; here is how each looks from outside, and the access key.

mod table;

use uuid::Uuid;

use self::table::{Form, Row, TABLE};
use super::appliance::Appliance;
use super::number::Kind;
use super::server::Properties;
use super::status::Status;
use super::wire::{LEGACY_KEY, token};
use crate::{ids, revision};

/// The characteristics that a firmware has.
pub(super) fn characteristics(firmware: u32) -> Vec<(Uuid, Properties)> {
    let rows = TABLE.iter().filter(|row| row.since <= firmware);
    rows.map(|row| (ids::legacy(row.suffix), row.properties())).collect()
}

impl Row {
    fn properties(&self) -> Properties {
        Properties {
            read: self.access.contains('r'),
            write: self.access.contains('w'),
            ..Properties::default()
        }
    }
}

/// What a legacy characteristic answers when it does not do as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such characteristic, or it cannot be read or written.
    Absent,
    /// The access key was not given. Nobody recorded the error.
    Locked,
    /// The value is of a wrong length or form.
    Invalid,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    /// The path and the bytes as newer firmware would have them, or the suffix, when it counts as a write.
    pub(super) counted: Option<(String, Vec<u8>)>,
    pub(super) result: Result<(), Refused>,
}

impl Attempt {
    fn uncounted(result: Result<(), Refused>) -> Self {
        Self { counted: None, result }
    }

    fn of(path: String, data: &[u8], result: Result<(), Refused>) -> Self {
        Self { counted: Some((path, data.to_vec())), result }
    }
}

/// One link to the legacy service.
#[derive(Debug)]
pub(super) struct Legacy {
    firmware: u32,
    seed: [u8; 16],
    open: bool,
    pointer: u8,
}

impl Legacy {
    /// A new link with a new seed. Older firmware asks for no key.
    pub(super) fn new(firmware: u32, seed: [u8; 16]) -> Self {
        Self { firmware, seed, open: firmware < revision::ACCESS_KEY, pointer: 0 }
    }

    /// Whether the key was given, or is not needed.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    fn row(&self, id: Uuid, access: char) -> Result<&'static Row, Refused> {
        let suffix = ids::legacy_suffix(id).ok_or(Refused::Absent)?;
        let row = TABLE.iter().find(|row| row.suffix == suffix && row.since <= self.firmware);
        let row = row.filter(|row| row.access.contains(access)).ok_or(Refused::Absent)?;
        if self.open || row.form == Form::Access { Ok(row) } else { Err(Refused::Locked) }
    }

    fn path(&self, row: &Row) -> String {
        row.path.replace("{}", &self.pointer.to_string())
    }

    pub(super) fn read(&self, id: Uuid, appliance: &mut Appliance) -> Result<Vec<u8>, Refused> {
        let row = self.row(id, 'r')?;
        let path = self.path(row);
        let bytes = match row.form {
            Form::Access => Some(self.seed.to_vec()),
            Form::Pointer => Some(vec![self.pointer, 0, 0, 0]),
            Form::Sink => None,
            Form::Entry if path.contains("aud") => Some(appliance.logs.audit.selected_entry().to_vec()),
            Form::Entry => Some(appliance.logs.fault.selected_entry().to_vec()),
            form => appliance.read_attribute(&path).map(|bytes| widen(form, bytes)),
        };
        bytes.ok_or(Refused::Absent)
    }

    pub(super) fn write(&mut self, id: Uuid, data: &[u8], appliance: &mut Appliance) -> Attempt {
        let row = match self.row(id, 'w') {
            Ok(row) => row,
            Err(refused) => return Attempt::uncounted(Err(refused)),
        };
        match row.form {
            Form::Access => {
                self.open = data == token(&LEGACY_KEY, &self.seed);
                Attempt::uncounted(Ok(()))
            }
            Form::Pointer => {
                let result = match data {
                    [slot @ 0..=3, 0, 0, 0] => {
                        self.pointer = *slot;
                        Ok(())
                    }
                    _ => Err(Refused::Invalid),
                };
                Attempt::of(suffix(row), data, result)
            }
            Form::Sink => Attempt::of(suffix(row), data, Ok(())),
            form => {
                let path = self.path(row);
                let is_code = appliance.attributes.kind(&path) == Some(Kind::Code);
                let Some(narrow) = narrow(form, is_code, data) else {
                    return Attempt::of(path, data, Err(Refused::Invalid));
                };
                let result = match appliance.write_attribute(&path, 0, &narrow) {
                    Status::OK => Ok(()),
                    Status::NO_SUCH_FILE => Err(Refused::Absent),
                    _ => Err(Refused::Invalid),
                };
                Attempt::of(path, &narrow, result)
            }
        }
    }
}

fn suffix(row: &Row) -> String {
    format!("{:04x}", row.suffix)
}

/// From the bytes of newer firmware to those of a characteristic.
fn widen(form: Form, bytes: Vec<u8>) -> Vec<u8> {
    match (form, &bytes[..]) {
        (Form::Float, [code]) => f32::from(*code).to_le_bytes().to_vec(),
        (Form::Word, [code]) => vec![*code, 0, 0, 0],
        // Counters are wider there.
        (Form::Float, [a, b, c, d, ..]) => vec![*a, *b, *c, *d],
        _ => bytes,
    }
}

/// And back; `None` for what is of a wrong length, or no code.
fn narrow(form: Form, is_code: bool, data: &[u8]) -> Option<Vec<u8>> {
    match form {
        Form::Same => Some(data.to_vec()),
        Form::Float => {
            let value = f32::from_le_bytes(data.try_into().ok()?);
            if !is_code {
                return value.is_finite().then(|| data.to_vec());
            }
            let whole = value.fract() == 0.0 && (0.0..=255.0).contains(&value);
            whole.then(|| vec![value as u8])
        }
        _ if data.len() != 4 => None,
        _ if is_code => Some(vec![data[0]]),
        _ => Some(data.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SimConfig;

    fn appliance() -> Appliance {
        let now = hearth_clock::Clock::new().now().instant;
        Appliance::new(&SimConfig::default().with_firmware(19), now)
    }

    #[test]
    fn every_row_has_an_attribute_behind_it() {
        let (mut appliance, mut legacy) = (appliance(), Legacy::new(18, [0; 16]));
        for row in TABLE.iter().filter(|row| row.since <= 18 && row.access.contains('r')) {
            let read = legacy.read(ids::legacy(row.suffix), &mut appliance);
            assert!(read.is_ok(), "{:04x}: {read:?}", row.suffix);
        }
        for row in TABLE.iter().filter(|row| row.since <= 18 && row.access.contains('w')) {
            let result = legacy.write(ids::legacy(row.suffix), &[0; 4], &mut appliance).result;
            assert_eq!(result, Ok(()), "{:04x}", row.suffix);
        }
    }

    #[test]
    fn enumerations_are_floats() {
        let (mut appliance, mut legacy) = (appliance(), Legacy::new(18, [0; 16]));
        let read =
            |legacy: &Legacy, appliance: &mut Appliance, suffix| legacy.read(ids::legacy(suffix), appliance);
        assert_eq!(read(&legacy, &mut appliance, 0x22), Ok(vec![0, 0, 0xa0, 0x40]));
        assert_eq!(read(&legacy, &mut appliance, 0x3f), Ok(vec![0, 0, 0x40, 0x40]));
        let heat = legacy.write(ids::legacy(0x40), &7.0_f32.to_le_bytes(), &mut appliance);
        assert_eq!(heat, Attempt::of("/p/app/mc".to_owned(), &[7], Ok(())));
        for wrong in [&[7][..], &[7, 0, 0, 0], &f32::NAN.to_le_bytes()] {
            let result = legacy.write(ids::legacy(0x40), wrong, &mut appliance).result;
            assert_eq!(result, Err(Refused::Invalid), "{wrong:?}");
        }
    }

    #[test]
    fn the_pointer_says_which_profile_is_meant() {
        let (mut appliance, mut legacy) = (appliance(), Legacy::new(18, [0; 16]));
        let temperature =
            |legacy: &Legacy, appliance: &mut Appliance| legacy.read(ids::legacy(0x63), appliance);
        assert_eq!(temperature(&legacy, &mut appliance), Ok(238.0_f32.to_le_bytes().to_vec()));
        legacy.write(ids::legacy(0x61), &[3, 0, 0, 0], &mut appliance);
        assert_eq!(temperature(&legacy, &mut appliance), Ok(280.0_f32.to_le_bytes().to_vec()));
        assert_eq!(appliance.attributes.slot(), 0, "the pointer selects nothing");
        let result = legacy.write(ids::legacy(0x61), &[4, 0, 0, 0], &mut appliance).result;
        assert_eq!(result, Err(Refused::Invalid));
    }

    #[test]
    fn newer_firmware_wants_the_key_first() {
        let (mut appliance, mut legacy) = (appliance(), Legacy::new(19, [5; 16]));
        let soc = ids::legacy(0x20);
        assert_eq!(legacy.read(soc, &mut appliance), Err(Refused::Locked));
        assert_eq!(legacy.read(ids::legacy(0xe0), &mut appliance), Ok(vec![5; 16]));
        legacy.write(ids::legacy(0xe0), &[0; 16], &mut appliance);
        assert_eq!(legacy.read(soc, &mut appliance), Err(Refused::Locked));
        legacy.write(ids::legacy(0xe0), &token(&LEGACY_KEY, &[5; 16]), &mut appliance);
        assert!(legacy.read(soc, &mut appliance).is_ok());
    }
}
