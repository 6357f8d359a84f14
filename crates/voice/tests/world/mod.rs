//! Rooms of several people in virtual time, over a network that loses, delays and is cut, with a gateway that passes
//! signals on. Each person's microphone plays a tone of their own in bursts; everything that is played is recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hearth_dialects::together::Signal;
use hearth_voice::audio::level::mean_power_of_tone;
use hearth_voice::signal::Said;
use hearth_voice::trial::listening::{self, Recording};
use hearth_voice::trial::weather::{Random, Weather};
use hearth_voice::{
    Cleaning, Event, FRAME, FRAME_TIME, Frame, Input, Link, Output, RATE, Room, RoomConfig, Wish,
};

pub mod relay;

/// A burst of the tone begins this often, and lasts half as long.
pub const BURST: Duration = Duration::from_millis(600);

/// What the network does.
#[derive(Clone, Copy, Debug)]
pub struct Net {
    /// To packets.
    pub weather: Weather,
    /// A signal takes this long by the gateway.
    pub signal: Duration,
}

impl Net {
    pub const BAD: Self = Self::losing(5);
    pub const GOOD: Self = Self {
        weather: Weather { loss: 0, jitter: Duration::from_millis(1), ..Self::BAD.weather },
        ..Self::BAD
    };

    /// Bad, with so many of a hundred packets lost.
    pub const fn losing(loss: u64) -> Self {
        let weather = Weather { loss, delay: Duration::from_millis(5), ..Weather::BAD };
        Self { weather, signal: Duration::from_millis(30) }
    }
}

pub struct Party {
    pub name: String,
    pub room: Room,
    pub hertz: f32,
    pub heard: Vec<f32>,
    pub spoken: Vec<f32>,
    pub events: Vec<(Duration, Event)>,
    pub microphone: Vec<bool>,
    pub binds: u32,
    pub silent: bool,
    pub offers: u32,
    pub away: bool,
    /// So many frames the speaker fetches at once.
    pub fetches: usize,
    owed: usize,
    port: u16,
}

pub enum Travelling {
    Packet { to: SocketAddr, from: SocketAddr, data: Vec<u8> },
    Signal { to: usize, from: usize, signal: Signal },
}

pub struct World {
    pub start: Instant,
    pub now: Instant,
    pub net: Net,
    /// Whose packets and signals go nowhere.
    pub cut: BTreeSet<usize>,
    /// Packets between people go nowhere, those to servers do.
    pub walled: bool,
    pub parties: Vec<Party>,
    pub relay: Option<relay::Relay>,
    /// Signals go nowhere.
    pub deaf_gateway: bool,
    /// How many were sent.
    pub signals: u32,
    /// Addresses that were told to others.
    pub told: Vec<SocketAddr>,
    present: Vec<usize>,
    travelling: BTreeMap<(Instant, u64), Travelling>,
    number: u64,
    random: Random,
    /// When the last signal between two arrives: a gateway keeps their order.
    order: BTreeMap<(usize, usize), Instant>,
}

pub const TONES: [f32; 8] = [400.0, 700.0, 1_000.0, 1_300.0, 1_600.0, 1_900.0, 2_200.0, 2_500.0];

