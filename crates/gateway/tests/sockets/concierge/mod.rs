//! The ert-concierge dialect over real sockets.

mod files;
mod input;
mod load;
mod paths;

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_gateway::server::ConciergeOptions;
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Nothing that is expected takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the concierge.
struct Guest {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    uuid: String,
}

async fn serving(concierge: ConciergeOptions) -> Server {
    Server::bind(ServerOptions { concierge, ..ServerOptions::default() }).await.unwrap()
}

impl Guest {
    /// A socket that has not said anything.
    async fn open(server: &Server) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(&server.dialects()["concierge"]).await.unwrap();
        Self { socket, uuid: String::new() }
    }

    /// The same with next to no buffer for what it does not read.
    async fn open_without_buffer(server: &Server) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(server.local_addr()).await.unwrap());
        let url = &server.dialects()["concierge"];
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Self { socket, uuid: String::new() }
    }

    async fn join(server: &Server, name: &str) -> Self {
        Self::open(server).await.identified(name).await
    }

    async fn identified(mut self, name: &str) -> Self {
        self.send(json!({ "type": "IDENTIFY", "name": name, "version": "0.2.0" })).await;
        let hello = self.next().await;
        assert_eq!(hello["type"], "HELLO", "{hello}");
        self.uuid = hello["uuid"].as_str().unwrap().to_owned();
        self
    }

    async fn send(&mut self, payload: Value) {
        self.text(payload.to_string()).await;
    }

    async fn text(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        loop {
            match tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("nothing came") {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn next(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// Reads until a payload of this type comes.
    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let payload = self.next().await;
            if payload["type"] == kind {
                return payload;
            }
        }
    }

    /// Reads until the socket is closed; the close code.
    async fn closed(&mut self) -> u16 {
        loop {
            match self.message().await {
                Some(Message::Close(frame)) => return frame.map_or(1005, |frame| frame.code.into()),
                Some(_) => {}
                None => return 1006,
            }
        }
    }

    /// That it is served, and nothing else came meanwhile.
    async fn is_undisturbed(&mut self) {
        self.send(json!({ "type": "SELF_SET_SEQ", "seq": 7 })).await;
        assert_eq!(self.next().await, json!({ "seq": 7, "type": "OK" }));
    }
}
