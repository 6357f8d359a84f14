//! What the kinds of chat servers do otherwise than Together: what is offered, what is carried out, what is remembered.

use std::time::Duration;

use hearth_companion::contract::{
    AccountKind, ChatCan, ChatView, Command, CommunityContent, CommunityKind, CommunityRefusal,
    CommunityState, JoinBy, LineState, LongestLine, PersonStatus, SecretText,
};
use hearth_companion::controller::{Input, Output, PasswordWish, RoomsNews, RoomsWish};
use hearth_companion::secrets::Secret;
use hearth_gateway_client::chat::{
    Channel, Dialect, Event, Failure, Message, Outcome, Refusal, Request, Server, ServerKind, Status, User,
};

use super::{PASSWORD, member, message, user};
use crate::desk::Desk;

const TOKEN: &str = "canary-of-a-token";

fn add(kind: CommunityKind, secret: Option<&str>, keep: bool) -> Command {
    Command::AddCommunity {
        kind,
        url: "http://127.0.0.1:8080".into(),
        name: "robin".into(),
        secret: secret.map(|secret| SecretText(secret.into())),
        register: false,
        keep,
    }
}

fn edit(name: Option<&str>, secret: Option<&str>, keep: Option<bool>) -> Command {
    let secret = secret.map(|secret| SecretText(secret.into()));
    Command::EditCommunity { id: "1".into(), name: name.map(Into::into), secret, keep }
}

fn wishes(desk: &mut Desk) -> Vec<RoomsWish> {
    let wish = |output: &Output| match output {
        Output::Rooms(_, wish) => Some(wish.clone()),
        _ => None,
    };
    let wishes = desk.asked.iter().filter_map(wish).collect();
    desk.asked.retain(|output| !matches!(output, Output::Rooms(..)));
    wishes
}

/// What the last session was opened with: name, password, and whether the account is to be made.
fn opened(desk: &mut Desk) -> (String, PasswordWish, bool) {
    let open = |wish| match wish {
        RoomsWish::Open { username, password, register, .. } => Some((username, password, register)),
        _ => None,
    };
    wishes(desk).into_iter().rev().find_map(open).unwrap()
}

/// A room and its only channel.
fn room(id: &str) -> Server {
    Server { id: id.into(), name: format!("room {id}"), ..Server::default() }
}

fn connected(desk: &mut Desk, servers: &[&str]) {
    desk.begun();
    desk.hears(Event::Status(Status::Connected { user: Box::new(user("me")), latency: None }));
    let servers = servers.iter().map(|id| room(id)).collect();
    desk.hears(Event::Ready { user: Box::new(user("me")), servers });
}

/// Signed in to a server of this kind, with these rooms.
fn at(kind: CommunityKind, servers: &[&str]) -> Desk {
    let mut desk = Desk::new();
    let secret = (kind != CommunityKind::I386chat).then_some(PASSWORD);
    desk.command(add(kind, secret, false));
    connected(&mut desk, servers);
    desk
}

fn open(desk: &mut Desk, channel: &str) {
    desk.command(Command::OpenRoom { id: Some("1".into()), channel: Some(channel.into()) });
}

fn said(id: &str, channel: &str, author: &str) -> Event {
    Event::Message(Box::new(Message { channel: channel.into(), ..message(id, author, 1) }))
}

fn chat(desk: &Desk) -> ChatView {
    desk.hall().content.chat().unwrap().clone()
}

#[test]
fn each_kind_is_offered_with_how_one_is_let_in() {
    let desk = Desk::new();
    let kinds = desk.controller.view().community.kinds;
    let kinds: Vec<_> = kinds.into_iter().map(|offer| (offer.kind, offer.account)).collect();
    let all = [
        (CommunityKind::Together, AccountKind::Password),
        (CommunityKind::Emagine, AccountKind::Password),
        (CommunityKind::I386chat, AccountKind::Token),
        (CommunityKind::Concierge, AccountKind::Secret),
    ];
    assert_eq!(kinds, all);
    for (kind, account) in all.into_iter().filter(|(kind, _)| *kind != CommunityKind::Concierge) {
        let hall = at(kind, &[]).hall();
        assert_eq!(hall.account, account);
        let is = match hall.content {
            CommunityContent::Together(_) => CommunityKind::Together,
            CommunityContent::Emagine(_) => CommunityKind::Emagine,
            CommunityContent::I386chat(_) => CommunityKind::I386chat,
            CommunityContent::Concierge(_) => CommunityKind::Concierge,
        };
        assert_eq!(is, kind);
    }
}

