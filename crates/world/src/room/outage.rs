//! What goes wrong at a moment and is over at another: out of range, asleep, adapter off, computer asleep.

use std::time::Duration;

use puffco::device::Input;
use rand::RngExt;

use super::schedule::Happening;
use super::seat::{Radio, SeatId};
use super::{Room, draw};
use crate::options::Range;

/// The computer's Bluetooth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adapter {
    On,
    /// Switched off.
    Off,
    /// Unplugged.
    Gone,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outage {
    /// The link breaks, and the device advertises again at once.
    LinkLost(SeatId),
    /// The device is not heard and does not hear.
    OutOfRange(SeatId),
    /// The device sleeps.
    Asleep(SeatId),
    /// Device and computer have forgotten their bond.
    BondLost(SeatId),
    /// The device has forgotten its bond, and the computer has not.
    BondStale(SeatId),
    /// Bluetooth is switched off.
    AdapterOff,
    /// The adapter is unplugged.
    AdapterGone,
    /// The computer sleeps.
    ComputerSleeps,
}

impl Outage {
    /// One of those that a device's advertisements end.
    pub fn draw(room: &mut Room) -> Self {
        let seat = draw(&mut room.rng, 0..room.seats.len());
        match room.rng.random_range(0..10) {
            0..=1 => Self::LinkLost(seat),
            2..=4 => Self::OutOfRange(seat),
            5 => Self::Asleep(seat),
            6 if room.rng.random_bool(0.5) => Self::BondLost(seat),
            6 => Self::BondStale(seat),
            7 => Self::AdapterOff,
            8 => Self::AdapterGone,
            _ => Self::ComputerSleeps,
        }
    }

    /// How long it takes.
    pub fn length(self, room: &mut Room) -> Duration {
        let range = match self {
            Self::LinkLost(_) => Range::ms(0, 1),
            Self::BondLost(_) | Self::BondStale(_) => Range::ms(500, 10_000),
            Self::AdapterOff | Self::AdapterGone => Range::ms(200, 20_000),
            Self::ComputerSleeps => Range::ms(3_000, 600_000),
            // Seconds mostly, and minutes now and then.
            _ if room.rng.random_bool(0.2) => Range::ms(30_000, 240_000),
            _ => Range::ms(200, 15_000),
        };
        range.draw(&mut room.rng)
    }
}

impl Room {
    /// Something bigger goes wrong; it ends by itself.
    pub(super) fn begin(&mut self, outage: Outage) {
        if self.asleep {
            return;
        }
        self.note(|| format!("--- {outage:?}"));
        let length = outage.length(self);
        self.plan(self.now + length, Happening::End(outage));
        match outage {
            Outage::LinkLost(seat) => self.link_lost(seat),
            Outage::OutOfRange(seat) => {
                self.seats[seat].sim.faults_mut().silent_radio = true;
                self.link_lost(seat);
            }
            Outage::Asleep(seat) => self.seats[seat].sim.sleep(self.now),
            Outage::BondLost(seat) => self.seats[seat].sim.set_bonded(false),
            Outage::BondStale(seat) => self.seats[seat].sim.forget_bond(),
            Outage::AdapterOff => self.set_adapter(Adapter::Off),
            Outage::AdapterGone => self.set_adapter(Adapter::Gone),
            Outage::ComputerSleeps => {
                self.asleep = true;
                // Some systems say afterwards that a link is gone, some do not.
                if self.rng.random_bool(0.5) {
                    for seat in 0..self.seats.len() {
                        self.link_dies(seat);
                    }
                }
                self.lose_all_links();
            }
        }
    }

    pub(super) fn end(&mut self, outage: Outage) {
        self.note(|| format!("--- over: {outage:?}"));
        match outage {
            Outage::LinkLost(_) => {}
            Outage::OutOfRange(seat) => self.seats[seat].sim.faults_mut().silent_radio = false,
            Outage::Asleep(seat) => self.seats[seat].sim.wake(self.now),
            Outage::BondLost(seat) | Outage::BondStale(seat) => self.seats[seat].sim.set_bonded(true),
            Outage::AdapterOff | Outage::AdapterGone => self.set_adapter(Adapter::On),
            Outage::ComputerSleeps => self.wake(),
        }
    }

    fn set_adapter(&mut self, adapter: Adapter) {
        self.adapter = adapter;
        if adapter != Adapter::On {
            return self.lose_all_links();
        }
        // Not every radio tells; then the first advertisement does.
        if self.rng.random_bool(0.5) {
            for seat in 0..self.seats.len() {
                self.machine(seat, Input::AdapterOn);
            }
        }
    }

    fn lose_all_links(&mut self) {
        for seat in 0..self.seats.len() {
            self.link_lost(seat);
            // What was being connected fails, or hangs from now on.
            if let Radio::Opening { link, .. } = &mut self.seats[seat].radio
                && link.take().is_some()
            {
                self.seats[seat].sim.drop_link(self.now);
            }
        }
    }

    /// The computer wakes up. Timers and news of the sleep come in either order.
    fn wake(&mut self) {
        if !std::mem::take(&mut self.asleep) {
            return;
        }
        self.awake_since = self.now;
        let told_late = self.rng.random_bool(0.5);
        let after = if told_late { Range::ms(0, 1_500).draw(&mut self.rng) } else { Duration::ZERO };
        if told_late {
            self.plan(self.now + after, Happening::Woke);
        } else {
            self.woke();
        }
    }

    pub(super) fn woke(&mut self) {
        for seat in 0..self.seats.len() {
            self.note(|| format!("{seat} the computer slept"));
            // A machine that does not know yet that its link is in doubt has no use for advertisements.
            self.seats[seat].heard = None;
            self.machine(seat, Input::Woke);
        }
    }

    /// Everything bigger that goes wrong is over.
    pub(super) fn end_all(&mut self) {
        self.schedule.retain(|happening| !matches!(happening, Happening::Begin(_) | Happening::End(_)));
        self.end(Outage::AdapterOff);
        self.end(Outage::ComputerSleeps);
        for seat in 0..self.seats.len() {
            self.end(Outage::OutOfRange(seat));
            self.end(Outage::BondLost(seat));
            self.end(Outage::Asleep(seat));
        }
    }
}
