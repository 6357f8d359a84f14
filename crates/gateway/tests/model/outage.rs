//! Steps in which the gateway itself goes away and another process comes, which begins with what was stored.

use std::time::Duration;

use hearth_gateway::hub::{ConnectionId, Hub, SeededRandom, Stored};

use crate::model::{GRACE_MS, Model, NO_SHOW_MS, Person, Phase, SESH_MS, Who};
use crate::rates::Rates;
use crate::world::{Outcome, World};

/// How long those who were there when the gateway ended cleanly have to come back.
const RESTART_MS: u64 = 30_000;

impl Model {
    /// The gateway ends cleanly and is there again later. Everybody is cut off; those who were there have some time
    /// to come back, the others what was left of theirs. A sesh goes on.
    pub fn restart(&mut self, later_ms: u64) {
        let stopped = self.now;
        let now = stopped + later_ms;
        self.now = now;
        for person in self.people.values_mut() {
            person.gone_until.get_or_insert(stopped + RESTART_MS);
            (person.face.offline, person.expected) = (true, true);
        }
        for room in self.rooms.values_mut() {
            match &mut room.phase {
                Phase::Chilling => {}
                // Nobody counts on while nobody is there; who is ready waits again.
                Phase::Awaiting { start_at, .. } => *start_at = None,
                Phase::Seshing(sesh) => {
                    sesh.no_show_at = now + NO_SHOW_MS;
                    sesh.ends_at = now + SESH_MS.saturating_sub(now.saturating_sub(sesh.start_at));
                }
            }
        }
        let late = |person: &Person| person.gone_until.is_some_and(|until| until <= now);
        let gone: Vec<Who> =
            self.people.iter().filter(|(_, person)| late(person)).map(|(who, _)| *who).collect();
        self.all_gone(&gone);
    }

    /// The gateway's process is killed and another one is there later: it knows the groups, and nobody.
    pub fn crash(&mut self, later_ms: u64) {
        self.now += later_ms;
        self.people.values_mut().for_each(|person| person.face.offline = true);
        let gone: Vec<Who> = self.people.keys().copied().collect();
        self.all_gone(&gone);
    }

    /// The gateway's computer slept for a moment. Whoever is on the way back gets a whole grace time, and nobody heats
    /// because of a countdown of before.
    pub fn wake(&mut self) {
        let now = self.now;
        for person in self.people.values_mut() {
            person.gone_until = person.gone_until.map(|until| until.max(now + GRACE_MS));
        }
        let codes: Vec<String> = self.rooms.keys().cloned().collect();
        for code in codes {
            if let Phase::Awaiting { start_at, .. } = &mut self.rooms.get_mut(&code).unwrap().phase
                && start_at.take().is_some()
            {
                self.settle(&code);
            }
        }
    }

    fn all_gone(&mut self, gone: &[Who]) {
        for who in gone {
            self.end_session(*who);
        }
        let codes: Vec<String> = self.rooms.keys().cloned().collect();
        for code in codes {
            let room = self.rooms.get_mut(&code).unwrap();
            room.empty_since = room.members.is_empty().then_some(self.now);
            self.settle(&code);
        }
    }
}

impl World {
    /// A clean end: everything is stored, and every socket closed with a word.
    pub fn restart(&mut self, down: Duration) -> Outcome {
        self.tell(format!("the gateway is restarted, away for {} ms", down.as_millis()));
        let stored = serde_json::to_string(&self.hub.stored(self.now)).map_err(|error| error.to_string())?;
        self.hub.close_all();
        let mut closed: Vec<(ConnectionId, u16)> = self.collect()?;
        let open = self.clients.iter().filter_map(|client| Some((client.socket?, 1001)));
        let mut open: Vec<(ConnectionId, u16)> = open.collect();
        closed.sort_unstable();
        open.sort_unstable();
        if closed != open {
            return Err(format!("closed {closed:?}, open were {open:?}"));
        }
        self.model.restart(down.as_millis() as u64);
        self.begin_with(down, &stored)
    }

    /// The process is killed: only the groups are known afterwards.
    pub fn crash(&mut self, down: Duration) -> Outcome {
        self.tell(format!("the gateway is killed, away for {} ms", down.as_millis()));
        let groups = Stored::from(self.hub.stored_groups());
        let stored = serde_json::to_string(&groups).map_err(|error| error.to_string())?;
        self.model.crash(down.as_millis() as u64);
        self.begin_with(down, &stored)
    }

    /// The computer of the gateway slept for a moment.
    pub fn wake(&mut self) -> Outcome {
        self.tell("the gateway's computer wakes up".to_owned());
        self.hub.woke(self.now);
        self.model.wake();
        let now = self.ms();
        for client in self.clients.iter_mut().filter(|client| client.mute_since.is_some()) {
            client.mute_since = Some(now);
        }
        self.check()
    }

    fn begin_with(&mut self, down: Duration, stored: &str) -> Outcome {
        if let Some(token) = self.tokens.iter().find(|token| stored.contains(*token)) {
            return Err(format!("the token {token} is stored"));
        }
        self.restarted = true;
        self.now = self.now.later(down);
        let random = SeededRandom::new(self.story.len() as u64 ^ self.now.unix_ms);
        self.hub = Hub::new(self.config.clone(), Box::new(random));
        let stored: Stored = serde_json::from_str(stored).map_err(|error| error.to_string())?;
        self.hub.restore(self.now, stored);
        self.rates = Rates::default();
        self.asked.clear();
        self.wanted.clear();
        self.beat_at = self.beat_at.max(self.ms());
        for client in &mut self.clients {
            (client.socket, client.mute_since) = (None, None);
        }
        if !self.collect()?.is_empty() || !self.received.is_empty() {
            return Err("something is sent to nobody".to_owned());
        }
        self.check()
    }
}
