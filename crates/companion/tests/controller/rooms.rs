//! Chat servers: what is shown of them, what is asked of them, and what comes of it, in virtual time.

mod account;
mod activity;
mod kinds;
mod lines;
mod reading;

use hearth_companion::contract::{
    ChatChannel, ChatServer, ChatView, Command, CommunityContent, CommunityGateway, CommunityKind, LineState,
    RoomView, SecretText,
};
use hearth_companion::controller::{Held, Input, Output, RoomsNews, RoomsWish};
use hearth_gateway_client::chat::{
    Channel, ChannelKind, Event, Failure, Member, Message, Outcome, Presence, PresenceStatus, Request, Room,
    Server, Status, User,
};

use crate::desk::Desk;

const PASSWORD: &str = "canary-of-together";

fn user(id: &str) -> User {
    User { id: id.into(), username: id.into(), avatar_url: None }
}

fn member(id: &str) -> Member {
    let presence = Presence { status: PresenceStatus::Online, custom_status: None };
    Member { user: id.into(), username: id.into(), presence, ..Member::default() }
}

fn channel(id: &str) -> Channel {
    Channel { id: id.into(), server: "club".into(), name: id.into(), ..Channel::default() }
}

/// The second of a day at which it was said.
fn message(id: &str, author: &str, second: u32) -> Message {
    Message {
        id: id.into(),
        channel: "den".into(),
        author: Some(author.into()),
        content: format!("text of {id}"),
        created_at: format!("2100-01-01T00:{:02}:{:02}Z", second / 60, second % 60),
        ..Message::default()
    }
}

impl Desk {
    pub fn together(&mut self, name: &str, keep: bool) -> &mut Self {
        self.command(Command::AddCommunity {
            kind: CommunityKind::Together,
            url: "http://127.0.0.1:8080".into(),
            name: name.into(),
            secret: Some(SecretText(PASSWORD.into())),
            register: false,
            keep,
        })
        .begun()
    }

    /// The session that was asked for begins.
    pub fn begun(&mut self) -> &mut Self {
        self.put(Input::Rooms(1, RoomsNews::Begun))
    }

    pub fn hears(&mut self, event: Event) -> &mut Self {
        self.put(Input::Rooms(1, RoomsNews::Told { event: Box::new(event), held: Held::default() }))
    }

    pub fn signed_in(&mut self) -> &mut Self {
        let servers = vec![Server { id: "club".into(), name: "Club".into(), ..Server::default() }];
        self.begun();
        self.hears(Event::Status(Status::Connected { user: Box::new(user("me")), latency: None }));
        self.hears(Event::Ready { user: Box::new(user("me")), servers })
    }

    /// Everything of the community: a channel, a voice channel, and these members beside this person.
    pub fn loaded(&mut self, others: &[&str]) -> &mut Self {
        let talk = Channel { kind: ChannelKind::Voice, ..channel("talk") };
        self.hears(Event::Server {
            id: "club".into(),
            channels: vec![channel("den"), channel("attic"), talk],
            members: ["me"].iter().chain(others).map(|id| member(id)).collect(),
            rooms: vec![Room { channel: "talk".into(), voices: Vec::new() }],
        })
    }

    /// With the channel `den` open, in which this was said; newest first.
    fn reads(&mut self, page: Vec<Message>, more: bool) -> &mut Self {
        self.command(Command::OpenRoom { id: Some("1".into()), channel: Some("den".into()) });
        self.page(page, more)
    }

    /// Answers the page that was asked for last.
    fn page(&mut self, page: Vec<Message>, more: bool) -> &mut Self {
        let asked = self.requested_of_rooms().into_iter().rev().find_map(|request| match request {
            Request::Page { ticket, channel, .. } => Some((ticket, channel)),
            _ => None,
        });
        let (ticket, channel) = asked.unwrap();
        self.hears(Event::Page { ticket, channel, messages: page, more })
    }

    fn says(&mut self, text: &str) -> &mut Self {
        self.command(Command::SayInRoom { text: text.into(), reply_to: None })
    }

    /// What was asked of the session since the last look.
    pub fn asked_of_rooms(&mut self) -> Vec<Request> {
        let requests = self.requested_of_rooms();
        self.asked.retain(|output| !matches!(output, Output::Rooms(_, RoomsWish::Ask(_))));
        requests
    }

    fn requested_of_rooms(&self) -> Vec<Request> {
        let request = |output: &Output| match output {
            Output::Rooms(_, RoomsWish::Ask(request)) => Some(request.clone()),
            _ => None,
        };
        self.asked.iter().filter_map(request).collect()
    }

    /// The ticket of what was said last.
    fn said_last(&self) -> u64 {
        let ticket = |request| match request {
            Request::Say { ticket, .. } => Some(ticket),
            _ => None,
        };
        self.requested_of_rooms().into_iter().rev().find_map(ticket).unwrap()
    }

    fn fails(&mut self, ticket: u64, why: Failure) -> &mut Self {
        self.hears(Event::Failed { ticket, why, text: String::new() })
    }

    fn done(&mut self, ticket: u64, outcome: Outcome) -> &mut Self {
        self.hears(Event::Done { ticket, outcome })
    }

    fn hall(&self) -> CommunityGateway {
        self.controller.view().community.gateways.remove(0)
    }

    fn halls_chat(&self) -> ChatView {
        let CommunityContent::Together(chat) = self.hall().content else { unreachable!() };
        chat
    }

    fn club(&self) -> ChatServer {
        self.halls_chat().servers.remove(0)
    }

    fn den(&self) -> ChatChannel {
        self.club().channels.remove(0)
    }

    fn room(&self) -> RoomView {
        self.controller.view().room.unwrap()
    }

    /// The lines of the open room: text, and a letter for what became of it.
    fn lines(&self) -> Vec<String> {
        let letter = |state: &LineState| match state {
            LineState::Said => "said",
            LineState::Sending => "sending",
            LineState::Failed { .. } => "failed",
        };
        self.room().lines.iter().map(|line| format!("{} {}", line.text, letter(&line.state))).collect()
    }
}

/// A desk that is signed in and has read the empty channel `den`.
fn at_home() -> Desk {
    let mut desk = Desk::new();
    desk.together("robin", false).signed_in().loaded(&["ada"]);
    desk.reads(Vec::new(), false);
    desk
}
