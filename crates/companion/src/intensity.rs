//! Which vapour intensities a device can be given (puffco-ble §15).

use puffco::firmware::Revision;
use puffco::setting::INTENSITIES;
use puffco::state::{Chamber, DeviceState};

/// The one that needs an XL chamber and firmware that knows it.
pub const XL: f32 = 1.5;

/// The intensities that profiles of a device can be given, the plain one first; none where it has none.
#[must_use]
pub fn offered(state: &DeviceState) -> Vec<f32> {
    if state.profiles.iter().all(|profile| profile.intensity.is_none()) {
        return Vec::new();
    }
    let firmware = Revision(state.firmware.unwrap_or_default());
    let xl = firmware >= Revision::XL_CHAMBER && state.chamber == Some(Chamber::XL);
    INTENSITIES.into_iter().filter(|intensity| xl || *intensity < XL).collect()
}

#[cfg(test)]
mod tests {
    use puffco::state::Profile;

    use super::*;

    fn device(intensity: Option<f32>, firmware: Option<u32>, chamber: Option<u8>) -> DeviceState {
        let profiles = vec![Profile { intensity, ..Profile::default() }];
        DeviceState { profiles, firmware, chamber: chamber.map(Chamber), ..DeviceState::default() }
    }

    #[test]
    fn xl_needs_an_xl_chamber_and_firmware_that_knows_it() {
        assert_eq!(offered(&device(Some(0.0), Some(28), Some(2))), [0.0, 0.5, 1.0, 1.5]);
        for (firmware, chamber) in
            [(Some(27), Some(2)), (None, Some(2)), (Some(39), Some(3)), (Some(39), None)]
        {
            assert_eq!(
                offered(&device(Some(0.0), firmware, chamber)),
                [0.0, 0.5, 1.0],
                "{firmware:?} {chamber:?}"
            );
        }
    }

    #[test]
    fn a_device_without_intensities_is_offered_none() {
        assert_eq!(offered(&device(None, Some(39), Some(2))), [0.0; 0]);
        assert_eq!(offered(&DeviceState::default()), [0.0; 0]);
    }
}
