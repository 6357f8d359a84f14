//! What goes between a person's sockets, the servers that help, the connection and the ear.

use std::net::SocketAddr;
use std::time::Instant;

use hearth_dialects::together::Signal;

use super::{Peer, Wanted};
use crate::link::connection::{Datagram, Local};
use crate::link::gathering::Found;

impl Peer {
    /// A packet came at one of this person's sockets.
    pub(crate) fn received(&mut self, now: Instant, socket: SocketAddr, from: SocketAddr, data: &[u8]) {
        let gathering = self.sockets.iter_mut().find(|gathering| gathering.socket() == socket);
        if !gathering.is_some_and(|gathering| gathering.takes(now, from, data)) {
            self.heard(now, socket, from, data);
        }
        self.drain(now);
    }

    fn heard(&mut self, now: Instant, at: SocketAddr, from: SocketAddr, data: &[u8]) {
        if !looks_right(data) {
            self.refusals.packets += 1;
            return;
        }
        if self.theirs.is_none() {
            return;
        }
        if let Err(error) = self.connection.received(now, at, from, data) {
            tracing::trace!(%error, "a packet was refused");
            self.refusals.packets += 1;
        }
    }

    pub(super) fn drain(&mut self, now: Instant) {
        while let Some(way) = self.connection.poll_way() {
            self.changed(now, way);
        }
        while let Some(found) = self.sockets.iter_mut().find_map(|gathering| gathering.poll_found(now)) {
            match found {
                Found::Address(local) if self.relay_only && !matches!(local, Local::Relayed { .. }) => {}
                Found::Address(local) => self.locals.push(local),
                Found::Passed(passed) => self.heard(now, passed.relay, passed.from, &passed.data),
                Found::Failed => self.refusals.servers += 1,
            }
        }
        self.tell_locals();
        while let Some(sound) = self.connection.poll_sound() {
            if !self.listener.packet(now, sound.source, sound.sequence, sound.time, &sound.data) {
                self.refusals.packets += 1;
            }
        }
        while let Some(datagram) = self.connection.poll_datagram() {
            self.dispatch(now, datagram);
        }
        for gathering in &mut self.sockets {
            while let Some(datagram) = gathering.poll_datagram() {
                self.wanted.push_back(Wanted::Datagram(datagram));
            }
        }
    }

    /// What is known of this end now is told in the next description.
    pub(super) fn take_in_locals(&mut self) {
        for local in self.locals.iter().skip(self.told.unwrap_or(0)) {
            if let Err(error) = self.connection.reachable(*local) {
                tracing::debug!(%error, "an address of this computer was not taken");
            }
        }
        self.told = Some(self.locals.len());
    }

    /// What was found since is told by itself.
    fn tell_locals(&mut self) {
        let Some(told) = &mut self.told else { return };
        for local in self.locals.iter().skip(*told) {
            *told += 1;
            match self.connection.reachable(*local) {
                Ok(line) => {
                    let signal = Signal::candidate(&line, Some("0"), Some(0));
                    self.wanted.push_back(Wanted::Signal(signal));
                }
                Err(error) => tracing::debug!(%error, "an address of this computer was not taken"),
            }
        }
    }

    fn dispatch(&mut self, now: Instant, datagram: Datagram) {
        let relay = self.sockets.iter_mut().find(|gathering| gathering.lends(datagram.from));
        let by_relay = relay.is_some() || self.their_relays.contains(&datagram.to);
        // Sound only: checks go every way there is.
        let is_sound = datagram.data.first().is_some_and(|first| (128..192).contains(first));
        if is_sound && by_relay != self.by_relay {
            self.by_relay = by_relay;
        }
        match relay {
            Some(gathering) => gathering.pass(now, datagram.from, datagram.to, &datagram.data),
            None => self.wanted.push_back(Wanted::Datagram(datagram)),
        }
        if is_sound {
            self.show();
        }
    }
}

/// Checks, keys and sound share a socket and are told apart by how they begin (RFC 7983); each has a least length.
fn looks_right(data: &[u8]) -> bool {
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
    match data.first() {
        Some(0..=3) => data.len() >= 20 && data[4..8] == COOKIE,
        Some(20..=63) => data.len() >= 13,
        // RTCP is shorter than RTP.
        Some(128..=191) => data.len() >= 8,
        _ => false,
    }
}
