//! Sockets that behave badly, restarts, and the end.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_gateway::server::{BindError, ListenOn};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, server};

// PUFF-02
#[tokio::test]
async fn garbage_costs_only_itself() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    for garbage in ["", "{not json", "\u{0}\u{1}"] {
        a.send_message(Message::text(garbage)).await;
    }
    a.send_message(Message::binary(vec![0xff, 0xfe, 0x00])).await;
    a.send_message(Message::text("null")).await;
    assert_eq!(a.event("INTERNAL_ERROR").await["code"], "INVALID_OP_CODE");
    a.create().await;
    server.shutdown().await;
}

// PUFF-08
#[tokio::test]
async fn a_binary_frame_is_read_as_text() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    a.send_message(Message::binary(br#"{"op":421,"d":{"client_time":7}}"#.to_vec())).await;
    assert_eq!(a.event("CLOCK").await["client_time"], 7);
    server.shutdown().await;
}

// PUFF-15
#[tokio::test]
async fn a_frame_up_to_the_limit_costs_only_itself_and_one_above_it_costs_the_socket() {
    const LIMIT: usize = 64 * 1024;
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    a.send(11, json!({ "content": "x".repeat(65_000) })).await;
    assert_eq!(a.event("GROUP_ACTION_ERROR").await["code"], "INVALID_DATA");
    a.send_message(Message::text("x".repeat(LIMIT))).await;
    b.join(&code).await;
    b.send_message(Message::text("x".repeat(LIMIT + 1))).await;
    assert_eq!(b.closed().await, 1009);
    assert_eq!(a.event("GROUP_USER_UPDATE").await["disconnected"], true);
    server.shutdown().await;
}

// PUFF-18
#[tokio::test]
async fn a_stalled_reader_is_closed_with_4008_while_the_others_are_served() {
    let server = server().await;
    let (mut talker, mut listener) = (Client::connect(&server).await, Client::connect(&server).await);
    let mut stalled = Client::connect_without_buffer(&server).await;
    let code = talker.create().await;
    listener.join(&code).await;
    stalled.join(&code).await;

    // Both read all the time, as every client does.
    let (notice, mut noticed) = tokio::sync::oneshot::channel();
    let served = tokio::spawn(async move {
        while listener.event("GROUP_USER_UPDATE").await["disconnected"] != true {}
        notice.send(()).unwrap();
        listener.event("GROUP_MESSAGE").await
    });
    let (mut talk, mut heard) = talker.socket.split();
    let reading = tokio::spawn(async move { while heard.next().await.is_some() {} });
    // More than all buffers on the way take, from several senders, each within its rate.
    let text = "x".repeat(64);
    let profile = json!({ "name": text, "temp": 250, "time": text, "color": text });
    let state = json!({ "deviceName": text, "deviceMac": text, "profile": profile });
    let mut senders = Vec::new();
    while noticed.try_recv().is_err() {
        assert!(senders.len() < 50, "the stalled reader was never noticed");
        let mut sender = Client::connect(&server).await;
        sender.join(&code).await;
        for _ in 0..200 {
            sender.send(4, state.clone()).await;
        }
        // Its frames have all been executed when this is answered.
        sender.send(421, json!({ "client_time": 1 })).await;
        sender.event("CLOCK").await;
        senders.push(tokio::spawn(async move { while sender.socket.next().await.is_some() {} }));
    }
    assert_eq!(stalled.closed().await, 4008);
    let message = json!({ "op": 11, "d": { "content": "still served" } });
    talk.send(Message::text(message.to_string())).await.unwrap();
    assert_eq!(served.await.unwrap()["message"]["content"], "still served");
    for task in senders.iter().chain([&reading]) {
        task.abort();
    }
}

// PUFF-14
#[tokio::test]
async fn clients_are_told_when_the_gateway_shuts_down() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    let closed = tokio::spawn(async move { a.closed().await });
    server.shutdown().await;
    assert_eq!(closed.await.unwrap(), 1001);
}

