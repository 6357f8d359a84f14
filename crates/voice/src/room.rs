//! A voice room as one of its people has it: everybody else, the microphone, and what is played. No I/O, no clock.
//!
//! The microphone is asked for by [`Output::Microphone`] only, which says `true` after this person has joined and is
//! neither muted nor deafened, and with push to talk while the key is held; frames that come otherwise are dropped.

mod terms;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use hearth_dialects::together::Signal;

use crate::MOST_PEOPLE;
use crate::audio::codec::CodecError;
use crate::audio::frame::{FRAME_TIME, Frame, SILENCE};
use crate::audio::mixer;
use crate::audio::speaker::Speaker;
use crate::link::gathering::Crypto;
pub use crate::link::gathering::Resolved;
pub use crate::link::peer::Link;
use crate::link::peer::{Peer, Wanted};
use crate::signal::{self, Said};
pub use terms::{Event, Faults, Input, Output, Person, RoomConfig, Wish};

/// The room.
#[derive(Debug)]
pub struct Room {
    config: RoomConfig,
    crypto: Crypto,
    speaker: Speaker,
    peers: BTreeMap<String, Peer>,
    /// Sockets of whom.
    sockets: BTreeMap<SocketAddr, String>,
    volumes: BTreeMap<String, f32>,
    joined: bool,
    microphone: bool,
    speaking: bool,
    crowded: Vec<String>,
    faults: Faults,
    outputs: VecDeque<Output>,
}

/// A room cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NoRoom {
    /// The codec does not work here.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Nothing to encrypt with.
    #[error("no cryptography: {0}")]
    Crypto(String),
}

impl Room {
    /// A room that this person is about to join; until [`Input::Participants`] nobody is in it.
    ///
    /// # Errors
    /// [`NoRoom`] when the codec or the cryptography does not work here.
    pub fn new(now: Instant, config: RoomConfig) -> Result<Self, NoRoom> {
        let mut speaker = Speaker::new(now, config.cleaning)?;
        speaker.set_talk(now, config.talk);
        let crypto = Crypto::new().map_err(NoRoom::Crypto)?;
        Ok(Self {
            config,
            crypto,
            speaker,
            peers: BTreeMap::new(),
            sockets: BTreeMap::new(),
            volumes: BTreeMap::new(),
            joined: false,
            microphone: false,
            speaking: false,
            crowded: Vec::new(),
            faults: Faults::default(),
            outputs: VecDeque::new(),
        })
    }

