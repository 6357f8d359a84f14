//! What the group learns of this person's device: the device's state in the gateway's terms.
//!
//! The serial number is never part of it, and a pseudonym stands in for the MAC address (docs/decisions/0003).

use hearth_dialects::puff::{ActiveColor, Profile as WireProfile, Temperature};
use hearth_gateway_client::group::{DeviceReport, Member};
use puffco::advertisement::factory_name;
use puffco::state::{DeviceState, OperatingState, Rgb};
use sha2::{Digest, Sha256};

use crate::words;

/// Turns MAC addresses into stable pseudonyms that only this installation can tie together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudonym {
    salt: [u8; 16],
}

impl Pseudonym {
    /// A pseudonym maker; `salt` is random, made once for each installation, and never leaves it.
    #[must_use]
    pub fn new(salt: [u8; 16]) -> Self {
        Self { salt }
    }

    /// The pseudonym of a MAC address, in the form of a locally administered one.
    #[must_use]
    pub fn of(&self, mac: [u8; 6]) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(mac);
        let digest = hasher.finalize();
        let first = (digest[0] & 0b1111_1100) | 0b0000_0010;
        let rest = digest[1..6].iter().map(|byte| format!(":{byte:02X}"));
        std::iter::once(format!("{first:02X}")).chain(rest).collect()
    }
}

/// The report of a device.
#[must_use]
pub fn report(device: &DeviceState, pseudonym: &Pseudonym) -> DeviceReport {
    let in_cycle = device.operating.is_some_and(OperatingState::is_heat_cycle);
    DeviceReport {
        device_name: name(device),
        device_mac: device.mac.map(|mac| pseudonym.of(mac)),
        device_model: device.model_code.map(|code| code.to_string()),
        battery: device.battery_percent.map(|percent| f64::from(percent.round().clamp(0.0, 100.0))),
        state: device.operating.map(|state| state.0),
        state_time: device.elapsed_s.filter(|_| in_cycle).map(|seconds| tenths(f64::from(seconds))),
        total_dabs: device.total_dabs.map(|dabs| f64::from(dabs.round())),
        dabs_per_day: device.dabs_per_day.filter(|dabs| dabs.is_finite()).map(|dabs| tenths(f64::from(dabs))),
        temperature: Some(device.heater_celsius.map_or(Temperature::Absent, |celsius| {
            Temperature::Celsius(tenths(f64::from(celsius)).clamp(-100.0, 1000.0))
        })),
        chamber_type: device.chamber.map(|chamber| chamber.0).filter(|code| *code <= 3),
        charge_source: device.charge_source.filter(|code| *code <= 3),
        active_color: device.led.map(|Rgb(r, g, b)| ActiveColor { r, g, b }),
        profile: device.profile().map(|profile| WireProfile {
            name: profile.name.clone(),
            temp: tenths(f64::from(profile.celsius)),
            time: minutes(profile.seconds),
            color: profile.color().map(hex),
            mood_id: None,
            intensity: profile.intensity.map(f64::from),
        }),
        ..DeviceReport::default()
    }
}

/// The device's name, unless the factory gave it: that is its MAC address (puffco-ble §2.1).
fn name(device: &DeviceState) -> Option<String> {
    let name = device.name.as_deref()?;
    if factory_name(name.trim()).is_some() { words::model(device) } else { Some(name.to_owned()) }
}

/// A colour as `#rrggbb`.
#[must_use]
pub fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The operating state that a member's device told last.
#[must_use]
pub fn operating_state(member: &Member) -> Option<OperatingState> {
    member.device.as_ref().and_then(|device| device.state).map(OperatingState)
}

/// Seconds of a hold time that is written `m:ss`.
#[must_use]
pub fn seconds_of(time: &str) -> Option<f32> {
    let (minutes, seconds) = time.split_once(':')?;
    let (minutes, seconds): (u16, u16) = (minutes.parse().ok()?, seconds.parse().ok()?);
    Some(f32::from(minutes) * 60.0 + f32::from(seconds))
}

fn minutes(seconds: f32) -> String {
    let seconds = seconds.round().clamp(0.0, 3_600.0) as u32;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_stable_local_and_not_the_address() {
        let mac = [0x84, 0x2E, 0x14, 0xA1, 0xB2, 0xC3];
        let one = Pseudonym::new([1; 16]);
        assert_eq!(one.of(mac), one.of(mac));
        assert_ne!(one.of(mac), Pseudonym::new([2; 16]).of(mac));
        assert_ne!(one.of(mac), "84:2E:14:A1:B2:C3");
        let first = u8::from_str_radix(&one.of(mac)[..2], 16).expect("hex");
        assert_eq!(first & 0b11, 0b10, "locally administered, unicast");
    }

    #[test]
    fn serial_number_and_address_stay_here() {
        let device = DeviceState {
            serial: Some("2123456789012345678".into()),
            mac: Some([0x84, 0x2E, 0x14, 0xA1, 0xB2, 0xC3]),
            ..DeviceState::default()
        };
        let text = serde_json::to_string(&report(&device, &Pseudonym::new([7; 16]))).expect("json");
        assert!(!text.contains("2123456789012345678"));
        assert!(!text.contains("A1:B2:C3"));
    }

    #[test]
    fn a_name_that_is_the_address_stays_here_too() {
        let told = |name: &str| {
            let name = Some(name.to_owned());
            let device = DeviceState { name, model_code: Some(12), ..DeviceState::default() };
            report(&device, &Pseudonym::new([7; 16])).device_name
        };
        assert_eq!(told("842E14A1B2C3").as_deref(), Some("Peak Pro Pearl"));
        assert_eq!(told("Ember").as_deref(), Some("Ember"));
    }

    #[test]
    fn values_that_are_no_numbers_are_left_out() {
        let device = DeviceState { dabs_per_day: Some(f32::NAN), ..DeviceState::default() };
        let report = report(&device, &Pseudonym::new([7; 16]));
        assert_eq!(report.dabs_per_day, None);
        assert_eq!(report.temperature, Some(Temperature::Absent));
    }

    #[test]
    fn hold_times_are_written_and_read() {
        assert_eq!(minutes(45.0), "0:45");
        assert_eq!(minutes(75.4), "1:15");
        assert_eq!(seconds_of("1:15"), Some(75.0));
        assert_eq!(seconds_of("soon"), None);
    }
}
