//! Operations on their way to a device, and answers and notifications on their way back.

use std::time::{Duration, Instant};

use puffco::device::{Input, Output};
use puffco::link::{LinkError, WriteMode};
use puffco::lorax::{Operation, Request};
use puffco::{gatt, legacy};
use rand::RngExt;
use uuid::Uuid;

use super::Room;
use super::schedule::{Arriving, Happening};
use super::seat::{Radio, SeatId};
use super::weather::{Break, NO_SEQUENCE, Told, damage, damage_value};
use crate::options::Range;

/// What a lie is told after.
const LIE: Range = Range::ms(1, 1_500);
/// A write without response is told as done this much after it left, before or after its reply.
const SENT: Range = Range::ms(0, 90);
/// What overtakes a late notification has this much time.
const OVERTAKEN: Range = Range::ms(20, 4_000);

/// Mode commands are written here; this one starts a heat (puffco-ble §19).
const MODE_FILE: &str = "/p/app/mc";
const HEAT_CYCLE_START: u8 = 7;
const HEAT_CYCLE_ABORT: u8 = 8;

impl Room {
    /// A machine reads, writes or subscribes.
    pub(super) fn operate(&mut self, seat: SeatId, operation: Output) {
        self.tally.operations += 1;
        self.note(|| format!("{seat} > {}", show(&operation)));
        let heat = self.heat_of(seat, &operation);
        let alive = match &self.seats[seat].radio {
            Radio::Open(link) => link.alive,
            _ => self.broken(&format!("seat {seat} has no link for {}", show(&operation))),
        };
        let fate = self.weather.operation(&mut self.rng);
        let Some((link, at)) = alive.then(|| self.on_the_way_up(seat, fate.stuck)).flatten() else {
            return self.on_a_lost_link(seat, &operation);
        };
        match &fate.told {
            Told::Done => self.lie(seat, link, &operation, Ok(())),
            Told::Failed(error) => self.lie(seat, link, &operation, Err(error.clone())),
            Told::Truth | Told::Nothing => {}
        }
        let arriving = Arriving { operation, sent: self.now, fate, heat };
        self.plan(at, Happening::Arrive { seat, link, arriving: Box::new(arriving) });
    }

    /// An operation on a link that is lost already: it fails, or hangs until the loss is noticed.
    fn on_a_lost_link(&mut self, seat: SeatId, operation: &Output) {
        let Radio::Open(link) = &self.seats[seat].radio else { return };
        let link = link.id;
        if self.rng.random_bool(0.5) {
            let at = self.now + Range::ms(0, 50).draw(&mut self.rng);
            let input = Box::new(answer(operation, Err(LinkError::Disconnected)));
            self.plan(at, Happening::Answer { seat, link, input });
        }
    }

    fn lie(&mut self, seat: SeatId, link: u64, operation: &Output, result: Result<(), LinkError>) {
        let at = self.now + LIE.draw(&mut self.rng);
        let input = Box::new(answer(operation, result.map(|()| Vec::new())));
        self.plan(at, Happening::Answer { seat, link, input });
    }

    /// The heat that an operation writes, entered into the ledger.
    fn heat_of(&mut self, seat: SeatId, operation: &Output) -> Option<usize> {
        let Output::Write(_, characteristic, value, _) = operation else { return None };
        if !is_heat(*characteristic, value) {
            return None;
        }
        self.note(|| format!("{seat} HEAT is written"));
        let written = self.seats[seat].ledger.heat_written(self.now);
        Some(self.rule(written))
    }

    /// An operation reaches the device, and its answer leaves.
    pub(super) fn arrive(&mut self, seat: SeatId, link: u64, arriving: Arriving) {
        let now = self.now;
        if self.seats[seat].link_id() != Some(link) || !self.seats[seat].sim.is_connected() {
            return;
        }
        let Arriving { operation, sent, fate, heat } = arriving;
        if fate.breaks == Some(Break::Before) {
            return self.link_lost(seat);
        }
        if fate.arrives {
            let value = self.carry_out(seat, &operation, now - sent, heat);
            if fate.told == Told::Truth && fate.breaks.is_none() {
                let mut at = self.on_the_way_down(seat);
                if let Output::Write(_, _, _, WriteMode::WithoutResponse) = operation {
                    at = now + SENT.draw(&mut self.rng);
                }
                let input = Box::new(answer(&operation, value));
                self.plan(at, Happening::Answer { seat, link, input });
            }
        }
        if fate.breaks == Some(Break::After) {
            self.link_lost(seat);
        }
    }

