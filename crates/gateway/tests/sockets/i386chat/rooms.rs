//! Rooms are channels of the chat core: who is in them, and what is said there in other dialects.

use hearth_gateway::server::{I386chatOptions, StaticTokens};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{Person, Socket};
use crate::client::{Client, server};
use crate::together;

/// A gateway where Tom, who has an account, comes with a token of the host's too.
async fn with_tom() -> (Server, together::Person) {
    let tokens = StaticTokens::parse("tom a-token-of-the-host").unwrap();
    let i386chat = I386chatOptions { tokens, ..I386chatOptions::default() };
    let server = Server::bind(ServerOptions { i386chat, ..ServerOptions::default() }).await.unwrap();
    let tom = together::Person::new(&server, "tom").await;
    (server, tom)
}

/// The one room that Tom is told of.
async fn room_of_tom(server: &Server, name: &str) -> u64 {
    let mut socket = Socket::open(server.local_addr()).await;
    socket.present("a-token-of-the-host").await;
    assert_eq!(socket.next().await["f"], 140);
    let room = socket.event("CHANNEL_ADD").await["room"].take();
    assert_eq!((&room["name"], &room["visibility"]), (&json!(name), &json!(false)));
    assert_eq!(room["creator"]["name"], "tom");
    socket.is_quiet().await;
    room["id"].as_u64().unwrap()
}

#[tokio::test]
async fn i386_28_29_30_whoever_moves_leaves_the_room_of_before_and_others_see_it() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    let (lounge, den) = (by_ada.makes("lounge", true).await, by_ada.makes("den", false).await);
    by_ada.moves(lounge, 0).await;
    assert_eq!(by_bob.moves(lounge, 1).await, [ada.id]);
    let came = by_ada.event("ROOM_USER_ADD").await;
    assert_eq!((&came["user"]["id"], &came["user"]["name"]), (&json!(bob.id), &json!("bob")));
    let mut other_of_bob = bob.connect().await;
    other_of_bob.event("CHANNEL_ADD").await;
    other_of_bob.moves(lounge, 1).await;
    // Ada made both rooms, and so is in both.
    assert_eq!(by_bob.moves(den, 1).await, [ada.id]);
    assert_eq!(other_of_bob.event("ROOM_USER_REMOVE").await, came, "an account is in a room or is not");
    other_of_bob.event("SERVER_MESSAGE").await;
    drop(other_of_bob);
    assert_eq!(by_ada.event("ROOM_USER_REMOVE").await, came);
    by_ada.does("MESSAGE_CREATE", json!({ "content": "only here" })).await;
    by_ada.event("MESSAGE_CREATE").await;
    by_bob.is_quiet().await;
    drop(by_bob);
    by_ada.is_quiet().await;
    let mut by_bob = bob.connect().await;
    assert_eq!(by_bob.event("CHANNEL_ADD").await["room"]["id"], den, "going offline ends no membership");
    by_bob.is_quiet().await;
    server.shutdown().await;
}

/// I386-27, I386-28: a hidden room is found by its id alone, and a banned one answers as one that is not there.
#[tokio::test]
async fn rooms_that_one_may_not_find_are_not_there() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    let den = by_ada.makes("den", false).await;
    for cnf in [
        json!({ "name": "den" }),
        json!({ "name": "nowhere" }),
        json!({ "id": 1 }),
        json!({ "id": u64::MAX }),
        json!({ "id": -5 }),
        json!({ "id": 2.1e19 }),
        json!({ "name": "x".repeat(2000) }),
    ] {
        by_bob.does("CHANNEL_MOVE", cnf.clone()).await;
        assert_eq!(by_bob.refused().await, 3, "{cnf}");
    }
    by_bob.moves(den, 1).await;
    server.shutdown().await;
}

