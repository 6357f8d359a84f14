//! Changes of a device: written one value after the other, read back, taken back, refused in words.

use std::time::Duration;

use hearth_companion::contract::{
    Activity, Command, DeviceChange, EditPart, EditState, EditView, LightPattern, LightView, ProfileChanges,
    Said, Settings, Unit,
};
use puffco::device::{Obstacle, Phase, Request, RequestError, RequestId, SetupStep};
use puffco::generation::{Generation, LedApi};
use puffco::light::Light;
use puffco::link::DeviceId;
use puffco::setting::{Setting, Slot};
use puffco::state::{Chamber, DeviceState, OperatingState, Profile, Rgb};

use crate::desk::{Desk, ember, storm};

pub fn idle() -> DeviceState {
    let profile = |slot: u8| Profile {
        slot,
        name: format!("Profile {slot}"),
        celsius: 260.0,
        seconds: 45.0,
        light: Some(Light::steady(Rgb(0xff, 0x7a, 0x2e))),
        intensity: Some(0.5),
        boost_celsius: Some(5.0),
        boost_seconds: Some(15.0),
    };
    DeviceState {
        generation: Some(Generation::Lorax),
        lights: Some(LedApi::Records),
        operating: Some(OperatingState::IDLE),
        name: Some("Ember".into()),
        profiles: (0..4).map(profile).collect(),
        brightness: Some([255; 4]),
        stealth: Some(false),
        lantern_remaining_s: Some(0.0),
        max_charge_percent: Some(100.0),
        ..DeviceState::default()
    }
}

fn heating() -> DeviceState {
    DeviceState { operating: Some(OperatingState::PREHEAT), ..idle() }
}

fn slot(number: u8) -> Slot {
    Slot::new(number).unwrap()
}

fn hotter(celsius: f32) -> ProfileChanges {
    ProfileChanges { celsius: Some(celsius), ..ProfileChanges::default() }
}

fn edit(number: u8, changes: ProfileChanges) -> Command {
    Command::EditProfile { id: ember().0, slot: number, changes }
}

fn change(change: DeviceChange) -> Command {
    Command::ChangeDevice { id: ember().0, change }
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), idle());
    desk.asked.clear();
    desk
}

/// The settings that were asked for since the last look.
fn set(desk: &mut Desk, of: &DeviceId) -> Vec<(RequestId, Setting)> {
    let setting = |(id, request)| match request {
        Request::Set(setting) => Some((id, setting)),
        _ => None,
    };
    desk.requested(of).into_iter().filter_map(setting).collect()
}

/// The one setting that was asked for.
fn one(desk: &mut Desk) -> (RequestId, Setting) {
    let asked = set(desk, &ember());
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked.into_iter().next().unwrap()
}

/// Lets the device take what is asked until nothing is.
fn take_all(desk: &mut Desk) -> Vec<Setting> {
    let mut taken = Vec::new();
    loop {
        let asked = set(desk, &ember());
        if asked.is_empty() {
            return taken;
        }
        for (id, setting) in asked {
            taken.push(setting);
            desk.answers(&ember(), id, Ok(()));
        }
    }
}

fn states(desk: &Desk) -> Vec<(EditPart, EditState)> {
    desk.device(&ember()).edits.into_iter().map(|EditView { part, state, .. }| (part, state)).collect()
}

fn words(desk: &Desk) -> String {
    match states(desk).pop() {
        Some((_, EditState::Kept { words })) => words.iter().map(Said::english).collect::<Vec<_>>().join(" "),
        Some((_, EditState::Failed { words })) => words.english(),
        other => panic!("words: {other:?}"),
    }
}

#[test]
fn values_are_written_one_after_the_other_and_then_it_is_saved() {
    let mut desk = desk();
    let changes = ProfileChanges { name: Some(" Dawn ".into()), seconds: Some(60.0), ..hotter(285.0) };
    desk.command(edit(1, changes));
    let (id, first) = one(&mut desk);
    assert_eq!(first, Setting::ProfileName(slot(1), "Dawn".into()));
    assert_eq!(states(&desk), [(EditPart::Profile { slot: 1 }, EditState::Saving { done: 0, of: 3 })]);
    desk.answers(&ember(), id, Ok(()));
    assert_eq!(states(&desk), [(EditPart::Profile { slot: 1 }, EditState::Saving { done: 1, of: 3 })]);
    assert_eq!(
        take_all(&mut desk),
        [Setting::ProfileCelsius(slot(1), 285.0), Setting::ProfileSeconds(slot(1), 60.0)]
    );
    assert_eq!(states(&desk), [(EditPart::Profile { slot: 1 }, EditState::Saved)]);
    desk.pass(Duration::from_secs(6));
    assert_eq!(states(&desk), [], "it goes by itself");
}

