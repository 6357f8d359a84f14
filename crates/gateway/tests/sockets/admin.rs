//! The administration listener, and metrics.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use hearth_gateway::hub::Verdict;
use hearth_gateway::server::{AdminOptions, BindError, Identity};
use hearth_gateway::verify::Verifier;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use crate::client::{Client, device, http, request};

const LOOPBACK: &str = "127.0.0.1:0";

/// Takes any token for the id of its user.
struct Anybody;

#[async_trait]
impl Verifier for Anybody {
    async fn verify(&self, token: &str) -> Verdict {
        Verdict::User(serde_json::from_value(user(token, "before")).unwrap())
    }
}

fn user(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "display_name": name, "image": null, "banner": null, "flags": 0, "bio": null })
}

pub struct Host {
    pub server: Server,
    pub admin: SocketAddr,
    authorization: String,
    _directory: tempfile::TempDir,
}

impl Host {
    pub async fn start() -> Self {
        Self::with(Arc::new(Anybody)).await
    }

    pub async fn with(verifier: Arc<dyn Verifier>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = ServerOptions {
            data: Some(directory.path().to_owned()),
            identity: Identity::External(verifier),
            admin: Some(AdminOptions { address: LOOPBACK.parse().unwrap(), token_file: None }),
            metrics: Some(LOOPBACK.parse().unwrap()),
            ..ServerOptions::default()
        };
        let server = Server::bind(options).await.unwrap();
        let token = std::fs::read_to_string(directory.path().join("admin-token")).unwrap();
        let admin = server.admin_addr().unwrap();
        Self { server, admin, authorization: format!("Bearer {}", token.trim()), _directory: directory }
    }

    pub async fn post(&self, path: &str, body: &Value) -> (String, String) {
        let headers = [("authorization", self.authorization.as_str())];
        request(self.admin, "POST", path, &headers, &body.to_string()).await
    }

    /// Someone who is signed in and in a group, with a device.
    pub async fn guest(&self, id: &str) -> Client {
        let mut client = Client::connect(&self.server).await;
        client.create().await;
        client.send(20, json!({ "token": id })).await;
        client.event("USER_LINK_SUCCESS").await;
        client.send(4, device()).await;
        client
    }
}

// PUFF-61
#[tokio::test]
async fn nothing_is_done_without_the_token() {
    let host = Host::start().await;
    let mut guest = host.guest("u1").await;
    let action = json!({ "user": { "id": "u1" }, "payload": { "action": 3 } }).to_string();
    for authorization in ["", "Bearer wrong", "Bearer "] {
        for (method, path) in [
            ("POST", "/remote_action"),
            ("POST", "/user/u1/update"),
            ("GET", "/remote_action"),
            ("GET", "/x"),
        ] {
            let headers = [("authorization", authorization)];
            let (head, _) = request(host.admin, method, path, &headers, &action).await;
            assert!(head.starts_with("http/1.1 401"), "{method} {path} {authorization}: {head}");
            assert!(!head.contains("access-control-allow-origin"), "{head}");
        }
    }
    assert!(http(host.admin, "GET", "/health").await.0.starts_with("http/1.1 204"));
    // Nothing of it arrived.
    guest.send(421, json!({ "client_time": 1 })).await;
    loop {
        let frame = guest.next().await;
        assert_ne!(frame["t"], "REMOTE_ACTION");
        if frame["t"] == "CLOCK" {
            break;
        }
    }
    host.server.shutdown().await;
}

// PUFF-61
#[tokio::test]
async fn an_account_is_told_what_is_new_about_it() {
    let host = Host::start().await;
    let mut guest = host.guest("u1").await;
    let (head, body) = host.post("/user/u1/update", &json!({ "user": user("u1", "after") })).await;
    assert!(head.starts_with("http/1.1 204"), "{head} {body}");
    loop {
        let update = guest.event("GROUP_USER_UPDATE").await;
        if update["user"]["name"] == "after" {
            break;
        }
    }
    host.post("/user/u1/update", &json!({ "user": null })).await;
    assert_eq!(guest.event("GROUP_USER_UPDATE").await["user"], Value::Null);
    let (head, body) = host.post("/user/nobody/update", &json!({ "voice": null })).await;
    assert!(head.starts_with("http/1.1 200") && body == "no", "{head} {body}");
    assert!(host.post("/user/u1/update", &json!({ "user": 5 })).await.0.starts_with("http/1.1 400"));
    host.server.shutdown().await;
}

// PUFF-53, PUFF-61
#[tokio::test]
async fn a_remote_action_reaches_the_sessions_of_its_user() {
    let host = Host::start().await;
    let (mut guest, mut other) = (host.guest("u1").await, host.guest("u2").await);
    let action = |id: &str| json!({ "user": { "id": id }, "payload": { "action": 0, "data": { "x": 1 } } });
    assert!(host.post("/remote_action", &action("u1")).await.0.starts_with("http/1.1 204"));
    assert_eq!(guest.event("REMOTE_ACTION").await, json!({ "action": 0, "data": { "x": 1 } }));
    let (head, body) = host.post("/remote_action", &action("nobody")).await;
    assert!(head.starts_with("http/1.1 400"), "{head}");
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({ "code": "user_not_found" }));
    assert!(host.post("/remote_action", &json!({})).await.0.starts_with("http/1.1 400"));
    other.send(421, json!({ "client_time": 1 })).await;
    while other.next().await["t"] != "CLOCK" {}
    host.server.shutdown().await;
}

#[tokio::test]
async fn an_exposed_listener_without_a_token_file_does_not_start() {
    let directory = tempfile::tempdir().unwrap();
    let admin = Some(AdminOptions { address: "0.0.0.0:0".parse().unwrap(), token_file: None });
    let data = Some(directory.path().to_owned());
    let refused = Server::bind(ServerOptions { data, admin, ..ServerOptions::default() }).await.unwrap_err();
    assert!(matches!(refused, BindError::AdminExposed(_)), "{refused}");
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let host = Host::start().await;
    let mut guest = host.guest("u1").await;
    guest.send(7, Value::Null).await;
    guest.send(7, Value::Null).await;
    guest.event("GROUP_ACTION_ERROR").await;
    let (head, body) = http(host.server.metrics_addr().unwrap(), "GET", "/metrics").await;
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    for line in [
        "puffers_connected_sessions 1",
        "puffers_active_groups 1",
        "puffers_messages_inbound 5",
        "hearth_connects_total 1",
        "hearth_refusals_total{code=\"NOT_IN_GROUP\"} 1",
    ] {
        assert!(body.lines().any(|known| known == line), "{line}\n{body}");
    }
    assert!(http(host.server.local_addr(), "GET", "/metrics").await.0.starts_with("http/1.1 404"));
    host.server.shutdown().await;
}
