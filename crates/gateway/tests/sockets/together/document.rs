//! `docs/protocol-together.md` against what the gateway does: its numbers are those of the code, and REST answers as
//! its table says. That it names everything is tested beside the wire types.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_dialects::together::{ACCESS_TOKEN, HEARTBEAT, limits};
use hearth_gateway::accounts::AuthOptions;
use hearth_gateway::chat::{ChatOptions, Limits};
use serde_json::{Value, json};

use super::Person;
use crate::client::server;

const DOCUMENT: &str = include_str!("../../../../../docs/protocol-together.md");

fn says(sentence: &str) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(DOCUMENT).contains(&flat(sentence)), "the document does not say: {sentence}");
}

/// As people write it: 4 000.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{} {:03}", number / 1000, number % 1000) }
}

/// TOG-02, TOG-11
#[test]
fn numbers_are_those_of_the_code() {
    let range =
        |range: std::ops::RangeInclusive<usize>| format!("{}–{}", range.start(), grouped(*range.end()));
    says(&format!(
        "a username {}, a password {}, the name of a server or channel {}, a message {}, a topic {}, a custom status \
         {}, an address of a picture {}.",
        range(limits::USERNAME),
        range(limits::PASSWORD),
        range(limits::NAME),
        range(limits::CONTENT),
        grouped(Limits::ABOUT),
        Limits::CUSTOM_STATUS,
        grouped(Limits::URL),
    ));
    assert_eq!((*limits::NAME.end(), *limits::CONTENT.end()), (Limits::NAME, Limits::CONTENT));
    says(&format!(
        "A page has {} messages when it is not said, and at most {}.",
        limits::USUAL_PAGE,
        limits::PAGE
    ));
    says(&format!(
        "A server has at most {} channels and {} members, somebody is in at most {} servers, a voice room has {} places.",
        Limits::CHANNELS,
        grouped(Limits::MEMBERS as usize),
        Limits::COMMUNITIES,
        Limits::VOICE
    ));
    let ChatOptions { changes, connections, .. } = ChatOptions::default();
    assert_eq!(changes.per, Duration::from_secs(10));
    says(&format!("An account may change {} things in ten seconds", changes.count));
    says(&format!("It has {connections} connections"));
    says(&format!("the account has more than {connections} connections"));
    let AuthOptions { logins, registrations, .. } = AuthOptions::default();
    assert_eq!((logins.per.as_secs(), registrations.per.as_secs()), (60, 3600));
    says(&format!(
        "sign in {} times a minute and to register {} times an hour",
        logins.count, registrations.count
    ));
    says(&format!("a message on the socket {} KiB", limits::FRAME_BYTES / 1024));
    says(&format!("It lives {} minutes", ACCESS_TOKEN.as_secs() / 60));
    says(&format!("Send HEARTBEAT every {} s", HEARTBEAT.as_secs()));
}

/// The rows of the table under a heading: request, its body's text, answer.
fn rows() -> Vec<(String, String)> {
    let (_, section) = DOCUMENT.split_once("## REST").unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = |line: &str| {
        let (asked, answer) = line.trim_matches('|').split_once('|').unwrap();
        (asked.split('`').nth(1).unwrap().to_owned(), answer.trim().to_owned())
    };
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

#[tokio::test]
async fn rest_answers_as_its_table_says() {
    let server = server().await;
    let (ada, bob, eve) = (
        Person::new(&server, "ada").await,
        Person::new(&server, "bob").await,
        Person::new(&server, "eve").await,
    );
    let (club, text, voice) = ada.club(&[&bob]).await;
    let message = ada.say(&text, "hello").await["id"].as_str().unwrap().to_owned();
    let ids = BTreeMap::from([
        ("SERVER", club.as_str()),
        ("TEXT", text.as_str()),
        ("VOICE", voice.as_str()),
        ("MESSAGE", message.as_str()),
        ("USER", eve.id.as_str()),
    ]);
    let bodies = BTreeMap::from([
        ("POST /auth/register", json!({ "username": "sol", "password": "correct horse" })),
        ("POST /auth/login", json!({ "username": "ada", "password": "correct horse" })),
        ("PATCH /users/@me", json!({ "custom_status": "in a sesh" })),
        ("POST /servers", json!({ "name": "Another" })),
        ("POST /servers/SERVER/channels", json!({ "name": "more", "type": "text" })),
        ("POST /channels/TEXT/messages", json!({ "content": "hi" })),
        ("PATCH /messages/MESSAGE", json!({ "content": "changed" })),
        ("PATCH /channels/VOICE/voice", json!({ "self_mute": true })),
    ]);
    let all = rows();
    assert!(all.len() > 20, "{}", all.len());
    for (asked, answer) in all {
        let (method, path) = asked.split_once(' ').unwrap();
        let path = ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
        let path = path.replace("limit=N", "limit=3");
        // Who owns a server cannot leave it, who is in it cannot join, and who is banned is no member.
        let who = match method {
            "POST" if path.ends_with("/join") => &eve,
            "DELETE" if path.ends_with("/leave") => &bob,
            _ => &ada,
        };
        let body = bodies.get(asked.as_str()).cloned().unwrap_or_default();
        let (status, given) = who.call(method, &path, body).await;
        assert!(answer.starts_with(&status.to_string()), "{asked}: {answer}, and it was {status} {given}");
        let is_list = answer.contains(" a list of ");
        assert_eq!(given.is_array(), is_list, "{asked}: {given}");
        if let Some((_, names)) = answer.split_once("`{").filter(|_| !is_list) {
            let names = names.split('}').next().unwrap();
            assert!(
                names.split(", ").all(|name| !given[name].is_null()),
                "{asked}: {answer}, it was {given}"
            );
        }
    }
    assert_eq!(eve.call("GET", &format!("/servers/{club}"), Value::Null).await.0, 404);
    server.shutdown().await;
}
