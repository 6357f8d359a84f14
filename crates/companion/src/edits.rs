//! The changes of one device: one after the other, each value written and read back by the device's machine,
//! newer wishes for the same value in place of older ones. Without I/O; what is asked of the machine is given
//! back, and its answer comes in.

mod history;
mod wish;
mod words;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use puffco::device::RequestError;
use puffco::generation::LedApi;
use puffco::setting::{Setting, Slot};
use puffco::state::{DeviceState, OperatingState};

pub use self::history::History;
use self::wish::Step;
pub use self::wish::Wish;
use crate::contract::{EditPart, EditState, EditView, Said, Unit};

/// "Saved" is said for this long.
const SAY_SAVED: Duration = Duration::from_secs(4);
/// What went wrong is said for this long, unless the part is changed again.
const SAY_TROUBLE: Duration = Duration::from_secs(600);
/// A device has told again what hardly changes after this time at the latest.
const READ_AGAIN: Duration = Duration::from_secs(8);
/// More wishes than this do not wait.
const MOST_WAITING: usize = 32;

/// Tempos that differ by less are the same: documents carry them rounded.
const TEMPO_TREMBLE: f32 = 0.02;

/// What an edit needs to know of the moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Now.
    pub now: Now,
    /// What the device told last.
    pub state: &'a DeviceState,
    /// Whether requests reach it.
    pub reach: Reach,
    /// The person's unit.
    pub unit: Unit,
}

/// Whether requests reach a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They do, and what it told is true now.
    Live,
    /// They do: its link is taken up for them. What it told may be old.
    Resting,
    /// Not yet.
    Connecting,
    /// They do not.
    None,
}

impl Moment<'_> {
    fn is_heating(&self) -> bool {
        self.reach == Reach::Live && self.state.operating.is_some_and(OperatingState::is_heating)
    }
}

/// The changes of a device.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    running: Option<Running>,
    waiting: VecDeque<Wish>,
    outcomes: BTreeMap<EditPart, Outcome>,
    history: History,
    /// How many changes were asked for.
    asked: u32,
    /// Which of them was the newest of each part.
    newest: BTreeMap<EditPart, u32>,
    /// Values of which the link told no end, and since when: whether the device has them is seen when it was
    /// read again.
    unsure: BTreeMap<EditPart, (Instant, Vec<Setting>)>,
}

/// A change that is being written.
#[derive(Clone, Debug)]
struct Running {
    wish: Wish,
    steps: Vec<Step>,
    /// What the device had before, where that is known.
    before: Vec<Option<Setting>>,
    /// The value that was asked for last.
    at: usize,
    saved: u8,
    kept: Vec<Said>,
    /// What was replaced, as far as is known.
    replaced: Vec<Setting>,
}

#[derive(Clone, Debug)]
struct Outcome {
    state: EditState,
    until: Instant,
}

impl Edits {
    /// A person wants a change. What to ask of the device now, if anything.
    pub fn wish(&mut self, moment: Moment<'_>, wish: Wish) -> Option<Setting> {
        let part = wish.part();
        self.asked = self.asked.wrapping_add(1);
        self.newest.insert(part, self.asked);
        if let Err(why) = self.plan(moment, &wish) {
            self.outcome(moment, part, EditState::Failed { words: why });
            return None;
        }
        // Newer than whatever was said of this part.
        self.outcomes.remove(&part);
        self.unsure.remove(&part);
        // A wish for the same value takes the place of the one that waits, but not past an undo of it.
        let same =
            self.waiting.iter().rposition(|waiting| waiting.part() == part && waiting.with(&wish).is_some());
        let undo = self
            .waiting
            .iter()
            .rposition(|waiting| matches!(waiting, Wish::Undo(_)) && waiting.part() == part);
        let merged = same.filter(|at| undo.is_none_or(|undo| undo < *at));
        if let Some(both) = merged.and_then(|at| self.waiting.remove(at)).and_then(|old| old.with(&wish)) {
            self.waiting.push_back(both);
        } else if self.waiting.len() < MOST_WAITING {
            self.waiting.push_back(wish);
        } else {
            self.outcome(moment, part, EditState::Failed { words: words::too_many() });
        }
        if self.running.is_none() { self.begin(moment) } else { None }
    }

