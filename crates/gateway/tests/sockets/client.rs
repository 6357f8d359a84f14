//! A small client, and plain HTTP without a library.

use std::net::SocketAddr;
use std::time::Duration;

use flate2::{Decompress, FlushDecompress};
use futures::{SinkExt, StreamExt};
use hearth_gateway::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Nothing that is expected takes longer.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub async fn server() -> Server {
    Server::bind(ServerOptions::default()).await.unwrap()
}

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub session: String,
    pub token: String,
    /// Whether it was told that groups have voice rooms.
    pub told_of_voice: bool,
    /// For a socket with compression=zlib: everything that comes is one stream.
    inflate: Option<Decompress>,
}

impl Client {
    pub async fn connect(server: &Server) -> Self {
        Self::connect_to(&server.dialects()["puff"]).await
    }

    pub async fn connect_to(url: &str) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Self::greeted(socket, None).await
    }

    /// A client that reads a zlib stream.
    pub async fn connect_compressed(server: &Server) -> Self {
        let url = format!("{}?encoding=json&compression=zlib", server.dialects()["puff"]);
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Self::greeted(socket, Some(Decompress::new(true))).await
    }

    /// A client for which the kernel keeps next to nothing while it does not read.
    pub async fn connect_without_buffer(server: &Server) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(server.local_addr()).await.unwrap());
        let url = &server.dialects()["puff"];
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Self::greeted(socket, None).await
    }

    async fn greeted(
        socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
        inflate: Option<Decompress>,
    ) -> Self {
        let mut client =
            Self { socket, session: String::new(), token: String::new(), told_of_voice: false, inflate };
        let hello = client.next().await;
        assert_eq!(hello["op"], 0);
        client.session = hello["d"]["session_id"].as_str().unwrap().to_owned();
        client.token = hello["d"]["session_token"].as_str().unwrap().to_owned();
        client.told_of_voice = hello["d"]["hearth"]["voice"] == true;
        client
    }

    pub async fn send(&mut self, op: u16, d: Value) {
        self.send_message(Message::text(json!({ "op": op, "d": d }).to_string())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        match (self.message().await, &mut self.inflate) {
            (Message::Text(text), None) => serde_json::from_str(&text).unwrap(),
            (Message::Binary(part), Some(inflate)) => {
                let mut text = Vec::with_capacity(1024 * 1024);
                inflate.decompress_vec(&part, &mut text, FlushDecompress::Sync).unwrap();
                serde_json::from_slice(&text).expect("a frame ends with its message")
            }
            (other, _) => panic!("not what was asked for: {other:?}"),
        }
    }

    async fn message(&mut self) -> Message {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            let message = message.expect("nothing came").expect("the socket ended").unwrap();
            if !matches!(message, Message::Ping(_) | Message::Pong(_)) {
                return message;
            }
        }
    }

    /// Reads until an event of that name comes; its data.
    pub async fn event(&mut self, t: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["t"] == t {
                return frame["d"].clone();
            }
        }
    }

    /// Reads until the socket is closed; the close code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.map_or(1005, |frame| frame.code.into());
            }
        }
    }

    pub async fn create(&mut self) -> String {
        self.send(2, json!({ "name": "Test" })).await;
        self.event("JOINED_GROUP").await["group_id"].as_str().unwrap().to_owned()
    }

    pub async fn join(&mut self, code: &str) {
        self.send(1, json!({ "group_id": code })).await;
        self.event("JOINED_GROUP").await;
    }

    pub async fn resume(&mut self, earlier: &Self) {
        self.send(13, json!({ "session_id": earlier.session, "session_token": earlier.token })).await;
    }
}

pub fn device() -> Value {
    json!({ "deviceModel": "0", "battery": 77, "totalDabs": 420, "state": 5, "temperature": 25 })
}

/// One HTTP request; the head and the body of the answer.
pub async fn http(address: SocketAddr, method: &str, path: &str) -> (String, String) {
    request(address, method, path, &[], "").await
}

/// One HTTP request with headers and a body.
pub async fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("no answer").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}
