//! Two people on a concierge, each a program of its own: one shares a device, the other follows it.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod program;

use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use program::Headless;

impl Headless {
    /// What is told of the device that is looked at, when it is as wanted.
    async fn sees_device(&mut self, what: &str, mut is: impl FnMut(&Value) -> bool) -> Value {
        self.sees(what, |event| {
            let telemetry = &event["feed"]["telemetry"];
            (telemetry.is_object() && is(telemetry)).then(|| telemetry.clone())
        })
        .await
    }

    async fn sees_message(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        self.sees(what, |event| {
            let messages = event["feed"]["messages"].as_array()?;
            let data = messages.iter().filter_map(|message| message["text"].as_str());
            data.filter_map(|text| serde_json::from_str::<Value>(text).ok()).find(|data| is(data))
        })
        .await
    }

    async fn send(&mut self, data: Value) {
        let id = self.community["gateways"][0]["id"].clone();
        let to = json!({"to": "service", "name": "hearth.Ember"});
        self.tell(json!({"command": "send_to_service", "id": id, "to": to, "text": data.to_string()})).await;
    }
}

/// CON-14, CON-15, CON-17
#[tokio::test]
async fn con_14_one_follows_the_device_of_the_other_in_a_heat() {
    let gateway = Server::bind(ServerOptions::default()).await.unwrap();
    let url = gateway.url();
    // First, so that what it follows is not there yet.
    let mut watcher = Headless::start(
        "concierge",
        url,
        "watcher",
        &["--device", "none", "--follow", "hearth.Ember", "--follow", "hearth.Ash"],
    );
    let connected = |event: &Value| {
        let state = &event["community"]["gateways"][0]["state"]["state"];
        (state == "connected").then_some(())
    };
    watcher.sees("connected", connected).await;
    let mut owner = Headless::start(
        "concierge",
        url,
        "owner",
        &["--device", "sim", "--sim-name", "Ember", "--sim-speed", "10", "--no-seat"],
    );
    let ready = |event: &Value| (event["devices"][0]["link"]["state"] == "ready").then_some(());
    owner.sees("a device", ready).await;

    let idle = watcher.sees_device("the idle device", |device| device["activity"] == "idle").await;
    assert_eq!((&idle["name"], &idle["targetCelsius"]), (&json!("Ember"), &Value::Null));
    let cold = idle["celsius"].as_f64().unwrap();

    // Nobody was allowed anything.
    watcher.send(json!({"hearth": 1, "command": "heat", "id": 8})).await;
    let answer = watcher.sees_message("an answer", |data| data["type"] == "answer").await;
    assert_eq!((&answer["id"], &answer["ok"]), (&json!(8), &json!(false)));

    owner.tell(json!({"command": "heat_now"})).await;
    let mut warmest = cold;
    let mut seen = Vec::new();
    let heating = watcher.sees_device("it is warm", |device| {
        let activity = device["activity"].as_str().unwrap_or_default().to_owned();
        if seen.last() != Some(&activity) {
            seen.push(activity);
        }
        warmest = device["celsius"].as_f64().unwrap_or(warmest).max(warmest);
        matches!(device["activity"].as_str(), Some("preheat" | "active")) && warmest > cold + 50.0
    });
    let heating = heating.await;
    assert!(heating["targetCelsius"].as_f64().is_some_and(|target| target > warmest - 20.0), "{heating}");
    assert!(seen.contains(&"preheat".to_owned()), "{seen:?}");

    // Whoever is allowed to take part may stop it.
    let id = owner.community["gateways"][0]["id"].clone();
    owner.tell(json!({"command": "allow_commands", "id": id, "name": "watcher", "permission": "take"})).await;
    owner
        .sees("allowed", |event| {
            let allowed = &event["community"]["gateways"][0]["content"]["sharing"]["allowed"][0]["name"];
            (allowed == "watcher").then_some(())
        })
        .await;
    watcher.send(json!({"hearth": 1, "command": "stop", "id": 9})).await;
    watcher.sees_message("the stop is taken", |data| data["id"] == 9 && data["ok"] == true).await;
    watcher
        .sees_device("it heats no more", |device| {
            !matches!(device["activity"].as_str(), Some("preheat" | "active"))
        })
        .await;

    // What is said to somebody is printed there, with who said it.
    let clients = watcher.community["gateways"][0]["content"]["clients"].as_array().unwrap();
    let uuid = clients.iter().find(|client| client["name"] == "owner").unwrap()["uuid"].clone();
    let id = watcher.community["gateways"][0]["id"].clone();
    let to = json!({"to": "client", "uuid": uuid});
    watcher.tell(json!({"command": "send_to_service", "id": id, "to": to, "text": "are you there?"})).await;
    let message = owner.sees("a message", |event| {
        let inbox = event["community"]["gateways"][0]["content"]["inbox"].as_array()?;
        inbox.first().cloned()
    });
    let message = message.await;
    assert_eq!((&message["from"], &message["to"]["to"]), (&json!("watcher"), &json!("me")));
    assert_eq!(message["text"], "\"are you there?\"");

    // The owner is gone, and its service with it.
    owner.child.kill().await.unwrap();
    watcher
        .sees("the service is gone", |event| {
            let services = event["community"]["gateways"][0]["content"]["services"].as_array()?;
            services.is_empty().then_some(())
        })
        .await;
}
