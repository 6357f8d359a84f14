//! Evens out what the network does to one person's packets: they come late, twice, in another order or not at all, and
//! leave at the pace at which they were spoken.
//!
//! Each packet has a moment at which it is due: when it was spoken, as the fastest of late packets tell, and the delay
//! that all but the slowest few need. The delay follows the network; silence and single frames that are left out or put in
//! make up for what it changed.

mod pace;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::frame::PACKET;
use pace::Pace;

/// How long 20 ms are, in samples.
const STEP: i64 = PACKET as i64;

/// So many packets wait at most: two seconds.
const MOST_WAITING: usize = 100;

/// Sound that is played so many seconds later than it is due is too late, and ten milliseconds are left out.
const TOO_LATE: f64 = 0.011;

/// Sound that is played so many seconds earlier than it is due comes too soon for the slow packets, and a frame is put in.
const TOO_SOON: f64 = -0.003;

/// Between two frames that are left out or put in.
const PATIENCE: Duration = Duration::from_millis(150);

/// So many frames in a row without any packet are an end; the next packet is a beginning.
const ENDS_AFTER: u32 = 10;

/// What to play for the next 20 ms.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This packet.
    Packet(Vec<u8>),
    /// These two, one faded into the other ten milliseconds early: there is time to make up for.
    Two(Vec<u8>, Vec<u8>),
    /// A lost packet, from what this one repeats of it; this one's turn is next.
    Repeated(Vec<u8>),
    /// A lost packet that nothing is known of.
    Lost,
    /// Nothing is said.
    Silence,
}

/// What happened to the packets, since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Came in time.
    pub received: u64,
    /// Never came.
    pub lost: u64,
    /// Came after their turn.
    pub late: u64,
    /// Came twice, or too many at once.
    pub surplus: u64,
    /// Frames that were left out to make up for time.
    pub skipped: u64,
    /// Frames that were put in.
    pub stretched: u64,
}

#[derive(Debug)]
struct Waiting {
    sequence: i64,
    data: Vec<u8>,
}

/// The packets of one person.
#[derive(Debug, Default)]
pub struct Jitter {
    waiting: BTreeMap<i64, Waiting>,
    clock: Option<Pace>,
    /// The first sample of what is played next.
    next: Option<i64>,
    /// Of the packet that was played last.
    played: Option<i64>,
    without: u32,
    adjusted: Option<Instant>,
    counts: Counts,
}

impl Jitter {
    /// A packet is here.
    pub fn push(&mut self, now: Instant, source: u32, sequence: u16, time: u32, data: Vec<u8>) {
        if self
            .clock
            .as_ref()
            .is_some_and(|clock| clock.source != source || clock.is_elsewhere(now, sequence, time))
        {
            self.forget();
        }
        let clock = self.clock.get_or_insert_with(|| Pace::new(now, source, sequence, time));
        let (sequence, time) = clock.unwrapped(sequence, time);
        let missed = sequence - clock.last_sequence - 1;
        if missed >= 0 && clock.knows_something() {
            self.counts.lost += missed as u64;
        } else if sequence < clock.last_sequence {
            // It was counted as lost, and is only late.
            self.counts.lost = self.counts.lost.saturating_sub(1);
        }
        clock.learn(clock.way(now, time));
        if sequence >= clock.last_sequence {
            (clock.last_sequence, clock.last_time) = (sequence, time);
        }
        if self.next.is_some_and(|next| time < next) {
            self.counts.late += 1;
        } else if self.waiting.contains_key(&time) {
            self.counts.surplus += 1;
        } else {
            self.counts.received += 1;
            self.waiting.insert(time, Waiting { sequence, data });
        }
        while self.waiting.len() > MOST_WAITING {
            self.waiting.pop_first();
            self.counts.surplus += 1;
        }
    }

    /// The next 20 ms.
    pub fn pull(&mut self, now: Instant) -> Next {
        let Some(clock) = &self.clock else { return Next::Silence };
        let Some(next) = self.next else {
            let Some((first, waiting)) = self.waiting.first_key_value() else { return Next::Silence };
            // The first word after silence was lost: what repeats it is here.
            let repeats = self.played.is_some_and(|played| waiting.sequence == played + 2);
            let first = *first;
            if clock.lateness(now, if repeats { first - STEP } else { first }) < 0.0 {
                return Next::Silence;
            }
            if repeats {
                let data = waiting.data.clone();
                self.next = Some(first);
                return Next::Repeated(data);
            }
            return self.play(first);
        };
        let lateness = clock.lateness(now, next);
        let Some((time, first)) = self.waiting.first_key_value().map(|(time, first)| (*time, first)) else {
            self.without += 1;
            if self.without >= ENDS_AFTER {
                self.next = None;
                return Next::Silence;
            }
            self.next = Some(next + STEP);
            return Next::Lost;
        };
        self.without = 0;
        if time < next + STEP {
            return self.play_in_pace(now, time, lateness);
        }
        let follows = self.played.is_some_and(|played| first.sequence == played + 1);
        if follows {
            // Nothing is missing: nothing was said, and silence can be as long as need be.
            self.next = Some(if lateness > TOO_LATE { time } else { next + STEP });
            return if lateness > TOO_LATE { self.play(time) } else { Next::Silence };
        }
        let repeats = (time == next + STEP).then(|| first.data.clone());
        self.next = Some(next + STEP);
        self.played = self.played.map(|played| played + 1);
        repeats.map_or(Next::Lost, Next::Repeated)
    }

