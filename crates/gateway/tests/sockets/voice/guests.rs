//! What a guest may do, which is to listen and to speak in the room of its group, and how long it lasts.

use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{Speaker, in_room, voice};
use crate::client::{Client, request, server};
use crate::together::{Person, Socket};

#[tokio::test]
async fn a_guest_sees_its_own_community_and_changes_nothing_anywhere() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let (club, text, room) = ada.club(&[]).await;
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    a.send(4, json!({ "deviceName": "Ember", "battery": 5 })).await;
    let speaker = Speaker::of(&server, &code, &a).await;
    let guest = &speaker.person;
    let (_, me) = guest.call("GET", "/users/@me", Value::Null).await;
    assert!(me["username"].as_str().unwrap().starts_with("Ember-guest-"), "{me}");
    let own = speaker.server.as_str();
    let (_, channels) = guest.call("GET", &format!("/servers/{own}/channels"), Value::Null).await;
    let chat = channels[0]["id"].as_str().unwrap();
    for path in [
        "/servers".to_owned(),
        format!("/servers/{own}"),
        format!("/servers/{own}/members"),
        format!("/channels/{chat}/messages"),
    ] {
        assert_eq!(guest.call("GET", &path, Value::Null).await.0, 200, "{path}");
    }
    let mut other = Client::connect(&server).await;
    let elsewhere = other.create().await;
    let content = json!({ "content": "x" });
    for (method, path, body, status) in [
        // Nothing of other communities.
        ("GET", format!("/servers/{club}"), Value::Null, 404),
        ("GET", format!("/servers/{club}/members"), Value::Null, 404),
        ("GET", format!("/channels/{text}/messages"), Value::Null, 404),
        ("GET", format!("/channels/{room}/voice"), Value::Null, 404),
        ("POST", format!("/channels/{room}/voice"), Value::Null, 404),
        ("POST", format!("/servers/{club}/join"), Value::Null, 403),
        ("POST", format!("/servers/{elsewhere}/join"), Value::Null, 403),
        ("POST", "/servers".to_owned(), json!({ "name": "Mine" }), 403),
        // What it has to say it says in its group.
        ("POST", format!("/channels/{chat}/messages"), content.clone(), 403),
        ("POST", format!("/channels/{}/messages", speaker.channel), content.clone(), 403),
        ("POST", format!("/servers/{own}/channels"), json!({ "name": "x", "type": "text" }), 403),
        ("POST", format!("/servers/{own}/bans/{}", ada.id), Value::Null, 403),
        ("DELETE", format!("/servers/{own}/leave"), Value::Null, 403),
        ("PATCH", "/users/@me".to_owned(), json!({ "status": "dnd" }), 403),
        ("PATCH", "/users/@me".to_owned(), json!({ "avatar_url": "http://x" }), 403),
    ] {
        let (told, answer) = guest.call(method, &path, body).await;
        assert_eq!(told, status, "{method} {path}: {answer}");
    }
    let (_, servers) = guest.call("GET", "/servers", Value::Null).await;
    assert_eq!(servers.as_array().unwrap().len(), 1);
    server.shutdown().await;
}

#[tokio::test]
async fn nobody_signs_in_to_a_guest_and_its_token_is_good_for_together_only() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    let speaker = Speaker::of(&server, &code, &a).await;
    let (_, me) = speaker.person.call("GET", "/users/@me", Value::Null).await;
    let name = me["username"].as_str().unwrap();
    for password in ["", " ", "correct horse"] {
        let body = json!({ "username": name, "password": password });
        let (status, _) = speaker.person.call("POST", "/auth/login", body).await;
        assert!(status == 401 || status == 400, "{status}");
    }
    let (status, _) = speaker
        .person
        .call("POST", "/auth/register", json!({ "username": name, "password": "correct horse" }))
        .await;
    assert_eq!(status, 409);
    a.send(20, json!({ "token": speaker.person.token })).await;
    assert_eq!(a.event("USER_LINK_ERROR").await["code"], "INVALID_TOKEN");
    let bearer = format!("Bearer {}", speaker.person.token);
    let headers = [("authorization", bearer.as_str())];
    let (head, _) = request(server.local_addr(), "GET", "/api/v1/channels", &headers, "").await;
    assert!(head.starts_with("http/1.1 401"), "{head}");
    server.shutdown().await;
}

