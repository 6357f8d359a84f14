//! One remembered device: its link, its state, and how faces see both.

use std::time::Instant;

use hearth_clock::Now;
use puffco::device::{Phase, SetupStep};
use puffco::link::DeviceId;
use puffco::state::{ChargeState, DeviceState, OperatingState, Profile};

use crate::contract::{Activity, DeviceFacts, DeviceView, LightsView, LinkView, ProfileView};
use crate::radios;
use crate::report::hex;
use crate::saved::SavedDevice;
use crate::words;

/// A remembered device.
#[derive(Clone, Debug)]
pub struct KnownDevice {
    saved: SavedDevice,
    phase: Phase,
    state: Option<Box<DeviceState>>,
    setup: Setup,
    failed_in: u8,
    /// When the next try comes, ms since 1970.
    retry_at_ms: f64,
}

/// How long each step of the present set-up took.
#[derive(Clone, Debug, Default)]
struct Setup {
    attempt: u32,
    step: u8,
    since: Option<Instant>,
    times: Vec<f32>,
}

impl KnownDevice {
    /// A device without a link.
    #[must_use]
    pub fn new(saved: SavedDevice) -> Self {
        Self {
            saved,
            phase: Phase::Idle,
            state: None,
            setup: Setup::default(),
            failed_in: 0,
            retry_at_ms: 0.0,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        DeviceId(self.saved.id.clone())
    }

    /// What is remembered of it.
    #[must_use]
    pub fn saved(&self) -> &SavedDevice {
        &self.saved
    }

    /// Where its link is.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// What it told last.
    #[must_use]
    pub fn state(&self) -> Option<&DeviceState> {
        self.state.as_deref()
    }

    /// The link's phase changed.
    pub fn phase_changed(&mut self, now: Now, phase: Phase) {
        if let Phase::Waiting { retry_at, .. } = &phase {
            self.retry_at_ms = wall(now, *retry_at);
        }
        if let Phase::SettingUp { attempt, step } = &phase {
            self.setup.reached(now.instant, *attempt, step_number(*step));
        } else if phase == Phase::Ready {
            self.setup = Setup::default();
        } else {
            self.failed_in = self.setup.step;
        }
        self.phase = phase;
    }

    /// The device told its state. Whether what is remembered of it changed.
    pub fn state_changed(&mut self, state: Box<DeviceState>) -> bool {
        let before = self.saved.clone();
        if let Some(name) = &state.name {
            self.saved.name.clone_from(name);
        }
        if let Some(model) = words::model(&state) {
            self.saved.model = model;
        }
        self.state = Some(state);
        self.saved != before
    }

    /// As faces see it.
    #[must_use]
    pub fn view(&self, in_use: bool, rssi: Option<i16>) -> DeviceView {
        let unknown = DeviceState::default();
        let state = self.state.as_deref().unwrap_or(&unknown);
        let live = self.phase == Phase::Ready;
        let charging = state.charge.is_some_and(ChargeState::is_charging);
        DeviceView {
            id: self.saved.id.clone(),
            name: self.saved.name.clone(),
            model: self.saved.model.clone(),
            simulated: self.saved.simulated,
            pressable: radios::is_pressable(&self.id()),
            in_use,
            link: self.link(),
            activity: if live { activity(state.operating) } else { Activity::Unknown },
            battery: state.battery_percent.map(percent),
            charging,
            charge_eta_s: state.charge_eta_s.filter(|_| charging).map(whole),
            celsius: state.heater_celsius,
            target_celsius: state.target_celsius.or_else(|| state.profile().map(|p| p.celsius)),
            elapsed_s: state.elapsed_s,
            total_s: state.total_s,
            chamber: state.chamber.map(words::chamber),
            profile: state.selected_profile,
            profiles: state.profiles.iter().map(profile_view).collect(),
            total_dabs: state.total_dabs.map(whole),
            dabs_left: state.dabs_left.map(whole),
            led: led(state),
            firmware: state.firmware.map(words::firmware),
            serial_end: state.serial.as_deref().map(last_three),
            rssi,
            seen_at: None,
            charge_source: None,
            preserves_battery: None,
            lights: LightsView::default(),
            facts: DeviceFacts::default(),
            edits: Vec::new(),
        }
    }

    fn link(&self) -> LinkView {
        match &self.phase {
            Phase::Idle | Phase::Resting => LinkView::Off,
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

impl Setup {
    fn reached(&mut self, now: Instant, attempt: u32, step: u8) {
        if attempt != self.attempt || step < self.step {
            *self = Self { attempt, step, since: Some(now), times: Vec::new() };
        } else if step > self.step {
            let took = self.since.map_or(0.0, |since| now.saturating_duration_since(since).as_secs_f32());
            self.times.push((took * 10.0).round() / 10.0);
            self.step = step;
            self.since = Some(now);
        } else if self.since.is_none() {
            self.since = Some(now);
        }
    }
}

fn step_number(step: SetupStep) -> u8 {
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
        Some(_) => Activity::Busy,
    }
}

/// The light to show: what the device shows, else its selected profile's colour.
#[must_use]
pub fn led(state: &DeviceState) -> Option<String> {
    state.led.or_else(|| state.profile().and_then(Profile::color)).map(hex)
}

/// A moment of monotonic time as ms since 1970.
#[must_use]
pub fn wall(now: Now, at: Instant) -> f64 {
    let ahead = at.saturating_duration_since(now.instant).as_millis() as f64;
    now.unix_ms as f64 + ahead
}

fn profile_view(profile: &puffco::state::Profile) -> ProfileView {
    ProfileView {
        slot: profile.slot,
        name: profile.name.clone(),
        celsius: profile.celsius,
        seconds: profile.seconds,
        color: profile.color().map(hex),
        light: None,
        intensity: profile.intensity,
        boost_celsius: profile.boost_celsius,
        boost_seconds: profile.boost_seconds,
        undoable: false,
    }
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
