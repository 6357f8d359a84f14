//! The radio of a room: tries to connect, links, and how they end.

use std::time::{Duration, Instant};

use puffco::device::{Input, OpId, Output};
use puffco::link::{Gatt, LinkError};
use rand::RngExt;

use super::outage::Adapter;
use super::schedule::Happening;
use super::seat::{Link, Radio, SeatId};
use super::weather::ConnectFate;
use super::{Room, in_order};
use crate::options::Range;

/// The radio gives a try to connect up after this.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// A radio that waits for a device hears it within this time.
const LISTENS_EVERY: Duration = Duration::from_millis(100);
/// Finding out which services there are.
const DISCOVERY: Range = Range::ms(30, 250);
/// What fails by itself is told this fast.
const AT_ONCE: Range = Range::ms(0, 30);

impl Room {
    /// What a machine wants of its radio.
    pub(super) fn radio_output(&mut self, seat: SeatId, output: Output) {
        match output {
            Output::Event(event) => self.told(seat, event),
            Output::Connect(op) => self.connect(seat, op),
            Output::Disconnect => self.disconnect(seat),
            operation => self.operate(seat, operation),
        }
    }

    fn connect(&mut self, seat: SeatId, op: OpId) {
        self.note(|| format!("{seat} connects: {op:?}"));
        if !matches!(self.seats[seat].radio, Radio::Free) {
            let radio = format!("{:?}", self.seats[seat].radio);
            self.broken(&format!("seat {seat} connects a second time: {radio}"));
        }
        self.tally.connects += 1;
        let fate = self.weather.connect(&mut self.rng);
        let hangs = fate == ConnectFate::Hangs;
        self.seats[seat].radio = Radio::Opening { op, since: self.now, hangs, link: None };
        if let Some(error) = self.adapter.error() {
            let at = self.now + AT_ONCE.draw(&mut self.rng);
            return self.plan(at, Happening::Connected { seat, op, result: Err(error) });
        }
        match fate {
            ConnectFate::Tries(after) => self.plan(self.now + after, Happening::Try { seat, op }),
            ConnectFate::Refused(after, error) => {
                self.plan(self.now + after, Happening::Connected { seat, op, result: Err(error) });
            }
            // Some radios give up by themselves, some never do.
            ConnectFate::Hangs if self.rng.random_bool(0.5) => {
                let result = Err(LinkError::TimedOut);
                self.plan(self.now + CONNECT_LIMIT, Happening::Connected { seat, op, result });
            }
            ConnectFate::Hangs => {}
        }
    }

    /// Tries that hang or take long do so no more: they wait for the device to be heard, as others do.
    pub(super) fn unhang(&mut self) {
        for seat in 0..self.seats.len() {
            if let Radio::Opening { op, hangs, .. } = &mut self.seats[seat].radio {
                *hangs = false;
                let op = *op;
                self.plan(self.now, Happening::Try { seat, op });
            }
        }
    }

    pub(super) fn try_link(&mut self, seat: SeatId, op: OpId) {
        let Radio::Opening { op: opening, since, hangs: false, link: None } = self.seats[seat].radio else {
            return;
        };
        if opening != op {
            return;
        }
        let now = self.now;
        let fails = |error| Happening::Connected { seat, op, result: Err(error) };
        if let Some(error) = self.adapter.error() {
            return self.plan(now, fails(error));
        }
        let sim = &mut self.seats[seat].sim;
        if sim.advertisement().is_none() {
            let given_up = now >= since + CONNECT_LIMIT;
            let next = if given_up { fails(LinkError::TimedOut) } else { Happening::Try { seat, op } };
            return self.plan(now + LISTENS_EVERY, next);
        }
        let at = now + DISCOVERY.draw(&mut self.rng);
        if let Err(error) = sim.connect(now) {
            self.note(|| format!("{seat} the device drops the link at once"));
            return self.plan(at, fails(error));
        }
        self.links += 1;
        let gatt = sim.gatt();
        let lost = self.rng.random_bool(self.weather.discovery_fails);
        let gatt = if lost { Gatt::default() } else { gatt };
        let link = Some(self.links);
        self.seats[seat].radio = Radio::Opening { op, since, hangs: false, link };
        self.plan(at, Happening::Connected { seat, op, result: Ok(gatt) });
    }

