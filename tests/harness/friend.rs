//! A friend: a companion without a window, with a simulated device in its own program.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::process::Command;

use super::place::{Place, programs};
use super::process::Process;
use super::{PATIENCE, window};

/// A friend who joined a group.
pub struct Friend {
    process: Process,
    events: Arc<Mutex<Vec<Value>>>,
}

impl Friend {
    /// Joins a group with a device that lives `speed` times as fast as a real one.
    pub fn joins(place: &Place, gateway: &str, code: &str, speed: f32) -> Self {
        Self::start(place, &["--gateway", gateway, "--join", code], speed)
    }

    /// Creates a group.
    pub async fn creates(place: &Place, gateway: &str, group: &str) -> Self {
        Self::start(place, &["--gateway", gateway, "--create", group], 1.0)
    }

    fn start(place: &Place, arguments: &[&str], speed: f32) -> Self {
        let mut command = Command::new(programs().join("hearth-headless"));
        command.args(arguments).arg("--json");
        command.args(["--device", "sim:pearl", "--sim-name", "Juniper", "--sim-speed", &speed.to_string()]);
        let mut process = Process::start(place, "friend", &mut command);
        let events = Arc::new(Mutex::new(Vec::new()));
        let mut lines = process.take_lines();
        let taken = Arc::clone(&events);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let event = serde_json::from_str(&line).expect("every line is an event");
                taken.lock().expect("not poisoned").push(event);
            }
        });
        Self { process, events }
    }

    /// Waits for an event, now or earlier, that `is` the one.
    pub async fn sees(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let found = window::until(PATIENCE, async || {
            self.events.lock().expect("not poisoned").iter().rev().find(|event| is(event)).cloned()
        });
        found.await.unwrap_or_else(|| panic!("the friend never saw {what}"))
    }

    /// Whether there was an event that `is` the one.
    pub fn saw(&self, is: impl Fn(&Value) -> bool) -> bool {
        self.events.lock().expect("not poisoned").iter().any(is)
    }

    /// The code of the group that they are in.
    pub async fn code(&self) -> String {
        let event = self.sees("a group", |event| group(event)["code"].is_string()).await;
        group(&event)["code"].as_str().expect("a text").to_owned()
    }

    /// Waits until so many are in the group, and the friend's device is shown there.
    pub async fn is_with(&self, count: usize) {
        let together = |event: &Value| {
            let members = group(event)["members"].as_array();
            members.is_some_and(|members| {
                members.len() == count && members.iter().any(|member| member["sesher"] == true)
            })
        };
        self.sees("everybody", together).await;
    }

    /// Does what a person asks for, in JSON.
    pub async fn tell(&mut self, command: &str) {
        self.process.tell(command).await;
    }

    /// Presses the button of the friend's device.
    pub async fn press(&mut self) {
        let ready = |event: &Value| event["devices"][0]["link"]["state"] == "ready";
        let event = self.sees("its device", ready).await;
        let command = json!({ "command": "press_button", "id": event["devices"][0]["id"] });
        self.process.tell(&command.to_string()).await;
    }

    /// What the friend's own device did, in order, without repeats.
    pub fn activities(&self) -> Vec<String> {
        let events = self.events.lock().expect("not poisoned");
        let mut activities: Vec<String> = Vec::new();
        for event in events.iter() {
            if let Some(activity) = event["devices"][0]["activity"].as_str()
                && activities.last().is_none_or(|last| last != activity)
            {
                activities.push(activity.to_owned());
            }
        }
        activities
    }
}

/// The group in an event that tells of it.
fn group(event: &Value) -> &Value {
    if event["event"] == "view" { &event["view"]["group"] } else { &event["group"] }
}
