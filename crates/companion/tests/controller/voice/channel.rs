//! The room of a channel: asked in, in, lost, in again.

use std::time::Duration;

use hearth_companion::contract::{Command, SoundState, VoiceLink, VoiceStage, VoiceTalk};
use hearth_companion::controller::{Held, Input, RoomsNews, VoiceWish};
use hearth_companion::shell::ShellEvent;
use hearth_gateway_client::chat::{Event, Failure, Request, Signal, Status, User};
use hearth_voice::device::DeviceError;
use hearth_voice::driver::{self, DeviceState, News};
use hearth_voice::{Event as Happened, Faults, Link, Talk, Wish};

use super::{failed, inside, leaves_channel, participants, same, talk, voice};
use crate::desk::Desk;

fn at_home() -> Desk {
    let mut desk = Desk::new();
    desk.together("robin", false).signed_in().loaded(&["ada", "bob"]);
    desk.asked_of_rooms();
    desk
}

#[test]
fn a_room_is_entered_only_after_the_gateway_has_said_so() {
    let mut desk = at_home();
    desk.hears(voice("ada", Some("talk")));
    assert!(desk.wished().is_empty(), "who looks opens nothing");
    desk.command(talk());
    assert_eq!(desk.asked_of_rooms(), [Request::JoinVoice { channel: "talk".into() }]);
    assert_eq!(desk.voice().stage, VoiceStage::Joining);
    desk.pass(Duration::from_secs(10));
    // Neither of somebody else nor of another room is the answer.
    desk.hears(voice("bob", Some("talk"))).hears(voice("me", Some("den")));
    assert!(desk.wished().is_empty());

    desk.is_in();
    let entering = desk.entered().unwrap();
    assert_eq!((entering.me.as_str(), entering.muted), ("me", false));
    // Who was there is told a moment later, with those whose joining was on its way.
    desk.hears(voice("eve", Some("talk")));
    assert!(desk.asked_of_room().is_empty());
    desk.pass(Duration::from_millis(200));
    same(&desk.asked_of_room(), &[participants(&["ada", "bob", "eve"])]);
    assert_eq!(desk.voice().stage, VoiceStage::In);
    desk.hears(voice("ada", None));
    same(&desk.asked_of_room(), &[participants(&["bob", "eve"])]);
    let people: Vec<String> = desk.voice().people.into_iter().map(|person| person.name).collect();
    assert_eq!(people, ["bob", ""], "only the gateway knows what strangers are called");
}

#[test]
fn what_others_signal_comes_to_the_room_and_what_the_room_signals_to_them() {
    let (mut desk, turn) = inside(&["ada"]);
    let signal = || Signal::description("offer", "v=0");
    let from = |id: &str| Event::Signal { from: id.into(), signal: signal() };
    desk.hears(from("ada"));
    same(&desk.asked_of_room(), &[driver::Request::Signal { from: "ada".into(), signal: signal() }]);
    desk.room_tells(turn, News::Signal { to: "ada".into(), signal: signal() });
    assert_eq!(desk.asked_of_rooms(), [Request::Signal { to: "ada".into(), signal: signal() }]);
    // Of a room of before.
    desk.room_tells(turn - 1, News::Signal { to: "ada".into(), signal: signal() });
    assert!(desk.asked_of_rooms().is_empty());

    // A flood costs its sender only.
    for _ in 0..5_000 {
        let news = RoomsNews::Told { event: Box::new(from("ada")), held: Held::default() };
        desk.controller.handle(desk.now, Input::Rooms(1, news));
    }
    desk.hears(from("bob"));
    let passed = desk.asked_of_room();
    assert!((50..150).contains(&passed.len()), "{}", passed.len());
    assert!(matches!(passed.last(), Some(driver::Request::Signal { from, .. }) if from == "bob"));
    desk.command(Command::LeaveVoice).wished();
    desk.hears(from("bob"));
    assert!(desk.wished().is_empty(), "outside of a room nobody listens");
}

#[test]
fn signals_wait_until_the_room_knows_who_is_there() {
    let mut desk = at_home();
    desk.command(talk()).is_in();
    desk.wished();
    let signal = || Signal::description("offer", "v=0");
    desk.hears(voice("ada", Some("talk"))).hears(Event::Signal { from: "ada".into(), signal: signal() });
    assert!(desk.asked_of_room().is_empty());
    desk.pass(Duration::from_millis(200));
    let first = [participants(&["ada"]), driver::Request::Signal { from: "ada".into(), signal: signal() }];
    same(&desk.asked_of_room(), &first);
}

#[test]
fn no_answer_and_a_refusal_are_told_and_joining_again_tries_again() {
    let mut desk = at_home();
    desk.command(talk()).pass(Duration::from_secs(15));
    assert!(failed(&desk) && leaves_channel(&mut desk));
    // It comes too late.
    desk.is_in();
    assert!(desk.entered().is_none());
    desk.command(talk());
    assert_eq!(desk.asked_of_rooms(), [Request::JoinVoice { channel: "talk".into() }]);
    let refused =
        |channel: &str, why| Event::VoiceFailed { channel: channel.into(), why, text: String::new() };
    desk.hears(refused("den", Failure::NotAllowed));
    assert_eq!(desk.voice().stage, VoiceStage::Joining);
    desk.hears(refused("talk", Failure::NotAllowed));
    assert!(failed(&desk));
    desk.command(Command::LeaveVoice);
    assert_eq!((desk.voice().stage, desk.voice().place), (VoiceStage::Off, None));
}