    fn carry_out(
        &mut self,
        seat: SeatId,
        operation: &Output,
        on_the_way: Duration,
        heat: Option<usize>,
    ) -> Result<Vec<u8>, LinkError> {
        let now: Instant = self.now;
        let state = &mut self.seats[seat];
        match operation {
            Output::Read(_, characteristic) => {
                let mut value = state.sim.read(now, *characteristic);
                // The operating system bonds when a read needs it, and reads again.
                if matches!(value, Err(LinkError::NotPaired(_))) && state.sim.pair(now).is_ok() {
                    value = state.sim.read(now, *characteristic);
                }
                let damaged = self.rng.random_bool(self.weather.damaged);
                value.map(|value| if damaged { damage_value(&mut self.rng, value) } else { value })
            }
            Output::Write(_, characteristic, value, _) => {
                let (before, stops) = (state.sim.heat_writes(), state.sim.counters().modes(HEAT_CYCLE_ABORT));
                let result = state.sim.write(now, *characteristic, value);
                let heats = state.sim.heat_writes() - before;
                if state.sim.counters().modes(HEAT_CYCLE_ABORT) > stops {
                    state.stopped_at = Some(now);
                }
                for _ in 0..heats {
                    self.note(|| format!("{seat} HEAT arrives"));
                    self.tally.heats += 1;
                    let arrived = self.seats[seat].ledger.heat_arrived(now, heat, on_the_way);
                    self.rule(arrived);
                }
                result.map(|()| Vec::new())
            }
            Output::Subscribe(_, characteristic) => {
                state.sim.subscribe(now, *characteristic).map(|()| Vec::new())
            }
            Output::Connect(_) | Output::Disconnect | Output::Event(_) => Ok(Vec::new()),
        }
    }

    pub(super) fn answer(&mut self, seat: SeatId, link: u64, input: Input) {
        if self.seats[seat].link(link).is_none() {
            return;
        }
        if let Input::Notified(characteristic, value) = &input {
            let state = &mut self.seats[seat];
            let header = if *characteristic == gatt::EVENT { 6 } else { 3 };
            let lorax = matches!(*characteristic, gatt::EVENT | gatt::REPLY);
            state.short_frames += u64::from(lorax && value.len() < header);
            let stray =
                *characteristic == gatt::REPLY && value.len() >= header && value.starts_with(&NO_SEQUENCE);
            state.stray_replies += u64::from(stray);
        }
        self.note(|| format!("{seat} < {}", show_input(&input)));
        self.machine(seat, input);
    }

    /// Takes notifications from a device.
    pub(super) fn listen(&mut self, seat: SeatId) -> bool {
        let mut heard = false;
        while let Some((characteristic, value)) = self.seats[seat].sim.poll_notification() {
            heard = true;
            let Radio::Open(link) = &self.seats[seat].radio else { continue };
            let link = link.id;
            if self.rng.random_bool(self.weather.notice_lost) {
                self.note(|| format!("{seat} a notification is lost"));
                continue;
            }
            let twice = self.rng.random_bool(self.weather.notice_twice);
            for _ in 0..if twice { 2 } else { 1 } {
                let (mut characteristic, mut value) = (characteristic, value.clone());
                if self.rng.random_bool(self.weather.damaged) {
                    (characteristic, value) = damage(&mut self.rng, characteristic, value);
                    self.tally.damaged += 1;
                }
                let at = if self.rng.random_bool(self.weather.notice_late) {
                    self.now + OVERTAKEN.draw(&mut self.rng)
                } else {
                    self.on_the_way_down(seat)
                };
                let input = Box::new(Input::Notified(characteristic, value));
                self.plan(at, Happening::Answer { seat, link, input });
            }
        }
        heard
    }
}

/// The answer that an operation has.
fn answer(operation: &Output, result: Result<Vec<u8>, LinkError>) -> Input {
    match operation {
        Output::Read(op, _) => Input::ReadDone(*op, result),
        Output::Write(op, ..) => Input::WriteDone(*op, result.map(|_| ())),
        Output::Subscribe(op, _) => Input::SubscribeDone(*op, result.map(|_| ())),
        Output::Connect(_) | Output::Disconnect | Output::Event(_) => Input::Closed,
    }
}

fn is_heat(characteristic: Uuid, value: &[u8]) -> bool {
    if characteristic == legacy::MODE {
        return value == f32::from(HEAT_CYCLE_START).to_le_bytes();
    }
    if characteristic != gatt::COMMAND {
        return false;
    }
    match Request::decode(value).map(|request| request.operation) {
        Ok(Operation::WriteShort { path, data, .. }) => {
            path == MODE_FILE && data.first() == Some(&HEAT_CYCLE_START)
        }
        _ => false,
    }
}

fn show(operation: &Output) -> String {
    match operation {
        Output::Write(op, gatt::COMMAND, value, _) => match Request::decode(value) {
            Ok(request) => format!("{op:?} {request:?}"),
            Err(_) => format!("{op:?} {value:02x?}"),
        },
        other => format!("{other:?}"),
    }
}

fn show_input(input: &Input) -> String {
    match input {
        Input::Notified(gatt::REPLY, value) => format!("reply {value:02x?}"),
        Input::Notified(gatt::EVENT, value) => format!("event {value:02x?}"),
        other => format!("{other:?}"),
    }
}
