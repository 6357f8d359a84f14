//! Sessions of a running server that are linked to an account, while somebody else changes the account.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::place::{Place, register};

const PATIENCE: Duration = Duration::from_secs(10);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn frame(socket: &mut Socket) -> Message {
    tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap()
}

/// The data of the next event of this name.
async fn event(socket: &mut Socket, name: &str) -> Value {
    loop {
        let Message::Text(text) = frame(socket).await else { panic!("closed before {name}") };
        let mut value: Value = serde_json::from_str(&text).unwrap();
        if value["t"] == name {
            return value["d"].take();
        }
    }
}

async fn link(server: &Server, token: &str) -> Socket {
    let (mut socket, _) = tokio_tungstenite::connect_async(&server.dialects()["puff"]).await.unwrap();
    let op = json!({ "op": 20, "d": { "token": token } });
    socket.send(Message::text(op.to_string())).await.unwrap();
    socket
}

async fn serve(place: &Place) -> Server {
    Server::bind(ServerOptions { data: Some(place.path()), ..ServerOptions::default() }).await.unwrap()
}

#[tokio::test]
async fn a_suspension_by_another_program_closes_linked_sessions_within_seconds() {
    let place = Place::new();
    let server = serve(&place).await;
    let host = place.open().await;
    let ada = register(&host, "ada").await;
    register(&host, "brian").await;
    let (of_ada, _) = host.create_token("ada", "", DAY).await.unwrap();
    let (of_brian, _) = host.create_token("brian", "", DAY).await.unwrap();
    let (mut first, mut second) =
        (link(&server, of_ada.reveal()).await, link(&server, of_brian.reveal()).await);
    assert_eq!(event(&mut first, "USER_LINK_SUCCESS").await["id"], ada.id.to_string());
    event(&mut second, "USER_LINK_SUCCESS").await;

    host.set_suspended("ada", true).await.unwrap();
    let close = loop {
        if let Message::Close(Some(close)) = frame(&mut first).await {
            break close;
        }
    };
    assert_eq!(u16::from(close.code), 4003);
    let mut again = link(&server, of_ada.reveal()).await;
    let close = loop {
        if let Message::Close(Some(close)) = frame(&mut again).await {
            break close;
        }
    };
    assert_eq!(u16::from(close.code), 4003);

    second.send(Message::text(json!({ "op": 421, "d": { "client_time": 1 } }).to_string())).await.unwrap();
    event(&mut second, "CLOCK").await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_token_of_nobody_is_refused_and_the_socket_stays() {
    let place = Place::new();
    let server = serve(&place).await;
    let host = place.open().await;
    register(&host, "ada").await;
    let mut socket = link(&server, "hearth_nobody").await;
    assert_eq!(event(&mut socket, "USER_LINK_ERROR").await["code"], "INVALID_TOKEN");
    let (token, _) = host.create_token("ada", "", DAY).await.unwrap();
    let op = json!({ "op": 20, "d": { "token": token.reveal() } });
    socket.send(Message::text(op.to_string())).await.unwrap();
    event(&mut socket, "USER_LINK_SUCCESS").await;
    server.shutdown().await;
}
