//! Its own rules, and one conversation with a group of the puff dialect.

use futures::SinkExt;
use hearth_gateway::server::{Dialect, Identity, ListenOn};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::{Person, Socket};
use crate::client::{Client, request, server};

/// TOG-01, TOG-09, TOG-10, TOG-12, TOG-13
#[tokio::test]
async fn a_good_token_gets_ready_first_and_any_other_is_closed_with_4001() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    ada.club(&[]).await;
    let mut socket = Socket::open(ada.address, &ada.token).await;
    let ready = socket.event("READY").await;
    assert_eq!((&ready["user"]["username"], &ready["user"]["status"]), (&json!("ada"), &json!("online")));
    assert_eq!(
        (&ready["servers"][0]["name"], &ready["servers"][0]["member_count"]),
        (&json!("Club"), &json!(1))
    );
    for wrong in ["", "garbage", &ada.refresh] {
        assert_eq!(Socket::open(ada.address, wrong).await.closed().await, 4001, "{wrong}");
    }
    server.shutdown().await;
}

/// TOG-05, TOG-06, TOG-11, TOG-23
#[tokio::test]
async fn each_heartbeat_is_acknowledged() {
    let server = server().await;
    let mut socket = Person::new(&server, "ada").await.connect().await;
    for beat in [r#"{"op":"HEARTBEAT"}"#, r#"{"op":"HEARTBEAT","t":null,"d":null}"#] {
        socket.send_text(beat).await;
        assert_eq!(socket.next().await, json!({ "op": "HEARTBEAT_ACK" }));
    }
    server.shutdown().await;
}

/// TOG-14…16 (TOG-R12)
#[tokio::test]
async fn messages_their_changes_and_their_end_reach_every_member_and_nobody_else() {
    let server = server().await;
    let (ada, bob, eve) = (
        Person::new(&server, "ada").await,
        Person::new(&server, "bob").await,
        Person::new(&server, "eve").await,
    );
    let (_, text, _) = ada.club(&[&bob]).await;
    let (mut by_ada, mut by_bob, mut by_eve) =
        (ada.connect().await, bob.connect().await, eve.connect().await);
    by_ada.event("PRESENCE_UPDATE").await;
    let said = ada.say(&text, "Hello").await;
    for socket in [&mut by_ada, &mut by_bob] {
        let event = socket.event("MESSAGE_CREATE").await;
        assert_eq!((&event["content"], &event["id"]), (&json!("Hello"), &said["id"]));
        assert_eq!((&event["author_id"], &event["updated_at"]), (&json!(ada.id), &Value::Null));
    }
    let message = format!("/messages/{}", said["id"].as_str().unwrap());
    assert_eq!(bob.call("PATCH", &message, json!({ "content": "mine" })).await.0, 403);
    assert_eq!(eve.call("PATCH", &message, json!({ "content": "mine" })).await.0, 404);
    assert_eq!(ada.call("PATCH", &message, json!({ "content": "Hi" })).await.0, 200);
    let event = by_bob.event("MESSAGE_UPDATE").await;
    assert!(event["content"] == "Hi" && event["updated_at"].is_string() && event["edited_at"].is_string());
    assert_eq!(ada.call("DELETE", &message, Value::Null).await.0, 204);
    assert_eq!(by_bob.event("MESSAGE_DELETE").await, json!({ "id": said["id"], "channel_id": text }));
    assert_eq!(ada.call("DELETE", &message, Value::Null).await.0, 404);
    by_eve.is_quiet().await;
    server.shutdown().await;
}

