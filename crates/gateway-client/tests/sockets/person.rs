//! Somebody at a session with a chat server, whatever it speaks.

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway_client::together::{
    Channel, ChannelKind, ChatConfig, ChatHandle, Dialect, Event, Failure, Outcome, PresenceStatus, Refusal,
    Request, Room, Server, ServerKind, Signal, Status,
};
use tokio::sync::mpsc;

use crate::PATIENCE;

pub struct Person {
    pub handle: ChatHandle,
    pub events: mpsc::UnboundedReceiver<Event>,
    pub id: String,
    pub tickets: u64,
}

impl Person {
    pub fn sign_in(url: &str, name: &str, password: &str, register: bool) -> Self {
        Self::sign_in_as(Dialect::Together, url, name, password, register)
    }

    pub fn sign_in_as(dialect: Dialect, url: &str, name: &str, password: &str, register: bool) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let config = ChatConfig { dialect, url: url.to_owned(), channels: Vec::new(), seed: 1 };
        let handle = ChatHandle::spawn(config, Arc::new(Clock::new()), sender).unwrap();
        handle.request(Request::Connect { username: name.into(), password: password.into(), register });
        Self { handle, events, id: String::new(), tickets: 0 }
    }

    /// Somebody new.
    pub async fn at(url: &str, name: &str) -> Self {
        Self::at_as(Dialect::Together, url, name).await
    }

    pub async fn at_as(dialect: Dialect, url: &str, name: &str) -> Self {
        let mut person = Self::sign_in_as(dialect, url, name, "correct horse", true);
        person.ready().await;
        person
    }

    pub async fn until<T>(&mut self, what: &str, mut look: impl FnMut(&Event) -> Option<T>) -> T {
        let mut heard = Vec::new();
        let found = async {
            loop {
                let event = self.events.recv().await.expect("the session ended");
                if let Some(found) = look(&event) {
                    return found;
                }
                heard.push(event);
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("never: {what}; but {heard:#?}"))
    }

    pub async fn ready(&mut self) -> Vec<Server> {
        let (id, servers) = self
            .until("ready", |event| match event {
                Event::Ready { user, servers } => Some((user.id.clone(), servers.clone())),
                _ => None,
            })
            .await;
        self.id = id;
        servers
    }

    pub async fn refused(&mut self) -> Refusal {
        self.until("refused", |event| match event {
            Event::Status(Status::Refused(why)) => Some(why.clone()),
            _ => None,
        })
        .await
    }

    /// Asks for something, and waits for what comes of it.
    pub async fn ask(&mut self, request: impl FnOnce(u64) -> Request) -> Result<Outcome, Failure> {
        self.tickets += 1;
        let ticket = self.tickets;
        self.handle.request(request(ticket));
        self.until("an answer", |event| match event {
            Event::Done { ticket: of, outcome } if *of == ticket => Some(Ok(outcome.clone())),
            Event::Failed { ticket: of, why, .. } if *of == ticket => Some(Err(*why)),
            _ => None,
        })
        .await
    }

    pub async fn say(&mut self, channel: &str, content: &str) -> String {
        let (channel, content) = (channel.to_owned(), content.to_owned());
        match self.ask(|ticket| Request::Say { ticket, channel, content, reply_to: None }).await {
            Ok(Outcome::Said(id)) => id,
            other => panic!("not said: {other:?}"),
        }
    }

    /// Waits until somebody says this; its id and its author.
    pub async fn hear(&mut self, wanted: &str) -> (String, Option<String>) {
        self.until(wanted, |event| match event {
            Event::Message(message) if message.content == wanted => {
                Some((message.id.clone(), message.author.clone()))
            }
            _ => None,
        })
        .await
    }

    /// Contents of the newest messages, newest first.
    pub async fn page(&mut self, channel: &str) -> Vec<String> {
        self.tickets += 1;
        let ticket = self.tickets;
        self.handle.request(Request::Page { ticket, channel: channel.into(), before: None });
        self.until("a page", |event| match event {
            Event::Page { messages, .. } => {
                Some(messages.iter().map(|message| message.content.clone()).collect())
            }
            _ => None,
        })
        .await
    }

    /// A server with a text and a voice channel; the ids of all three.
    pub async fn club(&mut self) -> (String, String, String) {
        let made = self
            .ask(|ticket| Request::CreateServer { ticket, name: "Club".into(), kind: ServerKind::Usual })
            .await;
        let Ok(Outcome::ServerCreated(server)) = made else { panic!("{made:?}") };
        let mut channels = Vec::new();
        for kind in [ChannelKind::Text, ChannelKind::Voice] {
            let (server, name) = (server.id.clone(), format!("{kind:?}"));
            let made = self.ask(|ticket| Request::CreateChannel { ticket, server, name, kind }).await;
            let Ok(Outcome::ChannelCreated(channel)) = made else { panic!("{made:?}") };
            let Channel { id, .. } = *channel;
            channels.push(id);
        }
        let voice = channels.pop().unwrap();
        (server.id.clone(), channels.pop().unwrap(), voice)
    }

    /// A community that anybody finds; its id.
    pub async fn place(&mut self, name: &str) -> String {
        let name = name.to_owned();
        let made = self.ask(|ticket| Request::CreateServer { ticket, name, kind: ServerKind::Usual }).await;
        let Ok(Outcome::ServerCreated(server)) = made else { panic!("{made:?}") };
        server.id.clone()
    }

    /// What is said from now on, until so much was.
    pub async fn hear_all(&mut self, wanted: usize) -> Vec<(String, String)> {
        let mut heard = Vec::new();
        self.until("all of it", |event| {
            if let Event::Message(message) = event {
                heard.push((message.id.clone(), message.content.clone()));
            }
            (heard.len() == wanted).then_some(())
        })
        .await;
        heard
    }

    pub async fn join(&mut self, server: &str) {
        let id_or_code = server.to_owned();
        let joined = self.ask(|ticket| Request::JoinServer { ticket, id_or_code }).await;
        assert_eq!(joined, Ok(Outcome::Joined(Some(server.to_owned()))));
    }

    pub async fn until_server(
        &mut self,
        what: &str,
        mut look: impl FnMut(&[(String, PresenceStatus)], &[Room]) -> bool,
    ) {
        self.until(what, |event| match event {
            Event::Server { members, rooms, .. } => {
                let members: Vec<_> =
                    members.iter().map(|member| (member.username.clone(), member.presence.status)).collect();
                look(&members, rooms).then_some(())
            }
            _ => None,
        })
        .await;
    }

    pub async fn until_voice(&mut self, user: &str, channel: Option<&str>, muted: bool) {
        self.until("a voice state", |event| match event {
            Event::Voice(state)
                if state.user == user && state.channel.as_deref() == channel && state.muted == muted =>
            {
                Some(())
            }
            _ => None,
        })
        .await;
    }

    pub async fn until_presence(&mut self, user: &str, wanted: PresenceStatus) {
        self.until("a presence", |event| match event {
            Event::Presence { user: of, presence } if of == user && presence.status == wanted => Some(()),
            _ => None,
        })
        .await;
    }

    pub async fn until_signal(&mut self) -> (String, Signal) {
        self.until("a signal", |event| match event {
            Event::Signal { from, signal } => Some((from.clone(), signal.clone())),
            _ => None,
        })
        .await
    }
}
