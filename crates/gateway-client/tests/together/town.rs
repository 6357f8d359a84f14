//! Sessions and a server that keeps messages, on lines that lose requests, answers and connections: nothing is said
//! twice, what came of each message is told as it was, and in the end everybody sees what is there.

use std::collections::{BTreeMap, BTreeSet};

use hearth_gateway_client::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Method};
use hearth_gateway_client::together::{Event, Failure, Input, Message, Outcome, Request};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::script::{Script, TEXT, real_server, user};

/// Something that was said.
struct Said {
    id: String,
    author: usize,
    content: String,
    edited: u32,
    deleted: bool,
}

impl Said {
    fn json(&self) -> Value {
        let edited_at = (self.edited > 0).then(|| self.edited.to_string());
        json!({"id": self.id, "channel_id": TEXT, "author_id": name(self.author), "content": self.content,
            "edited_at": edited_at, "deleted": false})
    }
}

fn name(citizen: usize) -> String {
    format!("u{citizen}")
}

/// A session, its line, and what its owner knows.
struct Citizen {
    script: Script,
    /// The server has taken the socket.
    is_in: bool,
    /// On its way to the session, in order.
    inbox: Vec<String>,
    answers: Vec<(HttpId, Result<HttpAnswer, HttpFailure>)>,
    view: BTreeMap<String, String>,
    /// What was said by ticket, and what came of it.
    said: BTreeMap<u64, (String, Option<Result<String, Failure>>)>,
    tickets: u64,
    /// The last page that was asked for.
    page: u64,
}

struct Town {
    rng: StdRng,
    seed: u64,
    citizens: Vec<Citizen>,
    messages: Vec<Said>,
    /// How many requests of a hundred are lost on the way, or their answers.
    loss: u32,
}

impl Town {
    fn new(seed: u64) -> Self {
        let citizen = || {
            let mut script = Script::new();
            script.connect(false);
            let (view, said) = (BTreeMap::new(), BTreeMap::new());
            Citizen { script, is_in: false, inbox: vec![], answers: vec![], view, said, tickets: 0, page: 0 }
        };
        let citizens = (0..3).map(|_| citizen()).collect();
        Self { rng: StdRng::seed_from_u64(seed), seed, citizens, messages: vec![], loss: 10 }
    }

    fn tell_all(&mut self, t: &str, d: &Value) {
        for citizen in self.citizens.iter_mut().filter(|citizen| citizen.is_in) {
            citizen.inbox.push(json!({"op": "DISPATCH", "t": t, "d": d}).to_string());
        }
    }

    /// The server does what it is asked for.
    fn serve(&mut self, n: usize, request: &HttpRequest) -> (u16, Value) {
        let url = request.url.strip_prefix("http://127.0.0.1:8080/").unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let body: Value =
            request.body.as_deref().map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        let content = || body["content"].as_str().unwrap().to_owned();
        let place = |town: &Self| {
            let id = path.strip_prefix("messages/")?;
            town.messages.iter().position(|said| said.id == id && !said.deleted && said.author == n)
        };
        match (request.method, path) {
            (Method::Post, "auth/login") => {
                let mut user = user();
                user["id"] = name(n).into();
                (200, json!({"access_token": "t", "user": user}))
            }
            (Method::Post | Method::Put, _) => {
                let id = format!("m{}", self.messages.len());
                let said = Said { id, author: n, content: content(), edited: 0, deleted: false };
                let message = said.json();
                self.messages.push(said);
                self.tell_all("MESSAGE_CREATE", &message);
                (201, message)
            }
            (Method::Get, _) => {
                let limit = if query == "limit=100" { 100 } else { 50 };
                let there = self.messages.iter().rev().filter(|said| !said.deleted);
                (200, there.take(limit).map(Said::json).collect::<Vec<_>>().into())
            }
            (Method::Patch, _) => {
                let Some(place) = place(self) else { return (404, Value::Null) };
                let said = &mut self.messages[place];
                said.content = content();
                said.edited += 1;
                let message = said.json();
                self.tell_all("MESSAGE_UPDATE", &message);
                (200, message)
            }
            (Method::Delete, _) => {
                let Some(place) = place(self) else { return (404, Value::Null) };
                self.messages[place].deleted = true;
                let gone = json!({"id": self.messages[place].id, "channel_id": TEXT});
                self.tell_all("MESSAGE_DELETE", &gone);
                (204, Value::Null)
            }
        }
    }

