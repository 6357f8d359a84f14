//! How this person is seen.

use hearth_companion::contract::{Command, PersonStatus, Settings};
use hearth_gateway_client::chat::{Event, Presence, PresenceStatus, Request, Server};
use hearth_gateway_client::group::GroupPhase;
use puffco::state::{DeviceState, OperatingState};

use super::at_home;
use crate::desk::{Desk, ember};

fn at(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), ..DeviceState::default() }
}

fn shown(desk: &mut Desk) -> Vec<(PresenceStatus, Option<String>)> {
    let presence = |request| match request {
        Request::Presence(Presence { status, custom_status }) => Some((status, custom_status)),
        _ => None,
    };
    desk.asked_of_rooms().into_iter().filter_map(presence).collect()
}

fn is_seen(desk: &mut Desk, status: PersonStatus, text: &str) {
    desk.command(Command::SetCommunityStatus { id: "1".into(), status, text: text.into() });
}

fn sharing(on: bool) -> Command {
    Command::SetSettings { settings: Settings { share_activity: on, ..Settings::default() } }
}

#[test]
fn an_own_status_is_told_remembered_and_told_again_to_a_new_session() {
    let mut desk = at_home();
    assert!(shown(&mut desk).is_empty(), "nothing is said of who said nothing");
    is_seen(&mut desk, PersonStatus::Idle, " lunch\n");
    assert_eq!(shown(&mut desk), [(PresenceStatus::Idle, Some("lunch".into()))]);
    let chat = desk.halls_chat();
    assert_eq!((chat.status, chat.custom_status.as_deref()), (PersonStatus::Idle, Some("lunch")));
    let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
    assert_eq!(shown(&mut again), [(PresenceStatus::Idle, Some("lunch".into()))]);
}

#[test]
fn what_this_person_does_is_told_only_where_they_want_it_and_taken_back_after() {
    for on in [false, true] {
        let mut desk = at_home();
        desk.command(sharing(on)).linked(&ember(), at(OperatingState::IDLE));
        is_seen(&mut desk, PersonStatus::Online, "reading");
        shown(&mut desk);
        desk.connected().in_group(GroupPhase::Chilling);
        assert!(shown(&mut desk).is_empty(), "a group that chills is no sesh");
        desk.in_group(GroupPhase::Seshing);
        let in_sesh = [(PresenceStatus::Online, Some("In a sesh".to_owned()))];
        let reading = (PresenceStatus::Online, Some("reading".to_owned()));
        if !on {
            assert!(shown(&mut desk).is_empty());
            continue;
        }
        assert_eq!(shown(&mut desk), in_sesh);
        desk.in_group(GroupPhase::Chilling);
        assert_eq!(shown(&mut desk), std::slice::from_ref(&reading));
        desk.tells(&ember(), at(OperatingState::PREHEAT));
        assert_eq!(shown(&mut desk), [(PresenceStatus::Dnd, Some("reading".to_owned()))]);
        desk.tells(&ember(), at(OperatingState::IDLE));
        assert_eq!(shown(&mut desk), [reading]);
        // Who is unseen stays so.
        is_seen(&mut desk, PersonStatus::Offline, "");
        shown(&mut desk);
        desk.tells(&ember(), at(OperatingState::PREHEAT)).in_group(GroupPhase::Seshing);
        assert!(shown(&mut desk).is_empty());
    }
}

#[test]
fn the_community_of_the_group_has_its_name() {
    let mut desk = at_home();
    let sesh = Server {
        id: "club".into(),
        name: "sesh abc123".into(),
        sesh: Some("abc123".into()),
        ..Server::default()
    };
    desk.hears(Event::Servers(vec![sesh]));
    assert_eq!(desk.club().name, "sesh abc123");
    desk.connected().in_group(GroupPhase::Chilling);
    desk.settle();
    assert_eq!((desk.club().name.as_str(), desk.club().sesh.as_deref()), ("Test", Some("abc123")));
}
