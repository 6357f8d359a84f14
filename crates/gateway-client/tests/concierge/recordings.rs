//! Recordings of the real server, played to our session from the server's side: each recorded client is one of our
//! sessions, which is asked for what that client asked for, and hears what that client heard.
//!
//! Without recordings there is nothing to play, and the test says so.

use std::collections::{BTreeMap, BTreeSet};

use hearth_dialects::concierge::is_name;
use hearth_gateway_client::concierge::{ConciergeConfig, NotSent, Refusal, Request, Status, Target};
use serde_json::{Value, json};

use crate::common::recordings;
use crate::script::{Script, config};

/// A recorded client, and our session in its place.
struct Person {
    script: Script,
    /// The recorded server says hello to it sooner or later, and takes its name.
    name_fits: bool,
    /// Our number of each text that the recorded client sent after IDENTIFY, when ours said the same.
    numbers: Vec<Option<u64>>,
    /// Texts that ours has sent since IDENTIFY.
    said: u64,
    /// Messages by the recorded number.
    messages: BTreeMap<u64, u64>,
    there: Picture,
}

/// What a recorded client knows of the server, read naively.
#[derive(Clone, Default)]
struct Picture {
    clients: BTreeMap<String, Value>,
    services: BTreeMap<String, Value>,
}

impl Picture {
    fn hear(&mut self, frame: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (client, service) = (&frame["client"], &frame["service"]);
        let (uuid, name) = (text(&client["uuid"]), text(&service["name"]));
        match frame["type"].as_str().unwrap_or_default() {
            "CLIENT_JOINED" => drop(self.clients.insert(uuid, client.clone())),
            "CLIENT_LEFT" => drop(self.clients.remove(&uuid)),
            "SERVICE_CREATE_RESULT"
            | "SELF_SUBSCRIBE_RESULT"
            | "SELF_UNSUBSCRIBE_RESULT"
            | "SERVICE_FETCH_RESULT"
            | "SERVICE_CLIENT_SUBSCRIBED"
            | "SERVICE_CLIENT_UNSUBSCRIBED" => {
                self.services.insert(name.clone(), service.clone());
            }
            "SERVICE_DELETE_RESULT" => drop(self.services.remove(&name)),
            _ => {}
        }
        let gone = matches!(frame["type"].as_str(), Some("CLIENT_LEFT" | "SERVICE_CLIENT_UNSUBSCRIBED"));
        for service in self.services.values_mut().filter(|_| gone) {
            service["subscribers"].as_array_mut().unwrap().retain(|known| *known != client["uuid"]);
        }
    }
}

impl Person {
    fn open(identify: &Value) -> Self {
        let text = |key: &str| identify[key].as_str().map(str::to_owned);
        let name = text("name").unwrap_or_else(|| "nobody".to_owned());
        let tags = identify["tags"].as_array().into_iter().flatten();
        let tags = tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
        let name_fits = is_name(&name);
        let config =
            ConciergeConfig { name, nickname: text("nickname"), tags, secret: text("secret"), ..config() };
        let mut script = Script::with(config);
        script.request(Request::Connect);
        if name_fits {
            script.accept();
            script.forget();
        }
        let there = Picture::default();
        Self { script, name_fits, numbers: vec![], said: 0, messages: BTreeMap::new(), there }
    }

    fn hello(&mut self, frame: &Value, there: &Picture) {
        self.there = there.clone();
        self.script.tells(frame.clone());
        let values = |map: &BTreeMap<String, Value>| map.values().cloned().collect::<Vec<_>>();
        self.script
            .tells(json!({"seq": 0, "type": "CLIENT_FETCH_ALL_RESULT", "clients": values(&there.clients)}));
        self.script.tells(
            json!({"seq": 1, "type": "SERVICE_FETCH_ALL_RESULT", "services": values(&there.services)}),
        );
        self.said = self.script.sent().len() as u64;
    }

