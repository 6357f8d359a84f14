//! What others ask of a shared device.

use std::time::Duration;

use hearth_companion::contract::{Command, NoticeKind, Permission};
use hearth_companion::controller::{CommunityNews, Heard, HeardAs, Held, Output};
use hearth_companion::shell::{NotifyKind, Request as ShellRequest};
use hearth_gateway_client::group::{GroupPhase, Request as GroupRequest};
use puffco::device::{self as machine, Phase};
use puffco::state::OperatingState;

use super::{SERVICE, at, sharing};
use crate::desk::{Desk, ember, member, storm};

const COMMANDS: [&str; 4] = ["heat", "ready", "inquire", "stop"];

/// What Ember was asked for.
fn asked(desk: &mut Desk) -> Vec<machine::Request> {
    desk.requested(&ember()).into_iter().map(|(_, request)| request).collect()
}

fn code(desk: &mut Desk, who: &str, command: &str) -> String {
    desk.pass(Duration::from_secs(5));
    let answer = desk.asks(who, command);
    assert_eq!((answer["hearth"].as_u64(), &answer["id"]), (Some(1), &"x".into()));
    assert_eq!(answer["ok"].as_bool(), Some(answer["code"].is_null()), "{answer}");
    assert_eq!(answer["why"].is_null(), answer["code"].is_null(), "{answer}");
    answer["code"].as_str().unwrap_or("done").to_owned()
}

#[test]
fn nobody_may_anything_until_they_are_allowed_and_exactly_they() {
    let mut desk = sharing(Some("s"));
    desk.connected().in_group(GroupPhase::Chilling);
    desk.command(Command::HeatNow);
    asked(&mut desk);
    desk.allow("Deck", Some(Permission::Heat)).allow("deck_", Some(Permission::Heat));
    for who in ["deck", "stranger"] {
        for command in COMMANDS {
            assert_eq!(code(&mut desk, who, command), "not_allowed");
        }
    }
    assert_eq!(asked(&mut desk), []);
    assert!(!desk.requests().contains(&GroupRequest::Inquire));
    desk.allow("deck", Some(Permission::Take));
    assert_eq!(code(&mut desk, "deck", "stop"), "done");
    assert_eq!(code(&mut desk, "stranger", "stop"), "not_allowed");
    desk.allow("deck", None);
    assert_eq!(code(&mut desk, "deck", "stop"), "not_allowed", "and not any more");
}

#[test]
fn a_heat_needs_exactly_that_permission_and_is_done_once() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Take));
    assert_eq!(code(&mut desk, "deck", "heat"), "heat_not_allowed");
    assert_eq!(asked(&mut desk), []);
    desk.allow("deck", Some(Permission::Heat));
    assert_eq!(code(&mut desk, "deck", "heat"), "done");
    let requests = asked(&mut desk);
    let [machine::Request::Heat { deadline, .. }] = requests[..] else { unreachable!("{requests:?}") };
    assert!(deadline <= desk.now.instant + Duration::from_millis(1500));
    assert_eq!(code(&mut desk, "deck", "heat"), "heats", "it is under way");
    desk.tells(&ember(), at(OperatingState::PREHEAT));
    assert_eq!(code(&mut desk, "deck", "heat"), "heats");
    assert_eq!(asked(&mut desk), []);
}

