//! The life of the link: wanted, connecting, open, lost, waiting, away.

use std::time::Instant;

use super::machine::Device;
use super::session::{Session, Step};
use super::snapshot::{PRESENT, lasting};
use super::timing::{AFTER_HEARD, AFTER_HEARD_MOST, BITE, BOND, CONNECT, IN_ORDER, LATER, STABLE};
use super::{Event, OpId, Output, Phase, Problem, SetupStep};
use crate::gatt;
use crate::generation::{Generation, LedApi};
use crate::legacy;
use crate::link::{Gatt, LinkError};
use crate::number::Dialect;
use crate::round_trips::RoundTrips;
use crate::state::OperatingState;

/// So many tries in a row that nobody answers make a device "away": it is tried when it is heard.
const UNANSWERED: u32 = 3;
/// So many tries in a row that end otherwise do, too: of a device that was never ready, and of one that was.
const FUTILE: (u32, u32) = (3, 8);
/// So many tries in a row that end in the bonding read mean that it wants to be paired.
const BOND_FAILURES: u8 = 3;
/// So many links in a row on which nothing is ever answered mean that the bond is stale (§10).
const MUTE_LINKS: u8 = 2;

/// See the module.
#[derive(Debug)]
pub(super) enum Life {
    /// No link, and none wanted or no use in trying.
    Off,
    /// Failed for a reason that the computer has, not the device: being heard means that it is over.
    NoRadio,
    /// Trying again then.
    Waiting {
        retry_at: Instant,
        lost_at: Instant,
    },
    /// Let go because nobody looks.
    Resting,
    /// Trying again when it is heard.
    Away {
        since: Instant,
    },
    Connecting {
        op: OpId,
        deadline: Instant,
        /// The computer's Bluetooth came back meanwhile: that it was gone is old news.
        radio_came_back: bool,
    },
    Open(Box<Session>),
}

impl Device {
    /// A link is wanted: try now, whatever was before.
    pub(super) fn want_link(&mut self, now: Instant) {
        if !matches!(self.life, Life::Connecting { .. } | Life::Open(_)) {
            self.tries = 0;
            self.bond_failures = 0;
            self.mute_links = 0;
            self.connect(now);
        }
    }

    fn connect(&mut self, now: Instant) {
        let op = self.next_op();
        self.tries += 1;
        self.life = Life::Connecting { op, deadline: now + CONNECT, radio_came_back: false };
        self.set_phase(Phase::SettingUp { attempt: self.tries, step: SetupStep::Connect });
        self.push(Output::Connect(op));
    }

    /// No link is wanted any more.
    pub(super) fn let_go(&mut self, now: Instant) {
        if matches!(self.life, Life::Connecting { .. } | Life::Open(_)) {
            self.push(Output::Disconnect);
        }
        self.end_link(now);
        self.life = Life::Off;
        self.abandon_requests(now, true);
        self.set_phase(Phase::Idle);
    }

    /// It was heard advertising.
    pub(super) fn heard(&mut self, now: Instant) {
        match self.life {
            Life::Away { since } => {
                let wait = self.jitter.backoff(self.tries).clamp(AFTER_HEARD, AFTER_HEARD_MOST);
                self.wait(now, since, now + wait, Problem::NotHeard);
            }
            Life::NoRadio => self.want_link(now),
            // One that drops every link is heard after each: it must not be tried in a tight circle.
            Life::Waiting { retry_at, lost_at } => {
                let rest = (AFTER_HEARD * self.tries.max(1)).min(AFTER_HEARD_MOST);
                let retry_at = retry_at.min((lost_at + rest).max(now));
                let problem = match self.phase() {
                    Phase::Waiting { problem, .. } => problem.clone(),
                    _ => Problem::LinkLost,
                };
                self.wait(now, lost_at, retry_at, problem);
            }
            Life::Off | Life::Resting | Life::Connecting { .. } | Life::Open(_) => {}
        }
    }

    /// The computer's Bluetooth is there again.
    pub(super) fn adapter_on(&mut self, now: Instant) {
        match &mut self.life {
            Life::NoRadio => self.want_link(now),
            Life::Connecting { radio_came_back, .. } => *radio_came_back = true,
            _ => {}
        }
    }

    fn wait(&mut self, now: Instant, lost_at: Instant, retry_at: Instant, problem: Problem) {
        // Somebody wants it stopped: every moment counts.
        let retry_at = if self.stop.is_some() { now } else { retry_at };
        self.life = Life::Waiting { retry_at, lost_at };
        self.set_phase(Phase::Waiting { retry_at, problem });
    }

    /// There is a link, or one is being tried for.
    pub(super) fn link_may_come(&self) -> bool {
        matches!(self.life, Life::Waiting { .. } | Life::Connecting { .. } | Life::Open(_))
    }