#[test]
fn what_the_device_has_already_is_not_written() {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(45.0), ..hotter(260.0) }));
    assert_eq!(set(&mut desk, &ember()), []);
    assert_eq!(states(&desk), [(EditPart::Profile { slot: 0 }, EditState::Saved)]);
    assert!(!desk.device(&ember()).profiles[0].undoable, "nothing was changed");
}

#[test]
fn a_light_of_another_tempo_is_written_where_lights_have_one() {
    for (lights, writes) in [(LedApi::Documents, 1), (LedApi::Records, 0)] {
        let mut desk = desk();
        desk.tells(&ember(), DeviceState { lights: Some(lights), ..idle() });
        let light = LightView { pattern: LightPattern::Steady, colors: vec!["#ff7a2e".into()], tempo: 0.9 };
        desk.command(edit(0, ProfileChanges { light: Some(light), ..ProfileChanges::default() }));
        assert_eq!(set(&mut desk, &ember()).len(), writes, "{lights:?}");
    }
}

#[test]
fn a_value_that_the_device_kept_is_told_in_the_persons_unit() {
    for (unit, told) in [
        (Unit::Fahrenheit, "The device kept 515°F instead of 545°F."),
        (Unit::Celsius, "The device kept 268°C instead of 285°C."),
    ] {
        let mut desk = desk();
        let settings = Settings { unit, ..Settings::default() };
        desk.command(Command::SetSettings { settings });
        desk.command(edit(0, hotter(285.0)));
        let (id, _) = one(&mut desk);
        let kept = Setting::ProfileCelsius(slot(0), 268.333);
        desk.answers(&ember(), id, Err(RequestError::Kept(Some(Box::new(kept)))));
        assert_eq!(words(&desk), told);
    }
}

#[test]
fn a_kept_value_does_not_hold_up_the_others() {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..hotter(285.0) }));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::Kept(None)));
    assert_eq!(take_all(&mut desk), [Setting::ProfileSeconds(slot(0), 60.0)]);
    assert_eq!(words(&desk), "The device kept a temperature of its own.");
}

#[test]
fn nothing_is_written_to_a_device_that_heats_or_is_not_there() {
    let away = [Phase::Away, Phase::Idle];
    for phase in away {
        let mut desk = desk();
        desk.phase(&ember(), phase);
        desk.command(edit(0, hotter(285.0)));
        assert_eq!(set(&mut desk, &ember()), []);
        assert!(words(&desk).contains("is not connected, so nothing was changed"));
    }
    let mut desk = desk();
    desk.tells(&ember(), heating()).command(edit(0, hotter(285.0)));
    assert_eq!(set(&mut desk, &ember()), []);
    assert!(words(&desk).contains("is heating, so nothing was changed"));
}

#[test]
fn a_device_that_is_being_connected_is_not_called_asleep() {
    let mut desk = desk();
    let step = SetupStep::Connect;
    desk.phase(&ember(), Phase::SettingUp { attempt: 1, step }).command(edit(0, hotter(285.0)));
    assert_eq!(set(&mut desk, &ember()), []);
    assert!(words(&desk).contains("still being connected"));
}

#[test]
fn a_resting_device_is_taken_up_for_a_change() {
    let mut desk = desk();
    desk.phase(&ember(), Phase::Resting);
    desk.command(edit(0, hotter(285.0)));
    assert_eq!(one(&mut desk).1, Setting::ProfileCelsius(slot(0), 285.0));
}

