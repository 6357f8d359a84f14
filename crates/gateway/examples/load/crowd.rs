//! The members of a channel: of one dialect, or of all three that are views of one chat.

use anyhow::{Context, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::client::Socket;
use crate::gateway::Gateway;
use crate::http::Http;

const PASSWORD: &str = "correct horse";

/// Which dialects there are in the channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Together alone.
    Together,
    /// A third each of Together, E-Magine and i386chat.
    Mixed,
}

/// Somebody, by the token of their dialect.
#[derive(Clone)]
pub enum Member {
    Together(String),
    Emagine(String),
    I386chat(String),
}

/// What a channel is called.
pub struct Channel {
    /// By Together: the server, and the channel.
    pub server: String,
    pub id: String,
    /// By the others.
    pub number: u64,
}

fn token(answer: &Value, member: &str) -> anyhow::Result<String> {
    answer[member].as_str().map(str::to_owned).context("no token")
}

/// How somebody of Together signs in.
pub fn credentials(member: usize) -> Value {
    json!({ "username": format!("member{member}"), "password": PASSWORD })
}

impl Member {
    /// A new account. The first eight, who write, are of Together.
    pub async fn register(http: &mut Http, number: usize, crowd: Crowd) -> anyhow::Result<Self> {
        let person = credentials(number);
        Ok(match (crowd, number) {
            (Crowd::Mixed, 8..) if number % 3 == 1 => {
                Self::Emagine(token(&http.post("/api/v1/auth/register", &person).await?, "token")?)
            }
            (Crowd::Mixed, 8..) if number % 3 == 2 => {
                Self::I386chat(token(&http.post("/api/v2/auth/create", &person).await?, "token")?)
            }
            _ => Self::Together(token(&http.post("/auth/register", &person).await?, "access_token")?),
        })
    }

    /// Becomes a member of the channel. Somebody of i386chat does so when they connect.
    pub async fn join(&self, http: &mut Http, channel: &Channel) -> anyhow::Result<()> {
        match self {
            Self::Together(token) => {
                http.token.clone_from(token);
                http.post(&format!("/servers/{}/join", channel.server), &Value::Null).await?;
            }
            Self::Emagine(token) => {
                http.token.clone_from(token);
                let path = format!("/api/v1/channels/{}/members/me", channel.number);
                http.call("PUT", &path, &Value::Null).await?;
            }
            Self::I386chat(_) => {}
        }
        Ok(())
    }

    /// A socket that hears what is said in the channel.
    pub async fn connect(&self, gateway: &Gateway, channel: &Channel) -> anyhow::Result<Socket> {
        match self {
            Self::Together(token) => {
                let mut socket = open(&format!("{}?token={token}", gateway.together)).await?;
                socket.next().await.context("no READY")??;
                Ok(socket)
            }
            Self::Emagine(token) => {
                let mut socket = open(&gateway.emagine).await?;
                send(&mut socket, &json!({ "op": 1, "token": token })).await?;
                wait(&mut socket, |frame| frame["op"] == 2).await?;
                Ok(socket)
            }
            Self::I386chat(token) => {
                let mut socket = open(&gateway.i386chat).await?;
                send(&mut socket, &json!({ "f": 110, "cnf": { "token": token } })).await?;
                wait(&mut socket, |frame| frame["f"] == 140).await?;
                let to = json!({ "f": 130, "t": "CHANNEL_MOVE", "cnf": { "id": channel.number } });
                send(&mut socket, &to).await?;
                wait(&mut socket, |frame| frame["t"] == "CHANNEL_MOVE").await?;
                Ok(socket)
            }
        }
    }
}

async fn open(url: &str) -> anyhow::Result<Socket> {
    let config = WebSocketConfig::default().read_buffer_size(4096);
    Ok(tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?.0)
}

async fn send(socket: &mut Socket, frame: &Value) -> anyhow::Result<()> {
    Ok(socket.send(Message::text(frame.to_string())).await?)
}

async fn wait(socket: &mut Socket, is_it: impl Fn(&Value) -> bool) -> anyhow::Result<()> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        if is_it(&serde_json::from_str(&text)?) {
            return Ok(());
        }
    }
    bail!("the gateway closed the connection")
}
