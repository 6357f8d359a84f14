//! The gateway's end of the network: the hub, and what it wants sent.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{Event, ServerFrame};
use hearth_gateway::hub::{ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom, Stored};

/// The gateway. It may be down.
pub(crate) struct Gateway {
    pub hub: Hub,
    pub up: bool,
    /// What the process that ended has left behind.
    stored: Stored,
    config: HubConfig,
    seed: u64,
    last_connection: u64,
}

impl Gateway {
    pub fn new(config: HubConfig, seed: u64) -> Self {
        let hub = Hub::new(config.clone(), Box::new(SeededRandom::new(seed)));
        Self { hub, up: true, stored: Stored::default(), config, seed, last_connection: 0 }
    }

    /// A socket is opened.
    pub fn accept(&mut self, now: Now) -> ConnectionId {
        self.last_connection += 1;
        let connection = ConnectionId(self.last_connection);
        self.hub.connect(now, connection, Peer::LOOPBACK);
        connection
    }

    /// The process ends without a word. The groups that it stored are there when it starts again.
    pub fn crash(&mut self) {
        self.stored = self.hub.stored_groups().into();
        self.up = false;
    }

    /// The process ends cleanly. Gives what it says to its sockets; everything is there when it starts again.
    pub fn stop(&mut self, now: Now) -> Vec<Output> {
        self.stored = self.hub.stored(now);
        self.hub.close_all();
        let farewell = std::iter::from_fn(|| self.hub.poll_output()).collect();
        self.up = false;
        farewell
    }

    /// A new process, with what the former one stored or without.
    pub fn start(&mut self, now: Now, remembers: bool) {
        let stored = std::mem::take(&mut self.stored);
        self.seed = self.seed.wrapping_add(0x9E37_79B9);
        self.hub = Hub::new(self.config.clone(), Box::new(SeededRandom::new(self.seed)));
        if remembers {
            self.hub.restore(now, stored);
        }
        self.up = true;
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.hub.poll_timeout().filter(|_| self.up)
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.hub.poll_output().filter(|_| self.up)
    }
}

/// The instant that a frame names for a start, `origin` being when the gateway's clock showed `origin.unix_ms`.
pub(crate) fn named_start(text: &str, origin: Now) -> Option<Instant> {
    if !text.contains("GROUP_START_HEATING") {
        return None;
    }
    match ServerFrame::decode(text) {
        Ok(ServerFrame::Event(Event::StartHeating(start))) => {
            let ms = start.start_at?.checked_sub(origin.unix_ms)?;
            Some(origin.instant + Duration::from_millis(ms))
        }
        _ => None,
    }
}