/// TOG-07, TOG-17, TOG-18, TOG-24
#[tokio::test]
async fn a_presence_is_seen_by_those_who_share_a_community() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    ada.club(&[&bob]).await;
    let mut by_ada = ada.connect().await;
    let mut by_bob = bob.connect().await;
    assert_eq!(by_ada.event("PRESENCE_UPDATE").await["status"], "online");
    for (sent, seen) in [("dnd", "dnd"), ("away", "idle"), ("online", "online"), ("offline", "offline")] {
        by_bob.send(json!({ "op": "PRESENCE_UPDATE", "d": { "status": sent } })).await;
        let presence = by_ada.event("PRESENCE_UPDATE").await;
        assert_eq!((&presence["user_id"], &presence["status"]), (&json!(bob.id), &json!(seen)));
    }
    by_bob.send(json!({ "op": "PRESENCE_UPDATE", "d": { "status": "dancing" } })).await;
    by_bob.is_quiet().await;
    by_bob.send(json!({ "op": "PRESENCE_UPDATE", "d": { "status": "online" } })).await;
    assert_eq!(by_ada.event("PRESENCE_UPDATE").await["status"], "online");
    let mut second = bob.connect().await;
    drop(by_bob);
    second.is_quiet().await;
    by_ada.is_quiet().await;
    drop(second);
    assert_eq!(by_ada.event("PRESENCE_UPDATE").await["status"], "offline");
    server.shutdown().await;
}

/// TOG-19, TOG-20, TOG-26
#[tokio::test]
async fn a_voice_room_is_told_to_the_community_from_joining_to_leaving() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (_, text, voice) = ada.club(&[&bob]).await;
    let mut by_bob = bob.connect().await;
    let room = format!("/channels/{voice}/voice");
    assert_eq!(ada.call("POST", &format!("/channels/{text}/voice"), Value::Null).await.0, 400);
    assert_eq!(ada.call("POST", &room, Value::Null).await.0, 201);
    let state = by_bob.event("VOICE_STATE_UPDATE").await;
    assert_eq!((&state["user_id"], &state["channel_id"]), (&json!(ada.id), &json!(voice)));
    assert_eq!(ada.call("PATCH", &room, json!({ "muted": true })).await.0, 200);
    let state = by_bob.event("VOICE_STATE_UPDATE").await;
    assert_eq!(
        (&state["muted"], &state["deafened"], &state["self_mute"]),
        (&json!(true), &json!(false), &json!(true))
    );
    assert_eq!(bob.call("GET", &room, Value::Null).await.1[0]["username"], "ada");
    assert_eq!(ada.call("DELETE", &room, Value::Null).await.0, 204);
    let state = by_bob.event("VOICE_STATE_UPDATE").await;
    assert_eq!((&state["channel_id"], &state["muted"]), (&Value::Null, &json!(false)));
    server.shutdown().await;
}

/// TOG-08, TOG-21, TOG-22, TOG-25, TOG-27 (TOG-R14, TOG-R15)
#[tokio::test]
async fn offer_answer_and_candidates_go_between_those_in_one_room_in_either_shape() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (_, _, voice) = ada.club(&[&bob]).await;
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    by_ada.event("PRESENCE_UPDATE").await;
    let offer = json!({ "type": "offer", "sdp": "v=0" });
    let to_bob = json!({ "op": "VOICE_SIGNAL", "d": { "to_user_id": bob.id, "signal": offer } });
    by_ada.send(to_bob.clone()).await;
    by_ada.is_quiet().await;
    by_bob.is_quiet().await;
    for person in [&ada, &bob] {
        person.call("POST", &format!("/channels/{voice}/voice"), Value::Null).await;
        by_ada.event("VOICE_STATE_UPDATE").await;
        by_bob.event("VOICE_STATE_UPDATE").await;
    }
    by_ada.send(to_bob).await;
    let heard = by_bob.event("VOICE_SIGNAL").await;
    assert_eq!((&heard["from_user_id"], &heard["signal"]), (&json!(ada.id), &offer));
    assert_eq!((&heard["type"], &heard["sdp"]), (&json!("offer"), &json!("v=0")));
    let candidate = r#"{"candidate":"c","sdpMid":"0","sdpMLineIndex":0}"#;
    let flat = json!({ "to_user_id": ada.id, "type": "candidate", "candidate": candidate });
    by_bob.send(json!({ "op": "VOICE_SIGNAL", "d": flat })).await;
    let heard = by_ada.event("VOICE_SIGNAL").await;
    assert_eq!((&heard["type"], &heard["signal"]["sdpMid"]), (&json!("candidate"), &json!("0")));
    server.shutdown().await;
}

