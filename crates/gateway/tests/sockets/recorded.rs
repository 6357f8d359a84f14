//! The recording of the TypeScript gateway's internal listener, replayed against our administration listener. Other
//! recordings are replayed by a tool from outside, which cannot send the token that ours wants.
//!
//! The recording is not part of this repository. It is taken from the folder that `HEARTH_TRANSCRIPTS` names, or from a
//! folder `shared` beside the workspace; without it there is nothing to replay, and the test says so.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use hearth_gateway::hub::Verdict;
use hearth_gateway::verify::Verifier;
use serde_json::{Value, json};

use crate::admin::Host;
use crate::client::Client;

fn recording() -> Option<Value> {
    let beside = || {
        let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        crates.ancestors().nth(3).map(|root| root.join("shared").join("transcripts"))
    };
    let folder = std::env::var_os("HEARTH_TRANSCRIPTS").map(PathBuf::from).or_else(beside)?;
    let file = folder.join("puff").join("28-internal-user-update-remote-action.json");
    file.exists().then(|| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
}

/// The account service of the recorded deployment.
struct Recorded;

#[async_trait]
impl Verifier for Recorded {
    async fn verify(&self, token: &str) -> Verdict {
        assert_eq!(token, "tok-plain");
        let user = json!({ "id": "user_plain", "name": "plain", "display_name": "Plain Jane", "flags": 0 });
        Verdict::User(serde_json::from_value(user).unwrap())
    }
}

/// What placeholders of the recording stand for here.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// Whether `got` has everything of `wanted`; null is as good as absent, and members may come in any order.
    fn fits(&mut self, wanted: &Value, got: &Value) -> bool {
        match (wanted, got) {
            (Value::String(wanted), Value::String(got)) if wanted.starts_with('<') => {
                wanted == "<iso8601>" || self.0.entry(wanted.clone()).or_insert_with(|| got.clone()) == got
            }
            (Value::Object(wanted), Value::Object(_)) => {
                wanted.iter().all(|(name, wanted)| self.fits(wanted, &got[name]))
            }
            (Value::Array(wanted), Value::Array(got)) => {
                wanted.len() == got.len()
                    && wanted.iter().all(|wanted| got.iter().any(|got| self.fits(wanted, got)))
            }
            (Value::Number(wanted), Value::Number(got)) => wanted.as_f64() == got.as_f64(),
            _ => wanted == got,
        }
    }

    fn put_in(&self, frame: &Value) -> Value {
        let mut text = frame.to_string();
        for (placeholder, name) in &self.0 {
            text = text.replace(placeholder, name);
        }
        serde_json::from_str(&text).unwrap()
    }
}

/// A request stands in the recording when it was answered, after the events that it caused: here it stands before.
fn in_order(steps: &[Value]) -> Vec<Value> {
    let mut ordered: Vec<Value> = Vec::new();
    for step in steps {
        let caused = ordered.iter().rev().take_while(|earlier| !earlier["to"].is_null()).count();
        let place = if step["http"].is_null() { ordered.len() } else { ordered.len() - caused };
        ordered.insert(place, step.clone());
    }
    ordered
}

#[tokio::test]
async fn the_recorded_internal_listener_is_ours_with_a_token() {
    let Some(recording) = recording() else {
        println!("no recording: nothing was replayed");
        return;
    };
    let host = Host::with(Arc::new(Recorded)).await;
    let mut clients: BTreeMap<String, Client> = BTreeMap::new();
    let mut names = Names::default();
    let mut checked = 0;
    for step in in_order(recording["steps"].as_array().unwrap()) {
        if step["socket"] == "open" {
            let client = Client::connect(&host.server).await;
            let name = step["client"].as_str().unwrap();
            names.0.insert(format!("<session:{name}>"), client.session.clone());
            clients.insert(name.to_owned(), client);
        } else if let Some(from) = step["from"].as_str() {
            let frame = names.put_in(&step["frame"]);
            let op = u16::try_from(frame["op"].as_u64().unwrap()).unwrap();
            clients.get_mut(from).unwrap().send(op, frame["d"].clone()).await;
        } else if let Some(to) = step["to"].as_str().filter(|_| step["frame"]["op"] == 3) {
            let event = step["frame"]["t"].as_str().unwrap();
            let got = clients.get_mut(to).unwrap().event(event).await;
            assert!(names.fits(&step["frame"]["d"], &got), "{to} got {got}, recorded was {step}");
            checked += 1;
        } else if !step["http"].is_null() {
            let (head, body) =
                host.post(step["http"]["path"].as_str().unwrap(), &step["http"]["request"]).await;
            let status = step["response"]["status"].to_string();
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}, recorded was {step}");
            match &step["response"]["body"] {
                Value::String(recorded) => assert_eq!(body, *recorded, "{step}"),
                recorded => assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), *recorded, "{step}"),
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} steps");
    host.server.shutdown().await;
}
