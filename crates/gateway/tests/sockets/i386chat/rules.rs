//! Rules that need a whole gateway: tokens, bans, the end of it, where it is reached.

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::server::{Dialect, I386chatOptions, Identity, ListenOn, StaticTokens};
use hearth_gateway::verify::External;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{Person, Socket, call};
use crate::client::server;
use crate::together;

/// I386-01: any path of a listener of its own, and one of the shared one.
#[tokio::test]
async fn i386_01_it_has_a_path_on_the_shared_listener_and_any_on_its_own() {
    let address = "127.0.0.1:0".parse().unwrap();
    let dialect = Some(Dialect::I386chat);
    let listen = vec![ListenOn { dialect: None, address }, ListenOn { dialect, address }];
    let server = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap();
    let own = server.dialects()["i386chat"].strip_suffix("/i386chat").unwrap().to_owned();
    let shared = format!("ws://{}", server.local_addr());
    assert_ne!(own, shared);
    for url in [own.clone(), format!("{own}/"), format!("{own}/any/path?x=1"), format!("{shared}/i386chat")] {
        Socket::open_at(&url).await.is_quiet().await;
    }
    assert!(tokio_tungstenite::connect_async(format!("{shared}/i386")).await.is_err());
    let own = own.strip_prefix("ws://").unwrap().parse().unwrap();
    let (status, _) = call(own, "", "POST", "/api/v2/auth/create", json!({ "username": "ada" })).await;
    assert_eq!(status, 201);
    server.shutdown().await;
}

/// I386-15: without accounts of its own nobody can present themselves, and there is nothing.
#[tokio::test]
async fn without_accounts_it_is_not_spoken() {
    let verifier = Arc::new(External::new("http://127.0.0.1:9/").unwrap());
    let options = ServerOptions { identity: Identity::External(verifier), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    assert!(!server.dialects().contains_key("i386chat"));
    let address = server.local_addr();
    assert!(tokio_tungstenite::connect_async(format!("ws://{address}/i386chat")).await.is_err());
    assert_eq!(call(address, "", "POST", "/api/v2/auth/create", json!({ "username": "ada" })).await.0, 404);
    server.shutdown().await;
}

/// I386-15, I386-16: a JWT, a token of a file, and a long-lived token of an account.
#[tokio::test]
async fn every_kind_of_token_presents_its_account_and_lasts_until_it_is_revoked() {
    let directory = tempfile::tempdir().unwrap();
    let tokens = StaticTokens::parse("kiosk a-token-of-the-host").unwrap();
    let options = ServerOptions {
        data: Some(directory.path().to_owned()),
        i386chat: I386chatOptions { tokens, ..I386chatOptions::default() },
        ..ServerOptions::default()
    };
    let server = Server::bind(options).await.unwrap();
    let accounts = Accounts::open(Some(directory.path()), Arc::new(Clock::new())).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let (long, _) = accounts.create_token("ada", "", std::time::Duration::from_secs(3600)).await.unwrap();
    for (token, name) in
        [(ada.token.as_str(), "ada"), (long.reveal(), "ada"), ("a-token-of-the-host", "kiosk")]
    {
        for _ in 0..2 {
            let mut socket = Socket::open(server.local_addr()).await;
            socket.present(token).await;
            let ready = socket.next().await;
            assert_eq!((&ready["f"], &ready["cnf"]["user"]["name"]), (&json!(140), &json!(name)));
        }
    }
    accounts.revoke("ada", None).await.unwrap();
    for token in [ada.token.as_str(), long.reveal()] {
        let mut socket = Socket::open(server.local_addr()).await;
        socket.present(token).await;
        assert_eq!(socket.ended().await, (0, 1008));
    }
    server.shutdown().await;
}

/// I386-26: in all dialects.
#[tokio::test]
async fn i386_26_a_ban_ends_every_connection_of_the_account() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let accounts = Accounts::open(Some(directory.path()), Arc::new(Clock::new())).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let tom = together::Person::new(&server, "tom").await;
    tom.club(&[]).await;
    let mut by_tom = tom.connect().await;
    let number = accounts.find("tom").await.unwrap().number;
    let mut by_ada = ada.connect().await;
    for cnf in [json!({ "id": number }), json!({ "id": ada.id }), json!({ "id": 1 })] {
        by_ada.does("SYSTEM_BAN_ADD", cnf).await;
        assert_eq!(by_ada.refused().await, 4004, "not an admin");
    }
    accounts.change_flags("ada", &["+admin".parse().unwrap()]).await.unwrap();
    for (cnf, code) in
        [(json!({ "id": ada.id }), 4004), (json!({ "id": 1 }), 1), (json!({ "id": 2.1e19 }), 1)]
    {
        by_ada.does("SYSTEM_BAN_ADD", cnf).await;
        assert_eq!(by_ada.refused().await, code);
    }
    by_tom.is_quiet().await;
    by_ada.does("SYSTEM_BAN_ADD", json!({ "id": number, "reason": "spam" })).await;
    assert_eq!(by_ada.event("SYSTEM_BAN_ADD").await["user"]["name"], "tom");
    assert_eq!(by_tom.closed().await, 4001);
    assert!(accounts.find("tom").await.unwrap().suspended);
    server.shutdown().await;
}