    fn play_in_pace(&mut self, now: Instant, time: i64, lateness: f64) -> Next {
        let patient = self.adjusted.is_none_or(|at| now.saturating_duration_since(at) >= PATIENCE);
        if patient && lateness < TOO_SOON {
            self.adjusted = Some(now);
            self.counts.stretched += 1;
            return Next::Lost;
        }
        let Next::Packet(packet) = self.play(time) else { return Next::Silence };
        let follower =
            self.waiting.first_key_value().map(|(after, _)| *after).filter(|after| *after == time + STEP);
        match follower {
            Some(after) if patient && lateness > TOO_LATE => {
                self.adjusted = Some(now);
                self.counts.skipped += 1;
                match self.play(after) {
                    Next::Packet(second) => Next::Two(packet, second),
                    _ => Next::Packet(packet),
                }
            }
            _ => Next::Packet(packet),
        }
    }

    fn play(&mut self, time: i64) -> Next {
        let Some(packet) = self.waiting.remove(&time) else { return Next::Lost };
        self.played = Some(packet.sequence);
        self.next = Some(time + STEP);
        self.without = 0;
        Next::Packet(packet.data)
    }

    /// The packet that was given out last lasts longer than 20 ms.
    pub fn lasted(&mut self, samples: usize) {
        if let Some(next) = &mut self.next {
            *next += samples as i64 - STEP;
        }
    }

    /// How long packets wait for slower ones.
    #[must_use]
    pub fn delay(&self) -> Duration {
        self.clock.as_ref().map_or(pace::FIRST_DELAY, |clock| clock.delay)
    }

    /// What happened to the packets.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    fn forget(&mut self) {
        *self = Self { counts: self.counts, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Net {
        start: Instant,
        at_ms: u64,
        jitter: Jitter,
        /// What is on its way: when it arrives, its number.
        way: Vec<(u64, u16)>,
        played: Vec<String>,
        /// Milliseconds that were fetched and not played.
        ready_ms: u64,
    }

    impl Net {
        #[expect(clippy::disallowed_methods, reason = "a test begins somewhere")]
        fn new() -> Self {
            Self {
                start: Instant::now(),
                at_ms: 0,
                jitter: Jitter::default(),
                way: Vec::new(),
                played: Vec::new(),
                ready_ms: 0,
            }
        }

        /// Twenty milliseconds; the packet that is sent now takes so long.
        fn step(&mut self, packet: Option<(u16, u64)>) {
            if let Some((number, takes)) = packet {
                self.way.push((self.at_ms + takes, number));
            }
            for _ in 0..2 {
                let now = self.start + Duration::from_millis(self.at_ms);
                let mut here: Vec<_> = self.way.extract_if(.., |(at, _)| *at <= self.at_ms).collect();
                here.sort_unstable();
                for (_, number) in here {
                    let time = u32::MAX.wrapping_sub(30_000).wrapping_add(u32::from(number) * 960);
                    self.jitter.push(
                        now,
                        1,
                        number.wrapping_add(65_500),
                        time,
                        number.to_be_bytes().to_vec(),
                    );
                }
                self.at_ms += 10;
                self.fetch();
            }
        }

        fn fetch(&mut self) {
            if self.ready_ms < 10 {
                let now = self.start + Duration::from_millis(self.at_ms);
                let name = |data: Vec<u8>| u16::from_be_bytes([data[0], data[1]]).to_string();
                let (what, lasts) = match self.jitter.pull(now) {
                    Next::Packet(data) => (name(data), 20),
                    Next::Two(first, second) => {
                        self.played.push(name(first));
                        (name(second), 30)
                    }
                    Next::Repeated(data) => (format!("<{}", name(data)), 20),
                    Next::Lost => ("?".into(), 20),
                    Next::Silence => ("-".into(), 10),
                };
                self.played.push(what);
                self.ready_ms += lasts;
            }
            self.ready_ms -= 10;
        }
    }

    fn random(seed: &mut u64, below: u64) -> u64 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed % below
    }

