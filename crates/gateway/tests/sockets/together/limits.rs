//! What one account may take from the others: changes, connections, and time of slow readers.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::chat::ChatOptions;
use hearth_gateway::hub::RateLimit;
use hearth_gateway::server::TogetherOptions;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::MaybeTlsStream;

use super::{Person, Socket};
use crate::client::{request, server};

async fn serve(chat: ChatOptions) -> Server {
    Server::bind(ServerOptions { chat, ..ServerOptions::default() }).await.unwrap()
}

fn changes(count: u32) -> ChatOptions {
    ChatOptions { changes: RateLimit { count, per: Duration::from_secs(60) }, ..ChatOptions::default() }
}

/// TOG-R17
#[tokio::test]
async fn a_socket_is_closed_when_it_was_silent_for_as_long_as_the_host_has_set() {
    let together = TogetherOptions { silence: Duration::from_millis(300), ..TogetherOptions::default() };
    let server = Server::bind(ServerOptions { together, ..ServerOptions::default() }).await.unwrap();
    let ada = Person::new(&server, "ada").await;
    assert_eq!(ada.connect().await.closed().await, 1001);
    server.shutdown().await;
}

#[tokio::test]
async fn an_account_changes_only_so_much_and_is_told_when_it_may_again() {
    let server = serve(changes(4)).await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    // A community and two channels are three changes.
    let (club, text, voice) = ada.club(&[&bob]).await;
    ada.say(&text, "the fourth").await;
    let path = format!("/channels/{text}/messages");
    let bearer = format!("Bearer {}", ada.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let (head, body) = request(ada.address, "POST", &path, &headers, r#"{"content":"the fifth"}"#).await;
    assert!(head.starts_with("http/1.1 429") && body.contains("error"), "{head} {body}");
    let wait: u64 = head.split("retry-after: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert!((1..=15).contains(&wait), "{head}");
    let room = format!("/channels/{voice}/voice");
    assert_eq!(ada.call("POST", &room, Value::Null).await.0, 429);
    assert_eq!(ada.call("PATCH", "/users/@me", json!({ "custom_status": "x" })).await.0, 429);
    for path in ["/servers", &format!("/servers/{club}/members"), &path, &room] {
        assert_eq!(ada.call("GET", path, Value::Null).await.0, 200, "looking is free");
    }
    bob.say(&text, "others are not concerned").await;
    server.shutdown().await;
}

#[tokio::test]
async fn of_too_many_connections_of_an_account_the_oldest_goes() {
    let server = serve(ChatOptions { connections: 2, ..ChatOptions::default() }).await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    ada.club(&[&bob]).await;
    let mut by_bob = bob.connect().await;
    let mut first = ada.connect().await;
    by_bob.event("PRESENCE_UPDATE").await;
    let mut second = ada.connect().await;
    let mut third = ada.connect().await;
    assert_eq!(first.closed().await, 4009);
    second.is_quiet().await;
    third.is_quiet().await;
    by_bob.is_quiet().await;
    server.shutdown().await;
}

/// TOG-09
#[tokio::test]
async fn the_sockets_of_a_suspended_account_are_closed_and_its_token_is_no_good_any_more() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (_, text, _) = ada.club(&[&bob]).await;
    let (mut one, mut other) = (ada.connect().await, ada.connect().await);
    let mut by_bob = bob.connect().await;
    // As `hearth-gateway account suspend` does.
    let accounts = Accounts::open(Some(directory.path()), Arc::new(Clock::new())).await.unwrap();
    accounts.set_suspended("ada", true).await.unwrap();
    for socket in [&mut one, &mut other] {
        assert_eq!(socket.closed().await, 4001);
    }
    assert_eq!(by_bob.event("PRESENCE_UPDATE").await["status"], "offline");
    assert_eq!(Socket::open(ada.address, &ada.token).await.closed().await, 4001);
    let body = json!({ "content": "still here" });
    assert_eq!(ada.call("POST", &format!("/channels/{text}/messages"), body).await.0, 403);
    by_bob.is_quiet().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_reader_that_stalls_is_closed_with_4008_while_the_others_hear_everything_in_order() {
    let server = serve(changes(100_000)).await;
    let (ada, bob, eve) = (
        Person::new(&server, "ada").await,
        Person::new(&server, "bob").await,
        Person::new(&server, "eve").await,
    );
    let (_, text, _) = ada.club(&[&bob, &eve]).await;
    let mut by_bob = bob.connect().await;
    let mut stalled = {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(eve.address).await.unwrap());
        let url = format!("ws://{}/ws?token={}", eve.address, eve.token);
        Socket(tokio_tungstenite::client_async(url, stream).await.unwrap().0)
    };
    stalled.event("READY").await;
    by_bob.event("PRESENCE_UPDATE").await;
    let long = "🔥".repeat(3_900);
    let mut said = 0;
    // More than all buffers on the way take.
    let gone = loop {
        assert!(said < 2_000, "the stalled reader was never noticed");
        ada.say(&text, &format!("{said} {long}")).await;
        let frame = by_bob.next().await;
        if frame["t"] == "PRESENCE_UPDATE" {
            break frame["d"]["user_id"].clone();
        }
        let content = frame["d"]["content"].as_str().unwrap();
        assert!(content.starts_with(&format!("{said} ")), "in order, and nothing missing");
        said += 1;
    };
    assert_eq!(gone, eve.id.as_str());
    assert_eq!(stalled.closed().await, 4008);
    server.shutdown().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_and_a_wrong_password_are_answered_alike() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut answers = Vec::new();
    for (name, password) in [("ada", "wrong horse"), ("nobody", "correct horse"), ("a", "wrong horse")] {
        let body = json!({ "username": name, "password": password }).to_string();
        let headers = [("content-type", "application/json")];
        let (head, body) = request(ada.address, "POST", "/auth/login", &headers, &body).await;
        let head: Vec<String> =
            head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect();
        assert!(head[0].starts_with("http/1.1 401"), "{head:?}");
        answers.push((head, body));
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    server.shutdown().await;
}
