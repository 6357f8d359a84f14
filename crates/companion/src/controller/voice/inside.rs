//! A room that was entered, as it tells of itself: devices, who speaks, how people are connected, what was refused.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_gateway_client::chat::Signal;
use hearth_voice::device::DeviceError;
use hearth_voice::driver::{DeviceState, News};
use hearth_voice::{Event, Faults, Link, Person};

use super::words;
use crate::contract::{Said, SoundState, VoiceLink};
use crate::telemetry::{Allowance, Verdict};

/// So many signals of somebody are passed on at once, then one by one: a browser has some twenty for an offer.
const SIGNALS: u32 = 100;
const SIGNAL_EVERY: Duration = Duration::from_millis(50);

/// What the gateway told of others before this person was in has come by then.
const MEETS_AFTER: Duration = Duration::from_millis(200);
/// The most signals that wait for that.
const MOST_EARLY: usize = 256;

/// The room.
#[derive(Debug)]
pub(super) struct Inside {
    pub turn: u64,
    /// When the room is told who is there: who joined just before may be told a moment later than the answer comes.
    pub meets_at: Option<Instant>,
    /// What was signalled until then.
    pub early: Vec<(String, Signal)>,
    /// Everybody else.
    pub others: Vec<String>,
    pub microphone: SoundState,
    pub speaker: SoundState,
    /// This person speaks.
    pub speaking: bool,
    /// By id.
    pub peers: BTreeMap<String, Peer>,
    /// For whom there is no place.
    pub crowded: Vec<String>,
    pub faults: Faults,
    /// Signals of people who sent too many.
    pub floods: u64,
    signals: Allowance,
    /// Whether the others were told that this person is muted, and deafened.
    pub told: (bool, bool),
    /// They have to be told again.
    pub retell_at: Option<Instant>,
    /// The gateway is lost and nobody is connected: the microphone is closed meanwhile.
    pub hushed: bool,
}

/// Somebody else.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Peer {
    pub link: VoiceLink,
    pub lossy: Option<u8>,
    pub speaking: bool,
}

impl Inside {
    pub fn new(turn: u64, now: Instant, others: Vec<String>) -> Self {
        Self {
            turn,
            meets_at: Some(now + MEETS_AFTER),
            early: Vec::new(),
            others,
            microphone: SoundState::Closed,
            speaker: SoundState::Closed,
            speaking: false,
            peers: BTreeMap::new(),
            crowded: Vec::new(),
            faults: Faults::default(),
            floods: 0,
            signals: Allowance::new(SIGNALS, SIGNAL_EVERY),
            // Who joins is neither.
            told: (false, false),
            retell_at: None,
            hushed: false,
        }
    }

    /// Somebody hears what is said here.
    pub fn is_heard(&self) -> bool {
        self.peers.values().any(|peer| matches!(peer.link, VoiceLink::Direct | VoiceLink::Relayed))
    }

    /// Who is there changed. Whether that is news.
    pub fn are_there(&mut self, others: &[String]) -> bool {
        if self.others == others {
            return false;
        }
        self.others = others.to_vec();
        self.peers.retain(|who, _| others.contains(who));
        true
    }

    /// Somebody signals. Whether it is passed on: who sends too many costs only themselves.
    pub fn may_signal(&mut self, now: Instant, who: &str) -> bool {
        let may = self.signals.ask(now, who) == Verdict::Allowed;
        self.floods += u64::from(!may);
        may
    }

    /// The room is not told of anybody yet: a signal waits.
    pub fn keeps_for_later(&mut self, from: String, signal: Signal) -> Option<(String, Signal)> {
        if self.meets_at.is_none() {
            return Some((from, signal));
        }
        if self.early.len() < MOST_EARLY {
            self.early.push((from, signal));
        }
        None
    }

    /// The room told something that is only to be seen.
    pub fn told(&mut self, news: News) {
        match news {
            News::Event(event) => self.happened(event),
            News::Microphone(state) => self.microphone = sound(state, words::microphone),
            News::Speaker(state) => self.speaker = sound(state, words::speaker),
            News::State { people, faults } => {
                self.faults = faults;
                for Person { id, link, lossy, speaking, .. } in people {
                    if let Some(peer) = self.peer(id) {
                        *peer = Peer { link: seen(link), lossy, speaking };
                    }
                }
            }
            News::Signal { .. } | News::Failed(_) => {}
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Link { who, link } => {
                if let Some(peer) = self.peer(who) {
                    peer.link = seen(link);
                }
            }
            Event::Lossy { who, percent } => {
                if let Some(peer) = self.peer(who) {
                    peer.lossy = percent;
                }
            }
            Event::Speaking { who: Some(who), speaking } => {
                if let Some(peer) = self.peer(who) {
                    peer.speaking = speaking;
                }
            }
            Event::Speaking { who: None, speaking } => self.speaking = speaking,
            Event::Crowded { who } => self.crowded = who,
        }
    }

    /// Only of those who are there: what is still told of others is over.
    fn peer(&mut self, who: String) -> Option<&mut Peer> {
        if self.others.contains(&who) { Some(self.peers.entry(who).or_default()) } else { None }
    }
}

fn sound(state: DeviceState, why: impl Fn(DeviceError) -> Said) -> SoundState {
    match state {
        DeviceState::Closed => SoundState::Closed,
        DeviceState::Open(name) => SoundState::Open { name },
        DeviceState::Failed(error) => SoundState::Failed { why: why(error) },
    }
}

const fn seen(link: Link) -> VoiceLink {
    match link {
        Link::Connecting => VoiceLink::Connecting,
        Link::Direct => VoiceLink::Direct,
        Link::Relayed => VoiceLink::Relayed,
        Link::Lost => VoiceLink::Lost,
        Link::Unreachable => VoiceLink::Unreachable,
    }
}
