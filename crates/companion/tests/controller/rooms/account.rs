//! Adding a server, signing in, and what is remembered.

use hearth_companion::contract::{
    Command, CommunityKind, CommunityRefusal, CommunityState, PersonStatus, SecretText,
};
use hearth_companion::controller::{Input, Output, PasswordWish, RoomsNews, RoomsWish};
use hearth_companion::secrets::Secret;
use hearth_gateway_client::chat::{Dialect, Event, Refusal, Request, Status};

use super::{PASSWORD, message, user};
use crate::desk::Desk;

fn wishes(desk: &mut Desk) -> Vec<RoomsWish> {
    let (wishes, others) = std::mem::take(&mut desk.asked)
        .into_iter()
        .partition::<Vec<_>, _>(|output| matches!(output, Output::Rooms(..)));
    desk.asked = others;
    let wish = |output| match output {
        Output::Rooms(_, wish) => Some(wish),
        _ => None,
    };
    wishes.into_iter().filter_map(wish).collect()
}

fn open(username: &str, password: PasswordWish) -> RoomsWish {
    let url = "http://127.0.0.1:8080".into();
    let (username, places) = (username.into(), Vec::new());
    RoomsWish::Open { dialect: Dialect::Together, url, places, username, password, register: false }
}

fn new(keep: bool) -> PasswordWish {
    PasswordWish::New { password: Secret::new(PASSWORD), keep }
}

#[test]
fn a_password_is_kept_only_when_asked_for_and_shows_nowhere() {
    for keep in [false, true] {
        let mut desk = Desk::new();
        desk.together("robin", keep);
        assert_eq!(wishes(&mut desk), [open("robin", new(keep))]);
        assert_eq!((desk.hall().state, desk.hall().has_secret), (CommunityState::Connecting, keep));
        desk.signed_in();
        let saved = desk.saved().unwrap();
        assert!(!serde_json::to_string(&saved).unwrap().contains(PASSWORD));
        assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains(PASSWORD));
        assert!(!format!("{:?}{:?}", open("robin", new(keep)), desk.told).contains(PASSWORD));

        let mut again = Desk::starting(|start| start.saved = saved);
        assert_eq!(wishes(&mut again), [open("robin", PasswordWish::Known { kept: keep })]);
    }
}

#[test]
fn who_did_not_keep_the_password_is_asked_for_it_and_types_it() {
    let mut desk = Desk::new();
    desk.together("robin", false);
    let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
    again.begun().put(Input::Rooms(1, RoomsNews::NoPassword));
    assert_eq!(again.hall().state, CommunityState::Refused { why: CommunityRefusal::SignInAgain });
    assert_eq!(again.notices(), ["community_refused"]);
    wishes(&mut again);
    let secret = Some(SecretText(PASSWORD.into()));
    again.command(Command::EditCommunity { id: "1".into(), name: None, secret, keep: Some(true) });
    assert_eq!(wishes(&mut again), [open("robin", new(true))]);
    again.signed_in();
    assert!(again.notices().is_empty() && again.hall().has_secret);
    // It is taken out of the keychain again, without being typed, and without a new session.
    again.command(Command::EditCommunity { id: "1".into(), name: None, secret: None, keep: Some(false) });
    assert_eq!(wishes(&mut again), [RoomsWish::Keep(false)]);
    assert!(!again.hall().has_secret);
}

#[test]
fn each_refusal_has_its_word_and_its_notice() {
    let words = String::new;
    for (why, wanted) in [
        (Refusal::WrongPassword, CommunityRefusal::WrongPassword),
        (Refusal::Taken, CommunityRefusal::NameTaken),
        (Refusal::BadName(words()), CommunityRefusal::BadName),
        (Refusal::Closed(words()), CommunityRefusal::RegistrationClosed),
        (Refusal::Suspended(words()), CommunityRefusal::Suspended),
        (Refusal::SignInAgain, CommunityRefusal::SignInAgain),
        (Refusal::Stranger, CommunityRefusal::Protocol),
    ] {
        let mut desk = Desk::new();
        desk.together("robin", false).hears(Event::Status(Status::Refused(why)));
        assert_eq!(desk.hall().state, CommunityState::Refused { why: wanted });
        assert_eq!(desk.notices(), ["community_refused"]);
        desk.signed_in();
        assert!(desk.notices().is_empty());
    }
}

