//! Who hears what, heartbeats, and one conversation with another dialect.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::server::EmagineRules;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{Person, Socket};
use crate::client::{request, server};
use crate::together;

/// EMG-07 (EMG-R3, EMG-R4): the author too, on each connection, with everything that was posted.
#[tokio::test]
async fn emg_07_what_is_posted_reaches_every_connection_of_every_member_and_nobody_else() {
    let server = server().await;
    let (ada, bob, eve) = (
        Person::new(&server, "ada").await,
        Person::new(&server, "bob").await,
        Person::new(&server, "eve").await,
    );
    let channel = ada.channel(0).await;
    let (mut by_ada, mut other, mut by_bob, mut by_eve) =
        (ada.connect().await, ada.connect().await, bob.connect().await, eve.connect().await);
    let body = json!({ "type": "gif", "content": "hello", "timestamp": 12, "more": { "a": [1, null] },
        "id": "forged", "author": "forged", "channel_id": "forged" });
    // Whose first post it is hears it as a member.
    let (status, answer) = bob.call("POST", &format!("/channels/{channel}/posts"), body).await;
    assert_eq!(status, 200);
    let expected = json!({ "type": "gif", "content": "hello", "timestamp": 12, "more": { "a": [1, null] },
        "id": answer["id"], "channel_id": channel, "author": bob.id, "author_name": "bob" });
    for socket in [&mut by_ada, &mut other, &mut by_bob] {
        assert_eq!(socket.said().await, expected);
    }
    by_eve.is_quiet().await;
    // Identifying again does not double it (EMG-R14).
    by_bob.send(json!({ "op": "1", "token": bob.token })).await;
    assert_eq!(by_bob.next().await, json!({ "op": 2, "user": bob.id }));
    let id = ada.post(&channel, "and again").await;
    let said = by_bob.said().await;
    assert_eq!((&said["id"], &said["type"], &said["author"]), (&json!(id), &json!(0), &json!(ada.id)));
    assert_eq!(said.get("timestamp"), None, "only if it was posted");
    by_bob.is_quiet().await;
    server.shutdown().await;
}

/// EMG-05, EMG-06 (EMG-R13, EMG-R14, EMG-R17)
#[tokio::test]
async fn emg_06_a_token_that_is_none_closes_with_4003_and_somebody_elses_with_4001() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let body = json!({ "username": "ada", "password": super::PASSWORD }).to_string();
    let headers = [("content-type", "application/json")];
    let (_, other) = request(ada.address, "POST", "/auth/login", &headers, &body).await;
    let other: Value = serde_json::from_str(&other).unwrap();
    let half = &ada.token[..ada.token.len() - 5];
    for wrong in [
        json!("garbage"),
        json!(""),
        json!(null),
        json!(5),
        json!([ada.token]),
        json!(half),
        json!("x".repeat(10_000)),
        // Tokens of other dialects.
        other["access_token"].clone(),
        other["refresh_token"].clone(),
    ] {
        let mut socket = Socket::open(ada.address, "/gateway").await;
        socket.send(json!({ "op": 1, "token": wrong })).await;
        let failed = (4003, "Identify failed, invalid token provided.".to_owned());
        assert_eq!(socket.closed().await, failed, "{wrong}");
    }
    let mut socket = ada.connect().await;
    socket.send(json!({ "op": 1, "token": bob.token })).await;
    assert_eq!(socket.closed().await.0, 4001);
    server.shutdown().await;
}

/// EMG-06 (EMG-R12): signed by this gateway, for somebody who is there, but too long ago.
#[tokio::test]
async fn emg_06_a_token_ends_after_a_week() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let token_of = async |age: Duration| {
        let now = Clock::new().now();
        let then = Duration::from_millis(now.unix_ms) - age;
        let clock = Arc::new(Clock::reading(move || (now.instant, then)));
        let accounts = Accounts::open(Some(directory.path()), clock).await.unwrap();
        let account = accounts.by_number(ada.id.parse().unwrap()).await.unwrap().unwrap();
        accounts.session_token(&account).unwrap()
    };
    const DAY: Duration = Duration::from_secs(24 * 3600);
    for (age, is_good) in [(6 * DAY, true), (8 * DAY, false), (6 * 365 * DAY, false)] {
        let token = token_of(age).await;
        let mut socket = Socket::open(ada.address, "/gateway").await;
        socket.send(json!({ "op": 1, "token": token })).await;
        let status = if is_good {
            assert_eq!(socket.next().await, json!({ "op": 2, "user": ada.id }));
            200
        } else {
            assert_eq!(socket.closed().await.0, 4003, "{age:?}");
            401
        };
        let given = super::call(ada.address, "GET", "/api/users/me", Some(&token), &Value::Null).await.0;
        assert_eq!(given, status, "{age:?}");
    }
    server.shutdown().await;
}

