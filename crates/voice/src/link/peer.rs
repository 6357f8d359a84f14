//! One other person of the room: who offers when, what is tried again, and what of them is heard.
//!
//! Who joins offers to those who are there, as Together's web client does. When both offer at once, the polite one takes
//! its own back; which of the two that is follows from their ids. A way that is lost is looked for anew (ICE restart), and
//! when that does not help, everything is built anew.

mod traffic;

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hearth_dialects::together::Signal;

use super::connection::{Connection, Datagram, Local, Refused, Way};
use super::gathering::{Crypto, Gathering, Resolved};
use super::loss::Loss;
use crate::audio::codec::CodecError;
use crate::audio::frame::Frame;
use crate::audio::listener::Listener;
use crate::audio::speaker;
use crate::signal::{Candidate, Description};

/// Who joined later offers; when nothing comes, it is offered to them.
const THEIR_TURN: Duration = Duration::from_secs(5);

/// A connection that is not there by then is built anew.
const PATIENCE: Duration = Duration::from_secs(12);

/// The polite one waits so much longer with what both would do.
const POLITE: Duration = Duration::from_secs(3);

/// A lost way is looked for anew this often.
const LOOK_AGAIN: Duration = Duration::from_secs(4);

/// A way that was not found anew by then: everything is built anew.
const LOST_FOR_GOOD: Duration = Duration::from_secs(15);

/// So many connections in a row that did not come about: they cannot be reached.
const ATTEMPTS: u32 = 2;

/// So many candidates are taken of one description.
const MOST_CANDIDATES: usize = 32;

/// How somebody is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not yet.
    Connecting,
    /// Directly.
    Direct,
    /// By a relay: slower, and its owner sees who speaks with whom, but not what.
    Relayed,
    /// It was, and is looked for again.
    Lost,
    /// No way was found; it is tried again now and then.
    Unreachable,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Awaiting { until: Instant },
    Connecting { since: Instant },
    Connected,
    Lost { since: Instant, again: Instant },
}

/// What a peer wants.
#[derive(Debug)]
pub(crate) enum Wanted {
    Signal(Signal),
    Datagram(Datagram),
    Link(Link),
    Lossy(Option<u8>),
}

/// What was refused of one person; each costs only itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Refusals {
    pub descriptions: u64,
    pub candidates: u64,
    pub packets: u64,
    /// Servers that did not help.
    pub servers: u64,
}

#[derive(Debug)]
pub(crate) struct Peer {
    polite: bool,
    relay_only: bool,
    crypto: Crypto,
    connection: Connection,
    phase: Phase,
    link: Link,
    /// An offer of ours is not answered.
    offered: bool,
    attempts: u32,
    /// Names the end that was agreed with.
    theirs: Option<String>,
    /// Came before what they belong to.
    early: Vec<Candidate>,
    candidates: usize,
    their_relays: BTreeSet<SocketAddr>,
    sockets: Vec<Gathering>,
    locals: Vec<Local>,
    /// As many of these were told in the description or after it; nothing was told yet when there is none.
    told: Option<usize>,
    /// There are sockets.
    bound: bool,
    /// To be offered as soon as there are.
    proposes: bool,
    by_relay: bool,
    listener: Listener,
    loss: Loss,
    refusals: Refusals,
    wanted: VecDeque<Wanted>,
}

