//! The protocol document's numbers of limits, REST, administration and compression, against what the gateway does: each
//! sentence is put together from the code's values or from what a server answers, and must stand in the document.

use std::time::Duration;

use futures::StreamExt;
use hearth_dialects::puff::limits;
use hearth_gateway::hub::{HubConfig, RateLimit};
use hearth_gateway::server::ConnectionLimits;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::admin::Host;
use crate::client::{Client, request, server};

const DOCUMENT: &str = include_str!("../../../../docs/protocol-puff.md");

/// Lines are broken anywhere.
fn says(sentence: &str) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(DOCUMENT).contains(&flat(sentence)), "the document does not say: {sentence}");
}

/// As people write it: 20 000.
fn grouped(number: impl TryInto<u64>) -> String {
    let Ok(number) = number.try_into() else { panic!("no number") };
    if number < 1000 { number.to_string() } else { format!("{} {:03}", number / 1000, number % 1000) }
}

fn within(limit: RateLimit, seconds: u64) -> String {
    assert_eq!(limit.per, Duration::from_secs(seconds));
    grouped(limit.count)
}

#[test]
fn limits_are_those_of_the_code() {
    let hub = HubConfig::default();
    let ConnectionLimits { per_address, compressed, loopback, .. } = ConnectionLimits::default();
    says(&format!("Frames up to {} KiB.", limits::FRAME_BYTES / 1024));
    says(&format!("{} members a group, {} groups.", hub.group_members, grouped(hub.groups as u64)));
    let at = &hub.address;
    assert!(!loopback && !at.loopback);
    says(&format!(
        "Per address, loopback excepted: {} connections a minute and {per_address} at once, {} creations, {} joins, \
         {} resumes, {} links and {} questions for a voice room a minute, {} device states, {} leaves, {} device disconnects and {} frames of any \
         kind in ten seconds",
        within(at.connects, 60),
        within(at.creates, 60),
        within(at.joins, 60),
        within(at.resumes, 60),
        within(at.links, 60),
        within(at.voice, 60),
        within(at.device_states, 10),
        within(at.leaves, 10),
        within(at.disconnects, 10),
        within(at.frames, 10),
    ));
    says(&format!("10 times a minute for a session, {} times for an address", within(at.voice, 60)));
    says(&format!("At most {compressed} sockets are compressed"));
    says(&format!("The oldest of more than {} is dropped.", hub.watched_devices));
    says(&format!("a list of public groups, at most {} and at most once a second", hub.public_list_length));
    assert_eq!(hub.public_list_gap, Duration::from_secs(1));
}

#[test]
fn times_are_those_of_the_code() {
    let hub = HubConfig::default();
    let seconds = |time: Duration| time.as_secs_f64().to_string();
    says(&format!(
        "| `heartbeat_interval` | ms between heartbeats, {} |",
        hub.heartbeat_interval.as_millis()
    ));
    let check = seconds(hub.heartbeat_check);
    let twice = seconds(hub.heartbeat_check * 2);
    says(&format!("It is looked every {check} s whether something came in the last {check} s"));
    says(&format!("so the limit is {check} to {twice} s"));
    says(&format!("When a socket is lost its session stays for {} s", seconds(hub.grace)));
    says(&format!("can be resumed for {} s; persistent groups stay", seconds(hub.restart_grace)));
    says(&format!("sessions and groups are still there for {} s", seconds(hub.restart_grace)));
    says(&format!("An empty group is deleted after {} s", seconds(hub.empty_group)));
    says(&format!("at the latest after {} s.", seconds(hub.sesh_limit)));
    says(&format!("is waited for until {} s after `start_at`", seconds(hub.no_show)));
    let lead = seconds(hub.start_lead);
    says(&format!("{lead} s before that comes GROUP_START_HEATING"));
    let usual = hub.start_lead.as_millis() as u64;
    assert_eq!(usual, *limits::COUNTDOWN_MS.start(), "the shortest countdown is the lead itself");
    says(&format!("{usual}, the lead that every start has,"));
    says(&format!("in the gateway's ms since 1970, {} s ahead", seconds(hub.start_lead)));
}

/// The rows of the table under a heading: what stands between backticks first, and the answer.
fn rows(heading: &str) -> Vec<(String, String)> {
    let (_, section) = DOCUMENT.split_once(heading).unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = |line: &str| {
        let mut cells = line.trim_matches('|').splitn(2, '|').map(|cell| cell.trim().to_owned());
        (cells.next().unwrap(), cells.next().unwrap())
    };
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

fn first_number(text: &str) -> Option<u16> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 3);
    numbers.next()?.parse().ok()
}

