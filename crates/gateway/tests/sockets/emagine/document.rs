//! `docs/protocol-emagine.md` against what the gateway does: its numbers and names are those of the code, REST answers as
//! its table says, and every deviation of the replayed recordings has its reason there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hearth_dialects::emagine::rest::{Channel, Message, NewChannel, NewPost, Profile};
use hearth_dialects::emagine::{CloseCode, HEARTBEAT, limits, op};
use hearth_gateway::accounts::AuthOptions;
use hearth_gateway::chat::{ChatOptions, Limits};
use serde::Serialize;
use serde_json::{Value, json};

use super::{PASSWORD, Person, call};
use crate::client::server;

const DOCUMENT: &str = include_str!("../../../../../docs/protocol-emagine.md");

fn says(sentence: &str) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(DOCUMENT).contains(&flat(sentence)), "the document does not say: {sentence}");
}

/// As people write it: 4 000.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{} {:03}", number / 1000, number % 1000) }
}

/// EMG-01, EMG-12, EMG-14
#[test]
fn emg_14_numbers_are_those_of_the_code() {
    for (number, name) in [
        (op::HELLO, "Hello"),
        (op::IDENTIFY, "Identify"),
        (op::READY, "Ready"),
        (op::MESSAGE, "somebody said something"),
        (op::HEARTBEAT, "Heartbeat"),
        (op::HEARTBEAT_ACK, "Heartbeat ACK"),
    ] {
        let row = DOCUMENT.lines().find(|line| line.starts_with(&format!("| {number} |"))).unwrap();
        assert!(row.contains(name), "{row}");
    }
    for close in CloseCode::NAMED {
        let row = format!("| {} | {}", close.code(), close.reason());
        assert!(DOCUMENT.contains(row.trim_end()), "{row}");
    }
    let range =
        |range: std::ops::RangeInclusive<usize>| format!("{}–{}", range.start(), grouped(*range.end()));
    says(&format!(
        "a username {}, a password {}, a title {}, a description and a topic up to {}, a post {}.",
        range(limits::USERNAME),
        range(limits::PASSWORD),
        range(limits::TITLE),
        grouped(limits::ABOUT),
        range(limits::CONTENT)
    ));
    assert_eq!((*limits::TITLE.end(), *limits::CONTENT.end()), (Limits::NAME, Limits::CONTENT));
    assert_eq!((limits::ABOUT, limits::EXTRA_BYTES), (Limits::ABOUT, Limits::EXTRA));
    says(&format!("has up to {} bytes as JSON", grouped(limits::EXTRA_BYTES)));
    says(&format!(
        "A page has {} posts when it is not said, and at most {}.",
        limits::USUAL_PAGE,
        limits::PAGE
    ));
    says(&format!("A body has at most {} KiB", limits::BODY_BYTES / 1024));
    says(&format!("a message was larger than {} KiB", limits::FRAME_BYTES / 1024));
    says(&format!("`heartbeat_interval` | Hello, the first frame; {} (ms)", HEARTBEAT.as_millis()));
    says(&format!("The gateway sends op 10 every {} s", HEARTBEAT.as_secs()));
    says(&format!("has not identified within {} s", HEARTBEAT.as_secs()));
    let ChatOptions { changes, connections, .. } = ChatOptions::default();
    says(&format!("what an account may change: {} things in ten seconds", changes.count));
    says(&format!("the account has more than {connections} connections"));
    let AuthOptions { logins, registrations, .. } = AuthOptions::default();
    says(&format!("{} times a minute and {} times an hour", logins.count, registrations.count));
}

fn names(value: &impl Serialize) -> BTreeSet<String> {
    serde_json::to_value(value).unwrap().as_object().unwrap().keys().cloned().collect()
}

/// What stands between the first pair of backquotes after a word.
fn listed(start: &str) -> BTreeSet<String> {
    let (_, rest) = DOCUMENT.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split('`').nth(1).unwrap().split(", ").map(str::to_owned).collect()
}

