//! One remembered device: its link, its state, its changes.

mod view;

use std::time::{Duration, Instant};

use hearth_clock::Now;
use puffco::device::{LinkCounters, Phase, RequestError};
use puffco::link::DeviceId;
use puffco::setting::Setting;
use puffco::state::{DeviceState, OperatingState};

pub use self::view::{activity, led};
use crate::contract::Unit;
use crate::edits::{Edits, Moment, Reach, Wish};
use crate::facts::ClockSeen;
use crate::identity::Fingerprints;
use crate::logs::Clocks;
use crate::saved::SavedDevice;
use crate::words;

/// A heat that is out of sight ends at the latest this long after it was to, for what may have been added to
/// it, and for a preheat that takes its time.
const HEAT_MARGIN: Duration = Duration::from_secs(60);
/// The longest hold time of a profile (puffco-ble §16).
const LONGEST_HOLD_S: f32 = 120.0;

/// A device that is given a new id again and again is reached by this many of them.
const MOST_FORMER_IDS: usize = 8;

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
    /// When the values were true last, while they are not live; ms since 1970.
    seen_ms: Option<u64>,
    /// It is live since then.
    live_since: Option<Instant>,
    /// It was heating when its link was lost, and may be until then.
    heats_until: Option<Instant>,
    clock: ClockSeen,
    /// When its clock was read, ms since 1970.
    clock_read_ms: u64,
    counters: LinkCounters,
    edits: Edits,
    /// Ids under which it was known before in this run, oldest first.
    former_ids: Vec<String>,
    /// A machine runs for it.
    pub opened: bool,
    /// That machine was told that somebody looks.
    pub watched: bool,
    /// Its machine was told that it is needed, whoever looks.
    pub held: bool,
    /// Somebody asked for its serial number, which it has not told yet.
    pub serial_wanted: bool,
    /// When everything was read for a page, while one shows it.
    pub read_for_page: Option<Instant>,
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
            seen_ms: None,
            live_since: None,
            heats_until: None,
            clock: ClockSeen::Unknown,
            clock_read_ms: 0,
            counters: LinkCounters::default(),
            edits: Edits::default(),
            former_ids: Vec::new(),
            opened: false,
            watched: false,
            held: false,
            serial_wanted: false,
            read_for_page: None,
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

    /// What it told last is true now.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// It has a link, one is being opened, or one is opened for whatever is asked of it.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        matches!(self.phase, Phase::Ready | Phase::Resting)
    }

    /// How long the heat that it told of last may go on.
    fn heat_left(&self) -> Option<Duration> {
        let state = self.state().filter(|state| state.operating.is_some_and(OperatingState::is_heating))?;
        let hold = state.profile().map_or(LONGEST_HOLD_S, |profile| profile.seconds);
        let left = match state.operating {
            Some(OperatingState::ACTIVE) => {
                state.total_s.unwrap_or(hold) - state.elapsed_s.unwrap_or_default()
            }
            _ => hold,
        };
        let left = Duration::try_from_secs_f32(left.clamp(0.0, 2.0 * LONGEST_HOLD_S));
        Some(left.unwrap_or_default() + HEAT_MARGIN)
    }

    /// What it is doing as far as anybody knows: a heat whose link was lost goes on, and can be stopped as soon
    /// as the device is reached.
    #[must_use]
    pub fn supposed(&self) -> Option<OperatingState> {
        let last = self.state().and_then(|state| state.operating);
        let out_of_sight = self.heats_until.is_some()
            && matches!(self.phase, Phase::SettingUp { .. } | Phase::Waiting { .. } | Phase::Away);
        last.filter(|last| self.is_live() || (out_of_sight && last.is_heating()))
    }

    /// What it is doing, when that is known now.
    #[must_use]
    pub fn operating(&self) -> Option<OperatingState> {
        self.state().and_then(|state| state.operating).filter(|_| self.is_live())
    }

    /// The link's phase changed.
    pub fn phase_changed(&mut self, now: Now, phase: Phase) {
        if let Phase::Waiting { retry_at, .. } = &phase {
            self.retry_at_ms = wall(now, *retry_at);
        }
        if let Phase::SettingUp { attempt, step } = &phase {
            self.setup.reached(now.instant, *attempt, view::step_number(*step));
        } else if phase == Phase::Ready {
            self.setup = Setup::default();
        } else {
            self.failed_in = self.setup.step;
        }
        if phase == Phase::Ready {
            self.seen_ms = None;
            self.heats_until = None;
            self.live_since = Some(now.instant);
        } else if self.is_live() {
            self.heats_until = self.heat_left().map(|left| now.instant + left);
            self.seen_ms.get_or_insert(now.unix_ms);
            self.read_for_page = None;
        }
        self.phase = phase;
    }

    /// The device told its state. Whether what is remembered of it changed.
    pub fn state_changed(&mut self, now: Now, state: Box<DeviceState>) -> bool {
        let before = self.saved.clone();
        if let Some(name) = &state.name {
            self.saved.name.clone_from(name);
        }
        if let Some(model) = words::model(&state) {
            self.saved.model = model;
        }
        if self.state().and_then(|before| before.clock) != state.clock {
            self.clock = ClockSeen::read(state.clock, now.unix_ms);
            self.clock_read_ms = now.unix_ms;
        }
        if !self.is_live() {
            self.seen_ms.get_or_insert(now.unix_ms);
        }
        self.state = Some(state);
        self.saved != before
    }

    /// Its clock, and this computer's when it was read.
    #[must_use]
    pub fn clocks(&self) -> Clocks {
        let device = self.state().and_then(|state| state.clock);
        Clocks { device, here: Duration::from_millis(self.clock_read_ms) }
    }

    /// Its link ended, and what it told was true until then.
    pub fn last_seen(&mut self, now: Now, at: Instant) {
        let ago = now.instant.saturating_duration_since(at).as_millis() as u64;
        self.seen_ms = Some(now.unix_ms.saturating_sub(ago));
    }

    /// The counters of its link changed.
    pub fn counted(&mut self, counters: LinkCounters) {
        self.counters = counters;
    }

    /// A person wants something of it changed. What to ask of it now, if anything.
    pub fn wish(&mut self, now: Now, unit: Unit, wish: Wish) -> Option<Setting> {
        let unknown = DeviceState::default();
        let moment = Self::moment(&self.phase, self.state.as_deref().unwrap_or(&unknown), now, unit);
        self.edits.wish(moment, wish)
    }

    /// It answered to what an edit asked. What to ask of it next, if anything.
    pub fn edit_answered(
        &mut self,
        now: Now,
        unit: Unit,
        result: Result<(), RequestError>,
    ) -> Option<Setting> {
        let unknown = DeviceState::default();
        let moment = Self::moment(&self.phase, self.state.as_deref().unwrap_or(&unknown), now, unit);
        self.edits.answered(moment, result)
    }

    fn moment<'a>(phase: &Phase, state: &'a DeviceState, now: Now, unit: Unit) -> Moment<'a> {
        let reach = match phase {
            Phase::Ready => Reach::Live,
            Phase::Resting => Reach::Resting,
            Phase::SettingUp { .. } | Phase::Waiting { .. } => Reach::Connecting,
            Phase::Idle | Phase::Away | Phase::Failed(_) => Reach::None,
        };
        Moment { now, state, reach, unit }
    }

    /// A change of it is being saved.
    #[must_use]
    pub fn is_being_changed(&self) -> bool {
        self.edits.is_busy()
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        self.heats_until = self.heats_until.filter(|until| now < *until);
        if self.is_live()
            && let Some((since, state)) = self.live_since.zip(self.state.as_deref())
        {
            self.edits.read_again(now, since, state);
        }
        self.edits.tick(now);
    }

    /// Goes on from what was known of the same device under another id.
    pub fn continue_from(&mut self, now: Now, earlier: Self) {
        self.edits.continue_from(now.instant, earlier.edits);
        let known = earlier.former_ids.into_iter().chain([earlier.saved.id]);
        let own = std::mem::take(&mut self.former_ids);
        self.former_ids = known.chain(own).filter(|id| *id != self.saved.id).collect();
        let surplus = self.former_ids.len().saturating_sub(MOST_FORMER_IDS);
        self.former_ids.drain(..surplus);
        if self.state.is_none() {
            self.state = earlier.state;
            self.seen_ms = earlier.seen_ms;
            self.clock = earlier.clock;
            self.clock_read_ms = earlier.clock_read_ms;
        }
        if self.state().is_none_or(|state| state.name.is_none()) {
            self.saved.name = earlier.saved.name;
        }
        let known = std::mem::take(&mut self.saved.fingerprints);
        self.saved.fingerprints = known.or(earlier.saved.fingerprints);
    }

    /// It was known under this id before.
    #[must_use]
    pub fn was(&self, id: &DeviceId) -> bool {
        self.former_ids.contains(&id.0)
    }

    /// Remembers by what it is recognised. Whether that is new.
    pub fn recognised_by(&mut self, fingerprints: Fingerprints) -> bool {
        let both = fingerprints.or(self.saved.fingerprints.clone());
        let new = both != self.saved.fingerprints;
        self.saved.fingerprints = both;
        new
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

/// A moment of monotonic time as ms since 1970.
#[must_use]
pub fn wall(now: Now, at: Instant) -> f64 {
    let ahead = at.saturating_duration_since(now.instant).as_millis() as f64;
    now.unix_ms as f64 + ahead
}
