//! Which characteristics this program may write at all. The radio asks here last, whoever wants to write:
//! update services, factory reset and bond deletion stay out of reach (facts/puffco-ble.md §4.2, §4.3, §23).

use puffco::gatt;
use uuid::Uuid;

/// Characteristics of the legacy service are this with their suffix in the last two bytes (§4.5).
const LEGACY_BASE: u128 = 0xf9a98c15_c651_4f34_b656_d100bf580000;

/// The legacy characteristics that may be written (§6.2): access key, mode, profile, lantern, name, clock,
/// and the settings of a profile.
const LEGACY_SUFFIXES: &[u16] = &[
    0x0040, 0x0041, 0x0042, 0x0044, 0x0045, 0x0046, 0x0048, 0x0049, 0x004a, 0x004b, 0x004d, 0x0054, 0x0061,
    0x0062, 0x0063, 0x0064, 0x0065, 0x0067, 0x0068, 0x006a, 0x006b, 0x00c1, 0x00d1, 0x00e0,
];

/// Whether writing this characteristic is allowed.
pub(crate) fn may_write(characteristic: Uuid) -> bool {
    let id = characteristic.as_u128();
    characteristic == gatt::COMMAND
        || (id & !0xffff == LEGACY_BASE && LEGACY_SUFFIXES.contains(&((id & 0xffff) as u16)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legacy(suffix: u16) -> Uuid {
        Uuid::from_u128(LEGACY_BASE | u128::from(suffix))
    }

    #[test]
    fn requests_and_legacy_settings_may_be_written() {
        assert!(may_write(gatt::COMMAND));
        assert!(may_write(legacy(0x0040)));
        assert!(may_write(legacy(0x00e0)));
    }

    #[test]
    fn factory_reset_bonds_tuning_and_raw_memory_may_not() {
        for suffix in [0x004f, 0x0043, 0x0050, 0x0100, 0x0101].into_iter().chain(0x00e1..=0x00e7) {
            assert!(!may_write(legacy(suffix)), "{suffix:04x}");
        }
    }

    #[test]
    fn update_services_may_not() {
        for id in [
            "c830ee3e-0e32-4780-a51d-b1b0b38089a4",
            "c364cf1d-117f-4a3b-baae-3e2fce5a248f",
            "f7bf3564-fb6d-4e53-88a4-5e37e0326063",
            "984227f3-34fc-4045-a5d0-2c581f81a153",
        ] {
            assert!(!may_write(Uuid::parse_str(id).unwrap()), "{id}");
        }
        assert!(!may_write(gatt::VERSION));
    }
}
