//! What is kept of a service that is followed: how many messages came, and the last of them. Bounded, whatever comes.

use std::collections::VecDeque;
use std::time::Instant;

use hearth_clock::Now;

use crate::contract::{ServiceFeed, ServiceMessage, TelemetryView};
use crate::telemetry;

/// Seconds for which rates are kept.
const SECONDS: usize = 60;
/// Seconds over which the rate is taken.
const RATE_OVER: usize = 10;
/// Messages that are kept.
const MESSAGES: usize = 50;
/// So much of a message is kept, characters.
const TEXT: usize = 2_000;

/// What is kept of a service.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Where seconds count from.
    start: Option<Instant>,
    second: u64,
    /// By second, the present one last.
    rates: VecDeque<u32>,
    bytes: Option<u32>,
    latency_ms: Option<i32>,
    telemetry: Option<TelemetryView>,
    messages: VecDeque<ServiceMessage>,
    number: u32,
    revision: u64,
}

/// A message that comes in or goes out.
pub(super) struct Entry<'a> {
    pub from: &'a str,
    pub mine: bool,
    /// Its data, or the beginning of it.
    pub text: &'a str,
    pub bytes: usize,
    /// For how many it stands.
    pub count: u32,
}

impl Feed {
    /// Takes a message.
    pub fn take(&mut self, now: Now, entry: &Entry<'_>) {
        self.advance(now);
        if let Some(rate) = self.rates.back_mut() {
            *rate = rate.saturating_add(entry.count);
        }
        let bytes = u32::try_from(entry.bytes).unwrap_or(u32::MAX);
        self.bytes = Some(bytes);
        let reading = (entry.text.len() == entry.bytes).then(|| telemetry::read(entry.text)).flatten();
        self.latency_ms = reading.as_ref().and_then(|reading| reading.latency_ms(now.unix_ms));
        if let Some(reading) = reading {
            reading.follow(&mut self.telemetry);
        }
        self.number = self.number.wrapping_add(entry.count);
        self.messages.push_front(ServiceMessage {
            number: self.number,
            at: now.unix_ms as f64,
            from: telemetry::name(entry.from),
            mine: entry.mine,
            text: entry.text.chars().take(TEXT).collect(),
            bytes,
        });
        self.messages.truncate(MESSAGES);
        self.revision += 1;
    }

    /// Time has passed. Whether the rate may be another.
    pub fn advance(&mut self, now: Now) -> bool {
        let start = *self.start.get_or_insert(now.instant);
        let second = now.instant.saturating_duration_since(start).as_secs();
        if self.rates.is_empty() {
            self.rates.extend([0; SECONDS]);
        }
        let passed = second.saturating_sub(self.second);
        if passed == 0 {
            return false;
        }
        self.second = second;
        let told = self.rates.iter().any(|rate| *rate > 0);
        for _ in 0..passed.min(SECONDS as u64) {
            self.rates.pop_front();
            self.rates.push_back(0);
        }
        self.revision += u64::from(told);
        told
    }

    /// Messages a second, of late, in tenths.
    pub fn rate(&self) -> f32 {
        let sum: u64 = self.rates.iter().rev().take(RATE_OVER).copied().map(u64::from).sum();
        sum as f32 / RATE_OVER as f32
    }

    /// Counts up with what there is to see.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// As faces see it.
    pub fn view(&self, gateway: u32, service: &str) -> ServiceFeed {
        let mut rates: Vec<u32> = self.rates.iter().copied().collect();
        rates.resize(SECONDS, 0);
        ServiceFeed {
            gateway: gateway.to_string(),
            service: service.to_owned(),
            rates,
            bytes: self.bytes,
            latency_ms: self.latency_ms,
            telemetry: self.telemetry.clone(),
            messages: self.messages.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hearth_clock::Clock;

    use super::*;

    #[test]
    fn a_flood_is_counted_and_leaves_fifty_short_messages() {
        let mut now = Clock::new().now();
        let mut feed = Feed::default();
        let text = "ä".repeat(4_096);
        for _ in 0..3_000 {
            feed.take(now, &Entry { from: "flood", mine: false, text: &text, bytes: 1 << 20, count: 2 });
            now = now.later(Duration::from_millis(1));
        }
        let view = feed.view(1, "flood");
        assert_eq!(view.messages.len(), 50);
        assert!(view.messages.iter().all(|message| message.text.chars().count() == 2_000));
        assert_eq!((view.rates.len(), view.bytes), (60, Some(1 << 20)));
        assert_eq!(view.rates[57..], [2_000, 2_000, 2_000]);
        assert!((feed.rate() - 600.0).abs() < 0.1);
        feed.advance(now.later(Duration::from_secs(500)));
        assert_eq!(feed.view(1, "flood").rates, [0; 60]);
    }
}