#[tokio::test]
async fn groups_outlive_a_restart_when_there_is_a_data_directory() {
    let directory = tempfile::tempdir().unwrap();
    let options = || ServerOptions { data: Some(directory.path().join("data")), ..ServerOptions::default() };
    let server = Server::bind(options()).await.unwrap();
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    drop(a);
    server.shutdown().await;

    let server = Server::bind(options()).await.unwrap();
    let mut a = Client::connect(&server).await;
    a.send(1, json!({ "group_id": code })).await;
    assert_eq!(a.event("JOINED_GROUP").await["name"], "Test");
    server.shutdown().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_as_such() {
    let server = server().await;
    let listen = vec![ListenOn { dialect: None, address: server.local_addr() }];
    let error = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap_err();
    assert!(matches!(error, BindError::Listen { address, .. } if address == server.local_addr()));
    let none = ServerOptions { listen: vec![], ..ServerOptions::default() };
    assert!(matches!(Server::bind(none).await, Err(BindError::NoListener)));
    server.shutdown().await;
}

#[tokio::test]
async fn a_dropped_server_listens_no_more() {
    let server = server().await;
    let address = server.local_addr();
    let mut a = Client::connect(&server).await;
    drop(server);
    assert_eq!(a.closed().await, 1001);
    for _ in 0..50 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still listening");
}

#[tokio::test]
async fn a_group_is_left_behind_by_a_clean_close_only_after_the_grace_time() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let code = a.create().await;
    b.join(&code).await;
    b.socket.close(None).await.unwrap();
    assert_eq!(a.event("GROUP_USER_UPDATE").await["disconnected"], Value::Bool(true));
    server.shutdown().await;
}

#[tokio::test]
async fn a_close_of_the_client_is_answered() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    a.socket.close(None).await.unwrap();
    while let Some(message) = a.socket.next().await {
        message.expect("the socket ended without a close frame");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn who_is_here_can_be_counted() {
    let server = server().await;
    let mut a = Client::connect(&server).await;
    let _b = Client::connect(&server).await;
    a.create().await;
    let census = server.census().await.unwrap();
    assert_eq!((census.people, census.guests), (2, 0));
    assert_eq!((census.public_groups, census.lively_groups), (0, 1));
    server.shutdown().await;
}

// PUFF-65
#[tokio::test]
async fn a_host_who_ends_the_gateway_for_good_tells_everybody() {
    let server = server().await;
    let (mut a, mut b) = (Client::connect(&server).await, Client::connect(&server).await);
    let ends = tokio::spawn(server.retire());
    assert_eq!((a.closed().await, b.closed().await), (4009, 4009));
    ends.await.unwrap();
}

#[tokio::test]
async fn who_comes_from_elsewhere_is_turned_away_before_a_word() {
    let only_from = vec!["192.0.2.0/24".parse().unwrap()];
    let server = Server::bind(ServerOptions { only_from, ..ServerOptions::default() }).await.unwrap();
    assert!(tokio_tungstenite::connect_async(&server.dialects()["puff"]).await.is_err());
    server.shutdown().await;
    let only_from = vec!["192.0.2.0/24".parse().unwrap(), "127.0.0.0/8".parse().unwrap()];
    let server = Server::bind(ServerOptions { only_from, ..ServerOptions::default() }).await.unwrap();
    Client::connect(&server).await;
    server.shutdown().await;
}

#[tokio::test]
async fn both_kinds_of_addresses_share_a_port() {
    let port = {
        let free = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let listen = |text: String| ListenOn { dialect: None, address: text.parse().unwrap() };
    let listen = vec![listen(format!("0.0.0.0:{port}")), listen(format!("[::]:{port}"))];
    let server = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap();
    for host in ["127.0.0.1", "[::1]"] {
        Client::connect_to(&format!("ws://{host}:{port}/socket")).await;
    }
    server.shutdown().await;
}
