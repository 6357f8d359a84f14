//! Every end closes the microphone, and nothing that comes after it opens it again.

use std::time::Duration;

use hearth_companion::contract::Command;
use hearth_companion::controller::{FaceId, Input, Look, RoomsNews, VoiceNews};
use hearth_gateway_client::chat::{Event, Failure, Refusal, Status};
use hearth_gateway_client::group;
use hearth_voice::driver::News;

use super::{inside, voice};
use crate::desk::Desk;

type End = fn(&mut Desk, u64);

#[test]
fn every_end_of_a_room_of_a_channel_closes_the_microphone() {
    let ends: [(&str, End); 10] = [
        ("leaving", |desk, _| {
            desk.command(Command::LeaveVoice);
        }),
        ("signing out", |desk, _| {
            desk.command(Command::ConnectCommunity { id: "1".into(), on: false });
        }),
        ("forgetting the server", |desk, _| {
            desk.command(Command::RemoveCommunity { id: "1".into() });
        }),
        ("the end of the program", |desk, _| {
            desk.put(Input::Shutdown);
        }),
        ("a room that breaks", |desk, turn| {
            desk.put(Input::Voice(VoiceNews::Broke { turn }));
        }),
        ("a room that there cannot be", |desk, turn| {
            desk.room_tells(turn, News::Failed("no codec".into()));
        }),
        ("joining elsewhere with another program", |desk, _| {
            desk.hears(voice("me", Some("den")));
        }),
        ("leaving with another program", |desk, _| {
            desk.hears(voice("me", None));
        }),
        ("a server that knows nothing of it", |desk, _| {
            let why = Failure::NotFound;
            desk.hears(Event::VoiceFailed { channel: "talk".into(), why, text: String::new() });
        }),
        ("a server that will not have us", |desk, _| {
            desk.hears(Event::Status(Status::Refused(Refusal::Suspended(String::new()))));
        }),
    ];
    for (what, end) in ends {
        let (mut desk, turn) = inside(&["ada"]);
        end(&mut desk, turn);
        desk.is_silent(what);
        // What was on its way opens nothing.
        desk.hears(voice("me", Some("talk")));
        desk.put(Input::Rooms(1, RoomsNews::Missed));
        assert!(desk.entered().is_none(), "{what}");
    }
}

#[test]
fn a_group_that_ends_is_nothing_to_a_room_of_a_channel() {
    let (mut desk, _) = inside(&["ada"]);
    desk.in_group(group::GroupPhase::Chilling).put(Input::Gateway(group::Event::Kicked));
    assert!(desk.wished().is_empty());
}

#[test]
fn without_a_face_that_shows_it_voice_ends_unless_one_is_there_again() {
    let (mut desk, _) = inside(&["ada"]);
    let (page, again) = (FaceId(1), FaceId(2));
    desk.put(Input::Look(page, Some(Look::default())));
    desk.put(Input::Look(page, None)).pass(Duration::from_secs(9));
    // It was loaded anew, and then only hidden.
    desk.put(Input::Look(again, Some(Look { visible: false, device: None }))).pass(Duration::from_secs(60));
    assert!(desk.wished().is_empty());
    desk.put(Input::Look(again, None)).put(Input::Look(FaceId::OVERLAY, Some(Look::default())));
    desk.pass(Duration::from_secs(11));
    desk.is_silent("the last page is closed");

    // A window has a tray, and is there also when it is hidden.
    let (mut desk, _) = inside(&["ada"]);
    desk.attached().put(Input::Look(page, Some(Look::default())));
    desk.put(Input::Look(page, None)).pass(Duration::from_secs(60));
    assert!(desk.wished().is_empty());
}