    /// A stop is waiting for a link: do not wait out the backoff.
    pub(super) fn hasten(&mut self, now: Instant) {
        if let Life::Waiting { retry_at, .. } = &mut self.life {
            *retry_at = now.min(*retry_at);
        }
    }

    pub(super) fn connected(&mut self, now: Instant, op: OpId, result: Result<Gatt, LinkError>) {
        let current = matches!(self.life, Life::Connecting { op: waiting, .. } if waiting == op);
        if !current {
            let idle = !matches!(self.life, Life::Connecting { .. } | Life::Open(_));
            if idle && result.is_ok() {
                self.push(Output::Disconnect);
            }
            return;
        }
        match result {
            Ok(gatt) => self.discovered(now, gatt),
            Err(error) => self.not_connected(now, &error),
        }
    }

    /// What was discovered decides the generation; nothing was written before (§5).
    fn discovered(&mut self, now: Instant, gatt: Gatt) {
        let whole = |service, needed: &[_]| {
            gatt.has_service(service) && needed.iter().all(|id| gatt.has_characteristic(*id))
        };
        let lorax = whole(gatt::LORAX_SERVICE, &[gatt::VERSION, gatt::COMMAND, gatt::REPLY]);
        let legacy = whole(gatt::LEGACY_SERVICE, &[legacy::OPERATING, legacy::MODE]);
        // Once Lorax, always: a discovery that lacks it has failed (§5).
        let was_lorax = self.state.generation == Some(Generation::Lorax);
        if lorax {
            self.open(now, gatt, Generation::Lorax);
        } else if legacy && !gatt.has_service(gatt::LORAX_SERVICE) && !was_lorax {
            self.open(now, gatt, Generation::Legacy);
        } else if gatt.services.is_empty()
            || gatt.has_service(gatt::LORAX_SERVICE)
            || gatt.has_service(gatt::LEGACY_SERVICE)
        {
            // A failing link can look like a device with few services or none.
            self.push(Output::Disconnect);
            self.retry(now, Problem::LinkLost);
        } else {
            self.push(Output::Disconnect);
            self.fail(now, Problem::NotAPuffco);
        }
    }

    fn open(&mut self, now: Instant, gatt: Gatt, generation: Generation) {
        let op = self.next_op();
        let step = Step::Bond { op, deadline: now + BOND };
        let mut session = Session::new(generation, gatt, step, PRESENT.to_vec());
        // What can wait comes after what matters, in its order; for a device that is known it can wait longer.
        for (attribute, bite) in lasting().zip(1..) {
            let at = if self.known { now + LATER + BITE * bite } else { now + IN_ORDER * bite };
            session.polls.by(at, attribute);
        }
        session.limits = self.limits;
        self.life = Life::Open(Box::new(session));
        self.switched_off = false;
        self.state.generation = Some(generation);
        self.counters.links += 1;
        // What an earlier link took says nothing about this one.
        self.round_trips = RoundTrips::default();
        self.counters.pace = None;
        self.counted(now);
        self.tell_step();
        match generation {
            // At once: a bonded device drops a link that stays quiet for half a second (§8).
            Generation::Lorax => {
                self.counters.round_trips += 1;
                self.push(Output::Read(op, gatt::VERSION));
            }
            Generation::Legacy => {
                self.state.dialect = Some(Dialect::Float);
                self.state.lights = Some(LedApi::Records);
                self.listen(now);
            }
        }
    }

    fn not_connected(&mut self, now: Instant, error: &LinkError) {
        let came_back = matches!(self.life, Life::Connecting { radio_came_back: true, .. });
        match error {
            LinkError::AdapterOff | LinkError::NoAdapter | LinkError::PermissionDenied if came_back => {
                self.retry(now, Problem::LinkLost);
            }
            LinkError::NotFound => self.go_away(now),
            LinkError::TimedOut if self.tries >= self.most_unanswered() => self.go_away(now),
            LinkError::TimedOut => self.retry(now, Problem::TimedOut),
            LinkError::NotPaired(_) => self.fail(now, self.pairing_problem()),
            LinkError::AdapterOff => self.no_radio(now, Problem::AdapterOff),
            LinkError::NoAdapter => self.no_radio(now, Problem::NoAdapter),
            LinkError::PermissionDenied => self.no_radio(now, Problem::PermissionDenied),
            LinkError::Disconnected => self.retry(now, Problem::LinkLost),
            LinkError::NoCharacteristic(_) | LinkError::Other(_) => {
                self.retry(now, Problem::Other(error.to_string()));
            }
        }
    }

    /// A device that was ready and does not answer has fallen asleep or left; one that heats has not.
    fn most_unanswered(&self) -> u32 {
        let cycle = self.state.operating.is_some_and(OperatingState::is_heat_cycle);
        if self.known && !cycle && self.stop.is_none() && self.verify.is_none() { 1 } else { UNANSWERED }
    }

