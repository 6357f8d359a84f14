//! What happened in a world, for the assertions of a story and for reading after a failure.

use std::fmt;
use std::time::{Duration, Instant};

use puffco::device::IntentId;

use crate::party::PartyId;
use crate::trace::Trace;

/// A start as a party's session told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartTold {
    /// Whom.
    pub party: PartyId,
    /// When.
    pub told_at: Instant,
    /// It must not heat.
    pub excluded: bool,
    /// When to heat, as the party understood it.
    pub start_at: Option<Instant>,
}

/// A heat command that left a device machine towards its radio, whether or not it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeatWrite {
    /// Whose.
    pub party: PartyId,
    /// When.
    pub at: Instant,
    /// The latest wish that the machine was asked for.
    pub intent: Option<IntentId>,
}

/// The story so far.
#[derive(Debug)]
pub struct Record {
    trace: Trace,
    /// Starts that the gateway decided on: the instants that it named.
    pub starts: Vec<Instant>,
    /// Starts as the parties were told of them.
    pub starts_told: Vec<StartTold>,
    /// Heat commands that were written.
    pub heat_writes: Vec<HeatWrite>,
}

impl Record {
    pub(crate) fn new(begin: Instant) -> Self {
        Self {
            trace: Trace::new(begin),
            starts: Vec::new(),
            starts_told: Vec::new(),
            heat_writes: Vec::new(),
        }
    }

    pub(crate) fn line(&mut self, now: Instant, line: String) {
        self.trace.line(now, line);
    }

    /// Heat commands that one party's machine wrote.
    pub fn heat_writes_of(&self, party: PartyId) -> impl Iterator<Item = &HeatWrite> {
        self.heat_writes.iter().filter(move |write| write.party == party)
    }

    /// Starts that one party was told of and was to take part in.
    pub fn invitations_of(&self, party: PartyId) -> impl Iterator<Item = &StartTold> {
        self.starts_told.iter().filter(move |start| start.party == party && !start.excluded)
    }

    /// Since the world began.
    #[must_use]
    pub fn time(&self, at: Instant) -> Duration {
        self.trace.time(at)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace.fmt(f)
    }
}
