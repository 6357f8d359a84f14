//! The clock of whoever speaks against ours: how much later than the fastest each packet came, and so when it is due.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::audio::frame::RATE;

/// Delays of so many packets are remembered: ten seconds.
const REMEMBERED: usize = 500;

/// The delay is worked out anew after so many packets.
const EVERY: u32 = 10;

/// Of a hundred packets so many may come too late.
const LATE_OF_HUNDRED: usize = 2;

/// On top of what packets need: the pace at which sound is fetched.
const MARGIN: Duration = Duration::from_millis(4);

/// Before anything is known of the network.
pub(super) const FIRST_DELAY: Duration = Duration::from_millis(60);

/// No delay is shorter or longer: with less, the packet that repeats a lost one comes too late for it.
const DELAYS: std::ops::RangeInclusive<Duration> = Duration::from_millis(26)..=Duration::from_millis(300);

/// A packet that is so many seconds off the others is of another time: whoever sends them began anew.
const ELSEWHERE: f64 = 2.0;

/// Their clock against ours.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) source: u32,
    began: Instant,
    pub(super) last_time: i64,
    pub(super) last_sequence: i64,
    /// Of the latest packets: seconds from being spoken, by a clock that is off by something unknown, to being here.
    ways: VecDeque<f64>,
    fastest: f64,
    pub(super) delay: Duration,
    until_next: u32,
}

impl Pace {
    pub(super) fn new(now: Instant, source: u32, sequence: u16, time: u32) -> Self {
        Self {
            source,
            began: now,
            last_time: i64::from(time),
            last_sequence: i64::from(sequence),
            ways: VecDeque::new(),
            fastest: 0.0,
            delay: FIRST_DELAY,
            until_next: EVERY,
        }
    }

    /// Both count on where the packet counts around.
    pub(super) fn unwrapped(&self, sequence: u16, time: u32) -> (i64, i64) {
        let sequence =
            self.last_sequence + i64::from(sequence.wrapping_sub(self.last_sequence as u16) as i16);
        let time = self.last_time + i64::from(time.wrapping_sub(self.last_time as u32) as i32);
        (sequence, time)
    }

    pub(super) fn way(&self, now: Instant, time: i64) -> f64 {
        now.saturating_duration_since(self.began).as_secs_f64() - time as f64 / f64::from(RATE)
    }

    pub(super) fn learn(&mut self, way: f64) {
        let is_first = self.ways.is_empty();
        if self.ways.len() >= REMEMBERED {
            self.ways.pop_front();
        }
        self.ways.push_back(way);
        self.until_next -= 1;
        if is_first || way < self.fastest {
            self.fastest = way;
        }
        if self.until_next == 0 {
            self.until_next = EVERY;
            self.work_out();
        }
    }

    fn work_out(&mut self) {
        let mut ways: Vec<f64> = self.ways.iter().copied().collect();
        ways.sort_unstable_by(f64::total_cmp);
        self.fastest = ways[0];
        // Few packets do not know the slow ones yet.
        if ways.len() >= 20 {
            let slow = ways[(ways.len() - 1) - ways.len() * LATE_OF_HUNDRED / 100];
            let needed = Duration::from_secs_f64((slow - self.fastest).clamp(0.0, 1.0)) + MARGIN;
            self.delay = needed.clamp(*DELAYS.start(), *DELAYS.end());
        }
    }

    /// How many seconds later than due it would be to play this now.
    pub(super) fn lateness(&self, now: Instant, time: i64) -> f64 {
        self.way(now, time) - self.fastest - self.delay.as_secs_f64()
    }

    pub(super) fn is_elsewhere(&self, now: Instant, sequence: u16, time: u32) -> bool {
        let (sequence, time) = self.unwrapped(sequence, time);
        (self.way(now, time) - self.fastest).abs() > ELSEWHERE
            || (sequence - self.last_sequence).abs() > 5_000
    }

    /// A packet was here before.
    pub(super) fn knows_something(&self) -> bool {
        !self.ways.is_empty()
    }
}
