//! What a device is, and how it is inside, for its page and for diagnostics. The serial number is not part of
//! it, and of the MAC address only the end.

use puffco::device::LinkCounters;
use puffco::firmware::Revision;
use puffco::generation::{Generation, LedApi};
use puffco::number::Dialect;
use puffco::state::{DeviceState, UNIX_EPOCH_LEAST};

use crate::contract::{DeviceFacts, LinkFacts, Said};
use crate::said;

/// A clock that is off by less than this is right: reading it takes a moment, seconds.
const CLOCK_TREMBLE: f64 = 2.0;

/// The clock of a device against the one of this computer, as it was when it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClockSeen {
    /// It was not read.
    #[default]
    Unknown,
    /// It was never set: the device counts from its boot.
    Unset,
    /// It is ahead by this, seconds; negative when it is behind.
    Off(f64),
}

impl ClockSeen {
    /// A clock that was read now.
    #[must_use]
    pub fn read(clock: Option<u32>, unix_ms: u64) -> Self {
        match clock {
            None => Self::Unknown,
            Some(clock) if clock < UNIX_EPOCH_LEAST => Self::Unset,
            Some(clock) => {
                let off = f64::from(clock) - (unix_ms / 1000) as f64;
                Self::Off(if off.abs() < CLOCK_TREMBLE { 0.0 } else { off })
            }
        }
    }
}

/// The facts.
#[must_use]
pub fn facts(state: &DeviceState, clock: ClockSeen, link: &LinkCounters) -> DeviceFacts {
    DeviceFacts {
        protocol: protocol(state),
        model_code: state.model_code,
        hardware: state.hardware,
        bootloader: state.bootloader,
        git_hash: state.git_hash.clone(),
        api: state.api_revision.map(|revision| Revision(revision).to_string()),
        mac_end: state.mac.map(mac_end),
        birthday: state.birthday.map(|seconds| f64::from(seconds) * 1_000.0),
        clock_off_s: match clock {
            ClockSeen::Off(seconds) => Some(seconds),
            ClockSeen::Unknown | ClockSeen::Unset => None,
        },
        clock_unset: clock == ClockSeen::Unset,
        uptime_s: state.uptime_s.map(|seconds| f64::from(seconds.round())),
        dabs_per_day: state.dabs_per_day.map(|dabs| rounded(dabs, 10.0)),
        trip_dabs: state.trip_dabs.map(whole),
        heat_seconds: state.total_heat_s.map(whole),
        battery_volts: state.battery_volts.map(|volts| rounded(volts, 100.0)),
        battery_amps: state.battery_amps.map(|amps| rounded(amps, 100.0)),
        battery_celsius: state.battery_celsius.map(|celsius| rounded(celsius, 10.0)),
        battery_mah: state.battery_capacity_mah.map(whole),
        heater_ohms: state.heater_ohms.map(|ohms| rounded(ohms, 1_000.0)),
        link: link_facts(link),
    }
}

/// The end of a MAC address, as the serial number's end is shown: its last three digits.
fn mac_end([.., fifth, sixth]: [u8; 6]) -> String {
    format!("{:X}{sixth:02X}", fifth & 0x0f)
}

/// How it is spoken to.
fn protocol(state: &DeviceState) -> Option<Said> {
    let generation = match state.generation? {
        Generation::Lorax => "Lorax",
        Generation::Legacy => "Legacy",
    };
    let numbers = match state.dialect {
        None => said!("numbers not known yet"),
        Some(Dialect::Float) => said!("decimal numbers"),
        Some(Dialect::Integer) => said!("whole numbers"),
    };
    let lights = match state.lights {
        None => said!("colours not known yet"),
        Some(LedApi::Records) => said!("colour records"),
        Some(LedApi::Documents) => said!("colour documents"),
    };
    Some(said!("{protocol}, {numbers}, {lights}", protocol = generation, numbers = numbers, lights = lights))
}

fn link_facts(link: &LinkCounters) -> LinkFacts {
    let bad = [link.short_frames, link.long_frames, link.stray_replies, link.stray_events, link.bad_values];
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    LinkFacts {
        links: number(link.links),
        round_trips: number(link.round_trips),
        unanswered: number(link.unanswered),
        bad_frames: number(bad.into_iter().fold(0, u64::saturating_add)),
        pace: link.pace.map(Into::into),
    }
}

fn rounded(value: f32, steps: f32) -> f32 {
    (value * steps).round() / steps
}

fn whole(value: f32) -> u32 {
    value.round().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_counts_from_boot_is_not_off_but_unset() {
        assert_eq!(ClockSeen::read(Some(86_400), 1_790_000_000_000), ClockSeen::Unset);
        assert_eq!(ClockSeen::read(Some(1_790_000_090), 1_790_000_000_000), ClockSeen::Off(90.0));
        assert_eq!(ClockSeen::read(Some(1_790_000_001), 1_790_000_000_000), ClockSeen::Off(0.0));
        assert_eq!(ClockSeen::read(None, 1_790_000_000_000), ClockSeen::Unknown);
    }

    #[test]
    fn of_the_address_only_the_end_is_told() {
        let state = DeviceState { mac: Some([0x84, 0x2e, 0x14, 0xa1, 0xb2, 0x03]), ..DeviceState::default() };
        let told = facts(&state, ClockSeen::Unknown, &LinkCounters::default());
        assert_eq!(told.mac_end.as_deref(), Some("203"));
    }

    #[test]
    fn the_protocol_is_told_in_words() {
        let state = DeviceState {
            generation: Some(Generation::Lorax),
            dialect: Some(Dialect::Float),
            lights: Some(LedApi::Documents),
            ..DeviceState::default()
        };
        assert_eq!(protocol(&state).unwrap(), "Lorax, decimal numbers, colour documents");
        assert_eq!(protocol(&DeviceState::default()), None);
    }
}