#[test]
fn what_a_kind_cannot_do_is_told() {
    let together = ChatCan {
        edit: true,
        delete: true,
        reply: true,
        typing: true,
        status: true,
        voice: true,
        past: true,
        channels: true,
        many: true,
        streams: false,
        hidden: false,
        join: JoinBy::Code,
        line: LongestLine { characters: 4_000, bytes: None },
    };
    let plain =
        ChatCan { edit: false, reply: false, status: false, voice: false, channels: false, ..together };
    let emagine =
        ChatCan { delete: false, typing: false, streams: true, join: JoinBy::Number, ..plain.clone() };
    let i386chat = ChatCan {
        past: false,
        many: false,
        hidden: true,
        join: JoinBy::NumberOrName,
        line: LongestLine { characters: 4_000, bytes: Some(3_900) },
        ..plain
    };
    let can = |kind| chat(&at(kind, &[])).can;
    assert_eq!(can(CommunityKind::Emagine), emagine);
    assert_eq!(can(CommunityKind::I386chat), i386chat);
    assert!(can(CommunityKind::Together).edit && can(CommunityKind::Together).channels);
}

#[test]
fn what_a_kind_cannot_do_is_not_asked_of_its_server_either() {
    let mut desk = at(CommunityKind::Emagine, &["7"]);
    open(&mut desk, "7");
    desk.hears(said("mine", "7", "me"));
    let line = desk.room().lines.remove(0);
    assert!(line.mine && !line.may_edit && !line.may_delete);
    wishes(&mut desk);
    for command in [
        Command::EditLine { line: "mine".into(), text: "x".into() },
        Command::DeleteLine { line: "mine".into() },
        Command::Typing,
        Command::SetCommunityStatus { id: "1".into(), status: PersonStatus::Idle, text: "x".into() },
        Command::CreateChannel { id: "1".into(), server: "7".into(), name: "den".into(), voice: false },
    ] {
        desk.command(command);
    }
    assert_eq!(wishes(&mut desk), []);
    desk.command(Command::SayInRoom { text: "x".into(), reply_to: Some("mine".into()) });
    let wish = wishes(&mut desk).remove(0);
    assert!(matches!(wish, RoomsWish::Ask(Request::Say { reply_to: None, .. })), "{wish:?}");
}

#[test]
fn a_room_is_there_before_anybody_looked_into_it_and_counts_what_is_unread() {
    let mut desk = at(CommunityKind::Emagine, &["7", "8"]);
    let server = chat(&desk).servers.remove(1);
    assert_eq!((server.id.as_str(), server.name.as_str(), server.loaded), ("8", "room 8", false));
    assert_eq!((server.channels[0].id.as_str(), server.channels[0].name.as_str()), ("8", "room 8"));
    desk.hears(said("one", "8", "ada"));
    assert_eq!(chat(&desk).servers[1].unread, 1);
    assert!(desk.asked_of_rooms().is_empty(), "nobody looked into it");
    open(&mut desk, "8");
    let asked = desk.asked_of_rooms();
    assert!(matches!(asked[..], [Request::LoadServer { .. }, Request::Page { .. }]), "{asked:?}");
    // Its name is missing where only its number is known.
    let nameless = Channel { id: "8".into(), server: "8".into(), ..Channel::default() };
    let members = vec![member("me"), member("ada")];
    desk.hears(Event::Server { id: "8".into(), channels: vec![nameless], members, rooms: Vec::new() });
    let server = chat(&desk).servers.remove(1);
    assert_eq!((server.channels[0].name.as_str(), server.members.len()), ("room 8", 2));
}

