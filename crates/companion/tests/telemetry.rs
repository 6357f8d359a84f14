//! What a device tells its followers, when, and what is made of what others say.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::contract::{Activity, Stage, StageView};
use hearth_companion::telemetry::{
    Answer, Asked, CommandId, DeviceNow, Doing, GroupNow, Pace, Payload, Refusal, SeshEvent, SeshFollower,
    State, TelemetryCommand, parse, read, service_name, write,
};
use serde_json::{Value, json};

fn state(activity: Doing, temperature: f32) -> State {
    State {
        device: DeviceNow {
            name: "Ember".into(),
            model: "Peak Pro Pearl".into(),
            activity,
            temperature: Some(temperature),
            target: Some(260.0),
            battery: Some(81),
            charging: false,
            profile: Some("Smooth".into()),
            led: Some("#ff7722".into()),
        },
        group: None,
    }
}

/// What is told over a time in which the chamber is read every 80 ms.
fn told_over(pace: &mut Pace, now: &mut Now, time: Duration, activity: Doing) -> (usize, usize) {
    let end = now.later(time);
    let (mut full, mut small, mut celsius) = (0, 0, 30.0);
    while now.instant < end.instant {
        celsius += 1.0;
        match pace.look(now.instant, &state(activity, celsius)) {
            Some(Payload::State(_)) => full += 1,
            Some(Payload::Temperature(_)) => small += 1,
            Some(other) => unreachable!("{other:?}"),
            None => {}
        }
        *now = now.later(Duration::from_millis(80));
    }
    (full, small)
}

#[test]
fn what_it_does_is_told_at_once_and_the_temperature_four_times_a_second_in_a_heat_only() {
    let mut now = Clock::new().now();
    let mut pace = Pace::default();
    assert!(matches!(pace.look(now.instant, &state(Doing::Idle, 25.0)), Some(Payload::State(_))));
    assert_eq!(pace.look(now.instant, &state(Doing::Idle, 25.0)), None);
    for doing in [Doing::Selecting, Doing::Preheat, Doing::Idle] {
        assert!(matches!(pace.look(now.instant, &state(doing, 25.0)), Some(Payload::State(_))), "{doing:?}");
    }
    let (full, small) = told_over(&mut pace, &mut now, Duration::from_secs(9), Doing::Idle);
    assert_eq!((full, small), (0, 0), "a cold chamber is worth no message");
    let (full, small) = told_over(&mut pace, &mut now, Duration::from_secs(60), Doing::Preheat);
    assert!((6..=8).contains(&full), "{full}");
    assert!((150..=240).contains(&small), "{small}");
}

#[test]
fn everything_is_told_every_ten_seconds_and_to_who_comes_after_a_pause() {
    let now = Clock::new().now();
    let mut pace = Pace::default();
    let state = state(Doing::Idle, 25.0);
    assert!(pace.look(now.instant, &state).is_some());
    let due = pace.due().unwrap();
    assert_eq!(due, now.instant + Duration::from_secs(10));
    assert!(matches!(pace.look(due, &state), Some(Payload::State(_))));
    assert_eq!(pace.look(due, &state), None);
    pace.rest();
    assert_eq!(pace.due(), None);
    assert!(matches!(pace.look(due, &state), Some(Payload::State(_))));
}

#[test]
fn a_light_that_runs_through_its_colours_is_told_four_times_a_second() {
    let mut now = Clock::new().now();
    let mut pace = Pace::default();
    let mut told = 0;
    for step in 0..100_u32 {
        let mut state = state(Doing::Idle, 25.0);
        state.device.led = Some(format!("#0000{:02x}", step));
        told += usize::from(pace.look(now.instant, &state).is_some());
        now = now.later(Duration::from_millis(20));
    }
    assert!((6..=9).contains(&told), "{told}");
    assert!(pace.due().unwrap() <= now.instant + Duration::from_millis(250), "the last colour is told, too");
}

