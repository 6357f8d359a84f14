//! Takes part in a community gateway without a person: adds it; on a concierge, shares the devices and follows services;
//! on a chat server, goes into rooms.

use std::time::Duration;

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::contract::{
    ChatServer, ChatView, Command, CommunityContent, CommunityGateway, CommunityKind, CommunityState,
    CommunityView, Event, SecretText,
};

/// A gateway that is not there after this long will not be added: its address or the name is none.
const ADDED_WITHIN: Duration = Duration::from_secs(10);

/// A community gateway to take part in.
pub struct Community {
    /// What it is.
    pub kind: CommunityKind,
    /// Its address.
    pub url: String,
    /// The name to have there.
    pub name: String,
    /// Its secret; of a chat server the password or the token.
    pub secret: Option<String>,
    /// Make the account first.
    pub register: bool,
    /// Keep the password or the token.
    pub keep: bool,
    /// Services to follow, or rooms to go into; the first is looked at.
    pub follow: Vec<String>,
}

impl Community {
    /// Connects to the gateway, and says there what is to be shared and followed.
    pub async fn join(self, companion: Companion) {
        let (url, name) = (self.url.clone(), self.name.clone());
        match tokio::time::timeout(ADDED_WITHIN, self.added(&companion)).await {
            Ok(Some(id)) if self.kind == CommunityKind::Concierge => self.take_part(&companion, &id),
            Ok(Some(id)) => self.go_in(&companion, &id).await,
            Ok(None) => {}
            Err(_) => tracing::error!(%url, %name, "this community gateway cannot be used under this name"),
        }
    }

    /// What names the gateway in commands; `None` when the program ends first.
    async fn added(&self, companion: &Companion) -> Option<String> {
        let mut events = companion.subscribe();
        let mut asked = false;
        while let Some(event) = events.next().await {
            let community = match event {
                Event::View { view } => view.community,
                Event::Community { community } => community,
                _ => continue,
            };
            let known = self.find(&community).map(|gateway| gateway.id.clone());
            match (known, asked) {
                (Some(id), true) => return Some(id),
                (Some(id), false) => {
                    let secret = self.secret.clone().map(SecretText);
                    companion.command(Command::EditCommunity {
                        id: id.clone(),
                        name: None,
                        secret,
                        keep: None,
                    });
                    return Some(id);
                }
                (None, true) => {}
                (None, false) => {
                    asked = true;
                    companion.command(Command::AddCommunity {
                        kind: self.kind,
                        url: self.url.clone(),
                        name: self.name.clone(),
                        secret: self.secret.clone().map(SecretText),
                        register: self.register,
                        keep: self.keep,
                    });
                }
            }
        }
        None
    }

    fn find<'a>(&self, community: &'a CommunityView) -> Option<&'a CommunityGateway> {
        community
            .gateways
            .iter()
            .filter(|gateway| kind(&gateway.content) == self.kind)
            .find(|gateway| gateway.url == self.url.trim() && gateway.me == self.name.trim())
    }

    fn take_part(&self, companion: &Companion, id: &str) {
        let id = id.to_owned();
        companion.command(Command::ShareTelemetry { id: id.clone(), on: true });
        for service in &self.follow {
            let (id, service) = (id.clone(), service.clone());
            companion.command(Command::FollowService { id, service, on: true });
        }
        if let Some(service) = self.follow.first().cloned() {
            companion.command(Command::LookAtService { id: Some(id), service: Some(service) });
        }
    }

    /// Goes into the rooms of a chat server, and opens the first, as soon as each can be.
    async fn go_in(&self, companion: &Companion, id: &str) {
        let mut events = companion.subscribe();
        let mut asked = Vec::new();
        let mut opening = false;
        while let Some(event) = events.next().await {
            let community = match event {
                Event::View { view } => view.community,
                Event::Community { community } => community,
                _ => continue,
            };
            let Some(gateway) = community.gateways.iter().find(|gateway| gateway.id == id) else { continue };
            let Some(chat) = gateway.content.chat() else { return };
            if !matches!(gateway.state, CommunityState::Connected { .. }) {
                continue;
            }
            let follow = self.follow.iter().take(if chat.can.many { usize::MAX } else { 1 });
            for code in follow {
                if there(chat, code).is_none() && !asked.contains(code) {
                    asked.push(code.clone());
                    companion.command(Command::JoinServer { id: id.to_owned(), code: code.clone() });
                }
            }
            let Some(first) = self.follow.first().and_then(|code| there(chat, code)) else { continue };
            match first.channels.first().filter(|_| first.loaded) {
                Some(channel) => {
                    let (id, channel) = (Some(id.to_owned()), Some(channel.id.clone()));
                    return companion.command(Command::OpenRoom { id, channel });
                }
                None if !opening => {
                    opening = true;
                    let (id, server) = (id.to_owned(), first.id.clone());
                    companion.command(Command::OpenServer { id, server });
                }
                None => {}
            }
        }
    }
}

/// A community that we are in, by its id, its code or its name.
fn there<'a>(chat: &'a ChatView, code: &str) -> Option<&'a ChatServer> {
    let code = code.trim();
    let is_it = |server: &&ChatServer| {
        server.id == code || server.sesh.as_deref() == Some(code) || server.name == code
    };
    let is_here = |server: &&ChatServer| chat.can.many || chat.here.as_ref() == Some(&server.id);
    chat.servers.iter().filter(is_here).find(is_it)
}

const fn kind(content: &CommunityContent) -> CommunityKind {
    match content {
        CommunityContent::Concierge(_) => CommunityKind::Concierge,
        CommunityContent::Together(_) => CommunityKind::Together,
        CommunityContent::Emagine(_) => CommunityKind::Emagine,
        CommunityContent::I386chat(_) => CommunityKind::I386chat,
    }
}
