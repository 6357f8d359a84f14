//! The vaporizer itself: heater, battery, button, operating states, lantern, clock and logs. No Bluetooth in
//! here.
//!
//! It runs on its own seconds, which `speed` makes shorter than the world's; its clock, uptime and log lag run on
//! the world's. Timings that nobody measured (preheat slope, fade, gestures) are plausible, not facts.

mod heat;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use self::heat::Moment;
use super::attributes::Attributes;
use super::logs::{Entry, Logs, audit, fault};
use super::state::{Charger, OperatingState, mode};
use crate::config::SimConfig;

/// Steepest rise of the heater, °C per second.
const RISE: f32 = 14.0;
/// How it slows down before the target, and how it lags behind its drive, seconds. The lag makes it overshoot
/// by a degree or two.
const APPROACH: f32 = 1.4;
const LAG: f32 = 0.7;
/// Cooling towards the room, seconds.
const COOLING: f32 = 45.0;
/// Preheat ends this close to the target, °C.
const AT_TARGET: f32 = 1.5;
/// Step of the heater's physics, seconds.
const STEP: f64 = 0.05;
const TEMP_SELECT_S: f64 = 10.0;
const FADE_S: f64 = 8.0;
const BONDING_S: f64 = 30.0;
const DISPLAY_S: f64 = 3.0;
/// From a mode command to its effect.
const COMMAND_LATENCY_S: f64 = 0.3;
/// A heat takes this much charge, percent.
const PERCENT_PER_HEAT: f32 = 2.5;
/// Own seconds are floats: a change is looked for this much after the instant computed for it, so that it has come
/// by then and time does not stand still before it.
const ROUNDING: Duration = Duration::from_micros(1);
/// What it reports as its owner's habit.
const HEATS_PER_DAY: f64 = 4.3;
/// Newest firmware acknowledges the sleep command and ignores it.
const SLEEP_COMMAND_IGNORED_FROM: u32 = 39;

/// See the module.
#[derive(Debug)]
pub(super) struct Appliance {
    pub(super) attributes: Attributes,
    /// Values that were set by hand in place of live ones.
    pub(super) forced: BTreeMap<String, Vec<u8>>,
    pub(super) logs: Logs,
    pub(super) operating: OperatingState,
    /// Own seconds since it was made.
    pub(super) clock: f64,
    /// The world's seconds since it was made.
    pub(super) lived: f64,
    booted_at: f64,
    /// What its clock said when it was made; `None` until it is set.
    pub(super) clock_base: Option<f64>,
    entered: f64,
    /// Planned length of the state; infinite when it does not end by itself.
    planned: f64,
    pub(super) celsius: f32,
    drive: f32,
    pub(super) target: f32,
    boost_s: f64,
    /// Boosted in this heat, °C.
    boost_celsius: f32,
    preheat_s: (f64, f64),
    pub(super) battery: f32,
    pub(super) charger: Option<Charger>,
    pub(super) charger_since: f64,
    pub(super) charge_began: f32,
    pub(super) chamber: u8,
    pub(super) chamber_changes: u32,
    pub(super) heats: u32,
    pub(super) heat_seconds: f64,
    pub(super) trip_heats: u32,
    pub(super) trip_seconds: f64,
    lantern_since: Option<f64>,
    quiet_since: f64,
    commands: Vec<(f64, u8)>,
    firmware: u32,
    ambient: f32,
    sleep_after: f64,
    speed: f64,
    last: Instant,
    /// A link keeps it awake.
    pub(super) held: bool,
    nan_readings: f64,
    rng: SmallRng,
}

impl Appliance {
    pub(super) fn new(config: &SimConfig, now: Instant) -> Self {
        let speed = if config.speed.is_finite() { config.speed.clamp(0.001, 1000.0) } else { 1.0 };
        let mut appliance = Self {
            attributes: Attributes::new(config),
            forced: BTreeMap::new(),
            logs: Logs::after_heats(config.total_dabs),
            operating: OperatingState::IDLE,
            clock: 0.0,
            lived: 0.0,
            booted_at: 0.0,
            clock_base: config.clock_unix.map(f64::from),
            entered: 0.0,
            planned: f64::INFINITY,
            celsius: config.ambient_celsius,
            drive: 0.0,
            target: 0.0,
            boost_s: 0.0,
            boost_celsius: 0.0,
            preheat_s: (0.0, 0.0),
            battery: config.battery_percent.clamp(0.0, 100.0),
            charger: None,
            charger_since: 0.0,
            charge_began: 0.0,
            chamber: config.chamber,
            chamber_changes: 1,
            heats: config.total_dabs,
            heat_seconds: f64::from(config.total_dabs) * 72.0,
            trip_heats: config.trip_dabs,
            trip_seconds: f64::from(config.trip_dabs) * 72.0,
            lantern_since: None,
            quiet_since: 0.0,
            commands: Vec::new(),
            firmware: config.firmware,
            ambient: config.ambient_celsius,
            sleep_after: config.sleep_after.as_secs_f64(),
            speed: f64::from(speed),
            last: now,
            held: false,
            nan_readings: config.quirks.nan_readings.clamp(0.0, 1.0),
            rng: SmallRng::seed_from_u64(config.seed),
        };
        appliance.log_boot();
        appliance
    }