#[test]
fn a_message_is_what_the_documentation_says() {
    let documented = include_str!("../../../docs/telemetry.md");
    let examples: Vec<Value> = documented
        .split("```json")
        .skip(1)
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect();
    let mut full = state(Doing::Preheat, 182.4);
    full.group = Some(GroupNow { name: "Friday".into(), stage: Stage::Seshing });
    let temperature =
        hearth_companion::telemetry::Temperature { temperature: Some(183.1), target: Some(260.0) };
    let answer = Answer::new(Some(CommandId::Number(8)), Err(Refusal::HeatNotAllowed));
    let sesh = [
        SeshEvent::Inquiry,
        SeshEvent::Ready { ready: 1, counted: 3, me: true },
        SeshEvent::Countdown { start_at: 1_767_225_603_000, devices: 3, me: true },
        SeshEvent::Heating { started_at: 1_767_225_603_000, devices: 3 },
        SeshEvent::Ended { skew_ms: Some(84) },
    ];
    let mut written = vec![Payload::State(full), Payload::Temperature(temperature)];
    written.extend(sesh.map(Payload::Sesh));
    written.push(Payload::Answer(Answer::new(Some(CommandId::Number(7)), Ok(()))));
    written.push(Payload::Answer(answer));
    for payload in written {
        let message: Value = serde_json::from_str(&write(1_767_225_600_000, &payload)).unwrap();
        assert!(examples.contains(&message), "{message} is not among {examples:#?}");
        assert_eq!(read(&message.to_string()).unwrap().payload, Some(payload));
    }
    let commands = examples.iter().filter(|example| example.get("command").is_some());
    let mut count = 0;
    for command in commands {
        assert!(parse(&command.to_string()).unwrap().is_some(), "{command}");
        count += 1;
    }
    assert_eq!(count, 4, "each command has an example");
}