    pub(super) fn connected(&mut self, seat: SeatId, op: OpId, mut result: Result<Gatt, LinkError>) {
        let Radio::Opening { op: opening, link, .. } = self.seats[seat].radio else { return };
        if opening != op {
            return;
        }
        let now = self.now;
        if result.is_ok() && !self.seats[seat].sim.is_connected() {
            result = Err(LinkError::Disconnected);
        }
        self.seats[seat].radio = match (&result, link) {
            (Ok(_), Some(id)) => Radio::Open(Link { id, alive: true, up_until: now, down_until: now }),
            _ => Radio::Free,
        };
        if result.is_err() && link.is_some() {
            self.seats[seat].sim.disconnect(now);
        }
        self.note(|| format!("{seat} {op:?}: {:?}", result.as_ref().map(|gatt| gatt.services.len())));
        self.tally.links += u32::from(result.is_ok());
        let clock = self.wall_clock();
        self.machine(seat, Input::WallClock(clock));
        self.machine(seat, Input::Connected(op, result));
    }

    fn disconnect(&mut self, seat: SeatId) {
        self.note(|| format!("{seat} disconnects"));
        let now = self.now;
        if let Radio::Opening { op, link, .. } = self.seats[seat].radio {
            // The answer may have been on its way already; a machine ignores it.
            if link.is_some() && self.rng.random_bool(0.3) {
                let at = now + AT_ONCE.draw(&mut self.rng);
                self.plan(at, Happening::Stale { seat, op });
            }
        }
        self.seats[seat].radio = Radio::Free;
        self.seats[seat].sim.disconnect(now);
    }

    /// An answer to a try to connect that was given up.
    pub(super) fn stale(&mut self, seat: SeatId, op: OpId) {
        if !matches!(self.seats[seat].radio, Radio::Open(_)) {
            self.note(|| format!("{seat} {op:?} is answered late"));
            self.machine(seat, Input::Connected(op, Ok(Gatt::default())));
        }
    }

    /// The link between radio and device is gone; the machine hears of it later.
    pub(super) fn link_lost(&mut self, seat: SeatId) {
        if let Some(link) = self.link_dies(seat) {
            let at = self.now + self.weather.notices.draw(&mut self.rng);
            self.plan(at, Happening::Closed { seat, link });
        }
    }

    /// As [`Self::link_lost`], but the machine never hears of it.
    pub(super) fn link_dies(&mut self, seat: SeatId) -> Option<u64> {
        self.seats[seat].sim.drop_link(self.now);
        let Radio::Open(link) = &mut self.seats[seat].radio else { return None };
        let id = std::mem::replace(&mut link.alive, false).then_some(link.id)?;
        self.note(|| format!("{seat} its link is lost"));
        Some(id)
    }

    pub(super) fn closed(&mut self, seat: SeatId, link: u64) {
        if self.seats[seat].link(link).is_some() {
            self.note(|| format!("{seat} hears that its link is gone"));
            self.seats[seat].radio = Radio::Free;
            self.machine(seat, Input::Closed);
        }
    }

    /// Notices that a device has closed its link by itself.
    pub(super) fn notice_closed(&mut self, seat: SeatId) -> bool {
        let state = &self.seats[seat];
        let gone = matches!(&state.radio, Radio::Open(link) if link.alive) && !state.sim.is_connected();
        if gone {
            self.link_lost(seat);
        }
        gone
    }

    /// When something sent now reaches the device; in order.
    pub(super) fn on_the_way_up(&mut self, seat: SeatId, stuck: Duration) -> Option<(u64, Instant)> {
        let at = self.now + self.weather.delay.draw(&mut self.rng) + stuck;
        let Radio::Open(link) = &mut self.seats[seat].radio else { return None };
        link.alive.then(|| (link.id, in_order(&mut link.up_until, at)))
    }

    /// When something sent now reaches the machine; in order.
    pub(super) fn on_the_way_down(&mut self, seat: SeatId) -> Instant {
        let at = self.now + self.weather.delay.draw(&mut self.rng);
        match &mut self.seats[seat].radio {
            Radio::Open(link) => in_order(&mut link.down_until, at),
            _ => at,
        }
    }
}

impl Adapter {
    /// Why nothing can be connected.
    pub(super) fn error(self) -> Option<LinkError> {
        match self {
            Self::On => None,
            Self::Off => Some(LinkError::AdapterOff),
            Self::Gone => Some(LinkError::NoAdapter),
        }
    }
}