#[test]
fn rooms_that_no_server_lists_are_remembered_with_their_names_until_they_are_left() {
    for kind in [CommunityKind::Emagine, CommunityKind::I386chat] {
        let mut desk = at(kind, &["7", "8"]);
        let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
        let places = wishes(&mut again).into_iter().find_map(|wish| match wish {
            RoomsWish::Open { places, .. } => Some(places),
            _ => None,
        });
        assert_eq!(places.unwrap(), ["7", "8"]);
        again.begun();
        let nameless = |id: &str| Server { id: id.into(), ..Server::default() };
        let servers = vec![nameless("7"), nameless("8"), nameless("9")];
        again.hears(Event::Ready { user: Box::new(user("me")), servers });
        let names: Vec<String> = chat(&again).servers.into_iter().map(|server| server.name).collect();
        assert_eq!(names, ["room 7", "room 8", "9"]);
        // Also by who made it.
        let own = Server { owner: Some("me".into()), ..room("7") };
        desk.hears(Event::Servers(vec![own]));
        let server = chat(&desk).servers.remove(0);
        assert!(server.mine && server.may_leave);
        desk.command(Command::LeaveServer { id: "1".into(), server: "7".into() });
        desk.hears(Event::Servers(Vec::new()));
        desk.pass(Duration::from_secs(20));
        assert_eq!(desk.saved().unwrap().community[0].rooms.places, []);
    }
}

#[test]
fn rooms_are_made_as_their_kind_has_them() {
    let make = |stream: Option<&str>, hidden| Command::CreateServer {
        id: "1".into(),
        name: "Den".into(),
        stream: stream.map(Into::into),
        hidden,
    };
    let made = |kind, command| {
        let mut desk = at(kind, &[]);
        desk.command(command);
        let kind = desk.asked_of_rooms().into_iter().find_map(|request| match request {
            Request::CreateServer { kind, .. } => Some(kind),
            _ => None,
        });
        (kind, desk.notices())
    };
    let url = "https://stream.example/live";
    let stream = Some(ServerKind::Stream { url: url.into() });
    assert_eq!(made(CommunityKind::Emagine, make(Some(url), true)), (stream, Vec::new()));
    assert_eq!(made(CommunityKind::Emagine, make(None, true)).0, Some(ServerKind::Usual));
    assert_eq!(made(CommunityKind::I386chat, make(Some(url), true)).0, Some(ServerKind::Hidden));
    assert_eq!(made(CommunityKind::I386chat, make(None, false)).0, Some(ServerKind::Usual));
    assert_eq!(made(CommunityKind::Together, make(Some(url), true)).0, Some(ServerKind::Usual));
    for wrong in ["", "stream.example", "javascript:alert(1)", "file:///etc/passwd"] {
        let (kind, notices) = made(CommunityKind::Emagine, make(Some(wrong), false));
        assert_eq!((kind, notices), (None, vec!["room_stream".to_owned()]), "{wrong}");
    }
}

#[test]
fn one_is_in_one_room_at_a_time_and_sees_which() {
    let mut desk = at(CommunityKind::I386chat, &["7", "8"]);
    assert_eq!(chat(&desk).here, None);
    desk.command(Command::JoinServer { id: "1".into(), code: " lounge ".into() });
    let asked = desk.asked_of_rooms();
    let Some(Request::JoinServer { ticket, id_or_code }) = asked.last() else { unreachable!("{asked:?}") };
    assert_eq!(id_or_code, "lounge");
    desk.hears(Event::Here(Some("8".into()))).done(*ticket, Outcome::Joined(Some("8".into())));
    assert_eq!(chat(&desk).here.as_deref(), Some("8"));
    // What is said elsewhere does not arrive.
    open(&mut desk, "7");
    desk.says("hello");
    let ticket = desk.said_last();
    desk.fails(ticket, Failure::Elsewhere);
    let line = desk.room().lines.remove(0);
    let LineState::Failed { why } = line.state else { unreachable!("{line:?}") };
    assert_eq!(why.english(), "Go into that room first.");
    desk.hears(Event::Status(Status::Waiting { retry_at: desk.now.instant }));
    assert_eq!(chat(&desk).here, None);
    // Together has no such thing.
    let mut desk = at(CommunityKind::Together, &["club"]);
    desk.hears(Event::Here(Some("club".into())));
    assert_eq!(chat(&desk).here, None);
}

