//! How often somebody may ask: each sender for itself, so that who asks too often costs only itself.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Who asks too often is told so at most so often.
const SAY_EVERY: Duration = Duration::from_secs(1);

/// The most senders that are kept apart; more are let in when others have been silent for a while.
const MOST_SENDERS: usize = 256;

/// What each sender may do: some at once, then one by one.
#[derive(Clone, Debug)]
pub struct Allowance {
    burst: u32,
    each: Duration,
    senders: BTreeMap<String, Sender>,
}

#[derive(Clone, Debug)]
struct Sender {
    /// When everything that it asked is worn off. Ahead of now by one step for each of them.
    free: Instant,
    told: Option<Instant>,
}

/// Whether somebody may ask now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Allowed,
    /// They asked too often, and are to be told.
    TooOften,
    /// They asked too often, and know.
    TooOftenAgain,
}

impl Allowance {
    /// `burst` at once, then one for `each`.
    #[must_use]
    pub fn new(burst: u32, each: Duration) -> Self {
        Self { burst, each, senders: BTreeMap::new() }
    }

    /// Somebody asks.
    pub fn ask(&mut self, now: Instant, sender: &str) -> Verdict {
        if !self.senders.contains_key(sender) {
            if self.senders.len() >= MOST_SENDERS {
                self.senders.retain(|_, sender| sender.free > now);
            }
            if self.senders.len() >= MOST_SENDERS {
                return Verdict::TooOftenAgain;
            }
            self.senders.insert(sender.to_owned(), Sender { free: now, told: None });
        }
        let Some(sender) = self.senders.get_mut(sender) else { return Verdict::TooOftenAgain };
        let free = sender.free.max(now) + self.each;
        if free <= now + self.each * self.burst {
            sender.free = free;
            return Verdict::Allowed;
        }
        if sender.told.is_some_and(|told| now < told + SAY_EVERY) {
            return Verdict::TooOftenAgain;
        }
        sender.told = Some(now);
        Verdict::TooOften
    }
}

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;

    #[test]
    fn who_asks_too_often_is_told_once_and_costs_nobody_else() {
        let now = Clock::new().now().instant;
        let mut allowance = Allowance::new(2, Duration::from_millis(500));
        assert_eq!(allowance.ask(now, "a"), Verdict::Allowed);
        assert_eq!(allowance.ask(now, "a"), Verdict::Allowed);
        assert_eq!(allowance.ask(now, "a"), Verdict::TooOften);
        assert_eq!(allowance.ask(now, "a"), Verdict::TooOftenAgain);
        assert_eq!(allowance.ask(now, "b"), Verdict::Allowed);
        assert_eq!(allowance.ask(now + Duration::from_millis(500), "a"), Verdict::Allowed);
        assert_eq!(allowance.ask(now + Duration::from_millis(501), "a"), Verdict::TooOftenAgain);
        assert_eq!(allowance.ask(now + Duration::from_millis(1100), "a"), Verdict::Allowed);
    }

    #[test]
    fn a_crowd_of_senders_is_bounded_and_forgotten_when_it_is_silent() {
        let now = Clock::new().now().instant;
        let mut allowance = Allowance::new(2, Duration::from_millis(500));
        for sender in 0..10_000 {
            allowance.ask(now, &sender.to_string());
        }
        assert_eq!(allowance.senders.len(), MOST_SENDERS);
        assert_eq!(allowance.ask(now, "late"), Verdict::TooOftenAgain);
        assert_eq!(allowance.ask(now + Duration::from_secs(1), "late"), Verdict::Allowed);
        assert_eq!(allowance.senders.len(), 1);
    }
}