/// EMG-12 (EMG-R18)
#[tokio::test]
async fn emg_12_of_a_connection_that_died_nothing_is_left() {
    let second = Duration::from_secs(1);
    let rules = EmagineRules { heartbeat: second, identify: second };
    let server = Server::bind(ServerOptions { emagine: rules, ..ServerOptions::default() }).await.unwrap();
    let carol = together::Person::new(&server, "carol").await;
    let (_, text, _) = carol.club(&[]).await;
    let (_, channels) = carol.call("GET", "/servers", Value::Null).await;
    let server_id = channels[0]["id"].as_str().unwrap().to_owned();
    let ada = Person::new(&server, "ada").await;
    let (_, channels) = carol.call("GET", &format!("/servers/{server_id}/channels"), Value::Null).await;
    let number = channels.as_array().unwrap().iter().find(|channel| channel["id"] == text.as_str()).unwrap();
    let path = format!("/channels/{}/members/me", number["number"]);
    assert_eq!(ada.call("PUT", &path, Value::Null).await.0, 200);
    let mut by_carol = carol.connect().await;
    let url = format!("ws://{}/gateway", ada.address);
    let mut dead = Socket(tokio_tungstenite::connect_async(url).await.unwrap().0);
    dead.send(json!({ "op": 1, "token": ada.token })).await;
    assert_eq!(by_carol.event("PRESENCE_UPDATE").await["status"], "online");
    // Neither read nor closed, as when a cable is pulled.
    assert_eq!(by_carol.event("PRESENCE_UPDATE").await["status"], "offline");
    drop(dead);
    server.shutdown().await;
}

/// EMG-02, EMG-08, EMG-09, EMG-11, EMG-12 (EMG-R8, EMG-R15), with shorter times.
#[tokio::test]
async fn emg_12_who_does_not_answer_or_identify_is_closed_and_who_answers_stays() {
    let second = Duration::from_secs(1);
    let options = ServerOptions {
        emagine: EmagineRules { heartbeat: second, identify: second * 2 },
        ..ServerOptions::default()
    };
    let server = Server::bind(options).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let open = async || {
        let url = format!("ws://{}/gateway", ada.address);
        let mut socket = Socket(tokio_tungstenite::connect_async(url).await.unwrap().0);
        assert_eq!(socket.next().await, json!({ "op": 0, "heartbeat_interval": 1000 }));
        socket
    };
    let ready = async || {
        let mut socket = open().await;
        socket.send(json!({ "op": 1, "token": ada.token })).await;
        assert_eq!(socket.next().await["op"], 2);
        socket
    };
    let beat = async |socket: &mut Socket| {
        let frame = socket.next().await;
        assert_eq!((&frame["op"], frame["time"].is_u64()), (&json!(10), true), "{frame}");
        frame["time"].clone()
    };
    let (mut nobody, mut silent, mut late, mut acker) =
        (open().await, ready().await, ready().await, ready().await);
    let old = beat(&mut late).await.as_u64().unwrap() - 2000;
    late.send(json!({ "op": 11, "time": old })).await;
    assert_eq!(late.closed().await, (4002, "Connection timed out.".to_owned()));
    for _ in 0..4 {
        let time = beat(&mut acker).await;
        acker.send(json!({ "time": time, "op": 11 })).await;
    }
    beat(&mut nobody).await;
    assert_eq!(nobody.closed().await.0, 4003);
    beat(&mut silent).await;
    assert_eq!(silent.closed().await.0, 4002);
    acker.is_quiet().await;
    server.shutdown().await;
}

/// EMG-07
#[tokio::test]
async fn emg_07_a_channel_is_a_channel_of_together_too() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let carol = together::Person::new(&server, "carol").await;
    let channel = ada.channel(2).await;
    bob.post(&channel, "first").await;
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    // Carol knows the number, as E-Magine has it, and comes in with it; the rest she does in her dialect.
    let body = json!({ "username": "carol", "password": super::PASSWORD });
    let (_, answer) = super::call(ada.address, "POST", "/api/auth/login", None, &body).await;
    let token = answer["token"].as_str();
    let path = format!("/api/channels/{channel}/members/me");
    assert_eq!(super::call(ada.address, "PUT", &path, token, &Value::Null).await.0, 200);
    let (_, servers) = carol.call("GET", "/servers", Value::Null).await;
    assert_eq!(
        (servers[0]["name"].as_str(), servers[0]["member_count"].as_u64()),
        (Some("Which pearl?"), Some(3))
    );
    let (_, channels) = carol
        .call("GET", &format!("/servers/{}/channels", servers[0]["id"].as_str().unwrap()), Value::Null)
        .await;
    let text = channels[0]["id"].as_str().unwrap();
    let message = carol.say(text, "from Together").await;
    for socket in [&mut by_ada, &mut by_bob] {
        let said = socket.said().await;
        assert_eq!((&said["content"], &said["author_name"]), (&json!("from Together"), &json!("carol")));
        assert_eq!((&said["type"], said["timestamp"].is_u64()), (&json!(0), true));
    }
    // What E-Magine has no word for is not told, but the list is right.
    let message = format!("/messages/{}", message["id"].as_str().unwrap());
    assert_eq!(carol.call("PATCH", &message, json!({ "content": "edited" })).await.0, 200);
    by_ada.is_quiet().await;
    let contents = async || {
        let (_, page) = ada.call("GET", &format!("/channels/{channel}/posts"), Value::Null).await;
        let posts = page["posts"].as_array().unwrap().clone();
        posts.iter().map(|post| post["content"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(contents().await, ["first", "edited"]);
    assert_eq!(carol.call("DELETE", &message, Value::Null).await.0, 204);
    assert_eq!(contents().await, ["first"]);
    by_bob.is_quiet().await;
    let mut by_carol = carol.connect().await;
    ada.post(&channel, "from E-Magine").await;
    assert_eq!(by_carol.event("MESSAGE_CREATE").await["content"], "from E-Magine");
    server.shutdown().await;
}

#[tokio::test]
async fn the_end_of_the_server_is_told() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut ready = ada.connect().await;
    let mut nobody = Socket::open(ada.address, "/gateway").await;
    let end = tokio::spawn(server.shutdown());
    assert_eq!([ready.closed().await.0, nobody.closed().await.0], [1001, 1001]);
    end.await.unwrap();
}