#[test]
fn a_heat_by_command_is_told_and_can_be_stopped_by_this_person_and_by_every_allowed_name() {
    let mut desk = sharing(Some("s"));
    desk.attached();
    desk.allow("deck", Some(Permission::Heat)).allow("stranger", Some(Permission::Take));
    assert_eq!(code(&mut desk, "deck", "heat"), "done");
    let notice = desk.controller.view().notices.into_iter().find(|notice| notice.code == "community_heat");
    let notice = notice.unwrap();
    assert_eq!(notice.kind, NoticeKind::Warning);
    assert_eq!(notice.title, "deck started Peak ble:ember");
    let notified = |request: &ShellRequest| {
        matches!(request, ShellRequest::Notify(news) if news.kind == NotifyKind::Heated
            && news.title == "deck started Peak ble:ember")
    };
    assert!(desk.shell_asked().iter().any(notified));
    desk.command(Command::StopHeat);
    assert!(asked(&mut desk).contains(&machine::Request::Abort));
    desk.tells(&ember(), at(OperatingState::PREHEAT));
    assert_eq!(code(&mut desk, "stranger", "stop"), "done");
    assert_eq!(asked(&mut desk), [machine::Request::Abort]);
    desk.tells(&ember(), at(OperatingState::FADE)).tells(&ember(), at(OperatingState::IDLE));
    assert!(!desk.notices().contains(&"community_heat".to_owned()), "it is over");
}

#[test]
fn a_heat_by_command_is_for_a_linked_and_waking_device_in_use_only() {
    for (phase, why) in [
        (Phase::Idle, "not_connected"),
        (Phase::Away, "not_connected"),
        (Phase::SettingUp { attempt: 1, step: machine::SetupStep::Connect }, "not_connected"),
    ] {
        let mut desk = sharing(Some("s"));
        desk.allow("deck", Some(Permission::Heat)).phase(&ember(), phase);
        for command in ["heat", "ready"] {
            assert_eq!(code(&mut desk, "deck", command), why);
        }
        assert_eq!(asked(&mut desk), []);
    }
    for operating in [OperatingState::SLEEP, OperatingState::MASTER_OFF] {
        let mut desk = sharing(Some("s"));
        desk.allow("deck", Some(Permission::Heat)).tells(&ember(), at(operating));
        for command in ["heat", "ready"] {
            assert_eq!(code(&mut desk, "deck", command), "asleep");
        }
        assert_eq!(asked(&mut desk), []);
    }
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat)).linked(&storm(), at(OperatingState::IDLE));
    desk.command(Command::UseDevice { id: storm().0 });
    desk.requested(&storm());
    for command in ["heat", "ready"] {
        assert_eq!(code(&mut desk, "deck", command), "not_in_use");
    }
    assert!(asked(&mut desk).is_empty() && desk.requested(&storm()).is_empty());
}

#[test]
fn who_may_not_heat_cannot_bring_a_heat_about_by_asking_and_being_ready() {
    let awaits = |desk: &mut Desk, phase| {
        desk.in_group_with(phase, vec![member("b", Some("Mika"))]);
    };
    // Asks first.
    let mut desk = sharing(Some("s"));
    desk.connected();
    desk.allow("deck", Some(Permission::Take)).allow("stranger", Some(Permission::Take));
    awaits(&mut desk, GroupPhase::Chilling);
    assert_eq!(code(&mut desk, "deck", "ready"), "needs_heat", "nobody asked");
    assert_eq!(code(&mut desk, "deck", "inquire"), "done");
    awaits(&mut desk, GroupPhase::Awaiting);
    for who in ["deck", "stranger"] {
        desk.pass(Duration::from_secs(60));
        assert_eq!(code(&mut desk, who, "ready"), "needs_heat", "together they would be one");
    }
    assert_eq!(asked(&mut desk), []);
    // Somebody else asked.
    awaits(&mut desk, GroupPhase::Chilling);
    assert_eq!(code(&mut desk, "deck", "ready"), "needs_heat", "nobody asks any more");
    desk.pass(Duration::from_secs(60));
    awaits(&mut desk, GroupPhase::Awaiting);
    assert_eq!(code(&mut desk, "deck", "ready"), "done");
    assert_eq!(asked(&mut desk), [machine::Request::TempSelectBegin]);
    // And then asks, while the device is ready yet.
    desk.tells(&ember(), at(OperatingState::TEMP_SELECT));
    awaits(&mut desk, GroupPhase::Chilling);
    desk.asked.clear();
    for who in ["deck", "stranger"] {
        assert_eq!(code(&mut desk, who, "inquire"), "needs_heat");
    }
    assert_eq!(desk.requests(), []);
    // Who may heat may.
    desk.tells(&ember(), at(OperatingState::IDLE)).allow("deck", Some(Permission::Heat));
    assert_eq!(code(&mut desk, "deck", "inquire"), "done");
    awaits(&mut desk, GroupPhase::Awaiting);
    assert_eq!(code(&mut desk, "deck", "ready"), "done");
}

