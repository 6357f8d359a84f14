//! Chance plays: clients come, go, create, hear and send. Every subscriber gets each message of the owner once and in
//! order and nobody else does; what clients were told adds up to what is; when all are gone nothing is left.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hearth_gateway::concierge::{BrokerConfig, Population};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::world::{Client, World};

const NAMES: [&str; 6] = ["ada", "bob", "cem", "dee", "eve", "fay"];
const SERVICES: [&str; 4] = ["chat", "light", "", "über"];

/// What a client knows from what it was told, and what it has to be told.
struct View {
    client: Client,
    clients: BTreeSet<String>,
    /// Name, owner.
    services: BTreeMap<String, String>,
    /// Messages that are to come, in order: sender's name and data.
    due: Vec<(String, u64)>,
}

#[derive(Default)]
struct Model {
    views: Vec<View>,
    /// Name, owner's name, subscribers' names.
    services: BTreeMap<String, (String, BTreeSet<String>)>,
    sent: u64,
}

impl Model {
    fn view(&mut self, name: &str) -> &mut View {
        self.views.iter_mut().find(|view| view.client.name == name).unwrap()
    }

    /// Joins, learns what is there, as a client does that asks for everything.
    fn join(&mut self, world: &mut World, name: &str) {
        let id = world.open();
        world.text(id, &json!({ "type": "IDENTIFY", "name": name, "version": "0.2.0" }).to_string());
        let hello = world.next(id);
        let uuid = hello["uuid"].as_str().unwrap().to_owned();
        let client = Client { id, name: name.to_owned(), uuid };
        for payload in [json!({ "type": "CLIENT_FETCH_ALL" }), json!({ "type": "SERVICE_FETCH_ALL" })] {
            world.send(&client, payload);
        }
        let (clients, services) = (BTreeSet::new(), BTreeMap::new());
        self.views.push(View { client, clients, services, due: Vec::new() });
    }

    fn leave(&mut self, world: &mut World, index: usize) {
        let View { client, .. } = self.views.remove(index);
        world.disconnect(&client);
        self.services.retain(|_, (owner, _)| *owner != client.name);
        for (_, subscribers) in self.services.values_mut() {
            subscribers.remove(&client.name);
        }
    }

    fn act(&mut self, world: &mut World, chance: &mut StdRng) {
        let index = chance.random_range(0..self.views.len());
        let client = self.views[index].client.clone();
        let name = SERVICES[chance.random_range(0..SERVICES.len())];
        let of = |kind: &str| json!({ "type": kind, "service": name });
        match chance.random_range(0..10) {
            0 => {
                world.send(&client, of("SERVICE_CREATE"));
                self.services.entry(name.to_owned()).or_insert((client.name, BTreeSet::new()));
            }
            1 => {
                world.send(&client, of("SERVICE_DELETE"));
                if self.services.get(name).is_some_and(|(owner, _)| *owner == client.name) {
                    self.services.remove(name);
                }
            }
            2..4 => {
                world.send(&client, of("SELF_SUBSCRIBE"));
                if let Some((_, subscribers)) = self.services.get_mut(name) {
                    subscribers.insert(client.name);
                }
            }
            4 => {
                world.send(&client, of("SELF_UNSUBSCRIBE"));
                if let Some((_, subscribers)) = self.services.get_mut(name) {
                    subscribers.remove(&client.name);
                }
            }
            5 => world.text(client.id, "{"),
            6 => world.pass(Duration::from_millis(chance.random_range(0..2_000))),
            _ => {
                self.sent += 1;
                let data = self.sent;
                let target = json!({ "type": "SERVICE", "service": name });
                world.send(&client, json!({ "type": "MESSAGE", "target": target, "data": data }));
                let Some((owner, subscribers)) = self.services.get(name).cloned() else { return };
                let to: Vec<String> = if owner == client.name {
                    subscribers.into_iter().filter(|name| *name != client.name).collect()
                } else if subscribers.contains(&client.name) {
                    vec![owner]
                } else {
                    Vec::new()
                };
                for to in to {
                    self.view(&to).due.push((client.name.clone(), data));
                }
            }
        }
    }