#[test]
fn emg_07_members_are_those_of_the_code() {
    assert_eq!(listed("**Profile**"), names(&Profile::default()));
    let mut channel = Channel { members: Some(Vec::new()), ..Channel::default() };
    channel.extra.insert("timestamp".into(), json!(1));
    assert_eq!(listed("**Channel**"), names(&channel));
    let mut message = Message::default();
    message.extra.insert("timestamp".into(), json!(1));
    assert_eq!(listed("**Message**"), names(&message));
    says(&format!("`{}` **+**", Message::AUTHOR_NAME));
    for (request, asked) in [
        (
            "`POST /channels` `{",
            names(&NewChannel { stream_url: Some(String::new()), ..NewChannel::default() }),
        ),
        ("`POST /channels/CHANNEL/posts` `{", {
            let mut names = names(&NewPost::default());
            names.insert("timestamp".into());
            names
        }),
    ] {
        let (_, rest) = DOCUMENT.split_once(request).unwrap();
        let members = rest.split('}').next().unwrap().replace('?', "");
        assert_eq!(members.split(", ").map(str::to_owned).collect::<BTreeSet<_>>(), asked);
    }
}

/// The rows of the table under a heading: request, answer.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let (_, section) = DOCUMENT.split_once(heading).unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

#[tokio::test]
async fn rest_answers_as_its_table_says() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let channel = ada.channel(0).await;
    ada.post(&channel, "first").await;
    let post = ada.post(&channel, "second").await;
    let bodies = BTreeMap::from([
        ("POST /auth/register", json!({ "username": "sol", "password": PASSWORD })),
        ("POST /auth/login", json!({ "username": "ada", "password": PASSWORD })),
        (
            "POST /channels",
            json!({ "type": 0, "timestamp": 1, "title": "t", "description": "d", "topic": "t" }),
        ),
        ("POST /channels/CHANNEL/posts", json!({ "type": 0, "content": "hi" })),
    ]);
    let all = rows("## REST");
    assert!(all.len() > 10, "{}", all.len());
    for row in all {
        let (asked, answer) = (row[0].split('`').nth(1).unwrap(), &row[1]);
        let (method, path) = asked.split_once(' ').unwrap();
        let path = path.replace("CHANNEL", &channel).replace("POST", &post).replace("USER", &bob.id);
        let path = path.replace("limit=N", "limit=3");
        let is_open = path.starts_with("/auth") || path == "/version";
        let body = bodies.get(asked).cloned().unwrap_or_default();
        let (status, given) = bob.call(method, &path, body.clone()).await;
        assert!(answer.starts_with(&status.to_string()), "{asked}: {answer}, and it was {status} {given}");
        let names = answer.split_once("`{").unwrap().1.split('}').next().unwrap();
        assert!(names.split(", ").all(|name| !given[name].is_null()), "{asked}: {answer}, it was {given}");
        if !is_open {
            let path = format!("/api/v1{path}");
            assert_eq!(call(ada.address, method, &path, None, &body).await.0, 401, "{asked}");
        }
    }
    server.shutdown().await;
}

/// The recordings and what is known of them are not part of this repository; without them there is nothing to compare.
#[test]
fn every_deviation_of_the_recordings_has_its_reason() {
    let reasons: BTreeSet<String> = rows("## Where this differs")
        .iter()
        .flat_map(|row| {
            assert!(row.len() == 4 && !row[3].is_empty(), "{row:?}");
            row[0].split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let Ok(deviations) = std::fs::read_to_string(beside.join("conformance/deviations.json")) else {
        println!("no recordings are here");
        return;
    };
    let deviations: Value = serde_json::from_str(&deviations).unwrap();
    let known: BTreeSet<String> =
        deviations["emagine"].as_object().unwrap().keys().filter(|name| *name != "*").cloned().collect();
    assert_eq!(known, reasons);
    for entry in std::fs::read_dir(beside.join("transcripts/emagine")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        // Those that pass as they are need none.
        assert!(reasons.contains(&name) || name == "malformed", "{name}");
    }
}
