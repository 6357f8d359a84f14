//! The two faces of the program as they are used: a browser on loopback, and JSON lines.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::process::Stdio;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const PATIENCE: Duration = Duration::from_secs(20);

struct Headless {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Headless {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearth-headless"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.lines.next_line()).await.unwrap().unwrap().unwrap()
    }

    async fn sees(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = serde_json::from_str(&self.line().await).unwrap();
            if is(&event) {
                return event;
            }
        }
    }

    async fn tell(&mut self, line: &str) {
        self.tell_bytes(format!("{line}\n").as_bytes()).await;
    }

    async fn tell_bytes(&mut self, bytes: &[u8]) {
        self.child.stdin.as_mut().unwrap().write_all(bytes).await.unwrap();
    }
}

async fn address() -> (Headless, String) {
    let mut headless = Headless::start(&["--ui", "127.0.0.1:0", "--device", "sim:storm"]);
    let line = headless.line().await;
    let address = line.strip_prefix("Hearth is at http://").unwrap().to_owned();
    (headless, address)
}

#[tokio::test]
async fn a_browser_gets_the_whole_view_and_then_what_changes() {
    let (_headless, address) = address().await;
    let mut request = format!("ws://{address}/companion").into_client_request().unwrap();
    request.headers_mut().insert("Origin", format!("http://{address}").parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let first: Value = next(&mut socket).await;
    assert_eq!(first["event"], "view");
    let settings = json!({
        "theme": "dark",
        "unit": "celsius",
        "awayWithoutDevice": true,
        "awayWhenLocked": false,
        "remoteActions": false,
    });
    let command = json!({ "command": "set_settings", "settings": settings });
    socket.send(Message::text("this is no command")).await.unwrap();
    socket.send(Message::text(command.to_string())).await.unwrap();
    let given = settings.as_object().unwrap();
    let as_asked = |told: &Value| given.iter().all(|(name, value)| told["settings"][name] == *value);
    while !as_asked(&next(&mut socket).await) {}
}

async fn next(socket: &mut (impl StreamExt<Item = Result<Message, impl std::fmt::Debug>> + Unpin)) -> Value {
    let message = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

#[tokio::test]
async fn a_page_from_elsewhere_gets_no_say() {
    let (_headless, address) = address().await;
    let mut request = format!("ws://{address}/companion").into_client_request().unwrap();
    request.headers_mut().insert("Origin", "https://evil.example".parse().unwrap());
    assert!(connect_async(request).await.is_err());
    let mut request = format!("ws://{address}/companion").into_client_request().unwrap();
    request.headers_mut().insert("Host", "evil.example".parse().unwrap());
    assert!(connect_async(request).await.is_err());
}

#[tokio::test]
async fn every_line_is_an_event_and_a_bad_line_costs_only_itself() {
    let mut headless = Headless::start(&["--device", "sim", "--sim-name", "Comet", "--json"]);
    assert_eq!(headless.sees(|_| true).await["event"], "view");
    headless.tell("{ nonsense").await;
    headless.tell_bytes(b"\xff\xfe no text\n").await;
    headless.tell(r#"{"command":"make_coffee"}"#).await;
    let ready = |event: &Value| event["devices"][0]["link"]["state"] == "ready";
    assert_eq!(headless.sees(ready).await["devices"][0]["name"], "Comet");
    headless.tell(r#"{"command":"create_group","name":"Friday","public":false}"#).await;
    let group = headless.sees(|event| event["group"]["name"] == "Friday").await;
    assert_eq!(group["group"]["code"].as_str().unwrap().len(), 6);
}

#[tokio::test]
async fn a_bot_changes_a_profile_and_is_told_what_became_of_it() {
    let mut headless = Headless::start(&["--device", "sim", "--json"]);
    let ready = |event: &Value| event["devices"][0]["profiles"].as_array().is_some_and(|all| all.len() == 4);
    let id = headless.sees(ready).await["devices"][0]["id"].clone();
    let edit = |celsius: f32| {
        json!({ "command": "edit_profile", "id": id, "slot": 1, "changes": { "celsius": celsius } })
            .to_string()
    };
    let state = |event: &Value| event["devices"][0]["edits"][0]["state"]["state"].clone();
    headless.tell(&edit(900.0)).await;
    let failed = headless.sees(|event| state(event) == "failed").await;
    let words = &failed["devices"][0]["edits"][0]["state"]["words"];
    assert_eq!(words["text"], "A profile heats to {least} to {most}{unit}. Nothing was changed.");
    assert_eq!(words["args"], serde_json::json!({ "least": 400, "most": 620, "unit": "°F" }));
    headless.tell(&edit(250.0)).await;
    let saved = headless
        .sees(|event| state(event) == "saved" && event["devices"][0]["profiles"][1]["celsius"] == 250.0)
        .await;
    assert_eq!(saved["devices"][0]["profiles"][1]["undoable"], true);
}

#[cfg(unix)]
async fn ends_when_asked(headless: &mut Headless) {
    let id = headless.child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let ended = tokio::time::timeout(PATIENCE, headless.child.wait()).await;
    assert!(ended.expect("it ends").unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_when_it_is_asked_to_although_its_input_goes_on() {
    let mut headless = Headless::start(&["--device", "sim", "--json"]);
    headless.sees(|event| event["devices"][0]["link"]["state"] == "ready").await;
    ends_when_asked(&mut headless).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_when_it_is_asked_to_although_nobody_reads_its_events() {
    let mut headless = Headless::start(&["--device", "sim", "--json"]);
    let settings = headless.sees(|event| event["event"] == "view").await["view"]["settings"].clone();
    // More than a pipe holds.
    for at in 0..100 {
        let mut settings = settings.clone();
        settings["unit"] = if at % 2 == 0 { "celsius" } else { "fahrenheit" }.into();
        headless.tell(&json!({ "command": "set_settings", "settings": settings }).to_string()).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    ends_when_asked(&mut headless).await;
}