/// TOG-30 (TOG-R3, TOG-R4), and nobody else notices.
#[tokio::test]
async fn what_is_no_message_of_the_dialect_ends_that_socket_alone() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let mut by_bob = bob.connect().await;
    for wrong in [Message::text("not json"), Message::text(r#"{"op":"NOPE"}"#), Message::binary(&b"{}"[..])] {
        let mut socket = ada.connect().await;
        socket.0.send(wrong).await.unwrap();
        assert_eq!(socket.closed().await, 4002);
    }
    let mut socket = ada.connect().await;
    let long = format!(r#"{{"op":"HEARTBEAT","d":"{}"}}"#, "x".repeat(300 * 1024));
    socket.send_text(&long).await;
    assert_eq!(socket.closed().await, 1009);
    by_bob.is_quiet().await;
    server.shutdown().await;
}

/// TOG-31 (TOG-R20, TOG-R21)
#[tokio::test]
async fn a_close_is_answered_and_a_shutdown_says_1001() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut done = ada.connect().await;
    let close = CloseFrame { code: 1000.into(), reason: "done".into() };
    done.0.send(Message::Close(Some(close))).await.unwrap();
    assert_eq!(done.closed().await, 1000);
    let mut stays = ada.connect().await;
    let (code, ()) = tokio::join!(stays.closed(), server.shutdown());
    assert_eq!(code, 1001);
}

/// TOG-02, TOG-28: after a restart, a fresh login and READY with everything.
#[tokio::test]
async fn what_was_said_and_who_is_a_member_outlives_the_gateway() {
    let directory = tempfile::tempdir().unwrap();
    let options = || ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options()).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let (_, text, _) = ada.club(&[]).await;
    ada.say(&text, "before").await;
    server.shutdown().await;
    let server = Server::bind(options()).await.unwrap();
    let body = json!({ "username": "ada", "password": "correct horse" }).to_string();
    let headers = [("content-type", "application/json")];
    let (_, answer) = request(server.local_addr(), "POST", "/auth/login", &headers, &body).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let back = Person { address: server.local_addr(), token, ..ada };
    let mut socket = Socket::open(back.address, &back.token).await;
    assert_eq!(socket.event("READY").await["servers"][0]["name"], "Club");
    let (_, page) = back.call("GET", &format!("/channels/{text}/messages"), Value::Null).await;
    assert_eq!(page[0]["content"], "before");
    server.shutdown().await;
}

#[tokio::test]
async fn bad_requests_get_their_status_and_change_nothing() {
    let server = server().await;
    let (ada, eve) = (Person::new(&server, "ada").await, Person::new(&server, "eve").await);
    let (club, text, _) = ada.club(&[]).await;
    let messages = format!("/channels/{text}/messages");
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (method, path, body, status) in [
        ("POST", messages.as_str(), json!({ "content": "" }), 400),
        ("POST", &messages, json!({ "content": "x".repeat(4001) }), 400),
        ("POST", &messages, json!({ "content": "x".repeat(100_000) }), 413),
        ("POST", &messages, json!({}), 422),
        ("POST", &messages, json!({ "content": "x", "reply_to": "no uuid" }), 400),
        ("POST", &messages, json!({ "content": "x", "reply_to": nobody }), 404),
        ("POST", "/channels/not-a-uuid/messages", json!({ "content": "x" }), 400),
        ("POST", &format!("/channels/{nobody}/messages"), json!({ "content": "x" }), 404),
        ("PATCH", &format!("/messages/{nobody}"), json!({ "content": "x" }), 404),
        ("POST", &format!("/servers/{nobody}/join"), Value::Null, 404),
        ("POST", "/servers/nocode/join", Value::Null, 404),
        ("POST", "/servers", json!({ "name": "   " }), 400),
        ("POST", "/servers", json!({ "name": "x".repeat(101) }), 400),
        ("PATCH", "/users/@me", json!({ "status": "dancing" }), 400),
        ("PATCH", "/users/@me", json!({ "custom_status": "x".repeat(129) }), 400),
    ] {
        let (got, answer) = ada.call(method, path, body).await;
        assert_eq!(got, status, "{method} {path}: {answer}");
    }
    assert_eq!(eve.call("POST", &messages, json!({ "content": "hello" })).await.0, 404);
    assert_eq!(eve.call("GET", &format!("/servers/{club}/members"), Value::Null).await.0, 404);
    let stranger = Person { token: "nonsense".into(), ..eve };
    assert_eq!(stranger.call("GET", "/servers", Value::Null).await.0, 401);
    assert_eq!(ada.call("GET", &messages, Value::Null).await.1, json!([]));
    server.shutdown().await;
}

