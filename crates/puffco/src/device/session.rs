//! One link of the machine: how far it is set up, the command in flight, and what it polls and watches.
//!
//! Commands are the same in both generations; how they travel is in [`super::wire`].

use std::time::Instant;

use uuid::Uuid;

use super::polls::Polls;
use super::watches::{WatchStep, Watches};
use super::{IntentId, OpId, RequestId};
use crate::attribute::Attribute;
use crate::generation::Generation;
use crate::link::Gatt;
use crate::log::LogKind;
use crate::lorax::{Limits, Sequence};
use crate::number::DialectEvidence;
use crate::write::Write;

/// How far a link is set up; in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Reading VERSION, which bonds. Only on Lorax.
    Bond { op: OpId, deadline: Instant },
    /// Subscribing to replies. Only on Lorax.
    Replies { op: OpId, deadline: Instant },
    /// Asking for the limits. Only on Lorax.
    Limits,
    /// Asking for the challenge.
    Seed,
    /// Answering it.
    Unlock([u8; 16]),
    /// Reading the state, to see whether the answer was right. Only in the legacy generation.
    Check,
    /// Reading how the device is now.
    Snapshot,
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
    /// Another mode command that was asked for; `tries` were made.
    Plain { request: RequestId, tries: u8 },
    /// A piece of the running edit.
    Edit,
}

/// A step of reading a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogStep {
    /// Where the log begins.
    Begin,
    /// Where it ends.
    End,
    /// Choose the entry with this index.
    Select(u32),
    /// See whether that entry is ready.
    Ready,
    /// Read it.
    Entry,
}

/// One round trip.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Limits,
    Seed,
    Unlock([u8; 16]),
    Check,
    /// Reading an attribute, or the next piece of it; what came so far.
    Read(Attribute, Vec<u8>),
    Watch(WatchStep),
    /// Writing; so many bytes of it were written before.
    Write(Write, Errand, usize),
    Log(LogKind, LogStep),
    /// Making the pointer point to a profile, for the sake of another command.
    Point(u8, Box<Command>),
}

/// What the answer to a command carries to be known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    /// The sequence number of a frame.
    Sequence(u16),
    /// The operation on a characteristic.
    Op(OpId),
}

/// The command in flight.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) receipt: Receipt,
    pub(super) op: OpId,
    pub(super) sent: Instant,
    pub(super) deadline: Instant,
    pub(super) command: Command,
    /// Most bytes that the answer may have.
    pub(super) asked: usize,
    /// Bytes that it writes, and all that there are to write.
    pub(super) piece: usize,
    pub(super) whole: usize,
}

/// Whether watch events can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Events {
    /// Not asked for yet.
    Unasked,
    /// Being asked for.
    Asked { op: OpId, deadline: Instant },
    /// They can, or cannot: then there are no watches.
    Settled,
}

/// One open link.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) generation: Generation,
    pub(super) gatt: Gatt,
    pub(super) step: Step,
    /// It was ready before; a recovery does not take that back.
    pub(super) ready_since: Option<Instant>,
    pub(super) unlocked: bool,
    pub(super) refusals: u8,
    pub(super) limits: Option<Limits>,
    pub(super) sequence: Sequence,
    /// Where the legacy profile pointer points; `None` when that is not certain.
    pub(super) pointer: Option<u8>,
    pub(super) flight: Option<Flight>,
    /// An answer came on this link.
    pub(super) answered: bool,
    /// Commands in a row that got no reply.
    pub(super) silences: u8,
    pub(super) recovered_at: Option<Instant>,
    /// The computer slept: the next silence is the end of the link.
    pub(super) doubted: bool,
    pub(super) evidence: DialectEvidence,
    /// What the snapshot still has to read, last first.
    pub(super) unread: Vec<Attribute>,
    pub(super) to_read: usize,
    /// A long value, read in pieces, and what came of it.
    pub(super) partial: Option<(Attribute, Vec<u8>)>,
    pub(super) events: Events,
    pub(super) polls: Polls,
    pub(super) watches: Watches,
    /// The clock was looked at.
    pub(super) clock_settled: bool,
}

impl Session {
    pub(super) fn new(generation: Generation, gatt: Gatt, step: Step, mut snapshot: Vec<Attribute>) -> Self {
        snapshot.reverse();
        Self {
            generation,
            gatt,
            step,
            ready_since: None,
            unlocked: false,
            refusals: 0,
            limits: None,
            sequence: Sequence::default(),
            pointer: None,
            flight: None,
            answered: false,
            silences: 0,
            recovered_at: None,
            doubted: false,
            evidence: DialectEvidence::default(),
            to_read: snapshot.len(),
            unread: snapshot,
            partial: None,
            events: Events::Unasked,
            polls: Polls::default(),
            watches: Watches::new(),
            clock_settled: false,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.step == Step::Ready
    }

    /// Whether a characteristic is there.
    pub(super) fn has(&self, characteristic: Uuid) -> bool {
        self.gatt.has_characteristic(characteristic)
    }

    /// A long value that is read in pieces, when it is this one.
    pub(super) fn so_far(&mut self, attribute: Attribute) -> Vec<u8> {
        self.partial.take_if(|(known, _)| *known == attribute).map(|(_, bytes)| bytes).unwrap_or_default()
    }
}