    /// Seconds in the present state.
    pub(super) fn elapsed(&self) -> f64 {
        self.clock - self.entered
    }

    /// Planned seconds of the present state, infinite outside a cycle.
    pub(super) fn total(&self) -> f64 {
        self.planned
    }

    /// What the thermocouple says: NaN without a chamber.
    pub(super) fn measured(&mut self) -> f32 {
        let broken = self.nan_readings > 0.0 && self.rng.random_bool(self.nan_readings);
        if self.chamber == 0 || broken {
            return f32::NAN;
        }
        self.celsius + self.rng.random_range(-0.2..0.2)
    }

    pub(super) fn seed(&mut self) -> [u8; 16] {
        self.rng.random()
    }

    pub(super) fn set_chamber(&mut self, chamber: u8) {
        self.chamber_changes += u32::from(chamber != self.chamber);
        self.chamber = chamber;
    }

    /// Seconds since it booted.
    pub(super) fn uptime(&self) -> f64 {
        self.lived - self.booted_at
    }

    /// What its clock says: seconds since 1970, or since boot when it was never set.
    pub(super) fn unix_clock(&self) -> u32 {
        self.clock_base.map_or(self.uptime(), |base| base + self.lived) as u32
    }

    pub(super) fn heats_per_day(&self) -> f64 {
        if self.heats == 0 { f64::NAN } else { HEATS_PER_DAY }
    }

    pub(super) fn heats_left(&self) -> f64 {
        f64::from(self.battery / PERCENT_PER_HEAT)
    }

    /// Seconds that the lantern still shines.
    pub(super) fn lantern_left(&self) -> f64 {
        let length = self.attributes.value("/p/app/ltrn/time");
        self.lantern_since.map_or(0.0, |since| (since + length - self.clock).max(0.0))
    }

    pub(super) fn light_lantern(&mut self, on: bool) {
        self.lantern_since = on.then_some(self.clock);
    }

    /// On and reachable.
    pub(super) fn is_awake(&self) -> bool {
        !matches!(self.operating, OperatingState::SLEEP | OperatingState::MASTER_OFF)
    }