#[test]
fn what_cannot_be_a_server_a_name_or_a_password_is_not_added() {
    let mut desk = Desk::new();
    let add = |url: &str, name: &str, secret: &str| Command::AddCommunity {
        kind: CommunityKind::Together,
        url: url.into(),
        name: name.into(),
        secret: Some(SecretText(secret.into())),
        register: true,
        keep: false,
    };
    for (command, code) in [
        (add("what is this", "robin", PASSWORD), "community_address"),
        (add("http://127.0.0.1:1", "me", PASSWORD), "community_name"),
        (add("http://127.0.0.1:1", "robin", "short"), "community_password"),
    ] {
        desk.command(command);
        assert!(desk.notices().contains(&code.to_owned()), "{code}");
    }
    assert!(desk.controller.view().community.gateways.is_empty() && wishes(&mut desk).is_empty());
    desk.together("robin", false).together("robin", false);
    assert_eq!(desk.controller.view().community.gateways.len(), 1);
    assert!(desk.notices().contains(&"community_known".to_owned()));
}

#[test]
fn gateways_of_both_kinds_stand_in_the_order_in_which_they_were_added() {
    let mut desk = Desk::new();
    let concierge = |name: &str| Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: "ws://127.0.0.1:64209".into(),
        name: name.into(),
        secret: None,
        register: false,
        keep: false,
    };
    desk.command(concierge("first")).together("second", false);
    desk.command(concierge("third"));
    let names = |desk: &Desk| -> Vec<(String, String)> {
        let gateways = desk.controller.view().community.gateways;
        gateways.into_iter().map(|gateway| (gateway.id, gateway.me)).collect()
    };
    let all = [("1", "first"), ("2", "second"), ("3", "third")].map(|(id, me)| (id.into(), me.into()));
    assert_eq!(names(&desk), all);
    let again = Desk::starting(|start| start.saved = desk.saved().unwrap());
    assert_eq!(names(&again), all);
    desk.command(Command::RemoveCommunity { id: "2".into() });
    assert_eq!(names(&desk), [all[0].clone(), all[2].clone()]);
    assert_eq!(wishes(&mut desk).last(), Some(&RoomsWish::Forget));
}

#[test]
fn off_ends_the_session_and_what_it_still_says_is_not_heard() {
    let mut desk = super::at_home();
    wishes(&mut desk);
    desk.command(Command::ConnectCommunity { id: "1".into(), on: false });
    assert_eq!(wishes(&mut desk), [RoomsWish::Close]);
    desk.hears(Event::Message(Box::new(message("late", "ada", 1)))).signed_in();
    assert_eq!(desk.hall().state, CommunityState::Off);
    assert!(desk.room().lines.is_empty());
    desk.command(Command::ConnectCommunity { id: "1".into(), on: true });
    assert_eq!(wishes(&mut desk), [open("robin", PasswordWish::Known { kept: false })]);
    let session_of_before = Status::Connected { user: Box::new(user("me")), latency: None };
    desk.hears(Event::Status(session_of_before));
    assert_eq!(desk.hall().state, CommunityState::Connecting);
    desk.begun();
    let waiting = Status::Waiting { retry_at: desk.now.instant };
    desk.hears(Event::Status(waiting)).command(Command::ConnectCommunity { id: "1".into(), on: true });
    assert_eq!(wishes(&mut desk), [RoomsWish::Ask(Request::Retry)]);
}

#[test]
fn another_account_has_nothing_of_the_one_before() {
    let mut desk = super::at_home();
    desk.hears(Event::Message(Box::new(message("one", "ada", 1))));
    let status = Command::SetCommunityStatus { id: "1".into(), status: PersonStatus::Dnd, text: "x".into() };
    desk.command(status);
    let secret = Some(SecretText("another horse".into()));
    desk.command(Command::EditCommunity { id: "1".into(), name: Some("sam".into()), secret, keep: None });
    let saved = &desk.saved().unwrap().community[0];
    assert!(saved.rooms.is_usual(), "{saved:?}");
    assert!(desk.halls_chat().servers.is_empty() && desk.controller.view().room.is_none());
}
