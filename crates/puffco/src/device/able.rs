//! Whether it is safe, and of any use, to start a heat or to change what a running heat goes by.

use super::Obstacle;
use super::machine::Device;
use crate::attribute::Attribute;
use crate::setting::Setting;
use crate::state::{Chamber, ChargeState, OperatingState};
use crate::write::{Mode, Write};

/// It is not heated below this charge, percent (§16).
const LEAST_BATTERY: f32 = 12.0;
/// It is not heated when it is this hot already, °C (600 °F, §16).
const TOO_HOT: f32 = 315.0;

impl Device {
    pub(super) fn is_heating(&self) -> bool {
        self.state.operating.is_some_and(OperatingState::is_heating)
    }

    /// Why it is not heated now. What a device cannot tell at all does not keep it from heating; what it can
    /// tell, and is not known at the moment, does.
    pub(super) fn able_to_heat(&self) -> Result<(), Obstacle> {
        let state = &self.state;
        match state.operating {
            None => return Err(Obstacle::StateUnknown),
            Some(OperatingState::MASTER_OFF) => return Err(Obstacle::SwitchedOff),
            Some(OperatingState::INIT_MEMORY | OperatingState::INIT_VERSION_DISPLAY) => {
                return Err(Obstacle::Starting);
            }
            Some(OperatingState::FACTORY_TEST) => return Err(Obstacle::Testing),
            Some(OperatingState::BONDING) => return Err(Obstacle::Pairing),
            Some(_) => {}
        }
        if state.chamber == Some(Chamber::NONE) {
            return Err(Obstacle::NoChamber);
        }
        match state.heater_celsius {
            None if self.can_tell(Attribute::Heater) => return Err(Obstacle::NoTemperature),
            Some(celsius) if celsius >= TOO_HOT => return Err(Obstacle::ChamberTooHot),
            _ => {}
        }
        if state.charge == Some(ChargeState::TEMPERATURE_STOP) {
            return Err(Obstacle::BatteryTemperature);
        }
        match state.battery_percent {
            None if self.can_tell(Attribute::Battery) => Err(Obstacle::ChargeUnknown),
            Some(percent) if percent < LEAST_BATTERY => Err(Obstacle::BatteryLow),
            _ => Ok(()),
        }
    }

    /// Whether the device can tell this number: it has it, and the form of its numbers is known.
    fn can_tell(&self, attribute: Attribute) -> bool {
        let hopeless = self.session().is_some_and(|session| session.polls.is_hopeless(attribute));
        !hopeless && self.encoding().dialect.is_some()
    }

    /// Whether a heat is running that this setting would change.
    pub(super) fn changes_a_heat(&self, setting: &Setting) -> bool {
        let concerns = match setting {
            Setting::SelectedProfile(_) => true,
            setting => setting.slot().is_some_and(|slot| {
                self.state.selected_profile.is_none_or(|selected| selected == slot.number())
            }),
        };
        concerns && self.is_heating()
    }

    /// Whether a heat is running that this mode command might end or change.
    pub(super) fn disturbs_a_heat(&self, write: &Write) -> bool {
        // To switch it off is the safe direction.
        let disturbs = [Mode::TempSelectBegin, Mode::Idle, Mode::ShowBattery];
        self.is_heating() && matches!(write, Write::Mode(mode) if disturbs.contains(mode))
    }
}