    /// When a state may change by itself next; `None` when nothing is under way.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let due = self.next_change()?;
        Some(self.last + Duration::from_secs_f64(((due - self.clock).max(0.0)) / self.speed) + ROUNDING)
    }

    fn next_change(&self) -> Option<f64> {
        let command = self.commands.iter().map(|(at, _)| *at);
        // A preheat ends at its temperature, whatever its estimate was.
        let state = (self.operating != OperatingState::PREHEAT)
            .then_some(self.entered + self.planned)
            .filter(|at| at.is_finite());
        let heating = self.operating.is_heating().then_some(self.clock + 4.0 * STEP);
        let sleep = (self.is_awake() && !self.held && !self.operating.is_heat_cycle())
            .then_some(self.quiet_since + self.sleep_after);
        let lantern = self.lantern_since.map(|_| self.clock + self.lantern_left());
        command.chain(state).chain(heating).chain(sleep).chain(lantern).min_by(f64::total_cmp)
    }

    /// Lets the world's time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        let mut left = now.saturating_duration_since(self.last).as_secs_f64() * self.speed;
        self.last = self.last.max(now);
        while left > 0.0 {
            let step = if self.operating.is_heating() {
                left.min(STEP)
            } else {
                let until_change = self.next_change().map_or(left, |at| at - self.clock);
                left.min(until_change.max(STEP))
            };
            self.step(step);
            left -= step;
        }
    }

    fn step(&mut self, step: f64) {
        self.clock += step;
        self.lived += step / self.speed;
        let seconds = step as f32;
        if self.operating.is_heating() {
            let wanted = ((self.target - self.celsius) / APPROACH).clamp(-4.0, RISE);
            self.drive += (wanted - self.drive) * (seconds / LAG).min(1.0);
            self.celsius += self.drive * seconds;
            self.heat_seconds += step;
            self.trip_seconds += step;
        } else {
            self.drive = 0.0;
            self.celsius += (self.ambient - self.celsius) * (1.0 - (-seconds / COOLING).exp());
        }
        self.take_charge(seconds);
        if self.lantern_since.is_some() && self.lantern_left() <= 0.0 {
            self.end_lantern();
        }
        self.run_commands();
        self.leave_finished_state();
    }

    fn end_lantern(&mut self) {
        self.lantern_since = None;
        self.attributes.set("/p/app/ltrn/cmd", 0.0);
        let seconds = self.attributes.value("/p/app/ltrn/time") as u16;
        self.note(Entry::new(self.unix_clock(), audit::LANTERN_ENDED).with(6, &seconds.to_le_bytes()));
    }

    fn run_commands(&mut self) {
        while let Some(at) = self.commands.iter().position(|(due, _)| *due <= self.clock) {
            let (_, mode) = self.commands.remove(at);
            self.carry_out(mode);
        }
    }

    fn leave_finished_state(&mut self) {
        let finished = self.elapsed() >= self.planned;
        match self.operating {
            OperatingState::PREHEAT if (self.target - self.celsius).abs() < AT_TARGET => {
                self.preheat_s.1 = self.elapsed();
                self.log_heat(Moment::Reached);
                let seconds = f64::from(self.attributes.selected().seconds) + self.boost_s;
                self.enter(OperatingState::ACTIVE, seconds);
            }
            // The estimate of a preheat may be short; it ends at the temperature.
            OperatingState::PREHEAT => {}
            OperatingState::ACTIVE if finished => {
                self.heats += 1;
                self.trip_heats += 1;
                self.battery = (self.battery - PERCENT_PER_HEAT).max(0.0);
                self.log_heat(Moment::Complete);
                self.enter(OperatingState::FADE, FADE_S);
            }
            _ if finished => self.enter(OperatingState::IDLE, f64::INFINITY),
            _ => {
                let quiet = self.clock - self.quiet_since >= self.sleep_after;
                if quiet && !self.held && self.is_awake() && !self.operating.is_heat_cycle() {
                    self.sleep();
                }
            }
        }
    }

    fn enter(&mut self, operating: OperatingState, planned: f64) {
        if !operating.is_heating() {
            self.target = 0.0;
            self.boost_s = 0.0;
            self.boost_celsius = 0.0;
            self.attributes.set("/p/app/tmpo", 0.0);
            self.attributes.set("/p/app/timo", 0.0);
        }
        self.operating = operating;
        self.entered = self.clock;
        self.planned = planned;
        self.touch();
    }

    /// Somebody did something: it stays awake for a while.
    pub(super) fn touch(&mut self) {
        self.quiet_since = self.clock;
    }

    /// A mode command came; it takes effect a little later.
    pub(super) fn command(&mut self, mode: u8) {
        self.commands.push((self.clock + COMMAND_LATENCY_S, mode));
    }

    fn carry_out(&mut self, command: u8) {
        let state = self.operating;
        let calm = matches!(state, OperatingState::IDLE | OperatingState::SLEEP);
        match command {
            mode::MASTER_OFF => self.enter(OperatingState::MASTER_OFF, f64::INFINITY),
            mode::SLEEP if self.firmware < SLEEP_COMMAND_IGNORED_FROM => self.sleep(),
            mode::IDLE if !state.is_heating() => self.enter(OperatingState::IDLE, f64::INFINITY),
            mode::TEMP_SELECT_BEGIN if calm => self.enter(OperatingState::TEMP_SELECT, TEMP_SELECT_S),
            mode::TEMP_SELECT_STOP if state == OperatingState::TEMP_SELECT => {
                self.enter(OperatingState::IDLE, f64::INFINITY);
            }
            mode::SHOW_BATTERY if calm => self.enter(OperatingState::BATTERY_DISPLAY, DISPLAY_S),
            mode::SHOW_VERSION if calm => self.enter(OperatingState::VERSION_DISPLAY, DISPLAY_S),
            mode::HEAT_START => self.start(),
            mode::HEAT_ABORT => self.abort(),
            mode::HEAT_BOOST => self.boost(),
            mode::BONDING if !state.is_heat_cycle() => self.enter(OperatingState::BONDING, BONDING_S),
            _ => {}
        }
    }

    pub(super) fn press(&mut self) {
        match self.operating {
            OperatingState::SLEEP | OperatingState::MASTER_OFF => self.wake(),
            OperatingState::TEMP_SELECT => {
                self.attributes.select_next();
                self.enter(OperatingState::TEMP_SELECT, TEMP_SELECT_S);
            }
            state if !state.is_heating() => self.enter(OperatingState::TEMP_SELECT, TEMP_SELECT_S),
            _ => {}
        }
    }

    pub(super) fn double_press(&mut self) {
        match self.operating {
            OperatingState::SLEEP | OperatingState::MASTER_OFF => self.wake(),
            state if state.is_heating() => self.boost(),
            _ => self.start(),
        }
    }

    pub(super) fn hold(&mut self) {
        match self.operating {
            state if state.is_heating() => self.abort(),
            OperatingState::MASTER_OFF | OperatingState::FADE => {}
            _ => self.enter(OperatingState::BONDING, BONDING_S),
        }
    }

    pub(super) fn sleep(&mut self) {
        self.enter(OperatingState::SLEEP, f64::INFINITY);
    }

    pub(super) fn wake(&mut self) {
        if self.operating == OperatingState::MASTER_OFF {
            self.booted_at = self.lived;
            self.log_boot();
        }
        if !self.is_awake() {
            self.enter(OperatingState::IDLE, f64::INFINITY);
        }
    }

    /// Writes to the audit log.
    pub(super) fn note(&mut self, entry: Entry) {
        self.logs.audit.push(entry);
    }

    fn log_boot(&mut self) {
        /// The cause: power-on.
        const POWER_ON: [u8; 4] = [1, 0, 0, 0];
        let clock = self.unix_clock();
        self.note(Entry::new(clock, audit::BOOTED).with(8, &POWER_ON));
        self.logs.fault.push(Entry::new(clock, fault::BOOTED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appliance() -> (Appliance, Instant) {
        let now = hearth_clock::Clock::new().now().instant;
        (Appliance::new(&SimConfig::default(), now), now)
    }

    /// Runs until the state is left; gives the highest temperature on the way.
    fn run_through(appliance: &mut Appliance, now: &mut Instant, state: OperatingState) -> f32 {
        let mut highest = f32::MIN;
        while appliance.operating == state {
            *now += Duration::from_millis(50);
            appliance.advance(*now);
            highest = highest.max(appliance.celsius);
            assert!(appliance.elapsed() < 600.0, "stuck in {state:?}");
        }
        highest
    }

    #[test]
    fn a_heat_rises_overshoots_a_little_holds_and_cools() {
        let (mut appliance, mut now) = appliance();
        appliance.double_press();
        assert_eq!(appliance.operating, OperatingState::PREHEAT);
        run_through(&mut appliance, &mut now, OperatingState::PREHEAT);
        assert!((10.0..40.0).contains(&appliance.clock), "preheat took {} s", appliance.clock);
        let highest = run_through(&mut appliance, &mut now, OperatingState::ACTIVE);
        assert!((238.2..243.0).contains(&highest), "overshoot to {highest}");
        assert!((appliance.celsius - 238.0).abs() < 1.0, "held {}", appliance.celsius);
        assert_eq!((appliance.operating, appliance.heats), (OperatingState::FADE, 421));
        run_through(&mut appliance, &mut now, OperatingState::FADE);
        assert!(appliance.celsius < 215.0);
        appliance.advance(now + Duration::from_secs(240));
        assert!(appliance.celsius < 30.0);
    }

    #[test]
    fn temp_select_ends_by_itself() {
        let (mut appliance, now) = appliance();
        appliance.press();
        appliance.advance(now + Duration::from_secs(9));
        assert_eq!(appliance.operating, OperatingState::TEMP_SELECT);
        appliance.advance(now + Duration::from_secs(11));
        assert_eq!(appliance.operating, OperatingState::IDLE);
    }

    #[test]
    fn it_sleeps_after_idling_but_not_while_a_link_holds_it() {
        let (mut appliance, now) = appliance();
        appliance.held = true;
        appliance.advance(now + Duration::from_secs(900));
        assert!(appliance.is_awake());
        appliance.held = false;
        appliance.touch();
        appliance.advance(now + Duration::from_secs(900 + 299));
        assert!(appliance.is_awake());
        appliance.advance(now + Duration::from_secs(900 + 301));
        assert!(!appliance.is_awake());
    }

    #[test]
    fn it_does_not_heat_without_a_chamber_or_charge() {
        let (mut appliance, _) = appliance();
        appliance.chamber = 0;
        appliance.double_press();
        assert_eq!(appliance.operating, OperatingState::IDLE);
        assert!(appliance.measured().is_nan());
        appliance.chamber = 3;
        appliance.battery = 4.0;
        appliance.double_press();
        assert_eq!(appliance.operating, OperatingState::IDLE);
    }

    #[test]
    fn speed_makes_its_seconds_shorter() {
        let now = hearth_clock::Clock::new().now().instant;
        let mut appliance = Appliance::new(&SimConfig { speed: 20.0, ..SimConfig::default() }, now);
        appliance.double_press();
        appliance.advance(now + Duration::from_secs(2));
        assert_eq!(appliance.operating, OperatingState::ACTIVE);
    }
}