    /// The device answered. What to ask of it next, if anything.
    pub fn answered(&mut self, moment: Moment<'_>, result: Result<(), RequestError>) -> Option<Setting> {
        let mut running = self.running.take()?;
        let step = &running.steps[running.at];
        let before = running.before[running.at].take();
        match result {
            Ok(()) => {
                running.saved += 1;
                running.replaced.extend(before);
            }
            Err(RequestError::Kept(kept)) => {
                running.kept.push(words::kept(&step.setting, kept.as_deref(), moment.unit));
                let moved = |before: &Setting| kept.as_deref().is_none_or(|kept| !before.is_kept_as(kept));
                running.replaced.extend(before.filter(moved));
            }
            Err(error) => {
                if error == RequestError::Uncertain {
                    running.replaced.extend(before);
                    let left = running.steps[running.at..].iter().map(|step| step.setting.clone());
                    self.unsure.insert(running.wish.part(), (moment.now.instant, left.collect()));
                }
                let (saved, of) = (running.saved, running.steps.len() as u8);
                let heating = moment.is_heating();
                let words = words::failed(&step.setting, &error, (saved, of), heating, moment.unit);
                self.undo_no_more(&running);
                self.ended(moment, running, EditState::Failed { words });
                return self.begin(moment);
            }
        }
        running.at += 1;
        if let Some(next) = running.steps.get(running.at) {
            let setting = next.setting.clone();
            self.running = Some(running);
            return Some(setting);
        }
        let state = if running.kept.is_empty() {
            EditState::Saved
        } else {
            EditState::Kept { words: running.kept.clone() }
        };
        self.ended(moment, running, state);
        self.begin(moment)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        self.outcomes.retain(|_, outcome| now < outcome.until);
    }

    /// The device is live since then. What was not certain is known once it was read again.
    pub fn read_again(&mut self, now: Instant, live_since: Instant, state: &DeviceState) {
        let due = |(noted, _): &(Instant, Vec<Setting>)| (*noted).max(live_since) + READ_AGAIN <= now;
        let known: Vec<_> = self.unsure.extract_if(.., |_, unsure| due(unsure)).collect();
        for (part, (_, wanted)) in known {
            let has = |wanted: &Setting| {
                Setting::of(wanted.attribute(), state).is_some_and(|present| wanted.is_kept_as(&present))
            };
            let missing: Vec<_> = wanted.iter().filter(|wanted| !has(wanted)).collect();
            let (state, said_for) = if missing.is_empty() {
                (EditState::Saved, SAY_SAVED)
            } else {
                (EditState::Failed { words: words::lost(&missing, wanted.len()) }, SAY_TROUBLE)
            };
            // What was said since then is newer.
            if self.outcomes.contains_key(&part) {
                self.outcomes.insert(part, Outcome { state, until: now + said_for });
            }
        }
    }

    /// A change is being written or waits.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// A change of this profile can be taken back.
    #[must_use]
    pub fn is_undoable(&self, slot: u8) -> bool {
        Slot::new(slot).is_some_and(|slot| self.history.has(slot))
    }

    /// Goes on from what was known of the device under another id. What was under way there gets no answer any
    /// more; what came of the others is still to be seen.
    pub fn continue_from(&mut self, now: Instant, earlier: Self) {
        self.asked = self.asked.max(earlier.asked);
        for (part, number) in earlier.newest {
            self.newest.entry(part).or_insert(number);
        }
        let lost = |words: Said| Outcome { state: EditState::Failed { words }, until: now + SAY_TROUBLE };
        let waiting = earlier.waiting.iter().map(|wish| (wish.part(), lost(words::not_connected())));
        let running = earlier.running.iter().map(|running| (running.wish.part(), lost(words::uncertain())));
        let lost: Vec<_> = waiting.chain(running).collect();
        for (part, outcome) in earlier.outcomes.into_iter().chain(lost) {
            self.outcomes.insert(part, outcome);
        }
        self.history.continue_from(earlier.history);
        if let Some(Running { wish: Wish::Profile(slot, _), mut replaced, before, at, .. }) = earlier.running
        {
            replaced.extend(before.into_iter().nth(at).flatten());
            self.history.push(slot, replaced);
        }
    }

    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> Vec<EditView> {
        let mut states: BTreeMap<EditPart, EditState> =
            self.outcomes.iter().map(|(part, outcome)| (*part, outcome.state.clone())).collect();
        for wish in &self.waiting {
            states.insert(wish.part(), EditState::Saving { done: 0, of: wish.len(&self.history) });
        }
        if let Some(running) = &self.running {
            let state = EditState::Saving { done: running.at as u8, of: running.steps.len() as u8 };
            states.insert(running.wish.part(), state);
        }
        let number = |part: &EditPart| self.newest.get(part).copied().unwrap_or_default();
        states.into_iter().map(|(part, state)| EditView { part, number: number(&part), state }).collect()
    }

