//! Bad input over real sockets: the documented code, and nobody else notices.

use futures::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::{Person, Socket};
use crate::client::server;

/// I386-01, I386-04, I386-08, I386-22 (I386-R8)
#[tokio::test]
async fn what_is_no_payload_is_answered_with_4004_and_the_connection_goes_on() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    let room = by_ada.makes("lounge", true).await;
    by_ada.moves(room, 0).await;
    by_bob.moves(room, 1).await;
    by_ada.event("ROOM_USER_ADD").await;
    let deep = "[".repeat(4000);
    for bad in [
        "null",
        "5",
        "-1",
        "1e400",
        "true",
        "[]",
        "[[1],{}]",
        "\"text\"",
        "",
        "{",
        "{}",
        "nonsense",
        &deep,
        r#"{"f":null}"#,
        r#"{"f":"120"}"#,
        r#"{"f":[]}"#,
        r#"{"f":1.5}"#,
        r#"{"f":100}"#,
        r#"{"f":140}"#,
        r#"{"f":150,"cnf":{"c":4001,"d":true}}"#,
        r#"{"f":110}"#,
        r#"{"f":110,"cnf":{"token":"x"}}"#,
        r#"{"f":130}"#,
        r#"{"f":130,"t":"NOPE"}"#,
        r#"{"f":130,"t":"MESSAGE_CREATE"}"#,
        r#"{"f":130,"t":"MESSAGE_CREATE","cnf":[]}"#,
        r#"{"f":130,"t":"MESSAGE_CREATE","cnf":{"content":null}}"#,
        r#"{"f":130,"t":"GATEWAY_DOWN","cnf":{}}"#,
        r#"{"f":130,"t":{},"e":"START_TYPING"}"#,
    ] {
        by_bob.send_text(bad).await;
        let frame = by_bob.next().await;
        assert_eq!(
            (&frame["f"], &frame["cnf"]["c"], &frame["cnf"]["d"]),
            (&json!(150), &json!(4004), &json!(false)),
            "{bad}"
        );
    }
    for bytes in [vec![], vec![0xff; 300], br#"{"f":120}"#.to_vec()] {
        by_bob.socket.send(Message::binary(bytes)).await.unwrap();
        assert_eq!(by_bob.next().await["cnf"]["c"], 4004);
    }
    by_bob.does("MESSAGE_CREATE", json!({ "content": "still here" })).await;
    assert_eq!(by_bob.event("MESSAGE_CREATE").await["content"], "still here");
    assert_eq!(by_ada.event("MESSAGE_CREATE").await["content"], "still here");
    by_ada.is_quiet().await;
    server.shutdown().await;
}

#[tokio::test]
async fn i386_13_4096_bytes_are_read_and_4097_end_the_connection_with_4000() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    let room = by_ada.makes("lounge", true).await;
    by_ada.moves(room, 0).await;
    by_bob.moves(room, 1).await;
    by_ada.event("ROOM_USER_ADD").await;
    // Characters of several bytes: bytes are what counts.
    let frame =
        |content: &str| json!({ "f": 130, "t": "MESSAGE_CREATE", "cnf": { "content": content } }).to_string();
    let mut content = "é".repeat((4096 - frame("").len()) / 2);
    content += &"x".repeat(4096 - frame(&content).len());
    assert_eq!(frame(&content).len(), 4096);
    by_bob.send_text(&frame(&content)).await;
    // It does not fit into one payload with its author, and comes in two.
    for socket in [&mut by_bob, &mut by_ada] {
        let parts = [socket.event("MESSAGE_CREATE").await, socket.event("MESSAGE_CREATE").await];
        let text = |part: &serde_json::Value| part["content"].as_str().unwrap().to_owned();
        assert_eq!(parts.iter().map(text).collect::<String>(), content);
        assert_eq!((&parts[1]["part"], &parts[1]["parts"]), (&json!(2), &json!(2)));
        assert_eq!(parts[0]["messageID"], parts[1]["messageID"]);
    }
    by_bob.send_text(&frame(&format!("{content}x"))).await;
    assert_eq!(by_bob.ended().await, (4000, 4000));
    assert_eq!(by_ada.event("ROOM_USER_REMOVE").await["user"]["id"], bob.id);
    // Larger than what is read at all.
    for bytes in [60_000, 100_000] {
        let mut huge = bob.connect().await;
        assert_eq!(huge.event("CHANNEL_ADD").await["room"]["id"], room);
        by_ada.event("ROOM_USER_ADD").await;
        huge.send_text(&" ".repeat(bytes)).await;
        assert_eq!(huge.ended().await, (4000, 4000));
        by_ada.event("ROOM_USER_REMOVE").await;
    }
    by_ada.is_quiet().await;
    server.shutdown().await;
}

/// I386-15, I386-22 (I386-R6)
#[tokio::test]
async fn wrong_tokens_are_answered_with_0_and_closed_with_1008() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let mut by_ada = ada.connect().await;
    let (head, rest) = ada.token.split_once('.').unwrap();
    let unsigned = format!("{head}.{}.", rest.split_once('.').unwrap().0);
    for wrong in ["", "guessed", "hearth_AAAA", "a.b.c", &ada.token[..ada.token.len() - 3], &unsigned] {
        let mut socket = Socket::open(server.local_addr()).await;
        socket.present(wrong).await;
        assert_eq!(socket.ended().await, (0, 1008), "{wrong}");
    }
    by_ada.is_quiet().await;
    server.shutdown().await;
}

/// I386-22 (I386-R17)
#[tokio::test]
async fn a_flood_is_closed_with_4002_and_others_do_not_notice() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let (mut by_ada, mut by_bob) = (ada.connect().await, bob.connect().await);
    for _ in 0..300 {
        // The gateway may close before all is sent.
        let _ = by_bob.socket.send(Message::text(r#"{"f":120}"#)).await;
    }
    let mut answered = 0;
    let error = loop {
        let frame = by_bob.next().await;
        if frame["f"] != 120 {
            break frame;
        }
        answered += 1;
    };
    assert!((99..250).contains(&answered), "{answered}");
    assert_eq!((&error["cnf"]["c"], &error["cnf"]["d"]), (&json!(4002), &json!(true)));
    by_ada.is_quiet().await;
    server.shutdown().await;
}