/// I386-23…25, I386-29, I386-30: edits, long messages, people of another dialect.
#[tokio::test]
async fn a_together_server_is_a_room_and_what_happens_there_is_told() {
    let (server, tom) = with_tom().await;
    let (club, text, _) = tom.club(&[]).await;
    let room = room_of_tom(&server, "Club #text").await;
    let bob = Person::new(&server, "bob").await;
    let mut by_bob = bob.connect().await;
    by_bob.moves(room, 0).await;
    let mut by_tom = tom.connect().await;
    assert_eq!(by_bob.event("ROOM_USER_ADD").await["user"]["name"], "tom");
    by_bob.does("START_TYPING", Value::Null).await;
    assert_eq!(by_tom.event("TYPING_START").await["username"], "bob");
    by_bob.does("MESSAGE_CREATE", json!({ "content": "from i386chat", "nonce": 5 })).await;
    assert_eq!(by_tom.event("MESSAGE_CREATE").await["content"], "from i386chat");
    assert_eq!(by_bob.event("MESSAGE_CREATE").await["nonce"], 5);
    let long = "a long 🔥 story, ".repeat(230);
    let said = tom.say(&text, long.trim()).await;
    by_tom.event("MESSAGE_CREATE").await;
    let mut told = String::new();
    loop {
        let part = by_bob.event("MESSAGE_CREATE").await;
        told += part["content"].as_str().unwrap();
        assert_eq!(part["parts"], 2);
        if part["part"] == part["parts"] {
            break;
        }
    }
    assert_eq!(told, long.trim());
    let path = format!("/messages/{}", said["id"].as_str().unwrap());
    tom.call("PATCH", &path, json!({ "content": "in short" })).await;
    let edited = by_bob.event("MESSAGE_CREATE").await;
    assert_eq!((&edited["content"], &edited["edited"]), (&json!("in short"), &json!(true)));
    tom.call("DELETE", &path, Value::Null).await;
    assert_eq!(by_bob.event("MESSAGE_DELETE").await["messageID"], edited["messageID"]);
    drop(by_tom);
    assert_eq!(by_bob.event("ROOM_USER_REMOVE").await["user"]["name"], "tom");
    let (_, members) = tom.call("GET", &format!("/servers/{club}/members"), Value::Null).await;
    let member = members.as_array().unwrap().iter().find(|member| member["username"] == "bob").unwrap();
    let ban = format!("/servers/{club}/bans/{}", member["user_id"].as_str().unwrap());
    assert_eq!(tom.call("POST", &ban, Value::Null).await.0, 204);
    assert_eq!(by_bob.event("ROOM_USER_REMOVE").await["user"]["id"], bob.id);
    by_bob.event("SERVER_MESSAGE").await;
    by_bob.does("CHANNEL_MOVE", json!({ "id": room })).await;
    assert_eq!(by_bob.refused().await, 3, "as a room that is not there");
    server.shutdown().await;
}

/// I386-28: what is more than a room is not left by moving on.
#[tokio::test]
async fn a_together_server_is_not_left_by_moving_on() {
    let (server, tom) = with_tom().await;
    let (club, ..) = tom.club(&[]).await;
    let more = json!({ "name": "more", "type": "text" });
    assert_eq!(tom.call("POST", &format!("/servers/{club}/channels"), more).await.0, 201);
    let mut by_tom = Socket::open(server.local_addr()).await;
    by_tom.present("a-token-of-the-host").await;
    assert_eq!(by_tom.next().await["f"], 140);
    let room = by_tom.event("CHANNEL_ADD").await["room"]["id"].as_u64().unwrap();
    by_tom.event("CHANNEL_ADD").await;
    let bob = Person::new(&server, "bob").await;
    let mut by_bob = bob.connect().await;
    let den = by_bob.makes("den", false).await;
    by_bob.moves(room, 1).await;
    by_bob.moves(den, 0).await;
    let (_, members) = tom.call("GET", &format!("/servers/{club}/members"), Value::Null).await;
    assert!(members.as_array().unwrap().iter().any(|member| member["username"] == "bob"), "{members}");
    server.shutdown().await;
}

/// I386-23: guests have no id.
#[tokio::test]
async fn a_group_is_a_room_and_both_sides_hear_each_other() {
    let (server, tom) = with_tom().await;
    let (mut sol, mut with_tom) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = with_tom.create().await;
    sol.join(&code).await;
    with_tom.send(20, json!({ "token": tom.token })).await;
    with_tom.event("USER_LINK_SUCCESS").await;
    assert_eq!(tom.call("POST", &format!("/servers/{code}/join"), Value::Null).await.0, 409, "is there");
    let room = room_of_tom(&server, "Test #chat").await;
    let bob = Person::new(&server, "bob").await;
    let mut by_bob = bob.connect().await;
    by_bob.moves(room, 0).await;
    by_bob.does("MESSAGE_CREATE", json!({ "content": "ready?" })).await;
    by_bob.event("MESSAGE_CREATE").await;
    let heard = sol.event("GROUP_MESSAGE").await;
    assert_eq!((&heard["message"]["content"], &heard["author_name"]), (&json!("ready?"), &json!("bob")));
    sol.send(11, json!({ "content": "in a minute" })).await;
    let said = by_bob.event("MESSAGE_CREATE").await;
    assert_eq!(
        (&said["content"], &said["user"]["id"], &said["user"]["uuid"]),
        (&json!("in a minute"), &json!(0), &Value::Null)
    );
    with_tom.send(15, Value::Null).await;
    assert_eq!(by_bob.event("ROOM_USER_REMOVE").await["user"]["id"], bob.id, "the group is no more");
    by_bob.event("SERVER_MESSAGE").await;
    server.shutdown().await;
}