#[test]
fn commands_are_understood_and_everything_else_is_refused_in_words() {
    let asked = parse(r#"{"hearth":1,"command":"stop","id":"a"}"#).unwrap().unwrap();
    assert_eq!(asked, Asked { id: Some(CommandId::Text("a".into())), command: TelemetryCommand::Stop });
    assert_eq!(parse(r#"{"command":"heat","hearth":1}"#).unwrap().unwrap().id, None);
    let long = format!(r#"{{"hearth":1,"command":"stop","pad":"{}"}}"#, "x".repeat(2_000));
    let deep = "[".repeat(1_000);
    for (data, why) in [
        (long.as_str(), Refusal::TooLong),
        ("", Refusal::Malformed),
        ("\"stop\"", Refusal::Malformed),
        ("{}", Refusal::Malformed),
        (deep.as_str(), Refusal::Malformed),
        (r#"{"hearth":1}"#, Refusal::Malformed),
        (r#"{"hearth":"1","command":"stop"}"#, Refusal::Malformed),
        (r#"{"hearth":1,"command":7}"#, Refusal::Malformed),
        (r#"{"hearth":1,"command":"stop","id":[1]}"#, Refusal::Malformed),
        (r#"{"hearth":1,"command":"stop","id":-1}"#, Refusal::Malformed),
        (r#"{"hearth":2,"command":"stop"}"#, Refusal::Version),
        (r#"{"hearth":1.5,"command":"stop"}"#, Refusal::Version),
        (r#"{"hearth":1,"command":"Heat"}"#, Refusal::Unknown),
        (r#"{"hearth":1,"command":"boost"}"#, Refusal::Unknown),
    ] {
        assert_eq!(parse(data).unwrap_err().why, why, "{data}");
    }
    let bad = parse(r#"{"hearth":1,"command":"boost","id":9}"#).unwrap_err();
    assert_eq!(bad.id, Some(CommandId::Number(9)), "the answer finds who asked");
    assert!(
        write(0, &Payload::Answer(Answer::new(bad.id, Err(bad.why))))
            .contains("inquire, ready, stop and heat")
    );
}

#[test]
fn two_programs_do_not_answer_each_others_answers() {
    let answer = write(0, &Payload::Answer(Answer::new(None, Err(Refusal::Unknown))));
    assert_eq!(parse(&answer), Ok(None));
    assert_eq!(parse(&write(0, &Payload::State(state(Doing::Idle, 20.0)))), Ok(None));
}

#[test]
fn what_others_tell_is_bounded_before_it_is_shown() {
    let mut known = None;
    let told = json!({
        "hearth": 1, "sent_at": 1_000, "type": "state",
        "device": {
            "name": format!("Em\nber {}", "x".repeat(200)), "model": "", "activity": "dancing",
            "temperature": 4000.0, "target": -400.0, "battery": 250, "charging": true, "led": "url(x)",
        },
        "group": { "name": "Friday", "stage": "seshing" },
    });
    let reading = read(&told.to_string()).unwrap();
    assert_eq!(reading.latency_ms(1_250), Some(250));
    assert_eq!(reading.latency_ms(9_000_000_000), None, "clocks that are hours apart");
    reading.follow(&mut known);
    let known = known.unwrap();
    assert!(known.name.starts_with("Ember x") && known.name.chars().count() == 64);
    assert_eq!((known.celsius, known.target_celsius, known.battery, known.colour), (None, None, None, None));
    assert_eq!((known.activity, known.stage), (Activity::Unknown, Some(Stage::Seshing)));
    for other in ["7", "{}", r#"{"hearth":2,"type":"state"}"#, "{\"hearth\":1", &"9".repeat(9_000)] {
        assert_eq!(read(other), None, "{other}");
    }
    let newer = read(r#"{"hearth":1,"type":"dance"}"#).unwrap();
    assert_eq!(newer.payload, None, "something that newer versions say");
}

#[test]
fn the_name_of_a_service_has_nothing_in_it_that_real_servers_do_not_understand() {
    assert_eq!(service_name("Ember", 1), "hearth.Ember");
    assert_eq!(service_name("Ember", 2), "hearth.Ember 2");
    assert_eq!(service_name("My \"old\\ \u{7}Ember", 1), "hearth.My 'old/ Ember");
}

fn view(stage: Stage) -> StageView {
    StageView {
        stage,
        ready: 0,
        counted: 3,
        me_ready: false,
        asked_by: None,
        start_at: None,
        armed: false,
        devices: 0,
        since: None,
        skew_ms: None,
        last_ended_at: None,
        last_sesh: None,
    }
}

#[test]
fn a_sesh_is_told_step_by_step() {
    let mut follower = SeshFollower::default();
    assert_eq!(follower.look(&view(Stage::Chilling)), []);
    assert_eq!(follower.look(&view(Stage::Awaiting)), [SeshEvent::Inquiry]);
    let ready = StageView { ready: 1, me_ready: true, ..view(Stage::Awaiting) };
    assert_eq!(follower.look(&ready), [SeshEvent::Ready { ready: 1, counted: 3, me: true }]);
    assert_eq!(follower.look(&ready), []);
    let countdown = StageView { start_at: Some(5_000.0), devices: 2, armed: true, ..view(Stage::Countdown) };
    let told = [SeshEvent::Countdown { start_at: 5_000, devices: 2, me: true }];
    assert_eq!(follower.look(&countdown), told);
    let running = StageView { since: Some(5_000.0), devices: 2, ..view(Stage::Seshing) };
    assert_eq!(follower.look(&running), [SeshEvent::Heating { started_at: 5_000, devices: 2 }]);
    let over = StageView { skew_ms: Some(84), last_ended_at: Some(9.0), ..view(Stage::Chilling) };
    assert_eq!(follower.look(&over), [SeshEvent::Ended { skew_ms: Some(84) }]);
    assert_eq!(follower.look(&over), []);
}

#[test]
fn a_sesh_that_ran_before_is_no_news() {
    let mut follower = SeshFollower::default();
    let over = StageView { last_ended_at: Some(9.0), ..view(Stage::Chilling) };
    assert_eq!(follower.look(&over), []);
    assert_eq!(follower.look(&view(Stage::Alone)), [], "and leaving is none either");
}
