//! One computer, its Bluetooth, some devices, and people who want things of them; no gateway. The radio between
//! the device machines and the simulated devices does everything that radios do on a bad day, and rules are
//! checked at each step: a broken one is a panic with the seed and the story.
//!
//! The same seed is the same story. Nothing here waits or reads a clock.

mod cast;
mod ether;
mod finale;
mod ledger;
mod outage;
mod person;
mod phases;
mod schedule;
mod seat;
mod traffic;
mod weather;

use std::time::{Duration, Instant};

use puffco::device::Input;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub use self::cast::Climate;
pub use self::ledger::Answers;

use self::ledger::Broken;
use self::outage::Adapter;
use self::schedule::{Happening, Schedule};
use self::seat::{Seat, SeatId};
use self::weather::Weather;
use crate::options::Range;
use crate::trace::Trace;

/// Between two advertisements that are heard.
const ADVERTISED: Range = Range::ms(100, 1_000);
/// So many steps in one millisecond are a loop and no story.
const MOST_AT_ONCE: u32 = 500;
/// A machine that wants its timeout handled more often than this at one instant spins.
const MOST_CALLS: u32 = 3;
/// So many outputs of a machine at once are a flood.
const MOST_OUTPUTS: usize = 100;
/// So many things under way at once, for each seat, are a flood.
const MOST_UNDER_WAY: usize = 400;

/// What happened in a room, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Tries to connect.
    pub connects: u32,
    /// Links that machines were told of.
    pub links: u32,
    /// Reads, writes and subscriptions.
    pub operations: u32,
    /// Things that people asked for.
    pub requests: u32,
    /// Heat commands that reached a device.
    pub heats: u32,
    /// Logs that were read.
    pub logs: u32,
    /// Frames that were damaged.
    pub damaged: u32,
    /// Heats that were carried out when all was well again.
    pub last_heats: u32,
    /// How requests ended.
    pub answers: Answers,
    /// Longest time from the first advertisement after the last outage to a machine that is ready.
    pub ready_after: Duration,
}

impl Tally {
    /// Takes another story in.
    pub fn add(&mut self, other: &Self) {
        self.connects += other.connects;
        self.links += other.links;
        self.operations += other.operations;
        self.requests += other.requests;
        self.heats += other.heats;
        self.logs += other.logs;
        self.damaged += other.damaged;
        self.last_heats += other.last_heats;
        self.answers.add(other.answers);
        self.ready_after = self.ready_after.max(other.ready_after);
    }
}

/// See the [module](self).
#[derive(Debug)]
pub struct Room {
    seed: u64,
    rng: StdRng,
    now: Instant,
    schedule: Schedule,
    weather: Weather,
    adapter: Adapter,
    /// Nothing that machines hear was a lie, from the beginning.
    honest: bool,
    asleep: bool,
    awake_since: Instant,
    seats: Vec<Seat>,
    links: u64,
    tally: Tally,
    /// Steps in the millisecond that began then.
    at_once: u32,
    counted_from: Instant,
    tell: bool,
    trace: Trace,
}

impl Room {
    /// Tells a story of chaos and its end, and gives its numbers. With `tell`, a failure tells all that happened.
    ///
    /// # Panics
    /// When a rule is broken.
    #[must_use]
    pub fn story(seed: u64, climate: Climate, tell: bool) -> Tally {
        let mut room = Self::new(seed, climate, tell);
        let chaos = Duration::from_secs(room.rng.random_range(20..100));
        room.begin_chaos(climate, chaos);
        room.run(chaos);
        room.finale();
        for seat in &room.seats {
            room.tally.answers.add(seat.ledger.answers);
        }
        room.tally
    }