#[test]
fn a_name_without_a_token_is_made_and_its_token_kept_only_when_asked_for() {
    for keep in [false, true] {
        let mut desk = Desk::new();
        desk.command(add(CommunityKind::I386chat, None, keep));
        assert_eq!(opened(&mut desk), ("robin".into(), PasswordWish::Told { keep }, true));
        assert_eq!(desk.hall().has_secret, keep);
        // Before the token came, another try makes the account; afterwards none does.
        desk.begun().hears(Event::Status(Status::Refused(Refusal::Stranger)));
        desk.command(Command::ConnectCommunity { id: "1".into(), on: true });
        assert_eq!(opened(&mut desk), ("robin".into(), PasswordWish::Told { keep }, true));
        desk.begun().put(Input::Rooms(1, RoomsNews::Registered));
        for on in [false, true] {
            desk.command(Command::ConnectCommunity { id: "1".into(), on });
        }
        assert_eq!(opened(&mut desk), ("robin".into(), PasswordWish::Known { kept: keep }, false));
        connected(&mut desk, &[]);
        // It is kept, or no longer, without a new session.
        desk.command(edit(None, None, Some(!keep)));
        assert_eq!(wishes(&mut desk), [RoomsWish::Keep(!keep)]);
        assert_eq!(desk.hall().has_secret, !keep);
        let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
        assert_eq!(opened(&mut again), ("me".into(), PasswordWish::Known { kept: !keep }, false));
    }
}

#[test]
fn a_token_that_there_is_lets_in_under_the_name_that_it_belongs_to() {
    let mut desk = Desk::new();
    desk.command(add(CommunityKind::I386chat, Some(TOKEN), true));
    let password = PasswordWish::New { password: Secret::new(TOKEN), keep: true };
    assert_eq!(opened(&mut desk), ("robin".into(), password, false));
    let sam = User { id: "12".into(), username: "sam".into(), avatar_url: None };
    desk.begun().hears(Event::Ready { user: Box::new(sam), servers: Vec::new() });
    desk.pass(Duration::from_secs(20));
    assert_eq!(desk.hall().me, "sam");
    let saved = serde_json::to_string(&desk.saved().unwrap()).unwrap();
    assert!(saved.contains("sam") && !saved.contains(TOKEN));
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains(TOKEN));
    assert!(!format!("{:?}", desk.told).contains(TOKEN));
}

#[test]
fn a_lost_token_is_said_plainly_and_another_name_or_the_token_helps() {
    let lost = || {
        let mut desk = Desk::new();
        desk.command(add(CommunityKind::I386chat, None, false));
        connected(&mut desk, &["7"]);
        desk.pass(Duration::from_secs(20));
        let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
        again.begun().put(Input::Rooms(1, RoomsNews::NoPassword));
        assert_eq!(again.hall().state, CommunityState::Refused { why: CommunityRefusal::SignInAgain });
        let notice = again.controller.view().notices.remove(0);
        assert!(notice.advice.english().contains("token was not kept"), "{notice:?}");
        wishes(&mut again);
        again
    };
    // The same name is not taken from anybody.
    let mut desk = lost();
    desk.command(Command::ConnectCommunity { id: "1".into(), on: true });
    assert_eq!(opened(&mut desk), ("me".into(), PasswordWish::Known { kept: false }, false));
    let mut desk = lost();
    desk.command(edit(Some("robin_2"), None, Some(true)));
    assert_eq!(opened(&mut desk), ("robin_2".into(), PasswordWish::Told { keep: true }, true));
    assert_eq!(desk.saved().unwrap().community[0].rooms.places, [], "somebody else's rooms");
    let mut desk = lost();
    desk.command(edit(None, Some(TOKEN), None));
    let password = PasswordWish::New { password: Secret::new(TOKEN), keep: false };
    assert_eq!(opened(&mut desk), ("me".into(), password, false));
    // A name that was taken is mended by another.
    desk.begun().hears(Event::Status(Status::Refused(Refusal::Taken)));
    assert_eq!(desk.hall().state, CommunityState::Refused { why: CommunityRefusal::NameTaken });
    desk.command(edit(Some("robin_3"), Some(""), None));
    assert_eq!(opened(&mut desk), ("robin_3".into(), PasswordWish::Told { keep: false }, true));
}

