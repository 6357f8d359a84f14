//! How a story ends: the weather clears, one last outage, and everything must work again.

use std::ops::RangeInclusive;
use std::time::Duration;

use puffco::device::{Input, Phase, Request};
use puffco_sim::Numbers;
use rand::RngExt;

use super::Room;
use super::outage::Outage;
use super::schedule::Happening;
use super::seat::{Seat, SeatId};
use super::weather::Weather;
use crate::options::Range;

/// A machine is ready this soon after the first advertisement that reaches it.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// The first advertisement comes this soon after the last outage.
const HEARD_WITHIN: Duration = Duration::from_secs(10);
/// What is still open is answered this soon in fair weather.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

impl Room {
    pub(super) fn finale(&mut self) {
        self.clear_up();
        // What was under way may end before the last outage, or in it.
        let calm = Range::ms(0, 3_000).draw(&mut self.rng);
        self.run(calm);
        self.last_outage();
        for seat in 0..self.seats.len() {
            self.expect_ready(seat);
        }
        self.run(Duration::from_secs(12));
        for seat in 0..self.seats.len() {
            self.expect_settled(seat);
            self.heat_and_stop(seat);
            self.check_counters(seat);
            self.check_written(seat);
            self.check_profiles(seat);
        }
    }

    /// The radio works, the devices are awake, bonded and able to heat, and everybody wants a link.
    fn clear_up(&mut self) {
        self.note(|| "=== the weather clears".to_owned());
        self.schedule.retain(|happening| !matches!(happening, Happening::Wish { .. }));
        self.weather = Weather::FAIR;
        self.end_all();
        self.unhang();
        for seat in 0..self.seats.len() {
            let now = self.now;
            let sim = &mut self.seats[seat].sim;
            *sim.faults_mut() = puffco_sim::Faults::default();
            sim.set_battery(now, 80.0);
            sim.set_chamber(now, 3);
            sim.set_charging(now, false);
            if matches!(self.seats[seat].phase, Phase::Idle | Phase::Failed(_)) {
                self.want(seat, true);
            }
            self.machine(seat, Input::Watched(true));
        }
        self.settle();
    }

    /// Nobody is heard for a while, for one reason or another.
    fn last_outage(&mut self) {
        let everywhere = [Outage::AdapterOff, Outage::AdapterGone, Outage::ComputerSleeps];
        let kind = self.rng.random_range(0..6_usize);
        let outages: Vec<Outage> = match everywhere.get(kind) {
            Some(outage) => vec![*outage],
            None => (0..self.seats.len())
                .map(|seat| match kind {
                    3 => Outage::LinkLost(seat),
                    4 => Outage::OutOfRange(seat),
                    _ => Outage::Asleep(seat),
                })
                .collect(),
        };
        for outage in &outages {
            self.begin(*outage);
        }
        self.schedule.retain(|happening| !matches!(happening, Happening::End(_)));
        self.settle();
        let length = outages[0].length(self);
        self.run(length);
        for seat in &mut self.seats {
            seat.heard = None;
        }
        for outage in outages {
            self.end(outage);
        }
        for seat in 0..self.seats.len() {
            let now = self.now;
            // An outage that was long may have sent it to sleep, or nearly so: somebody picks it up.
            self.seats[seat].sim.sleep(now);
            self.seats[seat].sim.wake(now);
        }
        self.settle();
    }

    fn expect_ready(&mut self, seat: SeatId) {
        let ready =
            |room: &Self| room.seats[seat].phase == Phase::Ready && room.seats[seat].link_id().is_some();
        let heard = self.run_until(HEARD_WITHIN, |room| room.seats[seat].heard.is_some() || ready(room));
        if !heard {
            self.broken(&format!("seat {seat} is not heard: {:?}", self.seats[seat].sim));
        }
        let heard = self.seats[seat].heard.unwrap_or(self.now);
        let left = (heard + READY_WITHIN).saturating_duration_since(self.now);
        let in_time = self.run_until(left, ready);
        let after = self.seats[seat].ready_at.unwrap_or(self.now).saturating_duration_since(heard);
        if !in_time || after > READY_WITHIN {
            let phase = self.seats[seat].phase.clone();
            self.broken(&format!("seat {seat} is not ready {READY_WITHIN:?} after it was heard: {phase:?}"));
        }
        self.note(|| format!("{seat} is ready after {after:?}"));
        self.tally.ready_after = self.tally.ready_after.max(after);
    }

    /// The link stays, everything is answered, and the state is the device's.
    fn expect_settled(&mut self, seat: SeatId) {
        if !self.run_until(ANSWERED_WITHIN, |room| room.seats[seat].ledger.is_settled()) {
            let open = self.seats[seat].ledger.open();
            self.broken(&format!("seat {seat} still has open: {open:?}"));
        }
        if self.seats[seat].phase != Phase::Ready {
            let phase = self.seats[seat].phase.clone();
            self.broken(&format!("seat {seat} did not stay ready: {phase:?}"));
        }
        let same = |room: &Self| {
            let seat = &room.seats[seat];
            seat.machine.state().operating.map(|state| state.0) == Some(seat.sim.operating_state().0)
        };
        if !self.run_until(Duration::from_secs(5), same) {
            let (told, is) =
                (self.seats[seat].machine.state().operating, self.seats[seat].sim.operating_state());
            self.broken(&format!("seat {seat} tells {told:?}, and it is {is:?}"));
        }
    }

