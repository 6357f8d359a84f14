//! The programs of `examples/`, as people run them, with a gateway and somebody who shares a simulated device. Where
//! Python with websockets, or websocat, is not installed, a test says so and is skipped.

#![cfg(unix)]
#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests; why one is skipped is said")]

mod program;

use std::path::{Path, PathBuf};
use std::process::{Command as Blocking, Stdio};

use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use program::{Headless, PATIENCE};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

/// A program that is told and heard in lines.
struct Example {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Example {
    fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads on until a line is as wanted, past none that must not come.
    async fn says(&mut self, what: &str, mut is: impl FnMut(&str) -> bool) -> String {
        let found = async {
            loop {
                let line = self.lines.next_line().await.unwrap();
                let line = line.unwrap_or_else(|| panic!("it ended before: {what}"));
                if is(&line) {
                    return line;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("never: {what}"))
    }

    async fn is_told(&mut self, line: &str) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// What is told of the device, when it does this.
    async fn hears_state(&mut self, activity: &str, but_never: &str) -> Value {
        let mut state = Value::Null;
        self.says(activity, |line| {
            let data = serde_json::from_str::<Value>(line).unwrap()["data"].take();
            assert_ne!(data["device"]["activity"], *but_never);
            let is = data["device"]["activity"] == activity;
            if is {
                state = data;
            }
            is
        })
        .await;
        state
    }
}

/// Python with websockets.
fn python() -> Option<&'static str> {
    let has = |python: &&str| {
        let output = Blocking::new(python).args(["-c", "import websockets"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    if found.is_none() {
        eprintln!("skipped: Python with websockets is not installed");
    }
    found
}

/// A search path with websocat on it: this computer's own, or the one that `cargo xtask test` installs.
fn path_with_websocat() -> Option<std::ffi::OsString> {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/bin");
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    folders.push(tools);
    if !folders.iter().any(|folder| folder.join("websocat").is_file()) {
        eprintln!("skipped: websocat is not installed");
        return None;
    }
    std::env::join_paths(folders).ok()
}

/// Heats slowly enough to be stopped before it is hot.
fn owner(gateway: &Server) -> Headless {
    let device = ["--device", "sim", "--sim-name", "Ember", "--sim-speed", "3", "--no-seat"];
    Headless::start("concierge", gateway.url(), "owner", &device)
}

async fn allows(owner: &mut Headless, name: &str) {
    owner
        .sees("connected", |event| {
            let gateway = &event["community"]["gateways"][0];
            (gateway["state"]["state"] == "connected").then_some(())
        })
        .await;
    let id = owner.community["gateways"][0]["id"].clone();
    owner.tell(json!({"command": "allow_commands", "id": id, "name": name, "permission": "take"})).await;
    owner
        .sees("allowed", |event| {
            let allowed = &event["community"]["gateways"][0]["content"]["sharing"]["allowed"][0]["name"];
            (allowed == name).then_some(())
        })
        .await;
}

fn is_heating(line: &str) -> bool {
    line.starts_with("Ember: preheat")
}

#[tokio::test]
async fn a_deck_in_python_follows_a_heat_and_stops_it() {
    let Some(python) = python() else { return };
    let gateway = Server::bind(ServerOptions::default()).await.unwrap();
    let address = &gateway.dialects()["concierge"];
    let deck = |name: &str| {
        let mut command = Command::new(python);
        let script = format!("{FOLDER}/stream_deck.py");
        command.args([script.as_str(), "--gateway", address, "--name", name, "hearth.Ember"]);
        command
    };
    let mut follower = Example::start(&mut deck("deck"));
    follower.says("it is not there yet", |line| line == "waiting for hearth.Ember").await;
    follower.is_told("s").await;
    follower.says("nothing is sent later", |line| line.starts_with("stop: not sent")).await;

    let mut owner = owner(&gateway);
    follower.says("it is there", |line| line == "following hearth.Ember").await;
    follower.says("it is idle", |line| line.starts_with("Ember: idle")).await;
    follower.is_told("s").await;
    let refused = follower.says("nobody is allowed anything", |line| line.starts_with("stop: ")).await;
    assert!(refused.starts_with("stop: refused: "), "{refused}");

    allows(&mut owner, "deck").await;
    owner.tell(json!({"command": "heat_now"})).await;
    follower.says("it heats", |line| is_heating(line) && line.contains(" °C of ")).await;
    follower.is_told("s").await;
    follower.says("the stop is taken", |line| line == "stop: done").await;
    let ended = |line: &str| {
        assert!(!line.starts_with("Ember: active"), "it was not stopped but done");
        line.starts_with("Ember: ") && !is_heating(line)
    };
    follower.says("it heats no more", ended).await;

    // A button of its own, whose name is not allowed; then the one that is.
    let pressed = |name: &'static str| {
        let mut command = deck(name);
        command.args(["inquire", "stop"]);
        async move { command.output().await.unwrap() }
    };
    let stranger = pressed("stranger").await;
    assert!(!stranger.status.success());
    follower.is_told("q").await;
    assert!(follower.child.wait().await.unwrap().success());
    let known = pressed("deck").await;
    let said = String::from_utf8(known.stdout).unwrap();
    assert!(said.contains("inquire: refused: ") && !known.status.success(), "there is no group: {said}");
    gateway.shutdown().await;
}

#[tokio::test]
async fn a_few_lines_of_shell_follow_a_heat_and_stop_it() {
    let Some(path) = path_with_websocat() else { return };
    let gateway = Server::bind(ServerOptions::default()).await.unwrap();
    let address = &gateway.dialects()["concierge"];
    let mut owner = owner(&gateway);
    allows(&mut owner, "lamp").await;
    owner
        .sees("it is shared", |event| {
            let services = event["community"]["gateways"][0]["content"]["services"].as_array()?;
            services.iter().any(|service| service["name"] == "hearth.Ember").then_some(())
        })
        .await;
    let mut command = Command::new("sh");
    command.args([&format!("{FOLDER}/follow.sh"), "hearth.Ember", "lamp", address]).env("PATH", path);
    let mut lamp = Example::start(&mut command);
    let idle = lamp.hears_state("idle", "").await;
    assert_eq!(idle["device"]["name"], "Ember");

    owner.tell(json!({"command": "heat_now"})).await;
    lamp.hears_state("preheat", "").await;
    lamp.is_told("stop").await;
    lamp.says("the stop is taken", |line| {
        let data = serde_json::from_str::<Value>(line).unwrap()["data"].take();
        data["type"] == "answer" && data["id"] == "stop" && data["ok"] == true
    })
    .await;
    lamp.hears_state("fade", "active").await;

    // At the end of what it is told it goes.
    drop(lamp.child.stdin.take());
    assert!(lamp.child.wait().await.unwrap().success());
    gateway.shutdown().await;
}

#[tokio::test]
async fn the_line_of_the_readme_follows_a_device() {
    let Some(path) = path_with_websocat() else { return };
    let readme = std::fs::read_to_string(format!("{FOLDER}/README.md")).unwrap();
    let line = readme.lines().find(|line| line.contains("; cat) | websocat")).unwrap();
    let gateway = Server::bind(ServerOptions::default()).await.unwrap();
    let line = line.replace("ws://127.0.0.1:64209/ws", &gateway.dialects()["concierge"]);
    let mut owner = owner(&gateway);
    owner
        .sees("it is shared", |event| {
            let services = event["community"]["gateways"][0]["content"]["services"].as_array()?;
            services.iter().any(|service| service["name"] == "hearth.Ember").then_some(())
        })
        .await;
    let mut lamp = Example::start(Command::new("sh").args(["-c", &line]).env("PATH", path));
    assert_eq!(lamp.hears_state("idle", "").await["device"]["name"], "Ember");
    gateway.shutdown().await;
}