#[tokio::test]
async fn a_group_and_its_community_are_one_conversation() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    // Sol has no account; ada is in the group with hers, and bob has only the code.
    let (mut sol, mut with_ada) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = sol.create().await;
    with_ada.join(&code).await;
    with_ada.send(20, json!({ "token": ada.token })).await;
    with_ada.event("USER_LINK_SUCCESS").await;
    let (status, joined) = bob.call("POST", &format!("/servers/{code}/join"), Value::Null).await;
    assert_eq!(status, 201, "{joined}");
    let community = joined["id"].as_str().unwrap().to_owned();
    let (_, channels) = bob.call("GET", &format!("/servers/{community}/channels"), Value::Null).await;
    let chat = channels[0]["id"].as_str().unwrap().to_owned();
    let mut by_bob = bob.connect().await;
    bob.say(&chat, "from Together").await;
    assert_eq!(by_bob.event("MESSAGE_CREATE").await["content"], "from Together");
    for member in [&mut sol, &mut with_ada] {
        let message = member.event("GROUP_MESSAGE").await;
        assert_eq!(
            (&message["message"]["content"], &message["author_name"]),
            (&json!("from Together"), &json!("bob"))
        );
    }
    sol.send(11, json!({ "content": "from the group" })).await;
    let event = by_bob.event("MESSAGE_CREATE").await;
    assert_eq!((&event["content"], &event["author_id"]), (&json!("from the group"), &Value::Null));
    with_ada.send(11, json!({ "content": "with an account" })).await;
    let event = by_bob.event("MESSAGE_CREATE").await;
    assert_eq!((&event["content"], &event["author_id"]), (&json!("with an account"), &json!(ada.id)));
    for content in ["from the group", "with an account"] {
        let message = sol.event("GROUP_MESSAGE").await;
        assert_eq!((&message["message"]["content"], message.get("author_name")), (&json!(content), None));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_listener_of_its_own_takes_sockets_on_any_path() {
    let own = ListenOn { dialect: Some(Dialect::Together), address: "127.0.0.1:0".parse().unwrap() };
    let server = Server::bind(ServerOptions { listen: vec![own], ..ServerOptions::default() }).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let url = format!("ws://{}/gateway?v=1&token={}", ada.address, ada.token);
    let mut socket = Socket(tokio_tungstenite::connect_async(url).await.unwrap().0);
    socket.event("READY").await;
    let (head, body) = request(ada.address, "GET", "/health", &[], "").await;
    assert!(head.starts_with("http/1.1 200") && body.contains(r#""status":"ok""#), "{head} {body}");
    server.shutdown().await;
}

#[tokio::test]
async fn without_accounts_of_its_own_a_gateway_has_no_chat() {
    let verifier = hearth_gateway::verify::External::new("http://127.0.0.1:9").unwrap();
    let identity = Identity::External(std::sync::Arc::new(verifier));
    let server = Server::bind(ServerOptions { identity, ..ServerOptions::default() }).await.unwrap();
    let (head, _) = request(server.local_addr(), "GET", "/servers", &[], "").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    assert!(!server.dialects().contains_key("together"));
    server.shutdown().await;
}