pub fn name(index: usize) -> String {
    // The order of ids is not that of joining.
    format!("{}-person", ["m", "c", "x", "a", "q", "f", "z", "h", "b"][index])
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "a test begins somewhere")]
    pub fn new(net: Net, seed: u64) -> Self {
        let start = Instant::now();
        Self {
            start,
            now: start,
            net,
            cut: BTreeSet::new(),
            walled: false,
            parties: Vec::new(),
            relay: None,
            deaf_gateway: false,
            signals: 0,
            told: Vec::new(),
            present: Vec::new(),
            travelling: BTreeMap::new(),
            number: 0,
            random: Random::new(seed),
            order: BTreeMap::new(),
        }
    }

    /// Somebody joins; gives their number.
    pub fn join(&mut self) -> usize {
        self.join_with(RoomConfig::default())
    }

    pub fn join_with(&mut self, config: RoomConfig) -> usize {
        let index = self.parties.len();
        let cleaning = Cleaning { echo: false, noise: false };
        let config = RoomConfig { me: name(index), cleaning, ..config };
        let room = Room::new(self.now, config).unwrap();
        self.parties.push(Party {
            name: name(index),
            room,
            hertz: TONES[index % TONES.len()],
            heard: Vec::new(),
            spoken: Vec::new(),
            events: Vec::new(),
            microphone: Vec::new(),
            binds: 0,
            silent: false,
            offers: 0,
            away: false,
            fetches: 1,
            owed: 0,
            port: 20_000,
        });
        self.present.push(index);
        self.tell_participants();
        index
    }

    pub fn leave(&mut self, index: usize) {
        let now = self.now;
        self.parties[index].room.leave(now);
        self.carry_out(index);
        self.parties[index].away = true;
        self.present.retain(|other| *other != index);
        self.tell_participants();
    }

    /// Their program ends without a word, and joins anew.
    pub fn restart(&mut self, index: usize) {
        let config = RoomConfig {
            me: name(index),
            cleaning: Cleaning { echo: false, noise: false },
            ..RoomConfig::default()
        };
        self.parties[index].room = Room::new(self.now, config).unwrap();
        let others = self.others(index);
        self.parties[index].room.handle(self.now, Input::Participants(others));
        self.carry_out(index);
    }

    fn others(&self, index: usize) -> Vec<String> {
        self.present.iter().filter(|other| **other != index).map(|other| name(*other)).collect()
    }

    fn tell_participants(&mut self) {
        for index in self.present.clone() {
            let others = self.others(index);
            self.parties[index].room.handle(self.now, Input::Participants(others));
            self.carry_out(index);
        }
    }

    pub fn handle(&mut self, index: usize, input: Input) {
        self.parties[index].room.handle(self.now, input);
        self.carry_out(index);
    }

    pub fn wish(&mut self, index: usize, wish: Wish) {
        self.handle(index, Input::Wish(wish));
    }

    pub fn run(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        while self.now < end {
            let next = self.now + FRAME_TIME;
            self.run_network(next);
            self.now = next;
            self.sound();
        }
    }

    /// Until everybody hears everybody, at most so long.
    pub fn run_until_connected(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        while self.now < end && !self.is_connected() {
            self.run(0.05);
        }
        assert!(self.is_connected(), "{:?}", self.links());
    }

    pub fn is_connected(&self) -> bool {
        self.present.iter().all(|index| {
            let people: Vec<_> = self.parties[*index].room.people().collect();
            people.len() + 1 == self.present.len()
                && people.iter().all(|person| matches!(person.link, Link::Direct | Link::Relayed))
        })
    }

    pub fn links(&self) -> Vec<Vec<Link>> {
        self.parties.iter().map(|party| party.room.people().map(|person| person.link).collect()).collect()
    }

    fn run_network(&mut self, until: Instant) {
        loop {
            let here = self.parties.iter_mut().enumerate().filter(|(_, party)| !party.away);
            let timeout = here.filter_map(|(index, party)| Some((party.room.poll_timeout()?, index))).min();
            let arrival = self.travelling.first_key_value().map(|((at, _), _)| *at);
            let timeout_first = timeout.is_some_and(|(at, _)| arrival.is_none_or(|arrival| at < arrival));
            if timeout_first {
                let Some((at, index)) = timeout.filter(|(at, _)| *at <= until) else { return };
                self.now = self.now.max(at);
                self.parties[index].room.handle_timeout(self.now);
                self.carry_out(index);
            } else {
                let Some(at) = arrival.filter(|at| *at <= until) else { return };
                self.now = self.now.max(at);
                let Some((_, what)) = self.travelling.pop_first() else { return };
                self.arrive(what);
            }
        }
    }

    fn arrive(&mut self, what: Travelling) {
        match what {
            Travelling::Packet { to, from, data } => {
                if let Some(relay) = self.relay.as_mut().filter(|relay| relay.owns(to)) {
                    for (from, to, data) in relay.take(from, to, &data) {
                        self.send(from, to, data);
                    }
                    return;
                }
                let Some(index) = owner(to).filter(|index| *index < self.parties.len()) else { return };
                self.parties[index].room.handle(self.now, Input::Packet { socket: to, from, data });
                self.carry_out(index);
            }
            Travelling::Signal { to, from, signal } => {
                if self.cut.contains(&to) || self.cut.contains(&from) {
                    // It waits for the gateway.
                    let at = self.now + Duration::from_millis(200);
                    self.number += 1;
                    self.travelling.insert((at, self.number), Travelling::Signal { to, from, signal });
                    return;
                }
                if self.present.contains(&to) && self.present.contains(&from) {
                    self.parties[to].room.handle(self.now, Input::Signal { from: name(from), signal });
                    self.carry_out(to);
                }
            }
        }
    }

    fn carry_out(&mut self, index: usize) {
        while let Some(output) = self.parties[index].room.poll_output() {
            match output {
                Output::Signal { to, signal } => self.signal(index, &to, signal),
                Output::Bind { who } => self.bind(index, who),
                Output::Unbind { .. } => {}
                Output::Packet { socket, to, data } => self.send(socket, to, data),
                Output::Microphone(open) => self.parties[index].microphone.push(open),
                Output::Event(event) => {
                    let at = self.now - self.start;
                    self.parties[index].events.push((at, event));
                }
            }
        }
    }

    fn signal(&mut self, from: usize, to: &str, signal: Signal) {
        let Some(to) = (0..self.parties.len()).find(|index| name(*index) == to) else { return };
        self.parties[from].offers +=
            u32::from(signal.as_description().is_some_and(|(kind, _)| kind == "offer"));
        self.signals += 1;
        match hearth_voice::signal::read(&signal) {
            Ok(Said::Candidate(candidate)) => self.told.push(candidate.address),
            Ok(Said::Offer(said) | Said::Answer(said)) => {
                let lines = said.sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
                for words in lines.map(|line| line.split(' ').collect::<Vec<_>>()) {
                    self.told.push(format!("{}:{}", words[4], words[5]).parse().unwrap());
                }
            }
            _ => {}
        }
        if self.deaf_gateway {
            return;
        }
        // Through the real dialect, both shapes and back.
        let mut wire = serde_json::Map::new();
        signal.write(&mut wire);
        wire.remove("signal");
        let signal = Signal::read(&wire).unwrap();
        let earliest = self.order.get(&(from, to)).copied().unwrap_or(self.now);
        let at = earliest.max(self.now + self.net.signal);
        self.order.insert((from, to), at);
        self.number += 1;
        self.travelling.insert((at, self.number), Travelling::Signal { to, from, signal });
    }

    fn bind(&mut self, index: usize, who: String) {
        let party = &mut self.parties[index];
        party.port += 1;
        party.binds += 1;
        let socket = SocketAddr::from(([10, 0, 0, index as u8 + 1], party.port));
        party.room.handle(self.now, Input::Bound { who, sockets: vec![socket] });
    }

    fn send(&mut self, from: SocketAddr, to: SocketAddr, data: Vec<u8>) {
        let is_cut = |at| owner(at).is_some_and(|index| self.cut.contains(&index));
        let blocked = self.walled && owner(from).is_some() && owner(to).is_some();
        if is_cut(from) || is_cut(to) || blocked {
            return;
        }
        let Some(takes) = self.net.weather.takes(&mut self.random) else { return };
        let at = self.now + takes;
        self.number += 1;
        self.travelling.insert((at, self.number), Travelling::Packet { to, from, data });
    }

    fn sound(&mut self) {
        let elapsed = self.now - self.start;
        for index in 0..self.parties.len() {
            let party = &mut self.parties[index];
            if party.away {
                continue;
            }
            let frame = burst(elapsed, index, party.hertz, party.silent);
            party.spoken.extend(frame);
            party.room.capture(self.now, &frame);
            self.carry_out(index);
            let party = &mut self.parties[index];
            party.owed += 1;
            if party.owed >= party.fetches {
                let mut played = vec![[0.0; FRAME]; std::mem::take(&mut party.owed)];
                party.room.play(self.now, &mut played);
                party.heard.extend(played.concat());
                self.carry_out(index);
            }
        }
    }

    /// The last seconds of what somebody heard.
    pub fn heard(&self, index: usize, seconds: f64) -> &[f32] {
        let heard = &self.parties[index].heard;
        &heard[heard.len().saturating_sub((seconds * f64::from(RATE)) as usize)..]
    }

    /// In the last seconds everybody present heard everybody else, and nobody themselves.
    pub fn assert_all_heard(&self, seconds: f64) {
        for listener in &self.present {
            let heard = self.heard(*listener, seconds);
            let own = mean_power_of_tone(heard, TONES[*listener]);
            for speaker in self.present.iter().filter(|speaker| *speaker != listener) {
                let power = mean_power_of_tone(heard, TONES[*speaker]);
                assert!(power > 5e-3, "{listener} hears {power} of {speaker}");
                assert!(power > 30.0 * own, "{listener} hears {power} of {speaker}, and {own} of themselves");
            }
        }
    }
}

