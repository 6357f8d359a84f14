//! Who is let in, as whom, and what is answered to everybody else.

use std::sync::Arc;
use std::time::Duration;

use hearth_gateway::accounts::Accounts;
use hearth_gateway::hub::HubConfig;
use hearth_gateway::server::{Dialect, Identity, ListenOn};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use super::{Speaker, ask, event, in_room, voice};
use crate::client::{Client, request, server};
use crate::together::Person;

async fn two_members(server: &Server) -> (String, Client, Client) {
    let (mut a, mut b) = (Client::connect(server).await, Client::connect(server).await);
    let code = a.create().await;
    b.join(&code).await;
    (code, a, b)
}

#[tokio::test]
async fn two_members_without_accounts_meet_in_the_room_and_the_group_sees_them_there() {
    let server = server().await;
    let (code, mut a, b) = two_members(&server).await;
    let (ada, bob) = (Speaker::of(&server, &code, &a).await, Speaker::of(&server, &code, &b).await);
    assert_ne!(ada.person.id, bob.person.id);
    assert_eq!((&ada.server, &ada.channel), (&bob.server, &bob.channel));
    let mut by_ada = ada.join().await;
    assert_eq!(voice(&mut a).await, (a.session.clone(), in_room(&ada)));
    let mut by_bob = bob.join().await;
    assert_eq!(voice(&mut a).await, (b.session.clone(), in_room(&bob)));
    let (_, states) = ada.person.call("GET", &ada.room(), Value::Null).await;
    let ids: Vec<&Value> = states.as_array().unwrap().iter().map(|state| &state["user_id"]).collect();
    assert_eq!(ids, [&json!(ada.person.id), &json!(bob.person.id)]);
    let signal = json!({ "to_user_id": bob.person.id, "type": "offer", "sdp": "v=0" });
    by_ada.send(json!({ "op": "VOICE_SIGNAL", "d": signal })).await;
    let heard = event(&mut by_bob, "VOICE_SIGNAL").await;
    assert_eq!((&heard["from_user_id"], &heard["sdp"]), (&json!(ada.person.id), &json!("v=0")));
    let (status, state) = ada.person.call("PATCH", &ada.room(), json!({ "self_mute": true })).await;
    assert_eq!((status, &state["self_mute"]), (200, &json!(true)));
    assert_eq!(ada.person.call("DELETE", &ada.room(), Value::Null).await.0, 204);
    assert_eq!(voice(&mut a).await, (a.session.clone(), Value::Null));
    drop(by_bob);
    assert_eq!(voice(&mut a).await, (b.session.clone(), Value::Null), "a lost socket leaves the room");
    server.shutdown().await;
}

#[tokio::test]
async fn a_member_asks_again_and_gets_another_token_for_the_same_person() {
    let server = server().await;
    let (code, a, b) = two_members(&server).await;
    let (first, again) = (Speaker::of(&server, &code, &a).await, Speaker::of(&server, &code, &a).await);
    assert_eq!(first.person.id, again.person.id);
    // Of many at once all are answered with one person.
    let asked = (0..8).map(|_| ask(&server, &code, &b.token));
    let answers = futures::future::join_all(asked).await;
    let people: Vec<&Value> = answers.iter().map(|(_, access, _)| &access["user_id"]).collect();
    assert!(people.iter().all(|person| *person == people[0] && person.is_string()), "{people:?}");
    let (_, members) =
        first.person.call("GET", &format!("/servers/{}/members", first.server), Value::Null).await;
    assert_eq!(members.as_array().unwrap().len(), 2, "{members}");
    server.shutdown().await;
}

