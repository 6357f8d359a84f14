//! What people do at random: ask for things, change their minds, come and go, press the button.

use std::time::{Duration, Instant};

use puffco::device::{Event, Input, IntentId, Phase, Problem, Request, RequestId};
use puffco::light::Light;
use puffco::log::LogKind;
use puffco::setting::{Setting, Slot};
use puffco::state::Rgb;
use puffco_sim::Numbers;
use rand::RngExt;
use rand::rngs::StdRng;

use super::Room;
use super::schedule::Happening;
use super::seat::SeatId;
use crate::options::Range;

/// Between two things that a person does.
const PAUSE: Range = Range::ms(50, 5_000);

impl Room {
    /// Asks a machine for something.
    pub(super) fn ask(&mut self, seat: SeatId, request: Request) -> RequestId {
        let now = self.now;
        let state = &mut self.seats[seat];
        state.next_request += 1;
        let id = RequestId(state.next_request);
        state.ledger.asked(now, id, &request);
        self.note(|| format!("{seat} asks {id:?}: {request:?}"));
        self.tally.requests += 1;
        self.machine(seat, Input::Request(id, request));
        id
    }

    /// A new wish to heat, until `deadline` from now.
    pub(super) fn ask_heat(&mut self, seat: SeatId, deadline: Duration) -> RequestId {
        self.seats[seat].next_intent += 1;
        let intent = IntentId(self.seats[seat].next_intent);
        self.ask(seat, Request::Heat { intent, deadline: self.now + deadline })
    }

    /// A person does something, and later something else.
    pub(super) fn wish(&mut self, seat: SeatId) {
        let pause = PAUSE.draw(&mut self.rng);
        self.plan(self.now + pause, Happening::Wish { seat });
        let checked = self.seats[seat].ledger.check(self.now, self.awake_since);
        self.rule(checked);
        match self.seats[seat].phase {
            Phase::Idle if self.rng.random_bool(0.5) => return self.want(seat, true),
            Phase::Failed(ref problem) if self.rng.random_bool(0.3) => {
                if matches!(problem, Problem::PairingNeeded | Problem::BondStale) {
                    // As the window says: forget it on both sides, and into pairing mode.
                    self.seats[seat].sim.set_bonded(false);
                    self.seats[seat].sim.hold(self.now);
                }
                return self.want(seat, true);
            }
            _ => {}
        }
        match self.rng.random_range(0..100) {
            0..=24 => self.wish_heat(seat),
            25..=34 => drop(self.ask(seat, Request::Abort)),
            35..=41 => drop(self.ask(seat, Request::Boost)),
            42..=61 => {
                let setting = setting(&mut self.rng);
                self.ask(seat, Request::Set(setting));
            }
            62..=66 => {
                let kind = if self.rng.random_bool(0.5) { LogKind::Audit } else { LogKind::Fault };
                self.ask(seat, Request::ReadLog(kind));
            }
            67..=68 => drop(self.ask(seat, Request::ReadAll)),
            69..=71 => drop(self.ask(seat, Request::TempSelectBegin)),
            72 => drop(self.ask(seat, Request::TempSelectStop)),
            73 => drop(self.ask(seat, Request::Wake)),
            74 => drop(self.ask(seat, Request::ShowBattery)),
            75 => drop(self.ask(seat, Request::PowerOff)),
            76..=81 => {
                let watched = self.rng.random_bool(0.6);
                self.note(|| format!("{seat} is watched: {watched}"));
                self.machine(seat, Input::Watched(watched));
            }
            82..=83 => self.want(seat, false),
            84..=86 => self.want(seat, true),
            _ => self.touch(seat),
        }
    }

    /// Heats, sometimes several at once, sometimes too late, sometimes the same wish again.
    fn wish_heat(&mut self, seat: SeatId) {
        for _ in 0..if self.rng.random_bool(0.15) { 2 } else { 1 } {
            if self.rng.random_bool(0.15)
                && let Some(intent) = self.seats[seat].ledger.intent(self.rng.random_range(0..3))
            {
                let deadline = self.now + Duration::from_secs(20);
                self.ask(seat, Request::Heat { intent, deadline });
                continue;
            }
            let deadline = match self.rng.random_range(0..10) {
                0 => Duration::ZERO,
                1..=2 => Range::ms(1, 100).draw(&mut self.rng),
                3..=7 => Range::ms(500, 3_000).draw(&mut self.rng),
                _ => Range::ms(3_000, 60_000).draw(&mut self.rng),
            };
            self.ask_heat(seat, deadline);
        }
        // Second thoughts.
        if self.rng.random_bool(0.2) {
            self.ask(seat, Request::Abort);
        }
    }