    /// Begins with what waits.
    fn begin(&mut self, moment: Moment<'_>) -> Option<Setting> {
        while let Some(wish) = self.waiting.pop_front() {
            let part = wish.part();
            match self.plan(moment, &wish) {
                Err(words) => self.outcome(moment, part, EditState::Failed { words }),
                Ok(steps) => {
                    let present = |step: &Step| Setting::of(step.setting.attribute(), moment.state);
                    let steps: Vec<_> = steps
                        .into_iter()
                        .filter(|step| {
                            let has =
                                present(step).is_some_and(|present| is_as_wished(step, &present, moment));
                            step.always || moment.reach != Reach::Live || !has
                        })
                        .collect();
                    let before = steps.iter().map(present).collect();
                    let first = steps.first().map(|step| step.setting.clone());
                    let running = Running {
                        wish,
                        steps,
                        before,
                        at: 0,
                        saved: 0,
                        kept: Vec::new(),
                        replaced: Vec::new(),
                    };
                    if first.is_some() {
                        self.running = Some(running);
                        return first;
                    }
                    self.ended(moment, running, EditState::Saved);
                }
            }
        }
        None
    }

    /// What a wish takes, if it may be written now.
    fn plan(&self, moment: Moment<'_>, wish: &Wish) -> Result<Vec<Step>, Said> {
        match moment.reach {
            Reach::Live | Reach::Resting => {}
            Reach::Connecting => return Err(words::connecting()),
            Reach::None => return Err(words::not_connected()),
        }
        if moment.is_heating() && matches!(wish, Wish::Profile(..) | Wish::Undo(_)) {
            return Err(words::heating());
        }
        let steps = wish.steps(moment.state, &self.history, moment.now.unix_ms, moment.unit)?;
        let part = wish.part();
        let running = self.running.as_ref().is_some_and(|running| running.wish.part() == part);
        // What is being saved now can be taken back next.
        let changes = running || self.waiting.iter().any(|waiting| waiting.part() == part);
        if matches!(wish, Wish::Undo(_)) && steps.is_empty() && !changes {
            return Err(words::nothing_to_undo());
        }
        Ok(steps)
    }

    /// An undo that waits for a change that changed nothing would take an earlier one back, which nobody meant.
    fn undo_no_more(&mut self, failed: &Running) {
        if let Wish::Profile(slot, _) = &failed.wish
            && failed.replaced.is_empty()
            && let Some(at) = self.waiting.iter().position(|wish| *wish == Wish::Undo(*slot))
        {
            self.waiting.remove(at);
        }
    }

    fn ended(&mut self, moment: Moment<'_>, running: Running, state: EditState) {
        let through = !matches!(state, EditState::Failed { .. });
        match &running.wish {
            Wish::Profile(slot, _) => self.history.push(*slot, running.replaced),
            Wish::Undo(slot) if through => self.history.pop(*slot),
            Wish::Undo(_) | Wish::Device(_) => {}
        }
        // A wish that was refused in the meantime is what the person has to know of.
        let refused = state == EditState::Saved && self.outcomes.contains_key(&running.wish.part());
        if !refused {
            self.outcome(moment, running.wish.part(), state);
        }
    }

    fn outcome(&mut self, moment: Moment<'_>, part: EditPart, state: EditState) {
        let said_for = if state == EditState::Saved { SAY_SAVED } else { SAY_TROUBLE };
        self.outcomes.insert(part, Outcome { state, until: moment.now.instant + said_for });
    }
}

/// Whether the device has a value already. Reading back cannot tell the tempo of every light, so that it does
/// not count there; here it does, where the device's colours carry one.
fn is_as_wished(step: &Step, present: &Setting, moment: Moment<'_>) -> bool {
    let same_tempo = match (&step.setting, present) {
        (Setting::ProfileLight(_, wanted), Setting::ProfileLight(_, present))
        | (Setting::LanternLight(wanted), Setting::LanternLight(present)) => {
            moment.state.lights == Some(LedApi::Records)
                || (wanted.tempo - present.tempo).abs() < TEMPO_TREMBLE
        }
        _ => true,
    };
    same_tempo && step.setting.is_kept_as(present)
}
