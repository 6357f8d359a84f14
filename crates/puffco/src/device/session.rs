//! One link of the machine: how far it is set up, the command in flight, and what it polls and watches.

use std::time::Instant;

use super::polls::Polls;
use super::watches::{WatchStep, Watches};
use super::{IntentId, OpId, RequestId};
use crate::attribute::Attribute;
use crate::lorax::{Limits, Sequence};
use crate::write::Write;

/// How far a link is set up; in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Reading VERSION, which bonds.
    Version { op: OpId, deadline: Instant },
    /// Subscribing to replies.
    Replies { op: OpId, deadline: Instant },
    /// Subscribing to watch events.
    Events { op: OpId, deadline: Instant },
    /// Asking for the limits.
    Limits,
    /// Asking for the challenge.
    Seed,
    /// Answering it.
    Unlock([u8; 16]),
    /// Reading what the device is.
    Snapshot,
    /// Starting the first watches.
    Watch,
    /// Live.
    Ready,
}

/// A write, and what is told when it is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Errand {
    /// A heat. Never written again.
    Heat { request: RequestId, intent: IntentId },
    /// A stop; the machine keeps its own account of it.
    Stop,
    /// Anything else that was asked for; `tries` were made.
    Plain { request: RequestId, tries: u8 },
}

/// A command that wants a reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Limits,
    Seed,
    Unlock([u8; 16]),
    /// Reading a file; what came so far.
    Read(Attribute, Vec<u8>),
    Watch(WatchStep),
    Write(Write, Errand),
}

/// The command in flight.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) sequence: u16,
    pub(super) op: OpId,
    pub(super) deadline: Instant,
    pub(super) command: Command,
}

/// One open link.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) step: Step,
    /// It was ready before; a recovery does not take that back.
    pub(super) ready_since: Option<Instant>,
    pub(super) unlocked: bool,
    pub(super) refusals: u8,
    pub(super) limits: Option<Limits>,
    pub(super) sequence: Sequence,
    pub(super) flight: Option<Flight>,
    /// Commands in a row that got no reply.
    pub(super) silences: u8,
    pub(super) recovered_at: Option<Instant>,
    /// What the snapshot still has to read, last first.
    pub(super) unread: Vec<Attribute>,
    pub(super) to_read: usize,
    pub(super) polls: Polls,
    pub(super) watches: Watches,
}

impl Session {
    pub(super) fn new(step: Step, mut snapshot: Vec<Attribute>) -> Self {
        snapshot.reverse();
        Self {
            step,
            ready_since: None,
            unlocked: false,
            refusals: 0,
            limits: None,
            sequence: Sequence::default(),
            flight: None,
            silences: 0,
            recovered_at: None,
            to_read: snapshot.len(),
            unread: snapshot,
            polls: Polls::default(),
            watches: Watches::new(),
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.step == Step::Ready
    }
}

/// What is read first: how it is now. The two files that tell the number dialect come before any number.
const PRESENT: [Attribute; 12] = [
    Attribute::Operating,
    Attribute::ProfileCelsius(0),
    Attribute::Battery,
    Attribute::Heater,
    Attribute::Elapsed,
    Attribute::Total,
    Attribute::Target,
    Attribute::Chamber,
    Attribute::Charge,
    Attribute::ChargeSource,
    Attribute::ChargeEta,
    Attribute::SelectedProfile,
];

/// What hardly changes.
const LASTING: [Attribute; 10] = [
    Attribute::ModelCode,
    Attribute::Serial,
    Attribute::Hardware,
    Attribute::Firmware,
    Attribute::Mac,
    Attribute::Name,
    Attribute::TotalDabs,
    Attribute::DabsPerDay,
    Attribute::DabsLeft,
    Attribute::Led,
];

/// The files of a link that are read while it is set up, and those that can wait until it is ready: a device
/// that is known already is ready sooner.
pub(super) fn snapshot(known: bool) -> (Vec<Attribute>, Vec<Attribute>) {
    let profiles = (0..=3).flat_map(|slot| {
        [
            Attribute::ProfileName(slot),
            Attribute::ProfileCelsius(slot),
            Attribute::ProfileSeconds(slot),
            Attribute::ProfileLight(slot),
            Attribute::ProfileIntensity(slot),
        ]
    });
    let lasting = LASTING.into_iter().chain(profiles.filter(|file| !PRESENT.contains(file)));
    if known {
        (PRESENT.to_vec(), lasting.collect())
    } else {
        (PRESENT.into_iter().chain(lasting).collect(), Vec::new())
    }
}
