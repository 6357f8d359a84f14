//! Links are held for those who look, and for what must not be let go.

use std::time::Duration;

use hearth_companion::contract::{Command, LinkView};
use hearth_companion::controller::{FaceId, Input, Look};
use hearth_gateway_client::group::{self, GroupPhase};
use puffco::device::{Phase, Request};
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use crate::desk::{Desk, ember, storm};
use crate::edits::idle;

const WINDOW: FaceId = FaceId(1);
const BROWSER: FaceId = FaceId(2);

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), idle()).linked(&storm(), idle());
    desk
}

fn look(desk: &mut Desk, face: FaceId, visible: bool, device: Option<DeviceId>) {
    desk.put(Input::Look(face, Some(Look { visible, device })));
}

#[test]
fn without_any_face_the_device_in_use_is_looked_at_and_others_are_not() {
    let desk = desk();
    assert_eq!(desk.watched(&ember()), Some(true));
    assert_eq!(desk.watched(&storm()), None);
}

#[test]
fn the_device_in_use_is_let_go_when_every_face_is_hidden() {
    let mut desk = desk();
    look(&mut desk, WINDOW, true, None);
    look(&mut desk, BROWSER, false, None);
    assert_eq!(desk.watched(&ember()), Some(true), "one of two is visible");
    look(&mut desk, WINDOW, false, None);
    assert_eq!(desk.watched(&ember()), Some(false));
    desk.phase(&ember(), Phase::Resting);
    assert_eq!(desk.device(&ember()).link, LinkView::Resting);
    look(&mut desk, BROWSER, true, None);
    assert_eq!(desk.watched(&ember()), Some(true));
}

#[test]
fn a_face_that_is_gone_has_no_say() {
    let mut desk = desk();
    look(&mut desk, BROWSER, false, None);
    assert_eq!(desk.watched(&ember()), Some(false));
    desk.put(Input::Look(BROWSER, None));
    assert_eq!(desk.watched(&ember()), Some(true), "a kiosk without faces keeps its device");
}

#[test]
fn a_device_whose_page_is_shown_is_looked_at_and_read_whole() {
    let mut desk = desk();
    desk.requested(&storm());
    desk.command(Command::Look { visible: true, device: Some(storm().0) });
    assert_eq!(desk.watched(&storm()), Some(true));
    let reads = |desk: &mut Desk| {
        desk.requested(&storm()).into_iter().filter(|(_, request)| *request == Request::ReadAll).count()
    };
    assert_eq!(reads(&mut desk), 1);
    desk.pass(Duration::from_secs(30));
    assert_eq!(reads(&mut desk), 0, "not all the time");
    desk.pass(Duration::from_secs(40));
    assert_eq!(reads(&mut desk), 1);
    desk.command(Command::Look { visible: true, device: None });
    assert_eq!(desk.watched(&storm()), Some(false));
    desk.pass(Duration::from_secs(120));
    assert_eq!(reads(&mut desk), 0);
}

#[test]
fn nobody_has_to_look_in_a_group() {
    let mut desk = desk();
    desk.connected().in_group(GroupPhase::Chilling);
    assert_eq!((desk.watched(&ember()), desk.held(&ember())), (Some(true), Some(true)));
    look(&mut desk, WINDOW, false, None);
    assert_eq!((desk.watched(&ember()), desk.held(&ember())), (Some(false), Some(true)));
    assert_eq!(desk.held(&storm()), None, "it is not the one in use");
    desk.put(Input::Gateway(group::Event::Group(None)));
    assert_eq!(desk.held(&ember()), Some(false));
}

#[test]
fn a_device_that_heats_or_lets_choose_is_held_whoever_looks() {
    for operating in [OperatingState::TEMP_SELECT, OperatingState::PREHEAT, OperatingState::FADE] {
        let mut desk = desk();
        look(&mut desk, WINDOW, false, None);
        for id in [ember(), storm()] {
            let mut state = idle();
            state.operating = Some(operating);
            desk.tells(&id, state);
            assert_eq!(desk.watched(&id), Some(true), "{operating:?}");
            desk.tells(&id, idle());
            assert_eq!(desk.watched(&id), Some(false), "{operating:?}");
        }
    }
}
