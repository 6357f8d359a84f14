//! A remembered device as faces see it.

use puffco::device::{Phase, SetupStep};
use puffco::state::{ChargeState, DeviceState, OperatingState, Profile};

use super::KnownDevice;
use crate::contract::{Activity, DeviceView, LinkView, ProfileView};
use crate::report::hex;
use crate::{facts, intensity, light, radios, words};

impl KnownDevice {
    /// As faces see it.
    #[must_use]
    pub fn view(&self, in_use: bool, rssi: Option<i16>) -> DeviceView {
        let unknown = DeviceState::default();
        let state = self.state.as_deref().unwrap_or(&unknown);
        let live = self.is_live();
        let charging = state.charge.is_some_and(ChargeState::is_charging);
        let on_power = state.charge.is_some_and(ChargeState::is_on_power);
        DeviceView {
            id: self.saved.id.clone(),
            former_ids: self.former_ids.clone(),
            name: self.saved.name.clone(),
            model: self.saved.model.clone(),
            simulated: self.saved.simulated,
            pressable: radios::is_pressable(&self.id()),
            in_use,
            link: self.link(),
            activity: activity(self.supposed()),
            battery: state.battery_percent.map(percent),
            charging,
            charge_eta_s: state.charge_eta_s.filter(|_| charging).map(whole),
            celsius: state.heater_celsius,
            target_celsius: state.target_celsius.or_else(|| state.profile().map(|p| p.celsius)),
            elapsed_s: state.elapsed_s,
            total_s: state.total_s,
            chamber: state.chamber.map(words::chamber),
            profile: state.selected_profile,
            profiles: state.profiles.iter().map(|profile| self.profile(profile)).collect(),
            intensities: intensity::offered(state),
            total_dabs: state.total_dabs.map(whole),
            dabs_left: state.dabs_left.map(whole),
            led: led(state),
            firmware: state.firmware.map(words::firmware),
            serial_end: state.serial.as_deref().map(last_three),
            rssi,
            seen_at: self.seen_ms.filter(|_| !live && self.state.is_some()).map(|ms| ms as f64),
            charge_source: state.charge_source.filter(|_| on_power).and_then(words::charge_source),
            preserves_battery: state.max_charge_percent.map(|percent| percent < 99.5),
            lights: light::lights(state),
            facts: facts::facts(state, self.clock, &self.counters),
            edits: self.edits.view(),
        }
    }

    fn profile(&self, profile: &Profile) -> ProfileView {
        ProfileView {
            slot: profile.slot,
            name: profile.name.clone(),
            celsius: profile.celsius,
            seconds: profile.seconds,
            color: profile.color().map(hex),
            light: profile.light.as_ref().map(light::view),
            intensity: profile.intensity,
            boost_celsius: profile.boost_celsius,
            boost_seconds: profile.boost_seconds,
            undoable: self.edits.is_undoable(profile.slot),
        }
    }

    fn link(&self) -> LinkView {
        match &self.phase {
            Phase::Idle => LinkView::Off,
            Phase::Resting => LinkView::Resting,
            Phase::SettingUp { attempt, step } => LinkView::SettingUp {
                attempt: *attempt,
                step: step_number(*step),
                progress: match step {
                    SetupStep::Read { done, of } => Some((*done, *of)),
                    _ => None,
                },
                times: self.setup.times.clone(),
            },
            Phase::Ready => LinkView::Ready,
            Phase::Waiting { problem, .. } => {
                LinkView::Waiting { retry_at: self.retry_at_ms, problem: words::problem(problem) }
            }
            Phase::Away => LinkView::Away,
            Phase::Failed(problem) => {
                LinkView::Failed { problem: words::problem(problem), step: self.failed_in }
            }
        }
    }
}

/// The number of a step in the contract.
pub(super) fn step_number(step: SetupStep) -> u8 {
    match step {
        SetupStep::Connect => 0,
        SetupStep::Authenticate => 1,
        SetupStep::Read { .. } => 2,
        SetupStep::Watch => 3,
    }
}

/// What a device does, in the contract's terms.
#[must_use]
pub fn activity(operating: Option<OperatingState>) -> Activity {
    match operating {
        None => Activity::Unknown,
        Some(OperatingState::MASTER_OFF) => Activity::Off,
        Some(OperatingState::SLEEP) => Activity::Asleep,
        Some(OperatingState::IDLE) => Activity::Idle,
        Some(OperatingState::TEMP_SELECT) => Activity::Selecting,
        Some(OperatingState::PREHEAT) => Activity::Preheat,
        Some(OperatingState::ACTIVE) => Activity::Active,
        Some(OperatingState::FADE) => Activity::Fade,
        Some(OperatingState::BONDING) => Activity::Pairing,
        Some(_) => Activity::Busy,
    }
}

/// The light to show: what the device shows, else its selected profile's colour.
#[must_use]
pub fn led(state: &DeviceState) -> Option<String> {
    state.led.or_else(|| state.profile().and_then(Profile::color)).map(hex)
}

fn percent(value: f32) -> u8 {
    value.round().clamp(0.0, 100.0) as u8
}

fn whole(value: f32) -> u32 {
    value.round().max(0.0) as u32
}

fn last_three(serial: &str) -> String {
    let count = serial.chars().count();
    serial.chars().skip(count.saturating_sub(3)).collect()
}