#[test]
fn there_is_no_room_in_a_channel_without_voice_and_none_without_a_connection() {
    let mut desk = at_home();
    for channel in ["den", "nowhere"] {
        let (id, server) = ("1".into(), "club".into());
        desk.command(Command::JoinVoice { id, server, channel: channel.into() });
        assert!(failed(&desk), "{channel}");
        assert!(desk.asked_of_rooms().iter().all(|request| !matches!(request, Request::JoinVoice { .. })));
    }
    desk.hears(Event::Status(Status::Connecting)).command(talk());
    assert!(failed(&desk) && desk.entered().is_none());
}

#[test]
fn one_is_in_one_room_at_a_time() {
    let (mut desk, turn) = inside(&["ada"]);
    desk.command(talk());
    assert!(desk.wished().is_empty() && desk.asked_of_rooms().is_empty(), "it is where one is already");
    let (id, server) = ("1".into(), "club".into());
    desk.command(Command::JoinVoice { id, server, channel: "den".into() });
    assert!(matches!(desk.wished().first(), Some(VoiceWish::Leave)));
    assert!(leaves_channel(&mut desk));
    desk.room_tells(turn, News::Microphone(DeviceState::Open("Horn".into())));
    assert_eq!(desk.voice().microphone, SoundState::Closed, "of a room of before");
}

#[test]
fn a_gateway_that_comes_back_is_asked_anew_and_one_that_does_not_closes_the_microphone() {
    let (mut desk, turn) = inside(&["ada"]);
    desk.command(Command::SetVoiceMuted { on: true }).asked_of_rooms();
    desk.hears(Event::Status(Status::Connecting));
    assert_eq!(desk.voice().stage, VoiceStage::Rejoining);
    assert!(desk.wished().iter().all(|wish| !matches!(wish, VoiceWish::Leave)), "they may still be heard");
    desk.pass(Duration::from_secs(20));
    desk.signed_in().loaded(&["ada"]);
    assert!(desk.asked_of_rooms().contains(&Request::JoinVoice { channel: "talk".into() }));
    desk.is_in();
    let again = desk.entered().unwrap();
    assert!(again.turn > turn && again.muted);
    let told = Request::SetVoice { channel: "talk".into(), self_mute: true, self_deaf: false };
    assert!(desk.asked_of_rooms().contains(&told), "the gateway forgot the mute");

    desk.hears(Event::Status(Status::Connecting)).pass(Duration::from_secs(29));
    assert_eq!(desk.voice().stage, VoiceStage::Rejoining);
    desk.pass(Duration::from_secs(2));
    assert!(failed(&desk));
    desk.is_silent("");
    // Nobody is brought back in who does not know of it.
    desk.signed_in().loaded(&["ada"]);
    assert!(desk.asked_of_rooms().iter().all(|request| !matches!(request, Request::JoinVoice { .. })));
}

#[test]
fn while_the_gateway_is_lost_the_microphone_is_open_for_those_only_who_hear_it() {
    let (mut desk, turn) = inside(&["ada"]);
    let link = |link| News::Event(Happened::Link { who: "ada".into(), link });
    let mute = |on| driver::Request::Wish(Wish::Mute(on));
    desk.room_tells(turn, link(Link::Direct)).hears(Event::Status(Status::Connecting));
    assert!(desk.asked_of_room().is_empty(), "they still hear each other");
    desk.room_tells(turn, link(Link::Lost));
    same(&desk.asked_of_room(), &[mute(true)]);
    assert!(!desk.voice().muted, "it is not the person who did it");
    desk.room_tells(turn, link(Link::Relayed));
    same(&desk.asked_of_room(), &[mute(false)]);
    // What the person does meanwhile holds after it.
    desk.room_tells(turn, link(Link::Lost)).command(Command::SetVoiceMuted { on: true });
    desk.command(Command::SetVoiceMuted { on: false });
    same(&desk.asked_of_room(), &[mute(true), mute(true), mute(true)]);
    desk.signed_in().loaded(&["ada"]).hears(voice("ada", Some("talk"))).is_in();
    assert!(!desk.entered().unwrap().muted);
}

