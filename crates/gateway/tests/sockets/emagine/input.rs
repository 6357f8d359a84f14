//! What nobody should send, over real sockets: the documented code, and nobody else notices.

use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

use super::{Person, Socket, call};
use crate::client::{request, server};

/// EMG-04 (EMG-R5, EMG-R6): the real server dies of three of these.
#[tokio::test]
async fn emg_04_what_is_no_message_is_closed_with_4001_and_nobody_else_notices() {
    let server = server().await;
    let (ada, bob) = (Person::new(&server, "ada").await, Person::new(&server, "bob").await);
    let channel = ada.channel(0).await;
    bob.post(&channel, "here").await;
    let mut by_bob = bob.connect().await;
    let deep = format!(r#"{{"op":10,"time":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let not_utf8 = Frame::from_payload(
        FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() },
        vec![0xff, 0xfe].into(),
    );
    let mut messages = vec![
        Message::Binary(br#"{"op":10,"time":1}"#.to_vec().into()),
        Message::Binary(Vec::new().into()),
        Message::Frame(not_utf8),
    ];
    messages.extend(
        [
            "hello",
            "",
            "null",
            "[]",
            "5",
            r#""x""#,
            "{}",
            r#"{"op":null}"#,
            r#"{"op":99}"#,
            r#"{"op":0,"heartbeat_interval":1}"#,
            r#"{"op":2}"#,
            r#"{"op":3,"message":{}}"#,
            r#"{"op":1,"token":"\ud800"}"#,
            r#"{"op":1,"op":"__proto__"}"#,
            &deep,
        ]
        .map(Message::text),
    );
    for message in messages {
        let mut ready = ada.connect().await;
        let mut nobody = Socket::open(ada.address, "/gateway").await;
        for socket in [&mut ready, &mut nobody] {
            socket.send_message(message.clone()).await;
            let closed = (4001, "Invalid payload received.".to_owned());
            assert_eq!(socket.closed().await, closed, "{message:?}");
        }
        by_bob.is_quiet().await;
    }
    let mut large = ada.connect().await;
    let text = json!({ "op": 10, "time": "x".repeat(16 * 1024) }).to_string();
    // The gateway may close before all of it is written.
    let _ = large.0.send(Message::text(text)).await;
    assert_eq!(large.closed().await.0, 1009);
    let fits = "\u{1F525}".repeat(4_000);
    large = ada.connect().await;
    large.send(json!({ "op": 10, "time": fits })).await;
    assert_eq!(large.next().await["time"], json!(fits));
    ada.post(&channel, "still here").await;
    assert_eq!(by_bob.said().await["content"], "still here");
    server.shutdown().await;
}

/// Each with the status that the document has for it, and the server goes on.
#[tokio::test]
async fn emg_04_bodies_that_cannot_be_are_refused_in_words() {
    let server = server().await;
    let ada = Person::new(&server, "ada").await;
    let channel = ada.channel(1).await;
    let posts = format!("/channels/{channel}/posts");
    let of_channel = |changes: Value| {
        let mut body = json!({ "type": 0, "timestamp": 1, "title": "t", "description": "", "topic": "" });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let much = "x".repeat(2_100);
    let cases = [
        ("/auth/login", json!({ "username": "ada" }), 400),
        ("/auth/login", json!({ "username": ["ada"], "password": {} }), 400),
        ("/auth/register", json!({ "username": 7, "password": "correct" }), 400),
        ("/auth/register", json!({ "username": "a b", "password": "correct" }), 400),
        ("/auth/register", json!({ "username": "\u{0}\u{202e}x", "password": "correct" }), 400),
        ("/auth/register", json!({ "username": "sol", "password": "abc" }), 400),
        (posts.as_str(), json!({ "content": "x" }), 400),
        (&posts, json!({ "type": 0 }), 400),
        (&posts, json!({ "type": 0, "content": null }), 400),
        (&posts, json!({ "type": 0, "content": { "$gt": "" } }), 400),
        (&posts, json!({ "type": 0, "content": " \n" }), 400),
        (&posts, json!({ "type": 0, "content": "x".repeat(4_001) }), 400),
        (&posts, json!({ "type": 1, "content": "no question" }), 400),
        (&posts, json!({ "type": 0, "content": "x", "more": much }), 400),
        ("/channels/1/posts", json!({ "type": 0, "content": "x" }), 404),
        ("/channels/-1/posts", json!({ "type": 0, "content": "x" }), 404),
        ("/channels/%00/posts", json!({ "type": 0, "content": "x" }), 404),
        ("/channels", json!({}), 400),
        ("/channels", of_channel(json!({ "type": 3 })), 400),
        ("/channels", of_channel(json!({ "type": 1 })), 400),
        ("/channels", of_channel(json!({ "type": 1, "streamURL": 5 })), 400),
        ("/channels", of_channel(json!({ "timestamp": [] })), 400),
        ("/channels", of_channel(json!({ "title": "" })), 400),
        ("/channels", of_channel(json!({ "title": "x".repeat(101) })), 400),
        ("/channels", of_channel(json!({ "topic": 5 })), 400),
        ("/channels", of_channel(json!({ "description": "x".repeat(1_025) })), 400),
        ("/nothing", json!({}), 404),
    ];
    for (path, body, status) in cases {
        let (given, answer) = ada.call("POST", path, body.clone()).await;
        assert_eq!((given, &answer["success"]), (status, &json!(false)), "{path} {body}: {answer}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    let headers = [("authorization", ada.token.as_str()), ("content-type", "application/json")];
    for body in ["null", "5", "[]", "\"x\"", "{", "\u{0}", r#"{"type":0,"content":"\ud800"}"#] {
        let path = format!("/api/v1{posts}");
        let (head, answer) = request(ada.address, "POST", &path, &headers, body).await;
        assert!(head.starts_with("http/1.1 400") && answer.contains("false"), "{body}: {head} {answer}");
    }
    let huge = json!({ "type": 0, "content": "x".repeat(65 * 1024) });
    assert_eq!(ada.call("POST", &posts, huge).await.0, 413);
    let long = json!({ "username": "ada", "password": "x".repeat(9 * 1024) });
    assert_eq!(ada.call("POST", "/auth/login", long).await.0, 413);
    for token in ["", "garbage", "Bearer", "Bearer x", "Bearer \u{e9}"] {
        let (status, answer) = call(ada.address, "GET", "/api/v1/users/me", Some(token), &Value::Null).await;
        assert_eq!((status, &answer["success"]), (401, &json!(false)), "{token:?}");
    }
    assert_eq!(call(ada.address, "GET", "/api/v1/channels", None, &Value::Null).await.0, 401);
    ada.post(&channel, "still here").await;
    server.shutdown().await;
}