    /// Wants a link, or wants it no more.
    pub(super) fn want(&mut self, seat: SeatId, wanted: bool) {
        self.note(|| format!("{seat} wants a link: {wanted}"));
        self.seats[seat].wants_link = wanted;
        if wanted {
            self.machine(seat, Input::Connect);
        } else {
            self.seats[seat].ledger.take_back();
            self.machine(seat, Input::Disconnect);
        }
    }

    /// The device is in somebody's hand.
    fn touch(&mut self, seat: SeatId) {
        let now = self.now;
        let what = self.rng.random_range(0..12);
        let percent = self.rng.random_range(3.0..100.0);
        self.note(|| format!("{seat} is touched: {what}"));
        let sim = &mut self.seats[seat].sim;
        match what {
            0..=4 => sim.press(now),
            5..=6 => sim.double_press(now),
            7 => sim.hold(now),
            8 => sim.set_charging(now, true),
            9 => sim.set_charging(now, false),
            10 => sim.set_battery(now, percent),
            _ => sim.set_chamber(now, if percent < 20.0 { 0 } else { 3 }),
        }
    }

    /// A machine that was not lied to says that something is done: then it is.
    fn check_done(&mut self, seat: SeatId, request: &Request) {
        /// What a machine knows of a device may be this old.
        const AGE: Duration = Duration::from_secs(8);
        let now = self.now;
        let lately = |at: Option<Instant>| at.is_some_and(|at| now - at <= AGE);
        let state = &mut self.seats[seat];
        let is_so = match request {
            // It was heating already, or it took the command.
            Request::Heat { intent, .. } => lately(state.heating_at) || state.ledger.arrived(*intent),
            Request::Abort => lately(state.stopped_at),
            Request::Set(Setting::SelectedProfile(_)) => true,
            Request::Set(Setting::ProfileCelsius(slot, celsius)) => {
                let integers = state.sim.config().numbers == Numbers::Integer;
                let path = format!("/u/app/hc/{}/temp", slot.number());
                let bytes = state.sim.attribute(now, &path).unwrap_or_default();
                bytes.first_chunk().is_some_and(|raw| {
                    let integer = i32::from_le_bytes(*raw) as f32 / 10.0;
                    let kept = if integers { integer } else { f32::from_le_bytes(*raw) };
                    (kept - celsius).abs() < 0.6
                })
            }
            Request::Set(Setting::Name(name)) => state.sim.name() == *name,
            _ => true,
        };
        if !is_so {
            self.broken(&format!("seat {seat} says that {request:?} is done, and it is not"));
        }
    }

    /// What a machine tells its owner.
    pub(super) fn told(&mut self, seat: SeatId, event: Event) {
        match event {
            Event::Phase(phase) => self.phase_told(seat, phase),
            Event::Done(id, result) => {
                self.note(|| format!("{seat} {id:?} is answered: {result:?}"));
                let answered = self.seats[seat].ledger.answered(self.now, id, &result);
                let request = self.rule(answered);
                if self.honest && result.is_ok() {
                    self.check_done(seat, &request);
                }
            }
            Event::Progress(id, done, of) => {
                if done > of || !self.seats[seat].ledger.is_open(id) {
                    self.broken(&format!("seat {seat} tells progress {done} of {of} of {id:?}"));
                }
            }
            Event::Log(id, kind, entries) => {
                self.tally.logs += 1;
                let ordered = entries.windows(2).all(|pair| pair[0].index < pair[1].index);
                if !ordered || !self.seats[seat].ledger.is_open(id) {
                    self.broken(&format!("seat {seat} reads {kind:?} for {id:?}: {entries:?}"));
                }
            }
            Event::Counters(counters) => self.seats[seat].counters = counters,
            Event::LastSeen(seen) if seen > self.now => self.broken("last seen in the future"),
            Event::State(_) | Event::LastSeen(_) => {}
        }
    }
}

/// Something to set; most of it can be.
fn setting(rng: &mut StdRng) -> Setting {
    let slot = Slot::new(rng.random_range(0..=3)).unwrap_or_else(|| unreachable!("a slot"));
    match rng.random_range(0..16) {
        0..=4 => Setting::SelectedProfile(slot),
        5..=6 => Setting::ProfileCelsius(slot, rng.random_range(200.0..335.0)),
        7 => Setting::ProfileSeconds(slot, rng.random_range(10.0..125.0)),
        8 => Setting::ProfileName(slot, "Night shift".to_owned()),
        9 => Setting::Name(if rng.random_bool(0.9) { "Pebble" } else { "" }.to_owned()),
        10 => Setting::Stealth(rng.random_bool(0.5)),
        11 => Setting::Lantern(rng.random_bool(0.5)),
        12 => Setting::Brightness(rng.random()),
        13 => Setting::MaxCharge(if rng.random_bool(0.5) { 80.0 } else { 100.0 }),
        14 => Setting::ProfileLight(slot, Light::steady(Rgb(rng.random(), rng.random(), rng.random()))),
        _ => Setting::LanternSeconds(f32::NAN),
    }
}
