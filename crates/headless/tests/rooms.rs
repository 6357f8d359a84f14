//! People on chat servers, each a program of its own that speaks another dialect, in one room.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod program;

use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};

use program::Headless;

const ALONE: [&str; 3] = ["--device", "none", "--no-seat"];

impl Headless {
    async fn connected(&mut self) {
        self.sees("connected", |event| {
            (event["community"]["gateways"][0]["state"]["state"] == "connected").then_some(())
        })
        .await;
    }

    /// Waits until a line like this is in the open room.
    async fn hears(&mut self, text: &str) {
        self.sees(text, |event| {
            let lines = event["room"]["lines"].as_array()?;
            lines.iter().any(|line| line["text"] == text).then_some(())
        })
        .await;
    }

    async fn opened(&mut self) {
        self.sees("a room", |event| (event["room"]["loading"] == false).then_some(())).await;
    }

    async fn say(&mut self, text: &str) {
        self.tell(json!({"command": "say_in_room", "text": text})).await;
    }
}

#[tokio::test]
async fn a_room_is_gone_into_in_each_dialect_and_what_is_said_there_is_heard_in_all() {
    let gateway = Server::bind(ServerOptions::default()).await.unwrap();
    let url = gateway.url();
    let password = ["--secret", "correct horse", "--register"];
    let mut eve = Headless::start("emagine", url, "eve", &[&ALONE[..], &password].concat());
    eve.connected().await;
    let id = eve.community["gateways"][0]["id"].clone();
    eve.tell(json!({"command": "create_server", "id": id, "name": "Pub"})).await;
    let number: String = eve
        .sees("the room", |event| {
            let servers = &event["community"]["gateways"][0]["content"]["servers"];
            servers[0]["id"].as_str().map(str::to_owned)
        })
        .await;
    eve.tell(json!({"command": "open_room", "id": id, "channel": number})).await;

    // By its number, and by its name.
    let mut ian = Headless::start("i386chat", url, "ian", &[&ALONE[..], &["--follow", &number]].concat());
    ian.opened().await;
    let mut ida = Headless::start("i386chat", url, "ida", &[&ALONE[..], &["--follow", "Pub"]].concat());
    ida.opened().await;
    let into = ["--follow", &number];
    let mut eva = Headless::start("emagine", url, "eva", &[&ALONE[..], &password, &into].concat());
    eva.opened().await;

    ian.say("from ian").await;
    for who in [&mut eve, &mut ian, &mut ida, &mut eva] {
        who.hears("from ian").await;
    }
    eve.say("from eve").await;
    for who in [&mut eve, &mut ian, &mut ida, &mut eva] {
        who.hears("from eve").await;
    }
    let here: Value = ida.community["gateways"][0]["content"]["here"].clone();
    assert_eq!(here, json!(number));
    gateway.shutdown().await;
}