    /// Something happened.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Participants(others) => self.participants(now, others),
            Input::Signal { from, signal } => self.signalled(now, from, &signal),
            Input::Bound { who, sockets } => self.bound(now, &who, &sockets),
            Input::Packet { socket, from, data } => self.packet(now, socket, from, &data),
            Input::Wish(wish) => self.wish(now, wish),
            Input::NetworkChanged => {
                let everybody = self.peers.keys().map(|who| Output::Bind { who: who.clone() });
                self.outputs.extend(everybody);
            }
        }
        self.collect();
    }

    /// Ten milliseconds of the microphone.
    pub fn capture(&mut self, now: Instant, frame: &Frame) {
        if !self.microphone {
            return;
        }
        let packet = self.speaker.heard(now, frame);
        self.tell_speaking(self.speaker.speaks());
        if let Some(packet) = packet {
            for peer in self.peers.values_mut() {
                peer.send(now, &packet);
            }
            self.collect();
        }
    }

    /// What is played next, ten milliseconds each. A device that fetches many at once hears all of them that much later:
    /// packets are waited for until the last one is due.
    pub fn play(&mut self, now: Instant, frames: &mut [Frame]) {
        for (left, frame) in (0..frames.len() as u32).rev().zip(frames) {
            self.play_one(now.checked_sub(FRAME_TIME * left).unwrap_or(now), frame);
        }
    }

    fn play_one(&mut self, now: Instant, frame: &mut Frame) {
        *frame = SILENCE;
        for (who, peer) in &mut self.peers {
            if peer.play(now, frame) {
                let event = Event::Speaking { who: Some(who.clone()), speaking: peer.listener().speaks() };
                self.outputs.push_back(Output::Event(event));
            }
        }
        if self.config.deafened {
            *frame = SILENCE;
        }
        mixer::limit(frame);
        if self.microphone {
            self.speaker.played(frame);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let let_go = self.speaker.heard_until().filter(|_| self.microphone);
        self.peers.values_mut().filter_map(Peer::poll_timeout).chain(let_go).min()
    }

    /// It is that late.
    pub fn handle_timeout(&mut self, now: Instant) {
        for peer in self.peers.values_mut() {
            if peer.poll_timeout().is_some_and(|at| at <= now) {
                peer.handle_timeout(now);
            }
        }
        self.look_at_microphone(now);
        // What is lost of what others say tells what of this person's voice may be.
        let worst = self.peers.values().filter_map(Peer::lossy).max();
        self.speaker.expect_loss(worst.unwrap_or(10));
        self.collect();
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// This person leaves: everybody is told, the microphone closed. What is to be done for it comes as outputs; after
    /// that the room is to be dropped.
    pub fn leave(&mut self, now: Instant) {
        self.joined = false;
        self.look_at_microphone(now);
        for who in self.peers.keys().cloned().collect::<Vec<_>>() {
            self.gone(now, &who);
        }
    }

    /// Everybody else who is connected or is to be, in the order of their ids.
    pub fn people(&self) -> impl Iterator<Item = Person> {
        self.peers.iter().map(|(id, peer)| Person {
            id: id.clone(),
            link: peer.link(),
            lossy: peer.lossy(),
            speaking: peer.listener().speaks(),
            counts: peer.listener().counts(),
            delay: peer.listener().delay(),
        })
    }

    /// What was refused.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.peers
            .values()
            .fold(self.faults, |faults, peer| faults.with(peer.refusals(), peer.listener().refused()))
    }

    /// The microphone is to be open.
    #[must_use]
    pub const fn wants_microphone(&self) -> bool {
        self.microphone
    }

    fn participants(&mut self, now: Instant, others: Vec<String>) {
        let is_first = !std::mem::replace(&mut self.joined, true);
        let gone: Vec<_> = self.peers.keys().filter(|who| !others.contains(who)).cloned().collect();
        for who in gone {
            self.gone(now, &who);
        }
        let mut crowded = Vec::new();
        for who in others {
            if who == self.config.me || self.peers.contains_key(&who) {
                continue;
            }
            if self.peers.len() + 1 >= MOST_PEOPLE {
                crowded.push(who);
            } else if let Some(peer) = self.meet(now, &who)
                && is_first
            {
                peer.offer(now);
            }
        }
        if crowded != self.crowded {
            self.crowded.clone_from(&crowded);
            self.outputs.push_back(Output::Event(Event::Crowded { who: crowded }));
        }
        self.look_at_microphone(now);
    }

    fn meet(&mut self, now: Instant, who: &str) -> Option<&mut Peer> {
        let polite = self.config.me.as_str() < who;
        let mut peer = match Peer::awaited(now, polite, self.config.relay_only, self.crypto.clone()) {
            Ok(peer) => peer,
            Err(error) => {
                tracing::warn!(%error, "somebody in the room cannot be connected");
                return None;
            }
        };
        peer.set_volume(self.volumes.get(who).copied().unwrap_or(1.0));
        self.outputs.push_back(Output::Bind { who: who.into() });
        Some(self.peers.entry(who.into()).or_insert(peer))
    }

    fn gone(&mut self, now: Instant, who: &str) {
        if let Some(peer) = self.peers.get_mut(who) {
            peer.close(now);
        }
        self.collect();
        if let Some(peer) = self.peers.remove(who) {
            self.faults = self.faults.with(peer.refusals(), peer.listener().refused());
            self.sockets.retain(|_, owner| owner != who);
            self.outputs.push_back(Output::Unbind { who: who.into() });
        }
    }

    fn signalled(&mut self, now: Instant, from: String, signal: &Signal) {
        let said = match signal::read(signal) {
            Ok(said) => said,
            Err(error) => {
                tracing::info!(%error, "a signal was refused");
                self.faults.signals += 1;
                return;
            }
        };
        if !self.joined || from == self.config.me {
            return;
        }
        if !self.peers.contains_key(&from) {
            // The gateway passes on signals of those who are in the room only: the news of them is on its way.
            let has_place = self.peers.len() + 1 < MOST_PEOPLE;
            if !matches!(said, Said::Offer(_)) || !has_place || self.meet(now, &from).is_none() {
                self.faults.crowded += 1;
                return;
            }
        }
        let Some(peer) = self.peers.get_mut(&from) else { return };
        match said {
            Said::Offer(offer) => peer.offered(now, offer),
            Said::Answer(answer) => peer.answered(now, answer),
            Said::Candidate(candidate) => peer.candidate(now, candidate),
            Said::Nothing => {}
        }
    }

    fn bound(&mut self, now: Instant, who: &str, sockets: &[SocketAddr]) {
        let Some(peer) = self.peers.get_mut(who) else { return };
        self.sockets.retain(|_, owner| owner != who);
        self.sockets.extend(sockets.iter().map(|socket| (*socket, who.to_owned())));
        peer.bound(now, sockets, &self.config.servers);
    }

    fn packet(&mut self, now: Instant, socket: SocketAddr, from: SocketAddr, data: &[u8]) {
        let owner = self.sockets.get(&socket).and_then(|who| self.peers.get_mut(who));
        match owner {
            Some(peer) => peer.received(now, socket, from, data),
            None => self.faults.packets += 1,
        }
    }

    fn wish(&mut self, now: Instant, wish: Wish) {
        match wish {
            Wish::Mute(muted) => self.config.muted = muted,
            Wish::Deafen(deafened) => self.config.deafened = deafened,
            Wish::Talk(talk) => self.speaker.set_talk(now, talk),
            Wish::Clean(cleaning) => self.speaker.set_cleaning(cleaning),
            Wish::Volume { who, volume } => {
                if let Some(peer) = self.peers.get_mut(&who) {
                    peer.set_volume(volume);
                }
                self.volumes.insert(who, volume);
            }
        }
        self.look_at_microphone(now);
    }

    fn look_at_microphone(&mut self, now: Instant) {
        let heard = !self.config.muted && !self.config.deafened && self.speaker.is_heard(now);
        let wanted = self.joined && heard;
        if wanted != self.microphone {
            self.microphone = wanted;
            self.outputs.push_back(Output::Microphone(wanted));
            if !wanted {
                self.speaker.pause();
                self.tell_speaking(false);
            }
        }
    }

    fn tell_speaking(&mut self, speaking: bool) {
        if speaking != self.speaking {
            self.speaking = speaking;
            self.outputs.push_back(Output::Event(Event::Speaking { who: None, speaking }));
        }
    }

    fn collect(&mut self) {
        for (who, peer) in &mut self.peers {
            while let Some(wanted) = peer.poll_wanted() {
                self.outputs.push_back(match wanted {
                    Wanted::Signal(signal) => Output::Signal { to: who.clone(), signal },
                    Wanted::Datagram(datagram) => Output::Packet {
                        socket: datagram.from,
                        to: datagram.to,
                        data: datagram.data.to_vec(),
                    },
                    Wanted::Link(link) => Output::Event(Event::Link { who: who.clone(), link }),
                    Wanted::Lossy(percent) => Output::Event(Event::Lossy { who: who.clone(), percent }),
                });
            }
        }
    }
}
