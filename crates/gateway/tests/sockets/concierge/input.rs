//! Bad input over real sockets: each costs whoever sends it, and nobody else notices.

use std::time::Duration;

use futures::SinkExt;
use futures::future::join_all;
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::hub::RateLimit;
use hearth_gateway::server::ConciergeOptions;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::{Guest, serving};

/// A frame of a client, with a mask that changes nothing.
fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    assert!(length < 126, "too long for a short head");
    [&[head, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

/// CON-R1, CON-R3, CON-R6, CON-02, CON-07
#[tokio::test]
async fn con_02_con_r6_who_cannot_identify_is_closed_and_nobody_notices() {
    let server = serving(ConciergeOptions::default()).await;
    let mut alice = Guest::join(&server, "alice").await;
    let mut late = Guest::open(&server).await;
    for (message, code) in [
        (Message::text("hello"), 4002),
        (Message::text(r#"{"type":"IDENTIFY","name":"m","version":"abc"}"#), 4007),
        (Message::text(r#"{"type":"IDENTIFY","name":"m m","version":"0.2.0"}"#), 4008),
        (Message::text(r#"{"type":"SELF_FETCH"}"#), 4003),
        (Message::binary(vec![1, 2, 3]), 4003),
        (Message::text("x".repeat(2 * 1024 * 1024)), 1009),
    ] {
        let mut guest = Guest::open(&server).await;
        // What is too large is refused before it was sent in full.
        let _ = guest.socket.send(message).await;
        assert_eq!(guest.closed().await, code);
    }
    // A ping is answered and does not count as a payload.
    let mut pinging = Guest::open(&server).await;
    pinging.socket.send(Message::Ping("hi".into())).await.unwrap();
    pinging.identified("pinging").await.is_undisturbed().await;
    assert_eq!(late.closed().await, 4004);
    assert_eq!(alice.next().await["client"]["name"], "pinging");
    assert_eq!(alice.next().await["type"], "CLIENT_LEFT");
    alice.is_undisturbed().await;
    server.shutdown().await;
}

/// CON-08, CON-R29
#[tokio::test]
async fn con_08_of_many_that_want_a_name_at_the_same_instant_one_gets_it() {
    let server = serving(ConciergeOptions::default()).await;
    let codes = join_all((0..20).map(async |_| {
        let mut guest = Guest::open(&server).await;
        guest.send(json!({ "type": "IDENTIFY", "name": "sam", "version": "0.2.0" })).await;
        match guest.message().await {
            Some(Message::Text(_)) => {
                // Held until the others were told.
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                0
            }
            Some(Message::Close(Some(frame))) => u16::from(frame.code),
            other => panic!("{other:?}"),
        }
    }))
    .await;
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1);
    assert_eq!(codes.iter().filter(|code| **code == 4005).count(), 19);
    server.shutdown().await;
}

/// CON-09
#[tokio::test]
async fn con_09_a_server_with_a_secret_asks_for_it() {
    let broker = BrokerConfig { secret: Some("s3cret".into()), ..BrokerConfig::default() };
    let server = serving(ConciergeOptions { broker, ..ConciergeOptions::default() }).await;
    for (secret, welcome) in [(json!(null), false), (json!("wrong"), false), (json!("s3cret"), true)] {
        let mut guest = Guest::open(&server).await;
        guest.send(json!({ "type": "IDENTIFY", "name": "a", "version": "0.2.0", "secret": secret })).await;
        if welcome {
            assert_eq!(guest.next().await["type"], "HELLO");
        } else {
            assert_eq!(guest.closed().await, 4006);
        }
    }
    server.shutdown().await;
}

/// CON-09
#[tokio::test]
async fn con_09_guesses_of_an_address_run_out_for_the_right_secret_too_and_who_is_in_stays() {
    let guesses = RateLimit { count: 3, per: Duration::from_secs(3600) };
    let secret = Some("s3cret".into());
    let broker = BrokerConfig { secret, guesses, loopback: true, ..BrokerConfig::default() };
    let server = serving(ConciergeOptions { broker, ..ConciergeOptions::default() }).await;
    let identify = |name: &str, secret: &str| json!({ "type": "IDENTIFY", "name": name, "version": "0.2.0", "secret": secret });
    let mut inside = Guest::open(&server).await;
    inside.send(identify("inside", "s3cret")).await;
    assert_eq!(inside.next().await["type"], "HELLO");
    for (secret, code) in [("a", 4006), ("b", 4006), ("c", 4006), ("d", 1013), ("s3cret", 1013)] {
        let mut guest = Guest::open(&server).await;
        guest.send(identify("guest", secret)).await;
        assert_eq!(guest.closed().await, code, "{secret}");
    }
    inside.is_undisturbed().await;
    server.shutdown().await;
}

/// CON-R20, CON-R24, CON-51, CON-50
#[tokio::test]
async fn con_51_garbage_of_a_client_is_answered_and_numbered() {
    let server = serving(ConciergeOptions::default()).await;
    let mut alice = Guest::join(&server, "alice").await;
    let mut guest = Guest::join(&server, "guest").await;
    assert_eq!(alice.next().await["type"], "CLIENT_JOINED");
    for (text, kind) in [
        ("not json", "ERROR_PROTOCOL"),
        ("", "ERROR_PROTOCOL"),
        (r#"{"type":"NOPE"}"#, "ERROR_UNSUPPORTED"),
        (r#"{"type":"SERVICE_FETCH","service":"\ud83d"}"#, "ERROR_PROTOCOL"),
        (r#"{"type":"MESSAGE","target":{"type":"NAME","name":"nobody"},"data":1}"#, "INVALID_NAME"),
        (r#"{"type":"MESSAGE","target":{"type":"SERVICE","service":"s"},"data":1}"#, "INVALID_SERVICE"),
    ] {
        guest.text(text).await;
        let answer = guest.next().await;
        assert_eq!(answer["type"], kind, "{text}");
        assert!(answer["seq"].is_u64(), "{text}");
    }
    guest.socket.send(Message::binary(vec![0xff; 100])).await.unwrap();
    guest.text(r#"{"type":"SERVICE_FETCH","service":"esc\u0061ped"}"#).await;
    assert_eq!(guest.next().await, json!({ "seq": 6, "type": "INVALID_SERVICE", "service": "escaped" }));
    alice.is_undisturbed().await;
    server.shutdown().await;
}

/// CON-R25
#[tokio::test]
async fn con_r25_fragments_are_put_together_and_what_is_not_the_protocol_costs_only_itself() {
    let server = serving(ConciergeOptions::default()).await;
    let mut alice = Guest::join(&server, "alice").await;
    let mut pieces = Guest::join(&server, "pieces").await;
    for piece in [frame(0x01, br#"{"type":"SE"#), frame(0x89, b"?"), frame(0x80, br#"LF_FETCH"}"#)] {
        pieces.socket.get_mut().write_all(&piece).await.unwrap();
    }
    assert_eq!(pieces.until("SELF_FETCH_RESULT").await["seq"], 0);
    for (bytes, code) in [
        (frame(0x81, &[0xff, 0xfe]), 1007),
        // Not masked.
        (vec![0x81, 0x02, b'{', b'}'], 1002),
        // Reserved bits.
        (frame(0xf1, b"{}"), 1002),
    ] {
        let mut guest = Guest::join(&server, "guest").await;
        guest.socket.get_mut().write_all(&bytes).await.unwrap();
        assert_eq!(guest.closed().await, code);
        assert_eq!(alice.until("CLIENT_LEFT").await["client"]["name"], "guest");
    }
    alice.is_undisturbed().await;
    pieces.socket.close(None).await.unwrap();
    server.shutdown().await;
}

/// CON-R25
#[tokio::test]
async fn con_r25_a_mebibyte_is_passed_on_and_two_are_1009() {
    let server = serving(ConciergeOptions::default()).await;
    let mut alice = Guest::join(&server, "alice").await;
    let mut guest = Guest::join(&server, "guest").await;
    assert_eq!(alice.next().await["type"], "CLIENT_JOINED");
    let message = |length: usize| {
        format!(
            r#"{{"type":"MESSAGE","target":{{"type":"NAME","name":"alice"}},"data":"{}"}}"#,
            "x".repeat(length)
        )
    };
    let room = 1024 * 1024 - message(0).len();
    guest.text(message(room)).await;
    assert_eq!(alice.until("MESSAGE").await["data"].as_str().unwrap().len(), room);
    assert_eq!(guest.next().await["type"], "OK");
    let _ = guest.socket.send(Message::text(message(2 * 1024 * 1024))).await;
    assert_eq!(guest.closed().await, 1009);
    assert_eq!(alice.next().await["type"], "CLIENT_LEFT");
    alice.is_undisturbed().await;
    server.shutdown().await;
}

/// CON-R30
#[tokio::test]
async fn con_r30_a_close_is_answered_with_its_code() {
    let server = serving(ConciergeOptions::default()).await;
    let mut guest = Guest::join(&server, "guest").await;
    let close = CloseFrame { code: 4321.into(), reason: "custom".into() };
    guest.socket.send(Message::Close(Some(close))).await.unwrap();
    assert_eq!(guest.closed().await, 4321);
    server.shutdown().await;
}

/// CON-12, CON-R26
#[tokio::test]
async fn con_r26_the_number_stands_before_the_type() {
    let server = serving(ConciergeOptions::default()).await;
    let mut guest = Guest::join(&server, "guest").await;
    guest.text(r#"{"type":"SELF_SET_SEQ","seq":18446744073709551615}"#).await;
    let Some(Message::Text(text)) = guest.message().await else { panic!("no text") };
    assert_eq!(text.as_str(), r#"{"seq":18446744073709551615,"type":"OK"}"#);
    server.shutdown().await;
}
