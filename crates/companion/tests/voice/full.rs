//! A room that other programs filled: seven who joined by plain requests, and two companions for the last place.

use std::net::SocketAddr;

use hearth_companion::contract::{SoundState, View, VoiceStage};
use hearth_gateway::server::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::channel::{channel, club_of, registered};

async fn post(at: SocketAddr, path: &str, token: &str, body: &Value) -> Value {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
        Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    serde_json::from_str(body).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_who_join_at_once_gets_the_last_place_and_the_other_opens_no_microphone() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let at = server.local_addr();
    let ada = registered(0, "ada", &server).await;
    let (talk, join, room) = club_of(&ada).await;
    let bob = registered(1, "bob", &server).await;
    bob.does(join);
    bob.seen("the channel", |view| channel(view).map(drop)).await;
    let mut tokens = Vec::new();
    for number in 0..7 {
        let account = json!({ "username": format!("early{number}"), "password": "correct horse" });
        let token =
            post(at, "/auth/register", "", &account).await["access_token"].as_str().unwrap().to_owned();
        post(at, &format!("/servers/{}/join", room.server), &token, &json!({})).await;
        tokens.push(token);
    }
    // They have half a minute to connect.
    for token in &tokens {
        post(at, &format!("/channels/{}/voice", room.channel), token, &json!({})).await;
    }
    let seven = |view: &View| (channel(view)?.in_voice.len() == 7).then_some(());
    for party in [&ada, &bob] {
        party.seen("seven in the room", seven).await;
    }
    ada.does(talk.clone());
    bob.does(talk);
    let settled = |view: &View| match &view.voice.stage {
        VoiceStage::In if matches!(view.voice.microphone, SoundState::Open { .. }) => Some(true),
        VoiceStage::Failed { .. } => Some(false),
        _ => None,
    };
    let (first, second) = (ada.seen("in or out", settled).await, bob.seen("in or out", settled).await);
    assert!(first != second, "ada {first}, bob {second}");
    let out = if first { &bob } else { &ada };
    out.is_silent().await;
    assert_eq!(out.devices.microphone_opened(), 0);
    for party in [ada, bob] {
        party.companion.shutdown().await;
    }
    server.shutdown().await;
}