#[test]
fn nothing_out_of_range_is_written_whatever_else_is_right() {
    for wrong in [
        hotter(340.0),
        hotter(f32::NAN),
        ProfileChanges { seconds: Some(5.0), ..hotter(285.0) },
        ProfileChanges { intensity: Some(0.7), ..hotter(285.0) },
        ProfileChanges { name: Some("   ".into()), ..hotter(285.0) },
        ProfileChanges { boost_celsius: Some(36.0), ..hotter(285.0) },
        ProfileChanges {
            light: Some(LightView {
                pattern: LightPattern::Other,
                colors: vec!["#112233".into()],
                tempo: 0.5,
            }),
            ..hotter(285.0)
        },
    ] {
        let mut desk = desk();
        desk.command(edit(0, wrong.clone()));
        assert_eq!(set(&mut desk, &ember()), [], "{wrong:?}");
        assert!(words(&desk).contains("Nothing was changed"), "{wrong:?}: {}", words(&desk));
    }
}

#[test]
fn a_slot_that_is_none_is_refused() {
    let mut desk = desk();
    desk.command(edit(4, hotter(285.0)));
    assert_eq!(set(&mut desk, &ember()), []);
    assert_eq!(desk.notices(), ["no_such_profile"]);
}

#[test]
fn a_link_that_breaks_tells_what_was_saved_and_that_the_rest_is_unknown() {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..hotter(285.0) }));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Ok(()));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::Uncertain));
    assert!(words(&desk).starts_with("1 of 2 values were saved. The link broke"), "{}", words(&desk));
    assert!(words(&desk).contains("read again"));
}

/// A save of two values whose link broke at the second, and what the device has when it is back.
fn after_a_break(profile: impl FnOnce(&mut DeviceState)) -> Desk {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..hotter(285.0) }));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Ok(()));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::Uncertain)).phase(&ember(), Phase::Away);
    desk.pass(Duration::from_secs(20));
    assert!(words(&desk).contains("read again"), "nothing more is known yet");
    let mut state = idle();
    profile(&mut state);
    desk.phase(&ember(), Phase::Ready).tells(&ember(), state);
    desk.pass(Duration::from_secs(10));
    desk
}

#[test]
fn what_a_break_left_uncertain_is_known_when_the_device_was_read_again() {
    let desk = after_a_break(|state| {
        state.profiles[0].celsius = 285.0;
        state.profiles[0].seconds = 60.0;
    });
    assert!(!states(&desk).iter().any(|(_, state)| matches!(state, EditState::Failed { .. })));
    let desk = after_a_break(|state| state.profiles[0].celsius = 285.0);
    assert!(words(&desk).contains("before this was saved"), "{}", words(&desk));
}

#[test]
fn a_heat_that_begins_in_mid_change_is_named() {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..hotter(285.0) }));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Ok(())).tells(&ember(), heating());
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::NotPossible(Obstacle::Heating)));
    assert!(words(&desk).starts_with("1 of 2 values were saved. Then the device began to heat"));
}

#[test]
fn a_value_that_a_device_does_not_take_is_named() {
    let mut desk = desk();
    desk.command(edit(0, hotter(285.0)));
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::Status(2)));
    assert!(words(&desk).contains("did not take a temperature (status 2)"));
}

#[test]
fn a_second_change_waits_and_the_newest_value_wins() {
    let mut desk = desk();
    desk.command(edit(0, hotter(270.0)));
    let (id, _) = one(&mut desk);
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..hotter(280.0) }));
    desk.command(edit(0, hotter(290.0)));
    assert_eq!(set(&mut desk, &ember()), [], "one after the other");
    desk.answers(&ember(), id, Ok(()));
    let expected = [Setting::ProfileCelsius(slot(0), 290.0), Setting::ProfileSeconds(slot(0), 60.0)];
    assert_eq!(take_all(&mut desk), expected);
}

#[test]
fn a_change_after_an_undo_is_not_taken_back_with_the_one_before() {
    let mut desk = desk();
    desk.command(edit(0, ProfileChanges { seconds: Some(60.0), ..ProfileChanges::default() }));
    desk.command(edit(0, hotter(270.0)));
    desk.command(Command::UndoProfile { id: ember().0, slot: 0 });
    desk.command(edit(0, hotter(290.0)));
    let expected = [
        Setting::ProfileSeconds(slot(0), 60.0),
        Setting::ProfileCelsius(slot(0), 270.0),
        Setting::ProfileCelsius(slot(0), 290.0),
    ];
    assert_eq!(take_all(&mut desk), expected);
}

