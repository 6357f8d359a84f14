//! The GATT ids of a Puffco (facts/puffco-ble.md §2.1, §4), written down here on their own: a slip in the
//! driver's table must not be repeated by the device that it is tested against.

use uuid::Uuid;

/// Company id of its manufacturer data.
pub const COMPANY: u16 = 0x0c03;

/// Service of newer firmware: a small file-system RPC.
pub const LORAX: Uuid = Uuid::from_u128(0xe276967f_ea8a_478a_a92e_d78f5dd15dd5);
/// Protocol version, u16. Reading it needs an encrypted link.
pub const VERSION: Uuid = Uuid::from_u128(0x05434bca_cc7f_4ef6_bbb3_b1c520b9800c);
/// Requests, written without response.
pub const COMMAND: Uuid = Uuid::from_u128(0x60133d5c_5727_4f2c_9697_d842c5292a3c);
/// Replies, notified.
pub const REPLY: Uuid = Uuid::from_u128(0x8dc5ec05_8f7d_45ad_99db_3fbde65dbd9c);
/// Watch events, notified.
pub const EVENT: Uuid = Uuid::from_u128(0x43312cd1_7d34_46ce_a7d3_0a98fd9b4cb8);

/// Service of older firmware: one characteristic per attribute.
pub const LEGACY: Uuid = Uuid::from_u128(0x06caf9c0_74d3_454f_9be9_e30cd999c17a);
const LEGACY_BASE: u128 = 0xf9a98c15_c651_4f34_b656_d100bf580000;

/// A characteristic of the legacy service, by the suffix that the sheet's table names it with.
#[must_use]
pub const fn legacy(suffix: u16) -> Uuid {
    Uuid::from_u128(LEGACY_BASE | suffix as u128)
}

/// The suffix of a legacy characteristic.
#[must_use]
pub fn legacy_suffix(id: Uuid) -> Option<u16> {
    let id = id.as_u128();
    (id & !0xffff == LEGACY_BASE).then_some((id & 0xffff) as u16)
}

/// Update service of newer units. A client must never write there.
pub const PUP: Uuid = Uuid::from_u128(0x420b9b40_457d_4abe_a3bf_71609d79581b);
/// Starts an update.
pub const PUP_TRIGGER: Uuid = Uuid::from_u128(0xc830ee3e_0e32_4780_a51d_b1b0b38089a4);
/// Firmware revision; encrypted.
pub const PUP_APP_VERSION: Uuid = Uuid::from_u128(0x58b0a7aa_d89f_4bf2_961d_0d892d7439d8);
/// Hash of the firmware.
pub const PUP_APP_HASH: Uuid = Uuid::from_u128(0x4daad5ae_8a9e_417d_924d_b237ac64ad9c);
/// Something about the device.
pub const PUP_DEVICE_INFO: Uuid = Uuid::from_u128(0x2dab0217_8a4e_4de8_83c7_8fded59f4599);
/// Serial number.
pub const PUP_SERIAL: Uuid = Uuid::from_u128(0xa5fa5a5d_f28e_47d9_b95b_f82c06177503);
/// Commands of the updater.
pub const PUP_GENERAL_COMMAND: Uuid = Uuid::from_u128(0xc364cf1d_117f_4a3b_baae_3e2fce5a248f);
/// Its answers.
pub const PUP_COMMAND_RESPONSE: Uuid = Uuid::from_u128(0xbaeb965b_58ac_43bf_9cc5_bfb448ec2e72);
/// Revision of the boot loader.
pub const PUP_BOOTLOADER_VERSION: Uuid = Uuid::from_u128(0x0d7ec9f3_efe4_4e51_aea0_3a1477a9c37e);
/// Hash of the boot loader.
pub const PUP_BOOTLOADER_HASH: Uuid = Uuid::from_u128(0x5c03d675_2588_490f_87dc_b88772934bbb);

/// Update service of the chip vendor. A client must never write there.
pub const OTA: Uuid = Uuid::from_u128(0x1d14d6ee_fd63_4fa1_bfa4_8f47b42119f0);
/// Starts an update.
pub const OTA_CONTROL: Uuid = Uuid::from_u128(0xf7bf3564_fb6d_4e53_88a4_5e37e0326063);
/// Data of an update.
pub const OTA_DATA: Uuid = Uuid::from_u128(0x984227f3_34fc_4045_a5d0_2c581f81a153);
/// Firmware revision; encrypted.
pub const OTA_APP_VERSION: Uuid = Uuid::from_u128(0x0d77cc11_4ac1_49f2_bfa9_cd96ac7a92f8);
/// Version of the loader.
pub const OTA_LOADER_VERSION: Uuid = Uuid::from_u128(0x4cc07bcf_0868_4b32_9dad_ba4cc41e5316);

/// A characteristic or service of the Bluetooth SIG, by its number.
#[must_use]
pub const fn sig(number: u16) -> Uuid {
    Uuid::from_u128(0x00000000_0000_1000_8000_00805f9b34fb | ((number as u128) << 96))
}

/// Device information.
pub const DEVICE_INFORMATION: Uuid = sig(0x180a);
/// Model, text.
pub const MODEL_NUMBER: Uuid = sig(0x2a24);
/// Serial number, text.
pub const SERIAL_NUMBER: Uuid = sig(0x2a25);
/// Hardware revision, text.
pub const HARDWARE_REVISION: Uuid = sig(0x2a27);
/// Firmware revision, its letters.
pub const SOFTWARE_REVISION: Uuid = sig(0x2a28);
/// Who makes it, text.
pub const MANUFACTURER: Uuid = sig(0x2a29);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_make_the_ids_that_the_sheet_spells_out() {
        assert_eq!(legacy(0x00e0).to_string(), "f9a98c15-c651-4f34-b656-d100bf5800e0");
        assert_eq!(legacy_suffix(legacy(0x0101)), Some(0x0101));
        assert_eq!(legacy_suffix(LORAX), None);
        assert_eq!(MODEL_NUMBER.to_string(), "00002a24-0000-1000-8000-00805f9b34fb");
    }
}
