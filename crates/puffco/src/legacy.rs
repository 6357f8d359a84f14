//! The legacy generation: one characteristic per value (facts/puffco-ble.md §6). Which there are; what their
//! bytes mean is shared with the other generation ([`crate::attribute`]).

use uuid::Uuid;

use crate::attribute::{Attribute, Source};

/// The characteristic with this four-digit suffix.
#[must_use]
pub const fn characteristic(suffix: u16) -> Uuid {
    Uuid::from_u128(0xf9a98c15_c651_4f34_b656_d100bf580000 | suffix as u128)
}

/// Seed and key of the access check (§6.1). Missing on firmware that lets everybody in.
pub const ACCESS: Uuid = characteristic(0x00e0);
/// Which profile 0062–006B speak of: an integer, not a float.
pub const POINTER: Uuid = characteristic(0x0061);
/// The mode command.
pub const MODE: Uuid = characteristic(0x0040);
/// Operating state: read to see whether access was granted.
pub const OPERATING: Uuid = characteristic(0x0022);

/// The bytes of [`POINTER`] for a profile, 0..=3.
#[must_use]
pub const fn pointer(slot: u8) -> [u8; 4] {
    [slot, 0, 0, 0]
}

/// Model, serial number, hardware and software revision of the Device Information service (§4.4).
const DEVICE_INFORMATION: [u16; 4] = [0x2a24, 0x2a25, 0x2a27, 0x2a28];

fn device_information(index: usize) -> Source {
    let short = u128::from(DEVICE_INFORMATION[index]);
    Source::Characteristic(Uuid::from_u128(short << 96 | 0x0000_0000_0000_1000_8000_0080_5f9b_34fb))
}

/// Where an attribute is read; `None` when this generation does not have it.
#[must_use]
pub fn source(attribute: Attribute) -> Option<Source> {
    let own = |suffix: u16| Some(Source::Characteristic(characteristic(suffix)));
    let pointed =
        |slot: u8, suffix: u16| Some(Source::Pointed { slot, characteristic: characteristic(suffix) });
    match attribute {
        Attribute::ModelCode => Some(device_information(0)),
        Attribute::Serial => Some(device_information(1)),
        Attribute::Hardware => Some(device_information(2)),
        Attribute::Firmware => Some(device_information(3)),
        Attribute::Mac => own(0x0001),
        Attribute::GitHash => own(0x0002),
        Attribute::Battery => own(0x0020),
        Attribute::BatteryVolts => own(0x0021),
        Attribute::Operating => own(0x0022),
        Attribute::Elapsed => own(0x0023),
        Attribute::Total => own(0x0024),
        Attribute::Heater => own(0x0025),
        Attribute::Target => own(0x0026),
        Attribute::Led => own(0x0027),
        Attribute::HeaterWatts => own(0x0028),
        Attribute::HeaterOhms => own(0x002d),
        Attribute::ChargeAmps => own(0x002e),
        Attribute::TotalDabs => own(0x002f),
        Attribute::TotalHeatSeconds => own(0x0030),
        Attribute::Charge => own(0x0031),
        Attribute::ChargeElapsed => own(0x0032),
        Attribute::ChargeEta => own(0x0033),
        Attribute::BatteryCelsius => own(0x0034),
        Attribute::Uptime => own(0x0035),
        Attribute::BatteryAmps => own(0x0039),
        Attribute::DabsLeft => own(0x003a),
        Attribute::DabsPerDay => own(0x003b),
        Attribute::ChargeSource => own(0x003e),
        Attribute::Chamber => own(0x003f),
        Attribute::SelectedProfile => own(0x0041),
        Attribute::Stealth => own(0x0042),
        Attribute::Clock => own(0x0044),
        Attribute::LanternLight => own(0x0048),
        Attribute::LanternSeconds => own(0x0049),
        Attribute::LanternOn => own(0x004a),
        Attribute::Brightness => own(0x004b),
        Attribute::Name => own(0x004d),
        Attribute::Birthday => own(0x004e),
        Attribute::TripDabs => own(0x0051),
        Attribute::TripHeatSeconds => own(0x0052),
        Attribute::MaxCharge => own(0x0054),
        Attribute::ProfileName(slot) => pointed(slot, 0x0062),
        Attribute::ProfileCelsius(slot) => pointed(slot, 0x0063),
        Attribute::ProfileSeconds(slot) => pointed(slot, 0x0064),
        Attribute::ProfileLight(slot) => pointed(slot, 0x0065),
        Attribute::ProfileBoostCelsius(slot) => pointed(slot, 0x0067),
        Attribute::ProfileBoostSeconds(slot) => pointed(slot, 0x0068),
        Attribute::ApiRevision
        | Attribute::Bootloader
        | Attribute::BatteryCapacity
        | Attribute::LanternRemaining
        | Attribute::LightProbe
        | Attribute::ProfileIntensity(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_the_end_of_the_id() {
        assert_eq!(ACCESS.to_string(), "f9a98c15-c651-4f34-b656-d100bf5800e0");
    }

    #[test]
    fn device_information_is_the_standard_service() {
        let Some(Source::Characteristic(model)) = source(Attribute::ModelCode) else { panic!("a source") };
        assert_eq!(model.to_string(), "00002a24-0000-1000-8000-00805f9b34fb");
    }
}