/// Whose socket it is.
fn owner(at: SocketAddr) -> Option<usize> {
    match at.ip() {
        std::net::IpAddr::V4(ip) if ip.octets()[..3] == [10, 0, 0] => Some(usize::from(ip.octets()[3]) - 1),
        _ => None,
    }
}

/// The frame that ends now. Bursts of different people begin at different times.
pub fn burst(elapsed: Duration, index: usize, hertz: f32, silent: bool) -> Frame {
    let begin = elapsed.saturating_sub(FRAME_TIME).as_secs_f64();
    std::array::from_fn(|i| {
        let t = begin + i as f64 / f64::from(RATE);
        let in_burst = (t + index as f64 * 0.11) % BURST.as_secs_f64();
        let loud = !silent && in_burst < BURST.as_secs_f64() / 2.0;
        // Not as hard as a switch.
        let edge = (in_burst / 0.005).min((BURST.as_secs_f64() / 2.0 - in_burst) / 0.005).clamp(0.0, 1.0);
        if loud { (0.25 * edge * (t * f64::from(hertz) * std::f64::consts::TAU).sin()) as f32 } else { 0.0 }
    })
}

/// How many bursts were said, and how long those took that were heard.
pub fn delays(spoken: &[f32], heard: &[f32], hertz: f32) -> (usize, Vec<f64>) {
    listening::delays(&Recording::steady(spoken), &Recording::steady(heard), hertz)
}
