//! What links cost and what was wrong on them. Bad input costs a line and a count, nothing else.

use std::time::Instant;

use super::machine::Device;
use super::timing::{COUNTERS, ROUND_TRIPS};
use super::{Event, LinkCounters, Output};
use crate::attribute::Attribute;
use crate::lorax::BadFrame;

/// Whether the counters are to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Telling {
    told_at: Option<Instant>,
    due: Option<Instant>,
}

impl Device {
    /// What links cost so far, and what was wrong on them.
    #[must_use]
    pub fn counters(&self) -> LinkCounters {
        self.counters
    }

    /// Something was counted that the owner is to know of.
    pub(super) fn counted(&mut self, now: Instant) {
        let soonest = self.telling.told_at.map_or(now, |at| (at + COUNTERS).max(now));
        self.telling.due = Some(self.telling.due.map_or(soonest, |due| due.min(soonest)));
    }

    /// A command was sent. Who looks closely is told now and then how many.
    pub(super) fn sent(&mut self, now: Instant) {
        self.counters.round_trips += 1;
        if self.watched {
            let due = self.telling.told_at.map_or(now, |at| (at + ROUND_TRIPS).max(now));
            self.telling.due.get_or_insert(due);
        }
    }

    /// A command was answered.
    pub(super) fn round_trip(&mut self, now: Instant, sent: Instant) {
        self.round_trips.took(now, now.saturating_duration_since(sent));
        self.counters.pace = self.round_trips.pace(now);
    }

    pub(super) fn expire_counters(&mut self, now: Instant) {
        if self.telling.due.is_some_and(|due| due <= now) {
            self.telling = Telling { told_at: Some(now), due: None };
            self.push(Output::Event(Event::Counters(self.counters)));
        }
    }

    pub(super) fn counters_timeout(&self) -> Option<Instant> {
        self.telling.due
    }

    pub(super) fn bad_frame(&mut self, now: Instant, error: &BadFrame) {
        tracing::debug!(%error, "a bad frame is ignored");
        self.counters.short_frames += 1;
        self.counted(now);
    }

    pub(super) fn long_frame(&mut self, now: Instant, length: usize) {
        tracing::debug!(length, "more came than was asked for: the rest is ignored");
        self.counters.long_frames += 1;
        self.counted(now);
    }

    pub(super) fn stray_reply(&mut self, now: Instant, sequence: u16) {
        tracing::debug!(sequence, "a reply to nothing is ignored");
        self.counters.stray_replies += 1;
        self.counted(now);
    }

    pub(super) fn stray_event(&mut self, now: Instant, watch: u16) {
        tracing::debug!(watch, "an event of no watch is ignored");
        self.counters.stray_events += 1;
        self.counted(now);
    }

    pub(super) fn bad_value(&mut self, now: Instant, attribute: Attribute, bytes: &[u8]) {
        // Not the bytes: they may be those of a serial number.
        tracing::debug!(?attribute, length = bytes.len(), "a value of another form is ignored");
        self.counters.bad_values += 1;
        self.counted(now);
    }
}