    /// One request reaches the server, or does not.
    fn carry(&mut self, n: usize) {
        let place = self.rng.random_range(0..3);
        let Some((id, request)) = self.citizens[n].script.take_any(place) else { return };
        let lost = || HttpFailure::Lost("cut".into());
        let luck = self.rng.random_range(0..100);
        let answer = if luck < self.loss {
            Err(if luck.is_multiple_of(2) { lost() } else { HttpFailure::Unsent("refused".into()) })
        } else {
            let (status, body) = self.serve(n, &request);
            let answer = HttpAnswer { status, body: body.to_string(), retry_after: None };
            if luck < 2 * self.loss { Err(lost()) } else { Ok(answer) }
        };
        self.citizens[n].answers.push((id, answer));
    }

    fn cut(&mut self, n: usize) {
        let citizen = &mut self.citizens[n];
        if citizen.script.has_socket() {
            citizen.inbox.clear();
            citizen.is_in = false;
            citizen.script.cut(None);
        }
    }

    /// Something arrives at a session.
    fn arrive(&mut self, n: usize) {
        let citizen = &mut self.citizens[n];
        if !citizen.script.has_socket() {
            citizen.inbox.clear();
            citizen.is_in = false;
        } else if !citizen.is_in {
            citizen.is_in = true;
            citizen.script.accept();
            let mut user = user();
            user["id"] = name(n).into();
            let ready =
                json!({"op": "DISPATCH", "t": "READY", "d": {"user": user, "servers": [real_server()]}});
            citizen.inbox.push(ready.to_string());
        }
        if self.rng.random_bool(0.5) && !citizen.inbox.is_empty() {
            let frame = citizen.inbox.remove(0);
            citizen.script.says(&frame);
        } else if !citizen.answers.is_empty() {
            let place = self.rng.random_range(0..citizen.answers.len());
            let (id, answer) = citizen.answers.remove(place);
            citizen.script.input(Input::Http(id, answer));
        }
    }

    /// The owner of a session wants something.
    fn want(&mut self, n: usize) {
        let citizen = &mut self.citizens[n];
        citizen.tickets += 1;
        let (ticket, content) = (citizen.tickets, ["a", "b"][self.rng.random_range(0..2)].to_owned());
        let place = self.rng.random_range(0..citizen.view.len().max(1));
        let known = citizen.view.keys().nth(place).cloned();
        let request = match (self.rng.random_range(0..6), known) {
            (0, Some(message)) => Request::Edit { ticket, message, content: format!("{content}, changed") },
            (1, Some(message)) => Request::Delete { ticket, message },
            _ => {
                citizen.said.insert(ticket, (content.clone(), None));
                Request::Say { ticket, channel: TEXT.into(), content, reply_to: None }
            }
        };
        citizen.script.request(request);
    }

    fn listen(&mut self, n: usize) {
        let seed = self.seed;
        let citizen = &mut self.citizens[n];
        let mut wants_page = false;
        for event in citizen.script.events() {
            let mut show = |Message { id, content, .. }: Message| drop(citizen.view.insert(id, content));
            match event {
                Event::Ready { .. } => wants_page = true,
                Event::Page { messages, .. } => {
                    // Whole: there are fewer than fifty.
                    citizen.view.clear();
                    messages.into_iter().for_each(|Message { id, content, .. }| {
                        citizen.view.insert(id, content);
                    });
                }
                Event::Message(message) | Event::MessageEdited(message) => show(*message),
                Event::MessageDeleted { id, .. } => drop(citizen.view.remove(&id)),
                Event::Done { ticket, outcome: Outcome::Said(id) } => {
                    let (_, fate) = citizen.said.get_mut(&ticket).unwrap();
                    assert_eq!(fate.replace(Ok(id)), None, "seed {seed}: {ticket} twice");
                }
                Event::Failed { ticket, why, .. } => {
                    if let Some((_, fate)) = citizen.said.get_mut(&ticket) {
                        assert_eq!(fate.replace(Err(why)), None, "seed {seed}: {ticket} twice");
                    }
                    wants_page |= citizen.page == ticket;
                }
                _ => {}
            }
        }
        if wants_page {
            citizen.tickets += 1;
            citizen.page = citizen.tickets;
            citizen.script.page(citizen.tickets);
        }
    }