#[tokio::test]
async fn on_its_socket_a_guest_signals_and_is_not_heard_otherwise() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    let (ada, bob) = (Speaker::of(&server, &code, &a).await, Speaker::of(&server, &code, &b).await);
    let mut by_ada = ada.join().await;
    let (_, channels) =
        ada.person.call("GET", &format!("/servers/{}/channels", ada.server), Value::Null).await;
    let mut by_bob = bob.join().await;
    for event in ["VOICE_STATE_UPDATE", "PRESENCE_UPDATE", "VOICE_STATE_UPDATE"] {
        by_ada.event(event).await;
    }
    by_bob.send(json!({ "op": "PRESENCE_UPDATE", "d": { "status": "dnd", "custom_status": "x" } })).await;
    by_bob.send(json!({ "op": "TYPING_START", "d": { "channel_id": channels[0]["id"] } })).await;
    let signal = json!({ "to_user_id": ada.person.id, "signal": { "type": "answer", "sdp": "v=0" } });
    by_bob.send(json!({ "op": "VOICE_SIGNAL", "d": signal })).await;
    assert_eq!(by_ada.event("VOICE_SIGNAL").await["from_user_id"], bob.person.id.as_str());
    server.shutdown().await;
}

#[tokio::test]
async fn a_guest_is_gone_with_the_membership_and_its_token_with_it() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    let stays = Speaker::of(&server, &code, &a).await;
    for end in ["leave", "kick"] {
        let mut b = Client::connect(&server).await;
        b.join(&code).await;
        let speaker = Speaker::of(&server, &code, &b).await;
        let mut socket = speaker.join().await;
        assert_eq!(voice(&mut a).await, (b.session.clone(), in_room(&speaker)));
        match end {
            "leave" => b.send(7, Value::Null).await,
            _ => a.send(17, json!({ "session_id": b.session })).await,
        }
        assert_eq!(socket.closed().await, 4001, "{end}");
        assert_eq!(speaker.person.call("GET", "/users/@me", Value::Null).await.0, 401, "{end}");
        assert_eq!(Socket::open(speaker.person.address, &speaker.person.token).await.closed().await, 4001);
        let (_, states) = stays.person.call("GET", &stays.room(), Value::Null).await;
        assert_eq!(states, json!([]), "{end}");
        b.join(&code).await;
        assert_ne!(Speaker::of(&server, &code, &b).await.person.id, speaker.person.id, "{end}");
    }
    // With the group everybody goes.
    let mut socket = stays.join().await;
    a.send(15, Value::Null).await;
    assert_eq!(socket.closed().await, 4001);
    assert_eq!(stays.person.call("GET", "/users/@me", Value::Null).await.0, 401);
    server.shutdown().await;
}

#[tokio::test]
async fn after_a_restart_the_member_is_back_and_asks_for_a_new_guest() {
    let data = tempfile::tempdir().unwrap();
    let options = || ServerOptions { data: Some(data.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options()).await.unwrap();
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    let before = Speaker::of(&server, &code, &a).await;
    let _in_the_room = before.join().await;
    assert_eq!(voice(&mut a).await.1, in_room(&before));
    server.shutdown().await;
    let server = Server::bind(options()).await.unwrap();
    let mut again = Client::connect(&server).await;
    again.resume(&a).await;
    let joined = again.event("JOINED_GROUP").await;
    assert_eq!(joined["members"][0].get("voice"), None);
    let old = Person { address: server.local_addr(), ..before.person };
    assert_eq!(old.call("GET", "/users/@me", Value::Null).await.0, 401);
    let after = Speaker::of(&server, &code, &again).await;
    assert_ne!(after.person.id, old.id);
    assert_eq!(after.server, before.server, "the community stays with its group");
    server.shutdown().await;
}