#[test]
fn a_refused_change_does_not_hide_behind_one_that_is_saved() {
    let mut desk = desk();
    desk.command(edit(0, hotter(270.0)));
    desk.command(edit(0, hotter(900.0)));
    assert_eq!(take_all(&mut desk), [Setting::ProfileCelsius(slot(0), 270.0)]);
    assert!(words(&desk).starts_with("A profile heats to"));
}

#[test]
fn changes_are_taken_back_one_by_one_until_the_profile_is_what_it_was() {
    let mut desk = desk();
    let told = |desk: &mut Desk, celsius: f32| {
        let mut state = idle();
        state.profiles[2].celsius = celsius;
        desk.tells(&ember(), state);
    };
    for celsius in [270.0, 280.0] {
        desk.command(edit(2, hotter(celsius)));
        take_all(&mut desk);
        told(&mut desk, celsius);
    }
    // A link that was lost in between changes nothing.
    desk.phase(&ember(), Phase::Away).phase(&ember(), Phase::Ready);
    for celsius in [270.0, 260.0] {
        assert!(desk.device(&ember()).profiles[2].undoable);
        desk.command(Command::UndoProfile { id: ember().0, slot: 2 });
        assert_eq!(take_all(&mut desk), [Setting::ProfileCelsius(slot(2), celsius)]);
        told(&mut desk, celsius);
    }
    assert!(!desk.device(&ember()).profiles[2].undoable);
    desk.command(Command::UndoProfile { id: ember().0, slot: 2 });
    assert_eq!(words(&desk), "There is no change to take back.");
}

#[test]
fn an_undo_that_failed_can_be_tried_again() {
    let mut desk = desk();
    desk.command(edit(2, hotter(270.0)));
    take_all(&mut desk);
    let mut state = idle();
    state.profiles[2].celsius = 270.0;
    desk.tells(&ember(), state).command(Command::UndoProfile { id: ember().0, slot: 2 });
    let (id, _) = one(&mut desk);
    desk.answers(&ember(), id, Err(RequestError::NotConnected));
    assert!(desk.device(&ember()).profiles[2].undoable);
}

#[test]
fn a_change_that_is_being_saved_can_be_taken_back_next() {
    let mut desk = desk();
    desk.command(edit(2, hotter(270.0)));
    let (id, _) = one(&mut desk);
    desk.command(Command::UndoProfile { id: ember().0, slot: 2 });
    let mut state = idle();
    state.profiles[2].celsius = 270.0;
    desk.tells(&ember(), state).answers(&ember(), id, Ok(()));
    assert_eq!(take_all(&mut desk), [Setting::ProfileCelsius(slot(2), 260.0)]);
}

#[test]
fn the_lantern_gets_its_time_only_when_it_is_turned_on() {
    let mut desk = desk();
    desk.command(change(DeviceChange::Lantern { on: true }));
    assert_eq!(take_all(&mut desk), [Setting::LanternSeconds(7_200.0), Setting::Lantern(true)]);
    desk.command(change(DeviceChange::Lantern { on: false }));
    assert_eq!(take_all(&mut desk), [Setting::Lantern(false)]);
}

#[test]
fn stealth_turns_a_lantern_off_first() {
    let mut desk = desk();
    desk.command(change(DeviceChange::Stealth { on: true }));
    assert_eq!(take_all(&mut desk), [Setting::Stealth(true)]);
    desk.tells(&ember(), DeviceState { lantern_remaining_s: Some(90.0), ..idle() });
    desk.command(change(DeviceChange::Stealth { on: true }));
    assert_eq!(take_all(&mut desk), [Setting::Lantern(false), Setting::Stealth(true)]);
}

#[test]
fn brightness_is_given_in_percent_and_halves_go_up() {
    let mut desk = desk();
    desk.command(change(DeviceChange::Brightness { levels: [0, 1, 50, 100] }));
    assert_eq!(take_all(&mut desk), [Setting::Brightness([0, 3, 128, 255])]);
    desk.command(change(DeviceChange::Brightness { levels: [0, 1, 50, 101] }));
    assert_eq!(set(&mut desk, &ember()), []);
    assert!(words(&desk).contains("between 0 and 100"));
}