    /// A heat that is wanted now arrives once, and stops when it is stopped.
    fn heat_and_stop(&mut self, seat: SeatId) {
        const SOON: Duration = Duration::from_secs(5);
        let arrived = self.seats[seat].sim.heat_writes();
        let was_heating = self.seats[seat].sim.operating_state().is_heating();
        let done = self.seats[seat].ledger.answers.done;
        self.ask_heat(seat, Duration::from_millis(1_500));
        self.settle();
        if !self.run_until(SOON, |room| room.seats[seat].ledger.is_settled()) {
            self.broken(&format!("seat {seat} does not answer a heat"));
        }
        let carried_out = self.seats[seat].ledger.answers.done > done;
        let heats = self.seats[seat].sim.heat_writes() - arrived;
        if carried_out && !was_heating && heats != 1 {
            self.broken(&format!("seat {seat} says that it heats, and {heats} heats arrived"));
        }
        self.tally.last_heats += u32::from(carried_out);
        self.run(Duration::from_millis(800));
        self.ask(seat, Request::Abort);
        self.settle();
        let cold = |room: &Self| {
            room.seats[seat].ledger.is_settled() && !room.seats[seat].sim.operating_state().is_heating()
        };
        if !self.run_until(SOON, cold) {
            self.broken(&format!("seat {seat} is not stopped: {:?}", self.seats[seat].ledger.open()));
        }
    }

    /// Frames that were too short were counted, each once, and so were replies to nothing.
    fn check_counters(&mut self, seat: SeatId) {
        // Counters are told once a second.
        self.run(Duration::from_millis(2_500));
        let Seat { short_frames, stray_replies, counters, .. } = &self.seats[seat];
        if *short_frames != counters.short_frames || *stray_replies > counters.stray_replies {
            let got = format!("{short_frames} short frames and {stray_replies} stray replies");
            self.broken(&format!("seat {seat} got {got}, and counts {counters:?}"));
        }
    }

    /// Whatever was damaged on the way, no profile holds what must not be set.
    fn check_profiles(&mut self, seat: SeatId) {
        let now = self.now;
        for slot in 0..4 {
            let sim = &mut self.seats[seat].sim;
            let integers = sim.config().numbers == Numbers::Integer;
            let mut number = |leaf, scale| {
                let bytes = sim.attribute(now, &format!("/u/app/hc/{slot}/{leaf}"))?;
                let raw = *bytes.first_chunk()?;
                Some(if integers { i32::from_le_bytes(raw) as f32 / scale } else { f32::from_le_bytes(raw) })
            };
            let (celsius, seconds) = (number("temp", 10.0), number("time", 200.0));
            let within = |value: Option<f32>, range: RangeInclusive<f32>| {
                value.is_some_and(|value| range.contains(&value))
            };
            if !within(celsius, 203.9..=327.1) || !within(seconds, 14.9..=120.1) {
                self.broken(&format!("profile {slot} of seat {seat} is {celsius:?} °C for {seconds:?} s"));
            }
        }
    }

    /// Nothing was written that must not be (puffco-ble §23).
    fn check_written(&mut self, seat: SeatId) {
        let counters = self.seats[seat].sim.counters();
        let forbidden = counters.written().keys().find(|path| !may_be_written(path)).cloned();
        if let Some(path) = forbidden {
            self.broken(&format!("seat {seat} wrote {path}"));
        }
        let not_for_programs = [10, 11].iter().any(|mode| counters.modes(*mode) > 0);
        if not_for_programs || !counters.forbidden().is_empty() {
            self.broken(&format!("seat {seat} wrote what must not be written: {:?}", counters.forbidden()));
        }
    }
}

/// The list of the facts, written here again so that a mistake in the driver's list is found.
fn may_be_written(path: &str) -> bool {
    const LEAVES: [&str; 9] = ["name", "temp", "time", "colr", "phcl", "accl", "btmp", "btim", "intn"];
    let in_slot = path.strip_prefix("/u/app/hc/").and_then(|rest| rest.split_once('/'));
    let in_slot =
        in_slot.is_some_and(|(slot, leaf)| matches!(slot, "0" | "1" | "2" | "3") && LEAVES.contains(&leaf));
    in_slot
        || path.strip_prefix("/p/app/thc/").is_some_and(|leaf| LEAVES.contains(&leaf))
        || matches!(
            path,
            // 0061 is the pointer of the legacy generation.
            "0061"
                | "/p/app/mc"
                | "/p/app/hcs"
                | "/p/app/tmpo"
                | "/p/app/timo"
                | "/u/app/ui/lbrt"
                | "/u/app/ui/stlm"
                | "/p/app/ltrn/cmd"
                | "/p/app/ltrn/colr"
                | "/p/app/ltrn/time"
                | "/p/app/ltrn/scpd"
                | "/u/sys/name"
                | "/u/bat/msoc"
                | "/p/sys/time"
                | "/p/logv/aud/sel"
                | "/p/logv/flt/sel"
        )
}
