//! One client: a socket with small buffers, and the few frames that it needs.

use anyhow::{Context, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects and takes the hello.
pub async fn connect(url: &str) -> anyhow::Result<Socket> {
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let (mut socket, _) = tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?;
    event(&mut socket, "").await?;
    Ok(socket)
}

/// A new group's code.
pub async fn create(socket: &mut Socket) -> anyhow::Result<String> {
    send(socket, 2, &json!({})).await?;
    let created = event(socket, "GROUP_CREATE").await?;
    created["d"]["group_id"].as_str().map(str::to_owned).context("a group without a code")
}

pub async fn join(socket: &mut Socket, code: &str) -> anyhow::Result<()> {
    send(socket, 1, &json!({ "group_id": code })).await?;
    event(socket, "JOINED_GROUP").await.map(|_| ())
}

/// Everything that a device tells.
pub async fn tell_device(socket: &mut Socket) -> anyhow::Result<()> {
    let device = json!({
        "deviceName": "Peak", "deviceMac": "a-stable-pseudonym", "deviceModel": "0", "battery": 77, "state": 5,
        "totalDabs": 420, "dabsPerDay": 4.2, "temperature": 25, "chamberType": 3, "chargeSource": 3,
        "activeColor": { "r": 255, "g": 120, "b": 0 },
        "profile": { "name": "Evening", "temp": 260, "time": "1:00", "color": "#ff7800" },
    });
    send(socket, 4, &device).await
}

pub async fn send(socket: &mut Socket, op: u16, d: &Value) -> anyhow::Result<()> {
    Ok(socket.send(Message::text(json!({ "op": op, "d": d }).to_string())).await?)
}

/// Waits for an event; every other is dropped.
async fn event(socket: &mut Socket, name: &str) -> anyhow::Result<Value> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        if frame["t"].as_str().unwrap_or_default() == name {
            return Ok(frame);
        }
        if frame["t"].as_str().is_some_and(|t| t.ends_with("_ERROR") || t == "RATE_LIMITED") {
            bail!("refused: {frame}");
        }
    }
    bail!("the gateway closed the connection")
}