    fn new(seed: u64, climate: Climate, tell: bool) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let now = crate::begin();
        let count = [1, 1, 1, 2, 2, 3][rng.random_range(0..6_usize)];
        let seats = (0..count).map(|number| cast::seat(&mut rng, now, number)).collect();
        Self {
            seed,
            rng,
            now,
            schedule: Schedule::default(),
            honest: climate.weather().is_honest(),
            weather: climate.weather(),
            adapter: Adapter::On,
            asleep: false,
            awake_since: now,
            seats,
            links: 0,
            tally: Tally::default(),
            at_once: 0,
            counted_from: now,
            tell,
            trace: Trace::new(now),
        }
    }

    /// Everybody connects, people begin to do things, and outages are planned.
    fn begin_chaos(&mut self, climate: Climate, length: Duration) {
        for seat in 0..self.seats.len() {
            let config = self.seats[seat].sim.config();
            let line = format!("{seat} is {} {:?}", config.firmware, config.quirks);
            self.note(|| line);
            self.plan(self.now, Happening::Advert { seat });
            let at = self.now + Range::ms(0, 8_000).draw(&mut self.rng);
            self.plan(at, Happening::Wish { seat });
            self.want(seat, true);
            self.machine(seat, Input::Watched(true));
        }
        for _ in 0..climate.outages(&mut self.rng) {
            let at = self.now + self.rng.random_range(Duration::ZERO..length);
            let outage = climate.outage(self);
            self.plan(at, Happening::Begin(outage));
        }
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.step_before(end) {}
        self.now = end;
    }

    /// Lets time pass until something is so; `false` when it is not within `limit`.
    fn run_until(&mut self, limit: Duration, so: impl Fn(&Self) -> bool) -> bool {
        let end = self.now + limit;
        while !so(self) {
            if !self.step_before(end) {
                self.now = end;
                return so(self);
            }
        }
        true
    }

    fn next(&self) -> Option<Instant> {
        let seats = self.seats.iter().flat_map(|seat| {
            let machine = (!self.asleep).then(|| seat.machine.poll_timeout()).flatten();
            [machine, seat.sim.poll_timeout()]
        });
        seats.chain([self.schedule.next()]).flatten().min()
    }

    /// Goes to the next instant at which something happens, and lets it; `false` when there is none until `end`.
    fn step_before(&mut self, end: Instant) -> bool {
        let Some(next) = self.next().filter(|next| *next <= end) else { return false };
        let fresh = next >= self.counted_from + Duration::from_millis(1);
        (self.counted_from, self.at_once) =
            if fresh { (next, 0) } else { (self.counted_from, self.at_once + 1) };
        if self.at_once > MOST_AT_ONCE {
            let until = |at: Option<Instant>| at.map(|at| at.saturating_duration_since(self.now));
            let seats = self.seats.iter();
            let due: Vec<_> = seats
                .map(|seat| (until(seat.machine.poll_timeout()), until(seat.sim.poll_timeout())))
                .collect();
            self.broken(&format!("time stands still: machines and devices are due in {due:?}"));
        }
        self.now = self.now.max(next);
        while let Some(happening) = self.schedule.pop(self.now) {
            self.happen(happening);
            self.settle();
        }
        for seat in 0..self.seats.len() {
            let now = self.now;
            if self.seats[seat].sim.operating_state().is_heating() {
                self.seats[seat].heating_at = Some(now);
            }
            let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
            if due(self.seats[seat].sim.poll_timeout()) {
                self.seats[seat].sim.handle_timeout(now);
            }
            let mut calls = 0;
            while !self.asleep && due(self.seats[seat].machine.poll_timeout()) {
                calls += 1;
                if calls > MOST_CALLS {
                    self.broken(&format!("the machine of seat {seat} spins"));
                }
                self.seats[seat].machine.handle_timeout(now);
                self.serve(seat);
            }
        }
        self.settle();
        if self.schedule.len() > MOST_UNDER_WAY * self.seats.len() {
            self.broken("too much is under way");
        }
        true
    }

    fn happen(&mut self, happening: Happening) {
        if self.asleep && !matches!(happening, Happening::End(_) | Happening::Arrive { .. }) {
            return self.happen_later(happening);
        }
        match happening {
            Happening::Try { seat, op } => self.try_link(seat, op),
            Happening::Connected { seat, op, result } => self.connected(seat, op, result),
            Happening::Arrive { seat, link, arriving } => self.arrive(seat, link, *arriving),
            Happening::Answer { seat, link, input } => self.answer(seat, link, *input),
            Happening::Stale { seat, op } => self.stale(seat, op),
            Happening::Closed { seat, link } => self.closed(seat, link),
            Happening::Advert { seat } => self.advert(seat),
            Happening::Wish { seat } => self.wish(seat),
            Happening::Begin(outage) => self.begin(outage),
            Happening::End(outage) => self.end(outage),
            Happening::Woke => self.woke(),
        }
    }

    /// The computer sleeps: this is noticed when it wakes up, or never.
    fn happen_later(&mut self, happening: Happening) {
        const LATER: Range = Range::ms(1_000, 1_200);
        if !matches!(happening, Happening::Answer { .. }) {
            let at = self.now + LATER.draw(&mut self.rng);
            self.plan(at, happening);
        }
    }

    /// A device that is not connected is heard now and then.
    fn advert(&mut self, seat: SeatId) {
        let at = self.now + ADVERTISED.draw(&mut self.rng);
        self.plan(at, Happening::Advert { seat });
        if self.adapter == Adapter::On && self.seats[seat].sim.advertisement().is_some() {
            let now = self.now;
            self.seats[seat].heard.get_or_insert(now);
            self.machine(seat, Input::Heard);
        }
    }

    /// Carries what machines and devices say until none has anything to say.
    fn settle(&mut self) {
        for seat in 0..self.seats.len() {
            self.serve(seat);
            while self.listen(seat) || self.notice_closed(seat) {}
        }
    }

    /// Feeds a machine, and does what it wants done.
    fn machine(&mut self, seat: SeatId, input: Input) {
        let now = self.now;
        self.seats[seat].machine.handle(now, input);
        self.serve(seat);
    }

    fn serve(&mut self, seat: SeatId) {
        let mut outputs = 0;
        while let Some(output) = self.seats[seat].machine.poll_output() {
            outputs += 1;
            if outputs > MOST_OUTPUTS {
                self.broken(&format!("the machine of seat {seat} floods: {output:?}"));
            }
            self.radio_output(seat, output);
        }
    }

    /// What the computer's clock shows, seconds since 1970.
    fn wall_clock(&self) -> u64 {
        const BEGIN_UNIX: u64 = 1_800_000_000;
        BEGIN_UNIX + self.trace.time(self.now).as_secs()
    }

    fn plan(&mut self, at: Instant, happening: Happening) {
        self.schedule.push(at, happening);
    }

    fn note(&mut self, line: impl FnOnce() -> String) {
        if self.tell {
            self.trace.line(self.now, line());
        }
    }

    #[track_caller]
    fn rule<T>(&self, result: Result<T, Broken>) -> T {
        match result {
            Ok(value) => value,
            Err(broken) => self.broken(&broken),
        }
    }

    #[track_caller]
    fn broken(&self, what: &str) -> ! {
        panic!("{}seed {} at {:?}: {what}", self.trace, self.seed, self.trace.time(self.now))
    }
}

fn draw(rng: &mut StdRng, range: std::ops::Range<usize>) -> usize {
    rng.random_range(range)
}

/// Not before what was sent before it.
fn in_order(until: &mut Instant, at: Instant) -> Instant {
    *until = at.max(*until + Duration::from_nanos(1));
    *until
}