    /// The radio says that the link is gone.
    pub(super) fn closed(&mut self, now: Instant) {
        if let Some(session) = self.session() {
            let bonding = matches!(session.step, Step::Bond { .. });
            let asleep = session.ready_since.is_some()
                && (self.switched_off
                    || matches!(
                        self.state.operating,
                        Some(OperatingState::SLEEP | OperatingState::MASTER_OFF)
                    ));
            if bonding {
                self.bonding_failed(now, Problem::LinkLost);
            } else if asleep {
                self.tries = 0;
                self.go_away(now);
            } else {
                self.retry(now, Problem::LinkLost);
            }
        }
    }

    /// Gives the link up and connects anew.
    pub(super) fn drop_link(&mut self, now: Instant, problem: Problem) {
        self.push(Output::Disconnect);
        self.retry(now, problem);
    }

    /// The bonding read did not come to an end. A stale bond looks like this, and a device that wants to be
    /// in pairing mode first.
    pub(super) fn bonding_failed(&mut self, now: Instant, problem: Problem) {
        self.bond_failures += 1;
        if self.bond_failures >= BOND_FAILURES {
            self.bond_failures = 0;
            self.fail(now, self.pairing_problem());
        } else {
            self.retry(now, problem);
        }
    }

    /// The radio says that the link is not bonded and has to be.
    pub(super) fn not_paired(&mut self, now: Instant) {
        self.push(Output::Disconnect);
        self.fail(now, self.pairing_problem());
    }

    /// What is wrong when bonding is: where the computer has a bond, the device does not know it any more.
    fn pairing_problem(&self) -> Problem {
        if self.known || self.bonded { Problem::BondStale } else { Problem::PairingNeeded }
    }

    /// Nothing was ever answered on this link: replies are withheld while it is not encrypted (§10).
    pub(super) fn mute_link(&mut self, now: Instant) {
        self.mute_links += 1;
        self.push(Output::Disconnect);
        if self.mute_links >= MUTE_LINKS {
            self.mute_links = 0;
            self.fail(now, self.pairing_problem());
        } else {
            self.retry(now, Problem::TimedOut);
        }
    }

    /// The link is gone: what becomes of what was under way.
    fn lost(&mut self, now: Instant) {
        let stable = self.session().and_then(|session| session.ready_since);
        if stable.is_some_and(|since| now.saturating_duration_since(since) >= STABLE) {
            self.tries = 0;
        }
        self.end_link(now);
        self.abandon_requests(now, false);
    }

    /// No command is in flight any more, and what was seen grows old.
    pub(super) fn end_link(&mut self, now: Instant) {
        self.abandon_flight(now);
        let Some(session) = self.session() else { return };
        let ready = session.ready_since.is_some();
        self.limits = session.limits;
        self.counted(now);
        if let Some(seen) = self.last_seen.filter(|_| ready) {
            self.push(Output::Event(Event::LastSeen(seen)));
        }
    }

    /// Tries again later.
    fn retry(&mut self, now: Instant, problem: Problem) {
        self.lost(now);
        let (strange, known) = FUTILE;
        if self.tries >= if self.known { known } else { strange } {
            return self.go_away(now);
        }
        let retry_at = now + self.jitter.backoff(self.tries);
        self.wait(now, now, retry_at, problem);
    }

    /// It is not there: tries again when it is heard.
    fn go_away(&mut self, now: Instant) {
        self.lost(now);
        self.life = Life::Away { since: now };
        self.abandon_requests(now, true);
        self.set_phase(Phase::Away);
    }

    /// Nobody needs the link: it is let go until somebody does.
    pub(super) fn go_to_rest(&mut self, now: Instant) {
        self.push(Output::Disconnect);
        self.tries = 0;
        self.end_link(now);
        self.life = Life::Resting;
        self.abandon_requests(now, true);
        self.set_phase(Phase::Resting);
    }

    /// Trying again makes no sense until the person does something.
    pub(super) fn fail(&mut self, now: Instant, problem: Problem) {
        self.end_link(now);
        self.life = Life::Off;
        self.abandon_requests(now, true);
        self.set_phase(Phase::Failed(problem));
    }

    fn no_radio(&mut self, now: Instant, problem: Problem) {
        self.fail(now, problem);
        self.life = Life::NoRadio;
    }

    pub(super) fn expire_life(&mut self, now: Instant) {
        match self.life {
            Life::Waiting { retry_at, .. } if retry_at <= now => self.connect(now),
            Life::Connecting { deadline, .. } if deadline <= now => {
                self.push(Output::Disconnect);
                self.not_connected(now, &LinkError::TimedOut);
            }
            _ => {}
        }
    }

    pub(super) fn life_timeout(&self) -> Option<Instant> {
        match self.life {
            Life::Waiting { retry_at, .. } => Some(retry_at),
            Life::Connecting { deadline, .. } => Some(deadline),
            _ => None,
        }
    }
}
