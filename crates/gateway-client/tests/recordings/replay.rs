//! Plays one recording to as many of our sessions as it has clients.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway_client::group::{GroupPhase, Visibility};
use serde_json::{Value, json};

use crate::person::{Person, device};
use crate::picture::{ready, text};

/// Between two steps of a recording that does not say how long it waited.
const STEP: Duration = Duration::from_millis(1);

/// Our session and the recording disagree.
#[derive(Debug, PartialEq)]
pub struct Difference {
    pub recording: String,
    pub client: String,
    pub part: &'static str,
    pub step: usize,
    pub recorded: String,
    pub ours: String,
}

#[derive(Debug, Default)]
pub struct Report {
    /// Frames that were said to our sessions.
    pub frames: usize,
    /// What the recorded clients sent and ours was asked for.
    pub asked: usize,
    /// The first of each kind.
    pub differences: Vec<Difference>,
}

pub fn replay(recording: &Value) -> Report {
    let steps: Vec<Value> = recording["steps"].as_array().unwrap().iter().map(filled_in).collect();
    let successors = successors(&steps);
    let whose = |label: &str| {
        let mut label = label;
        while let Some(before) = successors.get(label) {
            label = before;
        }
        label.to_owned()
    };
    let mut now = Clock::new().now();
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    // The label that a person has at present.
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut report = Report::default();
    let elixir = text(&recording["gateway"]).contains("elixir");
    for (index, step) in steps.iter().enumerate() {
        now = pass(&mut people, now, STEP);
        if let (Some(label), Some(socket)) = (step["client"].as_str(), step["socket"].as_str()) {
            let name = whose(label);
            if socket == "open" {
                let person = people.entry(name.clone()).or_insert_with(|| Person::new(now));
                person.open(now);
                labels.insert(name, label.to_owned());
            } else if labels.get(&name).is_some_and(|at_present| at_present == label) {
                let code = step["code"].as_u64().and_then(|code| u16::try_from(code).ok());
                people.get_mut(&name).unwrap().closed(now, code.filter(|code| *code != 1006));
            }
        } else if let Some(label) = step["from"].as_str() {
            let person = people.get_mut(&whose(label)).unwrap();
            person.sent.clear();
            person.ask(now, &step["frame"]);
            if let Some(difference) = unsent(person, &step["frame"]) {
                let recording = text(&recording["name"]);
                report.differences.push(Difference {
                    recording,
                    client: whose(label),
                    step: index,
                    ..difference
                });
            }
            report.asked += 1;
            // Creators join by themselves there; ours does so when it was not done for it.
            if elixir && step["frame"]["op"] == 1 {
                now = pass(&mut people, now, Duration::from_millis(400));
            }
        } else if let Some(label) = step["to"].as_str() {
            let name = whose(label);
            if labels.get(&name).is_some_and(|at_present| at_present == label) {
                let person = people.get_mut(&name).unwrap();
                person.hear(now, &step["frame"]);
                report.frames += 1;
                let seen = report.differences.iter().filter(|seen| seen.client == name);
                let seen: BTreeSet<&str> = seen.map(|seen| seen.part).collect();
                let compared = compare(person);
                let new = compared.into_iter().filter(|(part, ..)| !seen.contains(part));
                let new: Vec<Difference> = new
                    .map(|(part, recorded, ours)| Difference {
                        recording: text(&recording["name"]),
                        client: name.clone(),
                        part,
                        step: index,
                        recorded,
                        ours,
                    })
                    .collect();
                report.differences.extend(new);
            }
        } else if let Some(ms) = step["wait_ms"].as_u64() {
            now = pass(&mut people, now, Duration::from_millis(ms));
        }
    }
    report
}

fn pass(people: &mut BTreeMap<String, Person>, now: Now, time: Duration) -> Now {
    let end = now.later(time);
    for person in people.values_mut() {
        person.wait(now, end);
    }
    end
}

/// Which label goes on as which other: those whose resume was answered well.
fn successors(steps: &[Value]) -> BTreeMap<String, String> {
    let (mut asked, mut successors) = (BTreeMap::new(), BTreeMap::new());
    for step in steps {
        let frame = &step["frame"];
        if frame["op"] == 13
            && let Some(label) = step["from"].as_str()
        {
            asked.insert(label.to_owned(), text(&frame["d"]["session_id"]));
        }
        if frame["t"] == "SESSION_RESUMED"
            && let Some(label) = step["to"].as_str()
            && let Some(session) = asked.get(label)
        {
            let before = session.trim_start_matches("<session:").trim_end_matches('>').to_owned();
            // The latest label of that person.
            let latest = successors
                .iter()
                .rev()
                .find(|(_, first)| **first == before)
                .map(|(label, _): (&String, &String)| label.clone());
            let before = latest.unwrap_or(before);
            if before != label {
                successors.insert(label.to_owned(), before);
            }
        }
    }
    successors
}

