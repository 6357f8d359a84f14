//! A client as the web client of E-Magine is (facts/other-gateways.md §4.4), against a listener of its own: it keeps a token,
//! connects with it before knowing whether it is good, identifies when it is greeted, only answers heartbeats, and
//! collects messages by their channel.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_gateway::server::{Dialect, EmagineRules, ListenOn};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::{Person, call};
use crate::client::PATIENCE;

/// What the page shows.
#[derive(Debug, Default)]
struct Page {
    messages: BTreeMap<String, Vec<String>>,
    answered: usize,
    ready: bool,
    closed: Option<u16>,
}

/// Runs until it is closed, and shows each change.
fn open(at: SocketAddr, path: &str, token: String) -> mpsc::UnboundedReceiver<Page> {
    let (shown, changes) = mpsc::unbounded_channel();
    let url = format!("ws://{at}{path}");
    tokio::spawn(async move {
        let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut page = Page::default();
        while let Some(Ok(message)) = socket.next().await {
            let text = match message {
                Message::Text(text) => text,
                Message::Close(frame) => {
                    page.closed = frame.map(|frame| frame.code.into());
                    let _ = shown.send(page);
                    return;
                }
                _ => continue,
            };
            let data: Value = serde_json::from_str(&text).unwrap();
            match data["op"].as_u64().unwrap() {
                0 => {
                    let identify = json!({ "op": 1, "token": token });
                    socket.send(Message::text(identify.to_string())).await.unwrap();
                }
                2 => page.ready = true,
                3 => {
                    let channel = data["message"]["channel_id"].as_str().unwrap().to_owned();
                    let content = data["message"]["content"].as_str().unwrap().to_owned();
                    page.messages.entry(channel).or_default().push(content);
                }
                10 => {
                    let answer = format!(r#"{{"time":{},"op":11}}"#, data["time"]);
                    socket.send(Message::text(answer)).await.unwrap();
                    page.answered += 1;
                }
                other => panic!("it knows no {other}"),
            }
            let now = Page { messages: page.messages.clone(), ..page };
            let _ = shown.send(now);
        }
    });
    changes
}

async fn until(changes: &mut mpsc::UnboundedReceiver<Page>, what: impl Fn(&Page) -> bool) -> Page {
    let found = async {
        loop {
            let page = changes.recv().await.expect("it ended");
            if what(&page) {
                return page;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it was never shown")
}

/// EMG-01, EMG-03, EMG-05, EMG-07, EMG-11 (EMG-R9, EMG-R16)
#[tokio::test]
async fn emg_03_the_web_client_works_unchanged_on_a_listener_of_its_own() {
    let own = ListenOn { dialect: Some(Dialect::Emagine), address: "127.0.0.1:0".parse().unwrap() };
    let second = Duration::from_secs(1);
    let options = ServerOptions {
        listen: vec![own],
        emagine: EmagineRules { heartbeat: second, identify: second },
        ..ServerOptions::default()
    };
    let server = Server::bind(options).await.unwrap();
    let at = server.local_addr();
    assert_eq!(server.dialects()["emagine"], format!("ws://{at}/gateway"));
    // It registers, signs in, and keeps the token.
    Person::at(at, "alice").await;
    let body = json!({ "username": "alice", "password": super::PASSWORD });
    let (status, answer) = call(at, "POST", "/api/v1/auth/login", None, &body).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)));
    let token = answer["token"].as_str().unwrap().to_owned();
    let mut alice = open(at, "/", token.clone());
    until(&mut alice, |page| page.ready).await;
    let bob = Person::at(at, "bob").await;
    let mut by_bob = open(at, "/gateway", bob.token.clone());
    until(&mut by_bob, |page| page.ready).await;
    let channel = bob.channel(0).await;
    let posts = format!("/api/v1/channels/{channel}/posts");
    let post = json!({ "type": 0, "content": "from alice", "timestamp": 1_579_276_740_336_u64 });
    assert_eq!(call(at, "POST", &posts, Some(&token), &post).await.0, 200);
    bob.post(&channel, "from bob").await;
    for page in [&mut alice, &mut by_bob] {
        let page = until(page, |page| page.messages.get(&channel).is_some_and(|said| said.len() == 2)).await;
        assert_eq!(page.messages[&channel], ["from alice", "from bob"]);
    }
    // It never sends a heartbeat, and stays because it answers.
    let page = until(&mut alice, |page| page.answered == 3).await;
    assert_eq!(page.closed, None);
    let (_, answer) = call(at, "GET", &posts, Some(&token), &Value::Null).await;
    assert_eq!(answer["posts"].as_array().unwrap().len(), 2);
    // An old token from the storage: it learns that by the close.
    let mut stale = open(at, "/", "old".into());
    assert_eq!(until(&mut stale, |page| page.closed.is_some()).await.closed, Some(4003));
    // What belongs to other dialects is not here.
    for path in ["/socket", "/ws", "/anything"] {
        assert!(tokio_tungstenite::connect_async(format!("ws://{at}{path}")).await.is_err(), "{path}");
    }
    server.shutdown().await;
}
