//! Messages that wait to be sent: for the connection, or for the answers to those before. They wait neither in great
//! numbers nor for long: what one client tells another of a device is worth nothing a little later, and may be wrong.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_dialects::concierge::Target;

/// More than this are refused.
const MOST: usize = 256;

/// A message that could not be sent for this long is given back.
const WAITS: Duration = Duration::from_secs(5);

/// A message.
#[derive(Debug)]
pub(super) struct Letter {
    pub ticket: u64,
    pub target: Target,
    pub text: String,
    until: Instant,
}

/// Messages that wait, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outbox(VecDeque<Letter>);

impl Outbox {
    /// Adds a message; false when there are too many already.
    #[must_use]
    pub fn push(&mut self, now: Instant, ticket: u64, target: Target, text: String) -> bool {
        let room = self.0.len() < MOST;
        if room {
            self.0.push_back(Letter { ticket, target, text, until: now + WAITS });
        }
        room
    }

    /// Takes the next to send.
    pub fn pop(&mut self) -> Option<Letter> {
        self.0.pop_front()
    }

    /// Takes one that waited too long.
    pub fn take_expired(&mut self, now: Instant) -> Option<Letter> {
        let expired = self.0.front().is_some_and(|letter| letter.until <= now);
        expired.then(|| self.0.pop_front()).flatten()
    }

    /// When the oldest has waited too long.
    pub fn due(&self) -> Option<Instant> {
        self.0.front().map(|letter| letter.until)
    }
}