/// A connection cannot be made at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unable {
    #[error("no connection: {0}")]
    Connection(#[from] Refused),
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl Peer {
    /// Somebody who joined later: they offer.
    pub(crate) fn awaited(
        now: Instant,
        polite: bool,
        relay_only: bool,
        crypto: Crypto,
    ) -> Result<Self, Unable> {
        Ok(Self {
            polite,
            relay_only,
            crypto,
            connection: Connection::new(now)?,
            phase: Phase::Awaiting { until: now + THEIR_TURN },
            link: Link::Connecting,
            offered: false,
            attempts: 0,
            theirs: None,
            early: Vec::new(),
            candidates: 0,
            their_relays: BTreeSet::new(),
            sockets: Vec::new(),
            locals: Vec::new(),
            told: None,
            bound: false,
            proposes: false,
            by_relay: false,
            listener: Listener::new()?,
            loss: Loss::new(now),
            refusals: Refusals::default(),
            wanted: VecDeque::new(),
        })
    }

    /// Offers: this person joined after them, or they did not offer.
    pub(crate) fn offer(&mut self, now: Instant) {
        self.phase = Phase::Connecting { since: now };
        // The offer says where this end is: each address by itself would be a signal, of which gateways take few.
        if self.bound {
            self.propose(now, false);
        } else {
            self.proposes = true;
        }
    }

    /// These sockets are for this person; those of before are gone.
    pub(crate) fn bound(&mut self, now: Instant, sockets: &[SocketAddr], servers: &[Resolved]) {
        for gathering in &mut self.sockets {
            gathering.close(now);
        }
        let anew = !self.sockets.is_empty();
        self.sockets =
            sockets.iter().map(|socket| Gathering::new(now, *socket, servers, &self.crypto)).collect();
        self.locals.clear();
        self.told = self.told.map(|_| 0);
        if !self.relay_only {
            self.locals.extend(sockets.iter().map(|socket| Local::Socket(*socket)));
        }
        self.bound = true;
        if std::mem::take(&mut self.proposes) {
            self.propose(now, false);
        }
        self.drain(now);
        if anew && matches!(self.phase, Phase::Connected | Phase::Lost { .. }) {
            self.look_again(now);
        }
    }

    pub(crate) fn offered(&mut self, now: Instant, offer: Description) {
        let is_another = self.theirs.as_ref().is_some_and(|theirs| *theirs != offer.fingerprint);
        if self.offered {
            if !self.polite && !is_another {
                return;
            }
            let taken_back = self.theirs.is_some() && !is_another && self.connection.take_back(now).is_ok();
            self.offered = false;
            if !taken_back {
                self.rebuild(now);
            }
        } else if is_another {
            self.rebuild(now);
        }
        self.proposes = false;
        self.forget_candidates();
        self.take_in_locals();
        match self.connection.answer(now, offer.sdp) {
            Ok(answer) => {
                self.theirs = Some(offer.fingerprint);
                if matches!(self.phase, Phase::Awaiting { .. }) {
                    self.phase = Phase::Connecting { since: now };
                }
                self.wanted.push_back(Wanted::Signal(Signal::description("answer", &answer)));
                self.agreed(now);
            }
            Err(error) => {
                tracing::info!(%error, "an offer was refused");
                self.refusals.descriptions += 1;
            }
        }
        self.drain(now);
    }

    pub(crate) fn answered(&mut self, now: Instant, answer: Description) {
        if !self.offered {
            self.refusals.descriptions += 1;
            return;
        }
        self.offered = false;
        if self.theirs.as_ref().is_some_and(|theirs| *theirs != answer.fingerprint) {
            // Their end began anew, and knows nothing of this one.
            self.rebuild(now);
            return self.offer(now);
        }
        self.forget_candidates();
        match self.connection.answered(now, answer.sdp) {
            Ok(()) => {
                self.theirs = Some(answer.fingerprint);
                self.agreed(now);
            }
            Err(error) => {
                tracing::info!(%error, "an answer was refused");
                self.refusals.descriptions += 1;
            }
        }
        self.drain(now);
    }

    pub(crate) fn candidate(&mut self, now: Instant, candidate: Candidate) {
        if self.candidates >= MOST_CANDIDATES {
            self.refusals.candidates += 1;
            return;
        }
        self.candidates += 1;
        if self.theirs.is_none() || self.offered {
            self.early.push(candidate);
        } else {
            self.try_at(now, candidate);
            self.drain(now);
        }
    }

    fn forget_candidates(&mut self) {
        self.candidates = self.early.len();
    }

    fn agreed(&mut self, now: Instant) {
        for candidate in std::mem::take(&mut self.early) {
            self.try_at(now, candidate);
        }
    }

    fn try_at(&mut self, now: Instant, candidate: Candidate) {
        if candidate.relayed {
            self.their_relays.insert(candidate.address);
        }
        for gathering in &mut self.sockets {
            gathering.allow(now, candidate.address);
        }
        if let Err(error) = self.connection.try_at(candidate.line) {
            tracing::debug!(%error, "a candidate was refused");
            self.refusals.candidates += 1;
        }
    }

    fn propose(&mut self, now: Instant, anew: bool) {
        self.take_in_locals();
        match self.connection.offer(now, anew) {
            Ok(offer) => {
                self.offered = true;
                self.wanted.push_back(Wanted::Signal(Signal::description("offer", &offer)));
            }
            Err(error) => tracing::warn!(%error, "an offer could not be made"),
        }
        self.drain(now);
    }

    fn look_again(&mut self, now: Instant) {
        if self.offered {
            // It may have been lost, or their answer.
            self.offered = false;
            if self.connection.take_back(now).is_err() {
                self.rebuild(now);
                return self.offer(now);
            }
        }
        self.propose(now, true);
    }

    fn rebuild(&mut self, now: Instant) {
        match Connection::new(now) {
            Ok(connection) => {
                if self.theirs.is_some() && !matches!(self.phase, Phase::Connected) {
                    self.attempts += 1;
                }
                self.connection.close();
                self.drain(now);
                self.connection = connection;
                (self.offered, self.proposes, self.theirs, self.told) = (false, false, None, None);
                self.early.clear();
                self.candidates = 0;
                self.their_relays.clear();
                self.phase = Phase::Connecting { since: now };
            }
            Err(error) => tracing::warn!(%error, "a connection could not be built anew"),
        }
    }

    pub(crate) fn send(&mut self, now: Instant, packet: &speaker::Packet) {
        if matches!(self.phase, Phase::Connected | Phase::Lost { .. }) {
            self.connection.send(now, packet);
            self.drain(now);
        }
    }

    pub(crate) fn play(&mut self, now: Instant, mix: &mut Frame) -> bool {
        self.listener.play(now, mix)
    }

    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        let phase = match self.phase {
            Phase::Awaiting { until } => Some(until),
            Phase::Connecting { since } => Some(since + self.patience()),
            Phase::Lost { again, .. } => Some(again),
            Phase::Connected => None,
        };
        let gathering = self.sockets.iter_mut().filter_map(Gathering::poll_timeout).min();
        [phase, gathering, self.connection.poll_timeout(), Some(self.loss.poll_timeout())]
            .into_iter()
            .flatten()
            .min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.connection.poll_timeout().is_some_and(|at| at <= now)
            && let Err(error) = self.connection.handle_timeout(now)
        {
            tracing::debug!(%error, "a connection did not take the time");
        }
        for gathering in &mut self.sockets {
            gathering.handle_timeout(now);
        }
        self.drain(now);
        match self.phase {
            Phase::Awaiting { until } if until <= now => self.offer(now),
            Phase::Connecting { since } if since + self.patience() <= now => self.try_anew(now),
            Phase::Lost { since, .. } if since + LOST_FOR_GOOD <= now => self.try_anew(now),
            Phase::Lost { since, again } if again <= now => {
                self.phase = Phase::Lost { since, again: now + LOOK_AGAIN };
                self.look_again(now);
            }
            _ => {}
        }
        if let Some(lossy) = self.loss.look(now, self.listener.counts()) {
            self.wanted.push_back(Wanted::Lossy(lossy));
        }
    }

    fn patience(&self) -> Duration {
        if self.polite { PATIENCE + POLITE } else { PATIENCE }
    }

    fn try_anew(&mut self, now: Instant) {
        if self.theirs.is_none() {
            // They did not even answer.
            self.attempts += 1;
        }
        self.rebuild(now);
        self.offer(now);
        self.show();
    }

    fn changed(&mut self, now: Instant, way: Way) {
        match (way, self.phase) {
            (Way::Found, _) => {
                self.phase = Phase::Connected;
                self.attempts = 0;
            }
            (Way::Lost, Phase::Connected) => {
                let again = if self.polite { now + POLITE } else { now };
                self.phase = Phase::Lost { since: now, again };
            }
            (Way::Failed, Phase::Connected | Phase::Lost { .. }) => {
                self.phase = Phase::Lost { since: now, again: now };
            }
            _ => {}
        }
        self.show();
    }

    fn show(&mut self) {
        let link = match self.phase {
            Phase::Connected if self.by_relay => Link::Relayed,
            Phase::Connected => Link::Direct,
            _ if self.attempts >= ATTEMPTS => Link::Unreachable,
            Phase::Lost { .. } => Link::Lost,
            Phase::Connecting { .. } if self.attempts > 0 && self.link == Link::Lost => Link::Lost,
            Phase::Awaiting { .. } | Phase::Connecting { .. } => Link::Connecting,
        };
        if link != self.link {
            self.link = link;
            self.wanted.push_back(Wanted::Link(link));
        }
    }

    /// Says goodbye and gives back what was lent.
    pub(crate) fn close(&mut self, now: Instant) {
        self.connection.close();
        self.drain(now);
        for gathering in &mut self.sockets {
            gathering.close(now);
        }
        self.drain(now);
    }

    pub(crate) fn poll_wanted(&mut self) -> Option<Wanted> {
        self.wanted.pop_front()
    }

    pub(crate) const fn link(&self) -> Link {
        self.link
    }

    pub(crate) const fn lossy(&self) -> Option<u8> {
        self.loss.percent()
    }

    pub(crate) const fn listener(&self) -> &Listener {
        &self.listener
    }

    pub(crate) const fn set_volume(&mut self, volume: f32) {
        self.listener.set_volume(volume);
    }

    pub(crate) const fn refusals(&self) -> Refusals {
        self.refusals
    }
}
