//! How much of what somebody says is lost, as it is told to a person.

use std::time::{Duration, Instant};

use crate::audio::jitter::Counts;

/// It is looked at this often.
const EVERY: Duration = Duration::from_secs(2);

/// From so many lost of a hundred on it is said, until it is less than half of that.
const LOSSY: u8 = 8;

/// Of fewer packets nothing can be said.
const FEW: u64 = 25;

#[derive(Debug)]
pub(super) struct Loss {
    next: Instant,
    missing: u64,
    all: u64,
    percent: Option<u8>,
}

impl Loss {
    pub(super) fn new(now: Instant) -> Self {
        Self { next: now + EVERY, missing: 0, all: 0, percent: None }
    }

    /// What is to be told, when it has changed.
    pub(super) fn look(&mut self, now: Instant, counts: Counts) -> Option<Option<u8>> {
        if now < self.next {
            return None;
        }
        self.next = now + EVERY;
        let missing = counts.lost + counts.late;
        let all = counts.received + missing;
        let (missing_now, all_now) = (missing.saturating_sub(self.missing), all.saturating_sub(self.all));
        (self.missing, self.all) = (missing, all);
        if all_now < FEW {
            return None;
        }
        let percent = (missing_now * 100 / all_now).min(100) as u8;
        let is_lossy = percent >= LOSSY || (self.percent.is_some() && percent >= LOSSY / 2);
        let told = is_lossy.then_some(percent);
        (std::mem::replace(&mut self.percent, told) != told).then_some(told)
    }

    pub(super) const fn percent(&self) -> Option<u8> {
        self.percent
    }

    pub(super) const fn poll_timeout(&self) -> Instant {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test begins somewhere")]
    fn loss_is_told_when_it_is_much_and_until_it_is_little() {
        let start = Instant::now();
        let mut loss = Loss::new(start);
        let mut counts = Counts::default();
        let mut at = start;
        let mut look = |received: u64, lost: u64| {
            at += EVERY;
            counts.received += received;
            counts.lost += lost;
            loss.look(at, counts)
        };
        assert_eq!(look(95, 5), None);
        assert_eq!(look(88, 12), Some(Some(12)));
        assert_eq!(look(95, 5), Some(Some(5)), "still");
        assert_eq!(look(0, 5), None, "of five packets nothing can be said");
        assert_eq!(look(99, 1), Some(None));
        assert_eq!(look(94, 6), None);
    }
}
