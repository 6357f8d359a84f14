//! What happens in a room and when. Things at the same instant happen in the order in which they were planned.

use std::collections::BTreeMap;
use std::time::Instant;

use puffco::device::{Input, OpId, Output};
use puffco::link::{Gatt, LinkError};

use super::outage::Outage;
use super::seat::SeatId;

/// Something that happens.
#[derive(Debug)]
pub(crate) enum Happening {
    /// The radio tries to open a link.
    Try { seat: SeatId, op: OpId },
    /// The machine hears how its try to connect went.
    Connected { seat: SeatId, op: OpId, result: Result<Gatt, LinkError> },
    /// An operation reaches the device.
    Arrive { seat: SeatId, link: u64, arriving: Box<Arriving> },
    /// An answer or a notification reaches the machine.
    Answer { seat: SeatId, link: u64, input: Box<Input> },
    /// A machine hears of a try to connect that it gave up.
    Stale { seat: SeatId, op: OpId },
    /// The machine learns that its link is gone.
    Closed { seat: SeatId, link: u64 },
    /// The device advertises.
    Advert { seat: SeatId },
    /// A person does something.
    Wish { seat: SeatId },
    /// Something bigger goes wrong.
    Begin(Outage),
    /// And is over.
    End(Outage),
    /// The machines are told that the computer slept.
    Woke,
}

/// An operation on its way.
#[derive(Debug)]
pub(crate) struct Arriving {
    pub operation: Output,
    pub sent: Instant,
    pub fate: super::weather::OperationFate,
    /// Which heat it carries.
    pub heat: Option<usize>,
}

/// Happenings by time.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    happenings: BTreeMap<(Instant, u64), Happening>,
    planned: u64,
}

impl Schedule {
    pub fn push(&mut self, at: Instant, happening: Happening) {
        self.planned += 1;
        self.happenings.insert((at, self.planned), happening);
    }

    pub fn next(&self) -> Option<Instant> {
        self.happenings.first_key_value().map(|((at, _), _)| *at)
    }

    pub fn pop(&mut self, now: Instant) -> Option<Happening> {
        let first = self.happenings.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    pub fn len(&self) -> usize {
        self.happenings.len()
    }

    /// Drops what nobody needs any more.
    pub fn retain(&mut self, keep: impl Fn(&Happening) -> bool) {
        self.happenings.retain(|_, happening| keep(happening));
    }
}