/// The names between the first braces, of the outermost object only.
fn names(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once('{') else { return Vec::new() };
    let (mut depth, mut plain) = (0, String::new());
    for c in rest.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' if depth == 0 => break,
            '}' | ']' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain.split(',').map(|part| part.split(':').next().unwrap().trim().to_owned()).collect()
}

// PUFF-60
#[tokio::test]
async fn rest_answers_as_its_table_says() {
    let server = server().await;
    let mut guest = Client::connect(&server).await;
    let code = guest.create().await;
    let person =
        json!({ "username": "ada", "email": "ada@example.org", "password": "correct horse" }).to_string();
    let mut tried = 0;
    for (asked, answer) in rows("## REST") {
        let asked = if asked == "anything else" { "`GET /anything`".to_owned() } else { asked };
        let (method, path) = asked.split('`').nth(1).unwrap().split_once(' ').unwrap();
        let path = path.replace("CODE", &code);
        let bearer = format!("Bearer {}", guest.token);
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        let body = if method == "POST" { person.as_str() } else { "" };
        let (head, body) = request(server.local_addr(), method, &path, &headers, body).await;
        // Of several answers the good one stands first.
        let status = first_number(answer.split(';').next().unwrap()).unwrap_or(200);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{asked}: {answer}, and it was {head}");
        let json: Value = serde_json::from_str(&body).unwrap_or_default();
        let missing: Vec<String> = match answer.starts_with("200, the same") {
            true => vec!["access_token".into(), "refresh_token".into(), "user".into()],
            false => names(&answer),
        }
        .into_iter()
        .filter(|name| json[name].is_null())
        .collect();
        assert!(missing.is_empty(), "{asked}: {answer}, and it was {body}");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        tried += 1;
    }
    assert_eq!(tried, 7);
    let (head, body) = request(server.local_addr(), "GET", "/v1/groups/nope12", &[], "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let code = body["error"]["code"].as_str().unwrap();
    says(&format!("{} `{{success: false, error: {{code: \"{code}\", message}}}}`", status(&head)));
    let (head, _) = request(server.local_addr(), "OPTIONS", "/v1/groups", &[], "").await;
    says(&format!("preflights are answered with {}", status(&head)));
    server.shutdown().await;
}

fn status(head: &str) -> &str {
    head.split_whitespace().nth(1).unwrap()
}

#[tokio::test]
async fn the_administration_answers_as_the_document_says() {
    let host = Host::start().await;
    let _guest = host.guest("u1").await;
    let (head, _) = request(host.admin, "GET", "/health", &[], "").await;
    says(&format!("except at `/health` ({})", status(&head)));
    let code = |body: &str| serde_json::from_str::<Value>(body).unwrap()["code"].as_str().unwrap().to_owned();
    let known = host.post("/user/u1/update", &json!({ "voice": null })).await;
    let unknown = host.post("/user/nobody/update", &json!({ "voice": null })).await;
    says(&format!(
        "as they are then: {}, or {} `{}` when there is no such session.",
        status(&known.0),
        status(&unknown.0),
        unknown.1
    ));
    let act = |id: &str| json!({ "user": { "id": id }, "payload": { "action": 0 } });
    let known = host.post("/remote_action", &act("u1")).await;
    let unknown = host.post("/remote_action", &act("nobody")).await;
    says(&format!(
        "`POST /remote_action` `{{user: {{id}}, payload: {{action, data?}}}}`: {}, or {} `{{code: \"{}\"}}`.",
        status(&known.0),
        status(&unknown.0),
        code(&unknown.1)
    ));
    let wrong = host.post("/remote_action", &json!([])).await;
    says(&format!("Wrong bodies are {} `{{code: \"{}\"}}`.", status(&wrong.0), code(&wrong.1)));
    host.server.shutdown().await;
}

// PUFF-07
#[tokio::test]
async fn compressed_sockets_are_as_the_document_says() {
    let connections = ConnectionLimits { compressed: 1, ..ConnectionLimits::default() };
    let server = Server::bind(ServerOptions { connections, ..ServerOptions::default() }).await.unwrap();
    let url = format!("{}?compression=zlib", server.dialects()["puff"]);
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let Some(Ok(Message::Binary(hello))) = socket.next().await else { panic!("no binary frame") };
    // RFC 1950: the method is 8, and the first two bytes are a multiple of 31.
    assert_eq!((hello[0] & 15, (u16::from(hello[0]) * 256 + u16::from(hello[1])) % 31), (8, 0));
    let end: Vec<String> = hello[hello.len() - 4..].iter().map(|byte| format!("{byte:02X}")).collect();
    says(&format!("(each ends in `{}`)", end.join(" ")));
    let Err(Error::Http(refused)) = tokio_tungstenite::connect_async(&url).await else {
        panic!("not refused")
    };
    says(&format!("more are refused with {}", refused.status().as_u16()));
    server.shutdown().await;
}