#[test]
fn what_cannot_be_an_account_of_a_kind_is_not_added() {
    let named = |kind, name: &str, secret| match add(kind, secret, false) {
        Command::AddCommunity { kind, url, secret, register, keep, .. } => {
            Command::AddCommunity { kind, url, name: name.into(), secret, register, keep }
        }
        other => other,
    };
    let long = "x".repeat(2_000);
    for (command, code) in [
        (add(CommunityKind::Emagine, None, false), "community_password"),
        (named(CommunityKind::Emagine, "me", Some(PASSWORD)), "community_name"),
        (named(CommunityKind::I386chat, "me", None), "community_name"),
        (named(CommunityKind::I386chat, "ro\u{7}bin", None), "community_name"),
        (add(CommunityKind::I386chat, Some(&long), false), "community_password"),
    ] {
        let mut desk = Desk::new();
        desk.command(command);
        assert_eq!(desk.notices(), [code]);
        assert!(desk.controller.view().community.gateways.is_empty() && wishes(&mut desk).is_empty());
    }
    // One name on one gateway, in each of its dialects.
    let mut desk = Desk::new();
    for kind in [CommunityKind::Together, CommunityKind::Emagine, CommunityKind::Together] {
        desk.command(add(kind, Some(PASSWORD), false));
    }
    desk.command(add(CommunityKind::I386chat, None, false));
    assert_eq!(desk.controller.view().community.gateways.len(), 3);
    assert_eq!(desk.notices(), ["community_known"]);
}

#[test]
fn a_text_that_is_too_long_for_the_kind_is_told_before_it_is_sent() {
    for (kind, letter, most) in [
        (CommunityKind::Emagine, "\"", 4_000),
        (CommunityKind::I386chat, "a", 3_900),
        (CommunityKind::I386chat, "\"", 1_950),
        (CommunityKind::I386chat, "🔥", 975),
    ] {
        let mut desk = at(kind, &["7"]);
        open(&mut desk, "7");
        wishes(&mut desk);
        desk.says(&letter.repeat(most + 1));
        assert_eq!((wishes(&mut desk), desk.notices()), (Vec::new(), vec!["room_line".to_owned()]));
        assert!(desk.room().lines.is_empty());
        desk.says(&letter.repeat(most));
        assert!(matches!(wishes(&mut desk)[..], [RoomsWish::Ask(Request::Say { .. })]), "{kind:?} {letter}");
        assert!(desk.notices().is_empty());
    }
}

#[test]
fn what_the_server_says_to_everybody_is_one_bounded_line() {
    let mut desk = at(CommunityKind::I386chat, &[]);
    for count in 0..5_000 {
        desk.hears(Event::Notice(format!("{count}\n\u{202E}{}", "x".repeat(4_000))));
    }
    let notice = chat(&desk).notice.unwrap();
    assert!(notice.starts_with("4999 xxx") && notice.chars().count() <= 300, "{notice}");
    desk.hears(Event::Status(Status::Waiting { retry_at: desk.now.instant }));
    assert_eq!(chat(&desk).notice, None);
}

#[test]
fn a_flood_of_rooms_is_bounded() {
    for kind in [CommunityKind::Emagine, CommunityKind::I386chat] {
        let mut desk = at(kind, &[]);
        let servers = (0..5_000).map(|id| room(&id.to_string())).collect();
        desk.hears(Event::Servers(servers));
        assert_eq!(chat(&desk).servers.len(), 200);
        assert!(desk.asked_of_rooms().len() <= 32);
        desk.pass(Duration::from_secs(20));
        let saved = &desk.saved().unwrap().community[0].rooms;
        assert!(saved.places.len() == 200 && saved.servers.len() <= 32);
    }
}

#[test]
fn nobody_is_told_how_one_is_seen_where_nobody_is() {
    for kind in [CommunityKind::Emagine, CommunityKind::I386chat] {
        let mut desk = at(kind, &["7"]);
        wishes(&mut desk);
        desk.command(Command::SetCommunityStatus {
            id: "1".into(),
            status: PersonStatus::Dnd,
            text: "x".into(),
        });
        assert_eq!(wishes(&mut desk), []);
        let saved = desk.saved();
        assert!(saved.is_none_or(|saved| saved.community[0].rooms.status == PersonStatus::Online));
    }
}

#[test]
fn the_session_is_of_the_kind() {
    for (kind, wanted) in [
        (CommunityKind::Together, Dialect::Together),
        (CommunityKind::Emagine, Dialect::Emagine),
        (CommunityKind::I386chat, Dialect::I386chat),
    ] {
        let mut desk = Desk::new();
        desk.command(add(kind, Some(PASSWORD), false));
        let wish = wishes(&mut desk).remove(0);
        assert!(matches!(wish, RoomsWish::Open { dialect, .. } if dialect == wanted), "{wish:?}");
    }
}