/// Placeholders that stand where a number stands on the wire.
fn filled_in(step: &Value) -> Value {
    match step {
        Value::String(text) if text == "<unix_ms>" => json!(1_700_000_000_000_u64),
        Value::Array(list) => list.iter().map(filled_in).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), filled_in(value))).collect(),
        other => other.clone(),
    }
}

/// What a member says to its group goes out as the recorded client sent it.
fn unsent(person: &Person, frame: &Value) -> Option<Difference> {
    let said = matches!(frame["op"].as_u64(), Some(8 | 9 | 11 | 12 | 14)) && person.group.is_some();
    let fits = hearth_dialects::puff::ClientOp::decode(&frame.to_string()).is_ok();
    let same = |sent: &&Value| {
        sent["op"] == frame["op"] && ["content", "emoji"].iter().all(|key| sent["d"][key] == frame["d"][key])
    };
    (said && fits && !person.sent.iter().any(|sent| same(&sent))).then(|| Difference {
        recording: String::new(),
        client: String::new(),
        part: "sent",
        step: 0,
        recorded: frame.to_string(),
        ours: format!("{:?}", person.sent),
    })
}

type Compared = Vec<(&'static str, String, String)>;

fn compare(person: &Person) -> Compared {
    let mut compared = Vec::new();
    let mut part = |name, recorded: String, ours: String| {
        if recorded != ours {
            compared.push((name, recorded, ours));
        }
    };
    part("chat", format!("{:?}", person.picture.chat), format!("{:?}", person.chat));
    part("reactions", format!("{:?}", person.picture.reactions), format!("{:?}", person.reactions));
    let recorded_id = person.picture.group.as_ref().map(|group| text(&group["group_id"]));
    let our_id = person.group.as_ref().map(|group| group.id.clone());
    part("group", format!("{recorded_id:?}"), format!("{our_id:?}"));
    let (Some(mut recorded), Some(ours)) = (person.picture.group.clone(), person.group.as_ref()) else {
        return compared;
    };
    part("name", text(&recorded["name"]), ours.name.clone());
    let visibility = match ours.visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
    };
    part("visibility", text(&recorded["visibility"]), visibility.to_owned());
    let state = match ours.phase {
        GroupPhase::Chilling => "chilling",
        GroupPhase::Awaiting => "awaiting",
        GroupPhase::Seshing => "seshing",
    };
    part("state", text(&recorded["state"]), state.to_owned());
    part("sesh_counter", recorded["sesh_counter"].to_string(), ours.sesh_counter.to_string());
    part("owner", text(&recorded["owner_session_id"]), ours.owner.0.clone());
    let recorded_ready: BTreeSet<String> = ready(&mut recorded).iter().map(text).collect();
    let our_ready: BTreeSet<String> = ours.ready.iter().map(|id| id.0.clone()).collect();
    part("ready", format!("{recorded_ready:?}"), format!("{our_ready:?}"));
    let recorded_members: BTreeMap<String, String> = recorded["members"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|member| {
            let flag = |name: &str| member[name].as_bool().unwrap_or_default();
            let own = ours.own.0 == text(&member["session_id"]);
            let device = device(&member["device_state"]).filter(|_| !own);
            let strain = member["strain"].as_str();
            let told =
                format!("{} {} {} {strain:?} {device:?}", flag("away"), flag("disconnected"), flag("mobile"));
            (text(&member["session_id"]), told)
        })
        .collect();
    let our_members: BTreeMap<String, String> = ours
        .members
        .iter()
        .map(|member| {
            let device =
                member.device.clone().filter(|device| member.session_id != ours.own && !device.is_empty());
            let strain = member.strain.as_deref();
            let told =
                format!("{} {} {} {strain:?} {device:?}", member.away, member.disconnected, member.mobile);
            (member.session_id.0.clone(), told)
        })
        .collect();
    part("members", format!("{recorded_members:?}"), format!("{our_members:?}"));
    compared
}
