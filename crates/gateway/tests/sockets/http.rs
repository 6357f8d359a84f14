//! REST, and which paths upgrade.

use hearth_gateway::server::ListenOn;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use crate::client::{Client, http, server};

// PUFF-60
#[tokio::test]
async fn groups_can_be_asked_for_by_anybody() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    a.send(2, json!({ "name": "Open House", "visibility": "public" })).await;
    let code = a.event("JOINED_GROUP").await["group_id"].as_str().unwrap().to_owned();
    let item = json!({
        "group_id": code, "member_count": 1, "name": "Open House", "state": "chilling", "visibility": "public",
        "persistent": false, "sesh_counter": 0, "watcher_count": 1, "sesher_count": 0,
    });
    for (path, expected) in [
        ("/v1/groups".to_owned(), json!({ "success": true, "data": [item] })),
        (format!("/v1/groups/{code}"), json!({ "success": true, "data": item })),
    ] {
        let (head, body) = http(server.local_addr(), "GET", &path).await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    }
    server.shutdown().await;
}

// PUFF-60
#[tokio::test]
async fn what_is_not_there_is_404_and_preflights_are_answered() {
    let server = server().await;
    for (method, path, status) in [
        ("GET", "/health", 200),
        ("GET", "/v1/groups/nope12", 404),
        ("GET", "/metrics", 404),
        ("GET", "/", 404),
        ("GET", "/socket", 404),
        ("POST", "/v1/groups", 404),
        ("OPTIONS", "/v1/groups", 204),
        ("OPTIONS", "/anything", 204),
    ] {
        let (head, body) = http(server.local_addr(), method, path).await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{method} {path}: {head}");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        assert!(!body.contains(r#""data""#), "{body}");
    }
    server.shutdown().await;
}

// PUFF-06
#[tokio::test]
async fn the_shared_listener_upgrades_at_its_paths_and_a_puff_listener_anywhere() {
    let address = "127.0.0.1:0".parse().unwrap();
    let dialect = Some(hearth_gateway::server::Dialect::Puff);
    let listen = vec![ListenOn { dialect: None, address }, ListenOn { dialect, address }];
    let server = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap();
    let shared = format!("ws://{}", server.local_addr());
    let own = server.dialects()["puff"].strip_suffix("/socket").unwrap().to_owned();
    assert_ne!(shared, own);
    for url in [
        format!("{shared}/"),
        format!("{shared}/socket?encoding=json&compression=none"),
        format!("{own}/"),
        format!("{own}/any/path"),
    ] {
        Client::connect_to(&url).await;
    }
    let elsewhere = tokio_tungstenite::connect_async(format!("{shared}/any/path")).await;
    assert!(elsewhere.is_err());
    let (mut a, mut b) = (Client::connect_to(&format!("{shared}/")).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    server.shutdown().await;
}