#[test]
fn who_is_away_does_not_get_ready_by_a_command() {
    let mut desk = sharing(Some("s"));
    desk.connected().allow("deck", Some(Permission::Heat)).in_group(GroupPhase::Awaiting);
    desk.command(Command::SetAway { away: true });
    assert_eq!(code(&mut desk, "deck", "ready"), "away");
    assert_eq!(asked(&mut desk), []);
}

#[test]
fn asking_needs_a_group_that_chills() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Take));
    assert_eq!(code(&mut desk, "deck", "inquire"), "no_group");
    assert_eq!(code(&mut desk, "deck", "ready"), "no_group");
    desk.connected().in_group(GroupPhase::Awaiting);
    assert_eq!(code(&mut desk, "deck", "inquire"), "not_now");
    assert!(!desk.requests().contains(&GroupRequest::Inquire));
    desk.in_group(GroupPhase::Chilling);
    assert_eq!(code(&mut desk, "deck", "inquire"), "done");
    assert!(desk.requests().contains(&GroupRequest::Inquire));
    assert!(desk.notices().contains(&"community_inquire".to_owned()));
}

#[test]
fn a_stop_in_the_countdown_takes_this_person_out_of_it() {
    use hearth_companion::controller::Input;
    use hearth_gateway_client::group::Event;

    let mut desk = sharing(Some("s"));
    desk.connected().allow("deck", Some(Permission::Take)).in_group(GroupPhase::Awaiting);
    desk.tells(&ember(), at(OperatingState::TEMP_SELECT)).in_group(GroupPhase::Seshing);
    let start_at = Some(desk.now.instant + Duration::from_secs(8));
    desk.put(Input::Gateway(Event::StartHeating { by: None, excluded: false, start_at }));
    assert!(desk.controller.view().stage.armed);
    assert_eq!(code(&mut desk, "deck", "stop"), "done");
    assert!(!desk.controller.view().stage.armed);
    desk.pass(Duration::from_secs(40));
    assert!(!asked(&mut desk).iter().any(|request| matches!(request, machine::Request::Heat { .. })));
}

#[test]
fn a_stop_reaches_a_shared_device_that_is_not_in_use() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Take)).linked(&storm(), at(OperatingState::IDLE));
    desk.command(Command::UseDevice { id: storm().0 });
    desk.requested(&storm());
    asked(&mut desk);
    assert_eq!(code(&mut desk, "deck", "stop"), "done");
    assert_eq!(asked(&mut desk), [], "nothing heats");
    assert!(!desk.notices().contains(&"community_stop".to_owned()), "and nothing is told");
    desk.tells(&ember(), at(OperatingState::ACTIVE));
    assert_eq!(code(&mut desk, "deck", "stop"), "done");
    assert_eq!(asked(&mut desk), [machine::Request::Abort]);
    assert_eq!(desk.requested(&storm()), [], "and that one only");
    assert!(desk.notices().contains(&"community_stop".to_owned()));
}

