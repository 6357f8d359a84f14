//! The rules of accounts: who is behind a session, what an administrator may, who hears a remote action, who follows
//! a device.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::model::{Model, Who};

/// An account's administrator flag, and that it must not be here.
const ADMIN: u64 = 4;
const SUSPENDED: u64 = 8;

/// What the answer to a token is, or what an account is told to be from outside.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub id: String,
    pub flags: u64,
    pub in_voice: bool,
}

impl Account {
    pub fn is_suspended(&self) -> bool {
        self.flags & SUSPENDED != 0
    }

    /// As others see it.
    pub fn user(&self) -> Value {
        json!({
            "id": self.id, "name": self.id, "display_name": null, "image": null, "banner": null,
            "flags": self.flags, "bio": null,
        })
    }
}

pub fn voice() -> Value {
    json!({ "id": "v", "name": "Lounge" })
}

/// How a device is named to those who follow it.
pub fn device_id(mac: &str) -> String {
    format!("device_{}", STANDARD.encode(mac))
}

/// Who is to hear a remote action.
#[derive(Debug, PartialEq)]
pub enum Audience {
    NoSuchUser,
    UnknownAction,
    All(BTreeSet<Who>),
    /// One of these, the one who came first.
    OneOf(Vec<Who>),
}

impl Model {
    /// A token was good.
    pub fn sign_in(&mut self, who: Who, account: &Account) {
        let face = &mut self.people.get_mut(&who).unwrap().face;
        face.user = Some(account.user());
        face.voice = account.in_voice.then(voice);
    }

    /// A session ends for good, at once.
    pub fn end_session(&mut self, who: Who) {
        self.part(who);
        self.people.remove(&who);
    }

    /// The sessions of an account, also those that are cut off.
    pub fn sessions_of(&self, id: &str) -> Vec<Who> {
        self.people
            .iter()
            .filter(|(_, person)| person.face.user_id() == Some(id))
            .map(|(who, _)| *who)
            .collect()
    }

    /// An account is suspended: its sessions are over, and none of them has a part in what follows from that.
    pub fn suspend(&mut self, id: &str) {
        let sessions = self.sessions_of(id);
        for who in &sessions {
            self.people.get_mut(who).unwrap().face.offline = true;
        }
        for who in sessions {
            self.end_session(who);
        }
    }

    pub fn is_admin(&self, who: Who) -> bool {
        let flags = self.people[&who].face.user.as_ref().and_then(|user| user["flags"].as_u64());
        flags.is_some_and(|flags| flags & ADMIN != 0 && flags & SUSPENDED == 0)
    }

    fn mac(&self, who: Who) -> Option<&str> {
        self.people.get(&who)?.face.device.as_ref()?.get("deviceMac")?.as_str()
    }

    /// Only members of groups who can be reached hear one.
    pub fn audience(&self, id: &str, action: u64, data: &Value) -> Audience {
        if action > 7 {
            return Audience::UnknownAction;
        }
        let sessions = self.sessions_of(id);
        if sessions.is_empty() {
            return Audience::NoSuchUser;
        }
        let here = |who: &Who| self.people[who].room.is_some() && !self.people[who].face.offline;
        let here: Vec<Who> = sessions.into_iter().filter(here).collect();
        if action < 2 {
            return Audience::All(here.into_iter().collect());
        }
        let heats = matches!(action, 3 | 4);
        let device = if heats { &data["id"] } else { &data["device_id"] };
        let meant = |who: &Who| {
            if let (false, Some(code)) = (heats, data["group_id"].as_str()) {
                return self.people[who].room.as_deref() == Some(code);
            }
            match device.as_str() {
                Some(device) => self.mac(*who).map(device_id).as_deref() == Some(device),
                None => !heats || self.people[who].face.device.is_some(),
            }
        };
        Audience::OneOf(here.into_iter().filter(meant).collect())
    }

    /// Op 22.
    pub fn watch(&mut self, who: Who, device: String, most: usize) {
        let watched = &mut self.people.get_mut(&who).unwrap().watched;
        if !watched.contains(&device) {
            watched.push(device);
        }
        if watched.len() > most {
            watched.remove(0);
        }
    }

    /// Who is told of the counters that the device of `who` just told, and of which device.
    pub fn watchers(&self, who: Who, news: &Value) -> Option<(String, Vec<Who>)> {
        let counts = ["totalDabs", "dabsPerDay", "lastDab"].iter().any(|key| !news[*key].is_null());
        let device = self.mac(who).filter(|_| counts).map(device_id)?;
        let follows = |who: &&Who| {
            let person = &self.people[*who];
            !person.face.offline && person.watched.contains(&device)
        };
        let watchers = self.people.keys().filter(follows).copied().collect();
        Some((device, watchers))
    }

    /// The devices that anybody follows.
    pub fn watched(&self) -> usize {
        self.people.values().flat_map(|person| &person.watched).collect::<BTreeSet<_>>().len()
    }
}
