//! By what a device is recognised when it comes back under another id (macOS makes up new ones, and an adapter
//! may tell another path): salted hashes of its serial number and its MAC address. The values themselves are
//! not kept.

use puffco::state::DeviceState;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A serial number shorter than this is none, and one of a single character throughout was never given.
const SHORTEST_SERIAL: usize = 8;

/// The fingerprints of a device, as far as it has told what they are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fingerprints {
    /// Of its serial number.
    serial: Option<String>,
    /// Of its MAC address.
    mac: Option<String>,
}

impl Fingerprints {
    /// The fingerprints of what a device told.
    #[must_use]
    pub fn of(state: &DeviceState, salt: &[u8; 16]) -> Self {
        let given = |serial: &&str| serial.bytes().any(|byte| Some(byte) != serial.bytes().next());
        let serial = state.serial.as_deref().filter(|serial| serial.len() >= SHORTEST_SERIAL).filter(given);
        Self {
            serial: serial.map(|serial| hash(salt, "serial", serial.as_bytes())),
            mac: state.mac.map(|mac| hash(salt, "mac", &mac)),
        }
    }

    /// Nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.serial.is_none() && self.mac.is_none()
    }

    /// These, and from the others what is missing.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self { serial: self.serial.or(others.serial), mac: self.mac.or(others.mac) }
    }

    /// Whether both are of one device: the serial number decides, and the address where one of them has none.
    #[must_use]
    pub fn are_of_same(&self, others: &Self) -> bool {
        match (&self.serial, &others.serial) {
            (Some(own), Some(other)) => own == other,
            _ => self.mac.is_some() && self.mac == others.mac,
        }
    }
}

fn hash(salt: &[u8; 16], kind: &str, value: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(kind);
    hasher.update(value);
    hasher.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(serial: Option<&str>, mac: Option<[u8; 6]>) -> Fingerprints {
        let state = DeviceState { serial: serial.map(str::to_owned), mac, ..DeviceState::default() };
        Fingerprints::of(&state, &[4; 16])
    }

    #[test]
    fn the_serial_number_decides_and_the_address_helps_out() {
        let (mac, other) = (Some([1, 2, 3, 4, 5, 6]), Some([1, 2, 3, 4, 5, 7]));
        let known = device(Some("2123456789012345678"), mac);
        assert!(known.are_of_same(&device(Some("2123456789012345678"), other)));
        assert!(!known.are_of_same(&device(Some("2123456789012345679"), mac)));
        assert!(known.are_of_same(&device(None, mac)));
        assert!(!known.are_of_same(&device(None, None)));
        assert!(!device(None, None).are_of_same(&device(None, None)), "nothing known is not the same");
        for none in ["0", "0000000000000000000"] {
            assert!(!device(Some(none), None).are_of_same(&device(Some(none), None)), "no serial number");
        }
    }

    #[test]
    fn what_is_kept_does_not_tell_what_it_was_made_of() {
        let kept =
            serde_json::to_string(&device(Some("2123456789012345678"), Some([0xaa; 6]))).expect("json");
        assert!(!kept.contains("2123456789012345678") && !kept.to_lowercase().contains("aaaaaa"));
    }
}