#[tokio::test]
async fn who_is_signed_in_goes_in_with_the_account_until_that_is_revoked() {
    let data = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(data.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    let (code, mut a, mut b) = two_members(&server).await;
    b.send(20, json!({ "token": ada.token })).await;
    b.event("USER_LINK_SUCCESS").await;
    let speaker = Speaker::of(&server, &code, &b).await;
    assert_eq!(speaker.person.id, ada.id);
    let _socket = speaker.join().await;
    assert_eq!(voice(&mut a).await, (b.session.clone(), in_room(&speaker)));
    let accounts = Accounts::open(Some(data.path()), Arc::new(hearth_clock::Clock::new())).await.unwrap();
    accounts.revoke("ada", None).await.unwrap();
    let (status, answer, _) = ask(&server, &code, &b.token).await;
    assert_eq!((status, &answer["error"]), (403, &json!("Sign in again in your group first")));
    accounts.close().await;
    server.shutdown().await;
}

#[tokio::test]
async fn signing_in_ends_the_guest_and_the_next_token_is_the_accounts() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let (code, mut a, mut b) = two_members(&server).await;
    let guest = Speaker::of(&server, &code, &b).await;
    let mut socket = guest.join().await;
    assert_eq!(voice(&mut a).await.1, in_room(&guest));
    b.send(20, json!({ "token": ada.token })).await;
    assert_eq!(voice(&mut a).await, (b.session.clone(), Value::Null));
    assert_eq!(socket.closed().await, 4001);
    assert_eq!(Speaker::of(&server, &code, &b).await.person.id, ada.id);
    server.shutdown().await;
}

#[tokio::test]
async fn everybody_else_is_told_why_not() {
    let hub = HubConfig { grace: Duration::from_millis(200), ..HubConfig::default() };
    let server = Server::bind(ServerOptions { hub, ..ServerOptions::default() }).await.unwrap();
    let (code, mut owner, mut b) = two_members(&server).await;
    let mut elsewhere = Client::connect(&server).await;
    let other = elsewhere.create().await;
    let outside = Client::connect(&server).await;
    let ada = Person::new(&server, "ada").await;
    let words = "This session is not known, or over";
    for (code, token, status, error) in [
        (&code, "no token of anybody", 401, words),
        (&code, ada.token.as_str(), 401, words),
        (&code, &"x".repeat(5000), 401, "Missing or invalid Authorization header"),
        (&code, &elsewhere.token, 403, "You are not in this group"),
        (&code, &outside.token, 403, "You are not in this group"),
        (&other, &b.token, 403, "You are not in this group"),
        (&"nothere".to_owned(), &b.token, 404, "No group has this code"),
    ] {
        let (told, answer, _) = ask(&server, code, token).await;
        assert_eq!((told, &answer["error"]), (status, &json!(error)), "{code} {token}");
    }
    let path = format!("/v1/groups/{code}/voice");
    let (head, _) = request(server.local_addr(), "POST", &path, &[], "").await;
    assert!(head.starts_with("http/1.1 401"), "{head}");
    let (head, _) = request(server.local_addr(), "GET", &path, &[], "").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    // Kicked.
    owner.send(17, json!({ "session_id": b.session })).await;
    b.event("GROUP_USER_KICKED").await;
    assert_eq!(ask(&server, &code, &b.token).await.0, 403);
    // Gone.
    elsewhere.send(15, Value::Null).await;
    elsewhere.event("GROUP_DELETE").await;
    assert_eq!(ask(&server, &other, &elsewhere.token).await.0, 404);
    // Over.
    let token = owner.token.clone();
    drop(owner);
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..100 {
        let (status, ..) = ask(&server, &code, &token).await;
        if status == 401 {
            return server.shutdown().await;
        }
        // Asked too often is no answer to this.
        assert!(status == 200 || status == 429, "{status}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a session that is over is let in");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_try_again() {
    let server = server().await;
    let (code, a, _b) = two_members(&server).await;
    let mut last = None;
    for _ in 0..11 {
        last = Some(ask(&server, &code, &a.token).await);
    }
    let (status, answer, head) = last.unwrap();
    assert_eq!((status, answer["error"].is_string()), (429, true));
    let wait = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
    assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{head}");
    server.shutdown().await;
}

#[tokio::test]
async fn a_gateway_or_a_listener_without_rooms_says_so() {
    let verifier = hearth_gateway::verify::External::new("http://127.0.0.1:9").unwrap();
    let identity = Identity::External(Arc::new(verifier));
    let without = Server::bind(ServerOptions { identity, ..ServerOptions::default() }).await.unwrap();
    let own = ListenOn { dialect: Some(Dialect::Puff), address: "127.0.0.1:0".parse().unwrap() };
    let alone = Server::bind(ServerOptions { listen: vec![own], ..ServerOptions::default() }).await.unwrap();
    for server in [without, alone] {
        let mut a = Client::connect(&server).await;
        assert!(!a.told_of_voice);
        let code = a.create().await;
        let (status, answer, _) = ask(&server, &code, &a.token).await;
        assert_eq!((status, &answer["error"]), (501, &json!("There are no voice rooms here")));
        server.shutdown().await;
    }
}