    fn turn(&mut self, n: usize) {
        self.carry(n);
        self.arrive(n);
        self.listen(n);
    }

    /// What the server has of each citizen is what their sessions told them.
    fn check(&self) {
        let seed = self.seed;
        let there: BTreeMap<String, String> = self
            .messages
            .iter()
            .filter(|said| !said.deleted)
            .map(|said| (said.id.clone(), said.content.clone()))
            .collect();
        for (n, citizen) in self.citizens.iter().enumerate() {
            assert_eq!(citizen.view, there, "seed {seed}, citizen {n}");
            let ids: Vec<&String> =
                citizen.said.values().filter_map(|(_, fate)| fate.as_ref()?.as_ref().ok()).collect();
            assert_eq!(
                ids.iter().collect::<BTreeSet<_>>().len(),
                ids.len(),
                "seed {seed}: one message for two"
            );
            let of_us = |said: &&Said| said.author == n;
            assert!(ids.iter().all(|id| self.messages.iter().filter(of_us).any(|said| said.id == **id)));
            let unsure =
                citizen.said.values().filter(|(_, fate)| *fate == Some(Err(Failure::NoAnswer))).count();
            let arrived = self.messages.iter().filter(of_us).count();
            assert!(
                (ids.len()..=ids.len() + unsure).contains(&arrived),
                "seed {seed}: {arrived} of {:?}",
                citizen.said
            );
            assert!(citizen.said.values().all(|(_, fate)| fate.is_some()), "seed {seed}: {:?}", citizen.said);
        }
    }
}

/// TOG-14…16, TOG-28 (TOG-R12)
#[test]
fn nothing_is_said_twice_and_in_the_end_everybody_sees_the_same() {
    let (mut fates, mut cuts) = (BTreeMap::<String, u32>::new(), 0);
    for seed in 0..600 {
        let mut town = Town::new(seed);
        for _ in 0..400 {
            let n = town.rng.random_range(0..3);
            match town.rng.random_range(0..40) {
                0..3 if town.messages.len() < 40 => town.want(n),
                3 if town.rng.random_bool(0.3) => {
                    cuts += 1;
                    town.cut(n);
                }
                4 => {
                    let ms = [1, 100, 2000][town.rng.random_range(0..3)];
                    town.citizens[n].script.wait_ms(ms);
                }
                _ => town.turn(n),
            }
            town.listen(n);
        }
        // Good weather, and every second time everybody reads once more.
        town.loss = 0;
        for round in 0..2 {
            for turn in 0..400 {
                let n = turn % 3;
                town.turn(n);
                town.citizens[n].script.wait_ms(200);
                town.listen(n);
            }
            for n in 0..3 {
                if round == 0 && seed % 2 == 0 {
                    town.cut(n);
                }
            }
        }
        town.check();
        for (_, fate) in town.citizens.iter().flat_map(|citizen| citizen.said.values()) {
            let fate =
                fate.as_ref().unwrap().as_ref().map_or_else(|why| why.to_string(), |_| "said".to_owned());
            *fates.entry(fate).or_default() += 1;
        }
    }
    println!("{cuts} cuts, {fates:?}");
    assert!(fates["said"] > 1000 && fates["it did not arrive"] > 50 && cuts > 500, "{fates:?}");
}