#[test]
fn what_is_no_command_is_answered_in_words_and_nothing_else_happens() {
    let long = format!(r#"{{"hearth":1,"command":"heat","pad":"{}"}}"#, "x".repeat(4_000));
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat));
    for (data, code) in [
        (long.as_str(), "too_long"),
        ("heat", "malformed"),
        (r#"{"hearth":1,"command":["heat"]}"#, "malformed"),
        (r#"{"hearth":2,"command":"heat"}"#, "version"),
        (r#"{"hearth":1,"command":"heat "}"#, "unknown_command"),
    ] {
        for who in ["deck", "stranger"] {
            desk.pass(Duration::from_secs(5));
            desk.sent();
            desk.sends(who, data);
            let answers = desk.answers_to(who);
            assert_eq!(answers.len(), 1, "{data}");
            assert_eq!(answers[0]["code"], code);
            assert!(answers[0]["why"].as_str().unwrap().len() > 10);
        }
    }
    assert_eq!(asked(&mut desk), []);
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn a_message_that_was_cut_is_no_command_whatever_its_beginning_says() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat)).sent();
    desk.news(CommunityNews::Heard(Heard {
        uuid: "deck".into(),
        from: "deck".into(),
        heard_as: HeardAs::Owner { service: SERVICE.into() },
        text: r#"{"hearth":1,"command":"heat"}"#.into(),
        bytes: 1 << 20,
        count: 1,
        held: Held::default(),
    }));
    assert_eq!(desk.answers_to("deck")[0]["code"], "too_long");
    assert_eq!(asked(&mut desk), []);
}

#[test]
fn what_comes_in_another_way_is_no_command() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat)).sent();
    let heat = r#"{"hearth":1,"command":"heat"}"#;
    for heard_as in [
        HeardAs::Person,
        HeardAs::Follower { service: SERVICE.into() },
        HeardAs::Owner { service: "hearth.Other".into() },
    ] {
        desk.news(CommunityNews::Heard(Heard {
            uuid: "deck".into(),
            from: "deck".into(),
            heard_as,
            text: heat.into(),
            bytes: heat.len(),
            count: 1,
            held: Held::default(),
        }));
    }
    desk.command(Command::ShareTelemetry { id: "1".into(), on: false });
    desk.sends("deck", heat);
    assert_eq!(asked(&mut desk), []);
    assert!(desk.answers_to("deck").is_empty());
}

#[test]
fn who_asks_too_often_is_told_once_a_second_and_a_stop_gets_through() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat));
    desk.command(Command::HeatNow);
    desk.tells(&ember(), at(OperatingState::PREHEAT));
    asked(&mut desk);
    desk.sent();
    for _ in 0..200 {
        desk.sends("deck", r#"{"hearth":1,"command":"ready"}"#);
        desk.sends("stranger", r#"{"hearth":1,"command":"stop"}"#);
    }
    // That took 20 s of the desk's time.
    for who in ["deck", "stranger"] {
        let answers = desk.answers_to(who).len();
        assert!(answers < 80, "{who}: {answers}");
    }
    desk.sent();
    desk.sends("deck", r#"{"hearth":1,"command":"stop"}"#);
    assert_eq!(asked(&mut desk), [machine::Request::Abort]);
}

#[test]
fn heats_on_a_gateway_without_a_secret_are_warned_of() {
    let mut desk = sharing(None);
    desk.allow("deck", Some(Permission::Take));
    assert_eq!(desk.notices(), <[&str; 0]>::default());
    desk.allow("deck", Some(Permission::Heat));
    assert_eq!(desk.notices(), ["community_open_heat"]);
    desk.allow("deck", Some(Permission::Take));
    assert_eq!(desk.notices(), <[&str; 0]>::default(), "it holds no more");
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat));
    assert_eq!(desk.notices(), <[&str; 0]>::default());
    let secret = Some(hearth_companion::contract::SecretText(String::new()));
    desk.command(Command::EditCommunity { id: "1".into(), name: None, secret, keep: None });
    assert_eq!(desk.notices(), ["community_open_heat"], "the secret was taken away");
}

#[test]
fn a_gateway_that_was_left_asks_nothing_any_more() {
    let mut desk = sharing(Some("s"));
    desk.allow("deck", Some(Permission::Heat));
    desk.command(Command::ConnectCommunity { id: "1".into(), on: false });
    desk.sends("deck", r#"{"hearth":1,"command":"heat"}"#);
    desk.command(Command::RemoveCommunity { id: "1".into() });
    desk.sends("deck", r#"{"hearth":1,"command":"heat"}"#);
    assert_eq!(asked(&mut desk), []);
    assert!(!desk.asked.iter().any(|output| matches!(output, Output::PressButton(_))));
}