/// I386-31 (I386-R16)
#[tokio::test]
async fn i386_31_everybody_is_told_that_the_gateway_goes_down_before_the_close() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let (mut presented, mut waiting) = (ada.connect().await, Socket::open(ada.address).await);
    let stopping = tokio::spawn(server.shutdown());
    assert_eq!(presented.event("GATEWAY_DOWN").await, json!({}));
    assert_eq!(presented.ended().await, (4003, 4003));
    assert_eq!(waiting.ended().await, (4003, 4003));
    stopping.await.unwrap();
}

/// I386-22: the 17th connection.
#[tokio::test]
async fn of_too_many_connections_the_oldest_is_told_so() {
    let chat = hearth_gateway::chat::ChatOptions { connections: 1, ..Default::default() };
    let server = Server::bind(ServerOptions { chat, ..ServerOptions::default() }).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let mut first = ada.connect().await;
    let mut second = ada.connect().await;
    assert_eq!(first.ended().await, (4009, 4009));
    second.is_quiet().await;
    server.shutdown().await;
}

/// I386-22: too many changes are refused, and cost nothing else.
#[tokio::test]
async fn who_changes_too_much_is_refused_and_stays() {
    let changes = hearth_gateway::hub::RateLimit { count: 2, per: std::time::Duration::from_secs(600) };
    let chat = hearth_gateway::chat::ChatOptions { changes, ..Default::default() };
    let server = Server::bind(ServerOptions { chat, ..ServerOptions::default() }).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let mut socket = ada.connect().await;
    let room = socket.makes("lounge", true).await;
    socket.moves(room, 0).await;
    socket.does("MESSAGE_CREATE", json!({ "content": "one" })).await;
    socket.event("MESSAGE_CREATE").await;
    socket.does("MESSAGE_CREATE", json!({ "content": "two" })).await;
    assert_eq!(socket.refused().await, 4002);
    let path = format!("/api/v2/channels/{room}/messages");
    let (status, refused) = ada.call("POST", &path, json!({ "content": "three" })).await;
    assert_eq!((status, &refused["code"]), (400, &json!(4002)));
    socket.is_quiet().await;
    server.shutdown().await;
}

#[tokio::test]
async fn rest_refuses_with_a_code_and_words() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut socket = ada.connect().await;
    let room = socket.makes("lounge", false).await;
    let messages = format!("/api/v2/channels/{room}/messages");
    let create = "/api/v2/auth/create";
    let hi = || json!({ "content": "hi" });
    for (token, method, path, body, code) in [
        ("", "POST", create, json!({ "username": "ADA" }), 4004),
        ("", "POST", create, json!({ "username": "x" }), 4004),
        ("", "POST", create, json!({ "username": "sol", "bio": "b".repeat(257) }), 4004),
        ("", "POST", create, json!([]), 4004),
        ("", "POST", create, Value::Null, 4004),
        ("", "POST", &messages, hi(), 0),
        ("guessed", "POST", &messages, hi(), 0),
        (&ada.token, "POST", "/api/v2/channels/7/messages", hi(), 3),
        (&ada.token, "POST", "/api/v2/channels/x/messages", hi(), 3),
        (&ada.token, "POST", &messages, json!({ "content": "" }), 4004),
        (&ada.token, "POST", &messages, json!({ "content": "x".repeat(4001) }), 4004),
        (&ada.token, "POST", &messages, json!({ "content": "x", "nonce": "y" }), 4004),
        ("", "GET", "/api/v2/channels", Value::Null, 0),
    ] {
        let (status, answer) = call(ada.address, token, method, path, body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{method} {path}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()), "{answer}");
    }
    let (status, rooms) = ada.call("GET", "/api/v2/channels", Value::Null).await;
    assert_eq!((status, &rooms[0]["id"], &rooms[0]["visibility"]), (200, &json!(room), &json!(false)));
    let bearer = format!("Bearer {}", ada.token);
    assert_eq!(call(ada.address, &bearer, "GET", "/api/v2/channels", Value::Null).await.0, 200);
    server.shutdown().await;
}