    /// The recorded client sends something after IDENTIFY.
    fn ask(&mut self, frame: &Value) {
        let text = |key: &str| frame[key].as_str().unwrap_or_default().to_owned();
        let service = text("service");
        let ticket = self.numbers.len() as u64;
        let request = match frame["type"].as_str().unwrap_or_default() {
            "SERVICE_CREATE" => {
                let nickname = frame["nickname"].as_str().map(str::to_owned);
                Some(Request::CreateService { service, nickname })
            }
            "SERVICE_DELETE" => Some(Request::DeleteService { service }),
            "SELF_SUBSCRIBE" => Some(Request::Subscribe { service }),
            "SELF_UNSUBSCRIBE" => Some(Request::Unsubscribe { service }),
            "MESSAGE" => message(frame).map(|(target, data)| Request::Send { ticket, target, data }),
            _ => None,
        };
        let is_message = matches!(request, Some(Request::Send { .. }));
        if let Some(request) = request {
            self.script.request(request);
        }
        let sent = self.script.sent();
        let same = sent.iter().position(|ours| ours["type"] == frame["type"]);
        match same.filter(|_| is_message) {
            Some(place) => {
                let ours = &sent[place];
                assert_eq!((&ours["target"], &ours["data"]), (&frame["target"], &frame["data"]));
                self.messages.insert(ticket, ticket);
            }
            // No client has a uuid that is none; ours does not ask the server.
            None if is_message => {
                assert_eq!(self.script.answers(), [(ticket, Some(NotSent::NoClient))], "{frame}");
            }
            None => {}
        }
        self.numbers.push(same.map(|place| self.said + place as u64));
        self.said += sent.len() as u64;
    }

    /// The recorded server says something after the hello.
    fn hear(&mut self, frame: &Value, where_: &str) {
        self.script.wait_ms(0);
        self.script.forget();
        let mut ours = frame.clone();
        let mut expected = None;
        if let Some(seq) = frame["seq"].as_u64() {
            let number = self.numbers[seq as usize];
            // What ours did not ask.
            ours["seq"] = json!(number.unwrap_or(1_000_000 + seq));
            expected = self.messages.remove(&seq).filter(|_| number.is_some());
        }
        let data = frame["data"].to_string();
        self.script.tells(ours);
        self.there.hear(frame);
        let events = self.script.events();
        let sent = self.script.sent_text();
        self.said += sent.len() as u64;
        let check = Check { events, ours: &mut self.script };
        if let Some(ticket) = expected {
            check.answer(ticket, frame, where_);
        }
        if frame["type"] == "MESSAGE" {
            check.message(&data, where_);
        }
    }

    fn compare(&mut self, where_: &str) {
        self.script.wait_ms(100);
        self.said += self.script.sent().len() as u64;
        // Told anew, whatever was told before.
        self.script.tells(json!({"type": "CLIENT_JOINED", "client": {"name": "~", "uuid": "f0000000-0000-4000-8000-000000000000"}}));
        let directory = self.script.directory();
        let clients: BTreeSet<String> = directory.clients.iter().map(|client| client.name.clone()).collect();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut recorded: BTreeSet<String> =
            self.there.clients.values().map(|client| text(&client["name"])).collect();
        recorded.insert("~".to_owned());
        assert_eq!(clients, recorded, "{where_}");
        let ours: Vec<(String, BTreeSet<String>)> = directory
            .services
            .into_iter()
            .map(|service| (service.name, service.subscribers.into_iter().collect()))
            .collect();
        let recorded: Vec<(String, BTreeSet<String>)> = self
            .there
            .services
            .iter()
            .map(|(name, service)| {
                (name.clone(), service["subscribers"].as_array().unwrap().iter().map(text).collect())
            })
            .collect();
        assert_eq!(ours, recorded, "{where_}");
    }
}

struct Check<'a> {
    events: Vec<hearth_gateway_client::concierge::Event>,
    ours: &'a mut Script,
}

impl Check<'_> {
    fn answer(&self, ticket: u64, frame: &Value, where_: &str) {
        use hearth_gateway_client::concierge::Event;

        let why = match frame["type"].as_str().unwrap() {
            "OK" => None,
            "BAD" => Some(NotSent::NotAllowed),
            "INVALID_NAME" | "INVALID_UUID" => Some(NotSent::NoClient),
            "INVALID_SERVICE" => Some(NotSent::NoService),
            // An extra member, or a type, that only the real server cannot read.
            _ => Some(NotSent::Refused(frame["desc"].as_str().unwrap_or_default().to_owned())),
        };
        let event = why.map_or(Event::Sent { ticket }, |why| Event::NotSent { ticket, why });
        assert!(self.events.contains(&event), "{where_}: {event:?} in {:?}", self.events);
        assert!(self.ours.has_socket(), "{where_}");
    }

    fn message(&self, data: &str, where_: &str) {
        use hearth_gateway_client::concierge::Event;

        let heard = |event: &Event| matches!(event, Event::Message { data: heard, .. } if heard == data);
        assert!(self.events.iter().any(heard), "{where_}: {data} in {:?}", self.events);
    }
}