    /// Everybody reads what came.
    fn read(&mut self, world: &mut World) {
        for view in &mut self.views {
            while let Some(got) = world.got(view.client.id) {
                let crate::world::Got::Text(text) = got else { continue };
                view.read(&serde_json::from_str(&text).unwrap());
            }
            assert_eq!(view.due, [], "{} misses messages", view.client.name);
        }
    }

    /// What everybody knows is what is.
    fn check(&mut self, world: &World) {
        let here: BTreeSet<String> = self.views.iter().map(|view| view.client.name.clone()).collect();
        let services: BTreeMap<String, String> =
            self.services.iter().map(|(name, (owner, _))| (name.clone(), owner.clone())).collect();
        let uuids: BTreeMap<String, String> =
            self.views.iter().map(|view| (view.client.name.clone(), view.client.uuid.clone())).collect();
        let services: BTreeMap<String, String> =
            services.into_iter().map(|(name, owner)| (name, uuids[&owner].clone())).collect();
        for view in &self.views {
            assert_eq!(view.clients, here, "as {} sees it", view.client.name);
            assert_eq!(view.services, services, "as {} sees it", view.client.name);
        }
        let subscriptions = self.services.values().map(|(_, subscribers)| subscribers.len()).sum();
        assert_eq!(
            world.broker.population(),
            Population { waiting: 0, clients: here.len(), services: services.len(), subscriptions }
        );
    }
}

impl View {
    fn read(&mut self, payload: &Value) {
        let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
        let owner = |value: &Value| value["owner_uuid"].as_str().unwrap().to_owned();
        match payload["type"].as_str().unwrap() {
            "CLIENT_FETCH_ALL_RESULT" => {
                self.clients = payload["clients"].as_array().unwrap().iter().map(name).collect();
            }
            "SERVICE_FETCH_ALL_RESULT" => {
                let services = payload["services"].as_array().unwrap();
                self.services = services.iter().map(|service| (name(service), owner(service))).collect();
            }
            "CLIENT_JOINED" => assert!(self.clients.insert(name(&payload["client"])), "came twice"),
            "CLIENT_LEFT" => assert!(self.clients.remove(&name(&payload["client"])), "left without coming"),
            "SERVICE_CREATE_RESULT" if payload["successful"] == true => {
                let service = &payload["service"];
                self.services.insert(name(service), owner(service));
            }
            "SERVICE_DELETE_RESULT" => _ = self.services.remove(&name(&payload["service"])),
            "MESSAGE" => {
                let got = (name(&payload["origin"]), payload["data"].as_u64().unwrap());
                assert!(
                    !self.due.is_empty() && self.due.remove(0) == got,
                    "{} got {got:?}",
                    self.client.name
                );
            }
            _ => {}
        }
    }
}

/// One story of some hundred events.
fn play(seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut world = World::seeded(BrokerConfig::default(), seed);
    let mut model = Model::default();
    for _ in 0..300 {
        let missing: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| model.views.iter().all(|view| view.client.name != *name))
            .collect();
        match chance.random_range(0..20) {
            0 if !model.views.is_empty() => {
                let index = chance.random_range(0..model.views.len());
                model.leave(&mut world, index);
            }
            0..2 if !missing.is_empty() => {
                let name = missing[chance.random_range(0..missing.len())];
                model.join(&mut world, name);
            }
            _ if !model.views.is_empty() => model.act(&mut world, &mut chance),
            _ => {}
        }
        // Whoever is here says something now and then.
        for view in &model.views {
            world.broker.heard(world.now, hearth_gateway::hub::ConnectionId(view.client.id));
        }
        model.read(&mut world);
        model.check(&world);
    }
    while !model.views.is_empty() {
        model.leave(&mut world, 0);
    }
    assert_eq!(world.broker.population(), Population::default());
    assert_eq!(world.broker.poll_timeout(), None, "nothing is left to do");
}

/// CON-14, CON-17, CON-40, CON-41, CON-45, CON-46
#[test]
fn whatever_happens_everybody_gets_what_is_theirs_and_nothing_is_left() {
    for seed in 0..150 {
        play(seed);
    }
}