    #[test]
    fn packets_leave_in_order_and_around_the_end_of_the_numbers() {
        let mut net = Net::new();
        for number in 0..200 {
            net.step(Some((number, 5 + u64::from(number % 3) * 20)));
        }
        let played: Vec<_> = net.played.iter().filter(|what| *what != "-").collect();
        let numbers: Vec<u16> = played.iter().filter_map(|what| what.parse().ok()).collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
        assert!(numbers.len() >= 180, "{played:?}");
    }

    #[test]
    fn the_delay_follows_the_network_both_ways() {
        let mut net = Net::new();
        let mut seed = 5;
        for number in 0..700 {
            net.step(Some((number, 20 + random(&mut seed, 60))));
        }
        let rough = net.jitter.delay();
        assert!(rough > Duration::from_millis(50) && rough < Duration::from_millis(75), "{rough:?}");
        let late = net.jitter.counts().late;
        assert!(late < 700 / 20, "{late} late");
        for number in 700..2_200 {
            net.step(Some((number, 20 + random(&mut seed, 4))));
        }
        assert!(net.jitter.delay() < Duration::from_millis(30), "{:?}", net.jitter.delay());
        assert!(net.jitter.counts().skipped > 0);
        let lately = &net.played[net.played.len() - 100..];
        assert!(lately.iter().all(|what| what.parse::<u16>().is_ok()), "{lately:?}");
    }

    #[test]
    fn a_lost_packet_is_repaired_by_the_next_and_two_are_not() {
        let mut net = Net::new();
        for number in 0..100 {
            net.step((number != 50 && number != 70 && number != 71).then_some((number, 10)));
        }
        let played = net.played.join(" ");
        assert!(played.contains(" 49 <51 51 "), "{played}");
        assert!(played.contains(" 69 ? <72 72 "), "{played}");
        assert_eq!(net.jitter.counts().lost, 3);
    }

    #[test]
    fn silence_is_no_loss_and_speech_after_it_begins_in_time() {
        let mut net = Net::new();
        for number in 0..50 {
            net.step(Some((number, 10)));
        }
        // Nothing is said for a second: time goes on, the numbers do not.
        for _ in 0..50 {
            net.step(None);
        }
        let now = net.start + Duration::from_millis(net.at_ms);
        let time = u32::MAX.wrapping_sub(30_000).wrapping_add(100 * 960);
        net.jitter.push(now, 1, 50_u16.wrapping_add(65_500), time, 100_u16.to_be_bytes().to_vec());
        let silent = net.played.len();
        for _ in 0..6 {
            net.step(None);
        }
        let waited = net.played[silent..].iter().position(|what| what == "100");
        assert!(waited.is_some_and(|steps| steps <= 8), "{:?}", &net.played[silent..]);
        assert_eq!(net.jitter.counts().lost, 0);
    }

    #[test]
    fn a_first_word_that_was_lost_is_repaired_too() {
        let mut net = Net::new();
        for number in 0..50 {
            net.step(Some((number, 10)));
        }
        for _ in 0..50 {
            net.step(None);
        }
        // 50 was spoken after the silence, and lost.
        let now = net.start + Duration::from_millis(net.at_ms);
        let time = u32::MAX.wrapping_sub(30_000).wrapping_add(101 * 960);
        net.jitter.push(now, 1, 51_u16.wrapping_add(65_500), time, 101_u16.to_be_bytes().to_vec());
        let silent = net.played.len();
        for _ in 0..6 {
            net.step(None);
        }
        let played = net.played[silent..].join(" ");
        assert!(played.contains("<101 101"), "{played}");
    }

    #[test]
    fn a_cut_costs_what_was_said_in_it_and_nothing_after() {
        let mut net = Net::new();
        for number in 0..400 {
            net.step((!(100..250).contains(&number)).then_some((number, 10)));
        }
        let after: Vec<_> =
            net.played.iter().filter_map(|what| what.parse::<u16>().ok()).filter(|n| *n >= 250).collect();
        assert!(after.len() >= 140 && after[0] <= 252, "{after:?}");
    }

    #[test]
    fn whoever_begins_anew_is_heard_anew() {
        let mut net = Net::new();
        for number in 0..50 {
            net.step(Some((number, 10)));
        }
        let mut heard = 0;
        for number in 0..50_u16 {
            let now = net.start + Duration::from_millis(net.at_ms);
            net.jitter.push(now, 2, 9_000 + number, u32::from(number) * 960, vec![1, 1]);
            net.step(None);
            heard += usize::from(net.played.last().is_some_and(|what| what == "257"));
        }
        assert!(heard > 40, "{:?}", net.played);
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut net = Net::new();
        for number in 0..5_000_u16 {
            let time = u32::from(number) * 960;
            net.jitter.push(net.start, 1, number, time, vec![0, 0]);
        }
        assert!(net.jitter.waiting.len() <= MOST_WAITING);
    }
}
