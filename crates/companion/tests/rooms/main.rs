//! Companions on chat servers of each kind, over real sockets: they talk, see each other, and come back.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod kinds;
mod together;
#[path = "../waiting/mod.rs"]
mod waiting;

use std::time::Duration;

use hearth_companion::contract::{
    ChatChannel, ChatServer, ChatView, Command, CommunityKind, CommunityState, LineState, RoomLine,
    SecretText, View,
};
use hearth_companion::{Companion, Options};
use hearth_gateway::server::{Server, ServerOptions};
use waiting::{seen, view};

const PASSWORD: &str = "correct horse";

fn chat(view: &View) -> Option<&ChatView> {
    view.community.gateways.first()?.content.chat()
}

fn state(view: &View) -> Option<&CommunityState> {
    Some(&view.community.gateways.first()?.state)
}

fn club(view: &View) -> Option<&ChatServer> {
    chat(view)?.servers.first()
}

fn channel<'a>(view: &'a View, name: &str) -> Option<&'a ChatChannel> {
    club(view)?.channels.iter().find(|channel| channel.name == name)
}

fn texts(view: &View) -> Option<Vec<(String, String)>> {
    let line = |line: &RoomLine| (line.author.clone(), line.text.clone());
    Some(view.room.as_ref()?.lines.iter().map(line).collect())
}

fn line(view: &View, text: &str) -> Option<RoomLine> {
    let lines = &view.room.as_ref()?.lines;
    lines.iter().find(|line| line.text == text && line.state == LineState::Said).cloned()
}

/// An account there; one of i386chat is told its token.
fn add(kind: CommunityKind, server: &Server, name: &str, register: bool) -> Command {
    Command::AddCommunity {
        kind,
        url: url_of(kind, server),
        name: name.into(),
        secret: Some(SecretText(PASSWORD.into())).filter(|_| kind != CommunityKind::I386chat),
        register,
        keep: false,
    }
}

/// Its own listener where it has one.
fn url_of(kind: CommunityKind, server: &Server) -> String {
    let own = match kind {
        CommunityKind::Emagine => Some("emagine"),
        CommunityKind::I386chat => Some("i386chat"),
        _ => None,
    };
    let own = own.and_then(|name| server.dialects().get(name).cloned());
    own.unwrap_or_else(|| format!("http://{}", server.local_addr()))
}

async fn connected(companion: &Companion) {
    seen(companion, |view| matches!(state(view)?, CommunityState::Connected { .. }).then_some(())).await;
}

async fn registered(kind: CommunityKind, server: &Server, name: &str, options: Options) -> Companion {
    let companion = Companion::start(options).await;
    companion.command(add(kind, server, name, true));
    connected(&companion).await;
    companion
}

async fn open(companion: &Companion, channel: &str) {
    companion.command(Command::OpenRoom { id: Some("1".into()), channel: Some(channel.into()) });
    seen(companion, |view| (!view.room.as_ref()?.loading).then_some(())).await;
}

fn say(companion: &Companion, text: &str) {
    companion.command(Command::SayInRoom { text: text.into(), reply_to: None });
}

async fn bound(options: ServerOptions) -> Server {
    // The port of the one before may be in use a little longer.
    for _ in 0..50 {
        match Server::bind(options.clone()).await {
            Ok(server) => return server,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    unreachable!("the port stays in use")
}