#[test]
fn name_battery_and_clock_are_changed() {
    let mut desk = desk();
    desk.command(change(DeviceChange::Name { name: "Glow".into() }));
    desk.command(change(DeviceChange::PreserveBattery { on: true }));
    desk.command(change(DeviceChange::Clock));
    let clock = (desk.now.unix_ms / 1000) as u32;
    let taken = take_all(&mut desk);
    assert_eq!(taken[..2], [Setting::Name("Glow".into()), Setting::MaxCharge(80.0)]);
    assert!(matches!(taken[2], Setting::Clock(set) if set.abs_diff(clock) <= 1), "{taken:?}");
    let parts: Vec<_> = states(&desk).into_iter().map(|(part, _)| part).collect();
    assert_eq!(parts, [EditPart::Name, EditPart::Battery, EditPart::Clock]);
}

#[test]
fn any_known_device_can_be_changed() {
    let mut desk = desk();
    desk.linked(&storm(), idle());
    desk.asked.clear();
    assert!(!desk.device(&storm()).in_use);
    let changes = hotter(285.0);
    desk.command(Command::EditProfile { id: storm().0, slot: 0, changes });
    assert_eq!(set(&mut desk, &storm()).len(), 1);
    assert_eq!(set(&mut desk, &ember()), []);
}

#[test]
fn an_undo_that_waits_for_a_change_that_changed_nothing_is_dropped() {
    let mut desk = desk();
    desk.command(edit(2, hotter(270.0)));
    take_all(&mut desk);
    let mut state = idle();
    state.profiles[2].celsius = 270.0;
    desk.tells(&ember(), state).command(edit(2, hotter(280.0)));
    let (id, _) = one(&mut desk);
    desk.command(Command::UndoProfile { id: ember().0, slot: 2 });
    desk.answers(&ember(), id, Err(RequestError::Status(2)));
    assert_eq!(set(&mut desk, &ember()), [], "the change before was not meant");
    assert!(words(&desk).contains("did not take a temperature"), "{}", words(&desk));
    assert!(desk.device(&ember()).profiles[2].undoable);
}

#[test]
fn the_number_of_a_part_counts_up_with_each_wish() {
    let mut desk = desk();
    let number = |desk: &Desk| desk.device(&ember()).edits.iter().map(|edit| edit.number).collect::<Vec<_>>();
    desk.command(edit(0, hotter(900.0)));
    assert_eq!(number(&desk), [1]);
    desk.command(edit(0, hotter(900.0)));
    assert_eq!(number(&desk), [2], "also where the words are the same");
    desk.command(change(DeviceChange::Stealth { on: true }));
    assert_eq!(number(&desk), [2, 3]);
}

#[test]
fn xl_is_written_only_to_a_device_that_can_do_it() {
    let changes = ProfileChanges { intensity: Some(1.5), ..ProfileChanges::default() };
    let able = |chamber| DeviceState { firmware: Some(39), chamber: Some(Chamber(chamber)), ..idle() };
    let mut desk = desk();
    desk.tells(&ember(), able(3)).command(edit(0, changes.clone()));
    assert_eq!(set(&mut desk, &ember()), []);
    assert!(words(&desk).starts_with("XL needs a 3D XL chamber"));
    assert_eq!(desk.device(&ember()).intensities, [0.0, 0.5, 1.0]);
    desk.tells(&ember(), able(2)).command(edit(0, changes));
    assert_eq!(take_all(&mut desk), [Setting::ProfileIntensity(slot(0), 1.5)]);
    assert_eq!(desk.device(&ember()).intensities, [0.0, 0.5, 1.0, 1.5]);
}

#[test]
fn a_time_that_is_no_number_harms_nothing() {
    let mut desk = desk();
    let state = DeviceState {
        operating: Some(OperatingState::ACTIVE),
        total_s: Some(f32::NAN),
        elapsed_s: Some(f32::INFINITY),
        ..idle()
    };
    desk.tells(&ember(), state).phase(&ember(), Phase::Away);
    assert_eq!(desk.device(&ember()).activity, Activity::Active);
}
