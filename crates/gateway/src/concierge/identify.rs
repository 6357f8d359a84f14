//! How a socket becomes a client.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hearth_clock::Now;
use hearth_dialects::concierge::{
    ClientInfo, CloseCode, Identify, ServerPayload, VERSION, is_compatible, is_name, limits,
};
use subtle::ConstantTimeEq;

use super::directory::Client;
use super::{Broker, Waiting};
use crate::hub::ConnectionId;

impl Broker {
    pub(super) fn identify(&mut self, now: Now, id: ConnectionId, address: IpAddr, identify: Identify) {
        if let Err(code) = self.check(now, address, &identify) {
            return self.turn_away(id, code);
        }
        if let Some(Waiting { deadline, .. }) = self.waiting.remove(&id) {
            self.timers.remove(&(deadline, id));
        }
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        let Identify { name, nickname, tags, .. } = identify;
        let info = ClientInfo { name, nickname, uuid, tags };
        let next_ping = now.instant + self.config.ping;
        self.timers.insert((next_ping, id));
        self.outbox.tell([id], ServerPayload::Hello { uuid, version: VERSION.into() });
        self.outbox.tell(self.directory.ids(), ServerPayload::ClientJoined { client: info.clone() });
        self.directory.insert(
            id,
            Client {
                info,
                next_seq: 0,
                heard: now.instant,
                next_ping,
                wake: next_ping,
                owns: BTreeSet::new(),
                hears: BTreeSet::new(),
            },
        );
    }

    /// In the order of the real server: name, secret, version, duplicate (CON-R4).
    fn check(&self, now: Now, address: IpAddr, identify: &Identify) -> Result<(), CloseCode> {
        let nickname = identify.nickname.as_deref().unwrap_or_default();
        if !is_name(&identify.name)
            || longer(nickname, limits::NICKNAME)
            || identify.tags.len() > limits::TAGS
            || identify.tags.iter().any(|tag| longer(tag, limits::TAG))
        {
            return Err(CloseCode::BadAuth);
        }
        if let Some(secret) = &self.config.secret {
            // Not even the right one: else the answer would tell which it is.
            if !self.guesses.may_take(now.instant, address) {
                return Err(CloseCode::TryAgainLater);
            }
            let given = identify.secret.as_deref().unwrap_or_default();
            if !bool::from(given.as_bytes().ct_eq(secret.as_bytes())) {
                // Only wrong ones count: programs of a household come back often, and share an address.
                let _ = self.guesses.take(now.instant, address);
                return Err(CloseCode::BadSecret);
            }
        }
        if !is_compatible(&identify.version) {
            return Err(CloseCode::BadVersion);
        }
        if self.directory.named(&identify.name).is_some() {
            return Err(CloseCode::DuplicateAuth);
        }
        if self.directory.population().clients >= self.config.clients {
            return Err(CloseCode::TryAgainLater);
        }
        Ok(())
    }
}

fn longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().count() > limit
}
