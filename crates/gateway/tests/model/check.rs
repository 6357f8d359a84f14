//! What must hold after every step: everybody's picture is the model's, heating is told to whom the model says, and no
//! frame holds what is not its reader's business.

use std::collections::{BTreeMap, BTreeSet};

use hearth_gateway::hub::{ConnectionId, Population};
use serde_json::Value;

use crate::model::{Told, Who};
use crate::picture::Picture;
use crate::world::{Outcome, Received, World};

/// Events that are told to some sockets only, and whose recipients each step names.
const NAMED: [&str; 3] = ["USER_LINK_SUCCESS", "REMOTE_ACTION", "WATCHED_DEVICE_UPDATE"];

impl World {
    /// These, as far as they are connected, are told this in this step.
    pub fn expect(&mut self, who: &[Who], t: &str, d: &Value) {
        let sockets = self.clients.iter().filter(|client| who.contains(&client.who));
        let sockets = sockets.filter_map(|client| client.socket);
        self.named.extend(sockets.map(|socket| ((socket, t.to_owned()), d.clone())));
    }

    /// Everything that must hold after every step.
    pub fn check(&mut self) -> Outcome {
        if self.received.is_empty() {
            self.collect()?;
        }
        let received = std::mem::take(&mut self.received);
        let mut told: BTreeMap<Who, Told> = BTreeMap::new();
        let expected_named = std::mem::take(&mut self.named);
        let named: BTreeMap<(ConnectionId, String), Value> = received
            .iter()
            .filter(|it| NAMED.contains(&it.t.as_str()))
            .map(|it| ((it.to, it.t.clone()), (*it.d).clone()))
            .collect();
        if named != expected_named {
            return Err(format!("told {named:?}, by the model {expected_named:?}"));
        }
        for Received { to, t, d } in &received {
            let Some(index) = self.clients.iter().position(|client| client.socket == Some(*to)) else {
                continue;
            };
            self.look(index, t, d)?;
            if t == "GROUP_START_HEATING" {
                let flag = |name: &str| d[name] == true;
                let start_at = d["start_at"].as_u64().unwrap_or_default().saturating_sub(self.start_ms);
                let (excluded, watcher, away) = (flag("excluded"), flag("watcher"), flag("away"));
                let news = Told { excluded, watcher, away, start_at };
                if told.insert(self.clients[index].who, news).is_some() {
                    return Err("told to heat twice".to_owned());
                }
            }
            Picture::apply(&mut self.clients[index].picture, t, d);
        }
        let expected = std::mem::take(&mut self.model.told);
        if told != expected {
            return Err(format!("told to heat: {told:?}, by the model: {expected:?}"));
        }
        self.compare()
    }

    /// A frame about a group is for its members, and speaks of nobody else.
    fn look(&self, index: usize, t: &str, d: &Value) -> Outcome {
        let client = &self.clients[index];
        if t == "PUBLIC_GROUPS_UPDATE" {
            for group in d.as_array().into_iter().flatten() {
                if group["visibility"] != "public" {
                    return Err(format!("a list with a private group: {group}"));
                }
            }
            return Ok(());
        }
        let code = |picture: Option<&Picture>| picture.map(|picture| picture.code.clone());
        let own = [
            code(client.picture.as_ref()),
            self.model.people.get(&client.who).and_then(|person| person.room.clone()),
        ];
        if t.starts_with("GROUP_") && !t.ends_with("_ERROR") || t == "JOINED_GROUP" {
            let named = d["group_id"].as_str();
            let belongs = |code: &str| own.iter().flatten().any(|own| own == code);
            if own.iter().all(Option::is_none) || named.is_some_and(|named| !belongs(named)) {
                return Err(format!("client {index}, in {own:?}, got {t} {d}"));
            }
        }
        let mut known: BTreeSet<&str> = BTreeSet::from([self.ids[client.who].as_str()]);
        known.extend(client.picture.iter().flat_map(|picture| picture.members.keys()).map(String::as_str));
        let room = self.model.room_of(client.who);
        known.extend(room.iter().flat_map(|room| &room.members).map(|who| self.ids[*who].as_str()));
        for message in d["messages"].as_array().into_iter().flatten() {
            let said = message["message"]["timestamp"].as_u64().unwrap_or_default() - self.start_ms;
            let code = d["group_id"].as_str().unwrap_or_default();
            if !self.model.was_there(client.who, code, said) || message["group_id"] != code {
                return Err(format!("client {index} is told {message}, which was not said to it"));
            }
        }
        match strangers(d, &self.ids, &known) {
            Some(stranger) => Err(format!("client {index} got {t} {d}, of {stranger} whom it must not know")),
            None => Ok(()),
        }
    }

    /// Everybody who is connected has the model's picture of the own group, and therefore the same as all others.
    fn compare(&self) -> Outcome {
        let Population { connections: _, sessions, groups, watched_devices } = self.hub.population();
        let counted = (sessions, groups, watched_devices);
        let expected = (self.model.people.len(), self.model.rooms.len(), self.model.watched());
        if counted != expected {
            return Err(format!("sessions, groups, watched devices: {counted:?}, by the model {expected:?}"));
        }
        let mut pictures: BTreeMap<&str, Picture> = BTreeMap::new();
        for (index, client) in self.clients.iter().enumerate().filter(|(_, client)| client.socket.is_some()) {
            let code = self.model.people.get(&client.who).and_then(|person| person.room.as_deref());
            let expected = code.map(|code| {
                &*pictures.entry(code).or_insert_with(|| {
                    let picture = self.model.picture(code, |who| self.id(who));
                    Picture { start_at: picture.start_at.map(|at| at + self.start_ms), ..picture }
                })
            });
            if client.picture.as_ref() != expected {
                let seen = &client.picture;
                return Err(format!("client {index} sees\n  {seen:?}\nthe model has\n  {expected:?}"));
            }
            if let Some(picture) = &client.picture {
                picture.check()?;
            }
        }
        Ok(())
    }
}

/// A session that is spoken of and not known.
fn strangers<'a>(d: &'a Value, ids: &[String], known: &BTreeSet<&str>) -> Option<&'a str> {
    match d {
        Value::String(text) => {
            let is_session = text.len() == 36 && ids.iter().any(|id| id == text);
            (is_session && !known.contains(text.as_str())).then_some(text)
        }
        Value::Array(items) => items.iter().find_map(|item| strangers(item, ids, known)),
        // What was said by people who have left since.
        Value::Object(map) => {
            let mut others = map.iter().filter(|(name, _)| *name != "messages");
            others.find_map(|(_, item)| strangers(item, ids, known))
        }
        _ => None,
    }
}