#[test]
fn a_mute_closes_the_microphone_and_the_others_are_told_until_the_gateway_has_heard_it() {
    let (mut desk, _) = inside(&["ada"]);
    let told = |self_mute, self_deaf| Request::SetVoice { channel: "talk".into(), self_mute, self_deaf };
    desk.command(Command::SetVoiceMuted { on: true });
    same(&desk.asked_of_room(), &[driver::Request::Wish(Wish::Mute(true))]);
    assert_eq!(desk.asked_of_rooms(), [told(true, false)]);
    let too_many = Event::VoiceFailed { channel: "talk".into(), why: Failure::TooMany, text: String::new() };
    desk.hears(too_many);
    assert!(desk.asked_of_rooms().is_empty());
    desk.pass(Duration::from_secs(3));
    assert_eq!(desk.asked_of_rooms(), [told(true, false)]);
    desk.command(Command::SetVoiceDeafened { on: true });
    assert_eq!(desk.asked_of_rooms(), [told(true, true)]);
    desk.command(Command::SetVoiceMuted { on: false });
    assert!(desk.asked_of_rooms().is_empty(), "who hears nobody is not heard either");
    desk.command(Command::SetVoiceDeafened { on: false });
    assert_eq!(desk.asked_of_rooms(), [told(false, false)]);
    desk.pass(Duration::from_secs(60));
    assert!(desk.asked_of_rooms().is_empty());

    // It lasts from room to room.
    desk.command(Command::SetVoiceMuted { on: true }).command(Command::LeaveVoice).wished();
    desk.command(talk()).is_in();
    assert!(desk.entered().unwrap().muted);
}

#[test]
fn what_the_room_tells_of_people_and_devices_is_shown() {
    let (mut desk, turn) = inside(&["ada", "bob"]);
    let tell = |desk: &mut Desk, happened| {
        desk.room_tells(turn, News::Event(happened));
    };
    tell(&mut desk, Happened::Link { who: "ada".into(), link: Link::Relayed });
    tell(&mut desk, Happened::Lossy { who: "ada".into(), percent: Some(12) });
    tell(&mut desk, Happened::Speaking { who: Some("bob".into()), speaking: true });
    tell(&mut desk, Happened::Speaking { who: None, speaking: true });
    tell(&mut desk, Happened::Crowded { who: vec!["bob".into()] });
    tell(&mut desk, Happened::Link { who: "nobody".into(), link: Link::Direct });
    desk.command(Command::SetVoiceVolume { person: "bob".into(), percent: 255 });
    let voice = desk.voice();
    let [ada, bob] = &voice.people[..] else { panic!("{:?}", voice.people) };
    assert_eq!((ada.link, ada.lossy_percent, ada.volume), (VoiceLink::Relayed, Some(12), 100));
    assert_eq!((bob.link, bob.speaking, bob.volume), (VoiceLink::Connecting, true, 200));
    assert!(voice.speaking && voice.crowded == ["bob"] && !voice.servers_fail);
    let faults = Faults { servers: 1, ..Faults::default() };
    desk.room_tells(turn, News::State { people: Vec::new(), faults });
    assert!(desk.voice().servers_fail);
    assert_eq!(voice.microphone, SoundState::Open { name: "Horn".into() });
    desk.room_tells(turn, News::Microphone(DeviceState::Failed(DeviceError::Gone)));
    assert!(matches!(desk.voice().microphone, SoundState::Failed { .. }));
    let wish = |who: &str, volume| driver::Request::Wish(Wish::Volume { who: who.into(), volume });
    same(&desk.asked_of_room(), &[wish("bob", 2.0)]);
    // How loud somebody is stays so.
    desk.command(Command::LeaveVoice).wished();
    desk.command(talk()).is_in();
    same(&desk.asked_of_room()[..1], &[wish("bob", 2.0)]);
}

#[test]
fn who_has_another_name_there_now_is_not_brought_back() {
    let (mut desk, _) = inside(&["ada"]);
    let name = Some(String::from("sparrow"));
    desk.command(Command::EditCommunity { id: "1".into(), name, secret: None, keep: None });
    desk.is_silent("");
    desk.put(Input::Rooms(1, RoomsNews::Begun));
    let user = Box::new(User { id: "you".into(), username: "sparrow".into(), avatar_url: None });
    desk.hears(Event::Status(Status::Connected { user, latency: None }));
    assert_eq!(desk.voice().stage, VoiceStage::Off);
}

#[test]
fn the_key_to_talk_is_let_go_when_the_window_is_not_in_front() {
    let (mut desk, _) = inside(&["ada"]);
    desk.attached().command(Command::HoldToTalk { held: true });
    assert!(desk.asked_of_room().is_empty(), "it is not asked for in the settings");
    let mut settings = desk.controller.view().settings;
    settings.voice.push_to_talk = true;
    desk.command(Command::SetSettings { settings });
    let talks = |held| driver::Request::Wish(Wish::Talk(Talk::Push { held }));
    same(&desk.asked_of_room(), &[talks(false)]);
    desk.command(Command::HoldToTalk { held: true });
    same(&desk.asked_of_room(), &[talks(true)]);
    assert_eq!(desk.voice().talk, VoiceTalk::Push { held: true });
    desk.command(Command::HoldToTalk { held: true });
    assert!(desk.asked_of_room().is_empty());
    desk.put(Input::Shell(ShellEvent::Focused(false)));
    same(&desk.asked_of_room(), &[talks(false)]);
    // And it is not held in the next room.
    desk.command(Command::HoldToTalk { held: true }).command(Command::LeaveVoice);
    desk.command(Command::HoldToTalk { held: true }).command(talk()).is_in();
    assert_eq!(desk.entered().unwrap().talk, Talk::Push { held: false });
}