fn message(frame: &Value) -> Option<(Target, String)> {
    let text = |key: &str| frame["target"][key].as_str().map(str::to_owned);
    let target = match frame["target"]["type"].as_str()? {
        "NAME" => Target::Name { name: text("name")? },
        "UUID" => Target::Uuid { uuid: text("uuid")? },
        "SERVICE" => Target::Service { service: text("service")? },
        "SERVICE_CLIENT_UUID" => Target::ServiceClient { service: text("service")?, uuid: text("uuid")? },
        "ALL" => Target::All,
        _ => return None,
    };
    let plain = frame.get("origin").is_none_or(Value::is_object);
    frame.get("data").filter(|_| plain).map(|data| (target, data.to_string()))
}

/// What a client must make of a close before the hello (CON-04…CON-10, CON-R1).
fn expected(code: Option<u64>) -> Option<Refusal> {
    match code {
        Some(4000 | 4002 | 4003) => Some(Refusal::Protocol),
        Some(4005) => Some(Refusal::NameTaken),
        Some(4006) => Some(Refusal::BadSecret),
        Some(4007) => Some(Refusal::Version),
        Some(4008) => Some(Refusal::BadName),
        _ => None,
    }
}

#[derive(Default)]
struct Played {
    frames: usize,
    asked: usize,
    closes: usize,
    compared: usize,
}

fn play(recording: &Value, played: &mut Played) {
    let frames = recording["frames"].as_array().unwrap();
    let json_of = |frame: &Value| match frame.get("json") {
        Some(json) => json.clone(),
        None => serde_json::from_str(frame["text"].as_str().unwrap_or_default()).unwrap_or_default(),
    };
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    let mut there = Picture::default();
    for frame in frames {
        let conn = frame["conn"].as_str().unwrap();
        let where_ = format!("{} n={}", recording["scenario"], frame["n"]);
        let is = |event: &str, opcode: &str| frame["event"] == event && frame["opcode"] == opcode;
        if frame["event"] == "open" {
            let first = frames.iter().find(|sent| sent["conn"] == conn && sent["event"] == "send");
            people.insert(conn.to_owned(), Person::open(&first.map(json_of).unwrap_or_default()));
            continue;
        }
        let Some(person) = people.get_mut(conn) else { continue };
        let live = !person.there.clients.is_empty();
        if is("send", "text") {
            if live {
                person.ask(&json_of(frame));
                played.asked += 1;
            }
        } else if is("recv", "text") && person.name_fits {
            let said = json_of(frame);
            if said["type"] == "HELLO" {
                let first =
                    frames.iter().find(|sent| sent["conn"] == conn && sent["event"] == "send").unwrap();
                let first = json_of(first);
                let us = json!({"name": first["name"], "nickname": first["nickname"], "uuid": said["uuid"], "tags": []});
                there.clients.insert(said["uuid"].as_str().unwrap().to_owned(), us);
                person.hello(&said, &there);
            } else {
                person.hear(&said, &where_);
                there.hear(&said);
            }
            played.frames += 1;
        } else if is("recv", "close") || (frame["event"] == "tcp-eof" && person.script.has_socket()) {
            if !person.name_fits {
                let refused = Some(Status::Refused(Refusal::BadName));
                assert_eq!(person.script.status(), refused, "{where_}");
            } else if person.script.has_socket() {
                let code = frame["code"].as_u64();
                person.script.cut(code.map(|code| u16::try_from(code).unwrap()));
                let waits = |status: &Status| matches!(status, Status::Waiting { .. });
                let status = person.script.status();
                match expected(code).filter(|_| !live) {
                    Some(why) => assert_eq!(status, Some(Status::Refused(why)), "{where_}"),
                    None => assert!(status.as_ref().is_some_and(waits), "{where_}: {status:?}"),
                }
            }
            played.closes += 1;
            people.remove(conn);
        } else if is("send", "close") && live {
            person.compare(&where_);
            played.compared += 1;
            person.script.request(Request::Disconnect);
            assert_eq!(person.script.closed(), [1000], "{where_}");
            people.remove(conn);
        }
    }
}

/// CON-18, CON-36, CON-37, CON-39, CON-41, CON-R10, CON-R13, CON-R15, CON-R21
#[test]
fn our_session_makes_of_the_recorded_server_what_is_documented() {
    let Some(folder) = recordings::folder("concierge") else {
        println!("no folder of recordings: nothing was played");
        return;
    };
    let recordings = recordings::of(&folder);
    let mut played = Played::default();
    recordings.iter().for_each(|recording| play(recording, &mut played));
    let Played { frames, asked, closes, compared } = played;
    assert!(
        frames > 100 && asked > 50 && closes > 30 && compared > 8,
        "{frames} {asked} {closes} {compared}"
    );
    println!(
        "{} recordings: {frames} frames, {asked} asked, {closes} closes, {compared} compared",
        recordings.len()
    );
}
