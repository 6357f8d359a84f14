//! Links: set up, lost, away, refused.

use std::time::Duration;

use puffco::device::{Input, Phase, Problem, Request, SetupStep};
use puffco::gatt;
use puffco::link::{Gatt, LinkError};
use puffco::state::OperatingState;
use puffco_sim::{SimConfig, SimDevice};

use crate::pair::Pair;

#[test]
fn setting_up_tells_its_steps_in_order() {
    let pair = Pair::ready();
    let steps: Vec<_> = pair
        .phases
        .iter()
        .filter_map(|phase| match phase {
            Phase::SettingUp { attempt: 1, step } => Some(*step),
            _ => None,
        })
        .collect();
    assert!(steps.is_sorted(), "{steps:?}");
    assert_eq!(steps[..2], [SetupStep::Connect, SetupStep::Authenticate]);
    let Some(SetupStep::Read { of, .. }) = steps.iter().find(|step| matches!(step, SetupStep::Read { .. }))
    else {
        panic!("no reading in {steps:?}")
    };
    // What has no meaning in its state is not read.
    let read = steps.iter().filter(|step| matches!(step, SetupStep::Read { .. })).count();
    assert!((5..=usize::from(*of) + 1).contains(&read), "{read} of {of}");
    assert_eq!(pair.phases.last(), Some(&Phase::Ready));
}

#[test]
fn a_link_that_breaks_is_taken_up_again_and_is_ready_sooner() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(30));
    pair.sim.drop_link(pair.now);
    let before = pair.sim.counters().commands;
    pair.until("waiting", 1, |pair| {
        matches!(pair.device.phase(), Phase::Waiting { problem: Problem::LinkLost, .. })
    });
    pair.until("ready again", 5, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.sim.counters().links, 2);
    let commands = pair.sim.counters().commands - before;
    assert!(commands <= 9, "{commands}: seed, unlock, and how it is now");
}

#[test]
fn what_changed_while_it_was_away_is_read_again() {
    let mut pair = Pair::ready();
    let config = SimConfig { name: "Renamed".to_owned(), bonded: true, ..SimConfig::default() };
    pair.sim = SimDevice::new(config, pair.now);
    pair.advance(Duration::from_secs(1));
    pair.until("the new name", 30, |pair| pair.device.state().name.as_deref() == Some("Renamed"));
}

#[test]
fn waits_between_tries_grow_until_it_is_away() {
    let mut pair = Pair::new(SimConfig::default());
    pair.sim.faults_mut().refused_connects = 100;
    pair.input(Input::Connect);
    pair.until("away", 120, |pair| *pair.device.phase() == Phase::Away);
    let attempts = pair.phases.iter().filter(|phase| matches!(phase, Phase::SettingUp { .. })).count();
    assert_eq!(attempts, 3);
    pair.advance(Duration::from_secs(600));
    assert_eq!(*pair.device.phase(), Phase::Away, "it stays away until it is heard");
    pair.sim.faults_mut().refused_connects = 0;
    pair.sim.wake(pair.now);
    pair.input(Input::Heard);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_device_that_falls_asleep_is_away_until_it_is_heard() {
    let mut pair = Pair::ready();
    pair.sim.sleep(pair.now);
    pair.until("away", 60, |pair| *pair.device.phase() == Phase::Away);
    pair.advance(Duration::from_secs(300));
    assert_eq!(pair.sim.counters().links, 1);
    pair.sim.press(pair.now);
    assert!(pair.sim.advertisement().is_some());
    pair.input(Input::Heard);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.operating(), OperatingState::IDLE);
}

#[test]
fn a_device_that_drops_every_link_is_not_tried_in_a_tight_circle_however_often_it_is_heard() {
    let mut pair = Pair::new(SimConfig::default());
    pair.sim.faults_mut().refused_connects = 1000;
    pair.input(Input::Connect);
    for _ in 0..100 {
        pair.advance(Duration::from_millis(100));
        pair.input(Input::Heard);
    }
    let left = pair.sim.faults_mut().refused_connects;
    assert!((980..998).contains(&left), "{} tries in 10 s", 1000 - left);
}

#[test]
fn a_device_that_must_be_paired_says_so_and_is_not_tried_again() {
    let mut pair = Pair::new(SimConfig { pairing_mode_required: true, ..SimConfig::default() });
    pair.input(Input::Connect);
    let failed = Phase::Failed(Problem::PairingNeeded);
    pair.until("pairing needed", 60, |pair| *pair.device.phase() == failed);
    pair.advance(Duration::from_secs(100));
    pair.input(Input::Heard);
    assert_eq!((pair.device.phase(), pair.sim.counters().links), (&failed, 1));
    pair.sim.hold(pair.now);
    pair.input(Input::Connect);
    pair.until("ready", 60, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_bonding_that_hangs_is_tried_again_and_then_needs_the_person() {
    let mut pair = Pair::new(SimConfig::default());
    pair.bonding_hangs = true;
    pair.input(Input::Connect);
    pair.until("a second try", 40, |pair| pair.sim.counters().links == 2);
    let failed = Phase::Failed(Problem::PairingNeeded);
    pair.until("pairing needed", 120, |pair| *pair.device.phase() == failed);
    assert!(!pair.sim.is_connected());
}

#[test]
fn what_is_no_puffco_of_a_known_kind_is_told_apart() {
    let with = |service| {
        let mut gatt = Gatt::default();
        gatt.services.insert(service, [].into());
        gatt
    };
    let mut pair = Pair::new(SimConfig::default());
    pair.gatt = Some(with(gatt::EVENT));
    pair.input(Input::Connect);
    pair.until("failed", 5, |pair| *pair.device.phase() == Phase::Failed(Problem::NotAPuffco));
    assert!(!pair.sim.is_connected());
}

#[test]
fn a_discovery_that_lacks_what_a_generation_needs_is_a_failed_one() {
    for service in [gatt::LEGACY_SERVICE, gatt::LORAX_SERVICE] {
        let mut pair = Pair::new(SimConfig::default());
        pair.gatt = Some(Gatt { services: [(service, [].into())].into() });
        pair.input(Input::Connect);
        pair.until("waiting", 5, |pair| matches!(pair.device.phase(), Phase::Waiting { .. }));
        assert_eq!(pair.written, []);
    }
}

#[test]
fn a_link_without_any_service_is_a_failed_link() {
    let mut pair = Pair::new(SimConfig::default());
    pair.gatt = Some(Gatt::default());
    pair.input(Input::Connect);
    pair.until("waiting", 5, |pair| matches!(pair.device.phase(), Phase::Waiting { .. }));
    pair.gatt = None;
    pair.until("ready", 20, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_radio_that_was_off_is_used_when_something_is_heard() {
    let mut pair = Pair::new(SimConfig::default());
    pair.connect_error = Some(LinkError::AdapterOff);
    pair.input(Input::Connect);
    pair.until("adapter off", 5, |pair| *pair.device.phase() == Phase::Failed(Problem::AdapterOff));
    pair.connect_error = None;
    pair.input(Input::Heard);
    pair.until("ready", 20, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_token_that_is_refused_twice_ends_it() {
    let mut pair = Pair::new(SimConfig { bonded: true, ..SimConfig::default() });
    // Limits, seed, unlock, seed, unlock: every answer but the first is a refusal.
    pair.sim.faults_mut().fail_next = [22, 13, 13].into();
    pair.input(Input::Connect);
    pair.until("refused", 20, |pair| *pair.device.phase() == Phase::Failed(Problem::UnlockRefused));
}

#[test]
fn a_silent_link_is_listened_to_and_unlocked_again_before_it_is_given_up() {
    let mut pair = Pair::ready();
    pair.sim.faults_mut().lost_replies = 2;
    pair.advance(Duration::from_secs(20));
    assert_eq!((pair.device.phase(), pair.sim.counters().links), (&Phase::Ready, 1));
    pair.sim.faults_mut().lost_replies = 2;
    pair.until("a second link", 30, |pair| pair.sim.counters().links == 2);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn replies_that_do_not_come_during_setup_are_asked_for_again() {
    let mut pair = Pair::new(SimConfig::default());
    pair.sim.faults_mut().lost_replies = 3;
    pair.input(Input::Connect);
    pair.until("ready", 60, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.sim.counters().links, 1);
}

#[test]
fn a_device_that_is_switched_off_is_away_at_once() {
    for delay in [0, 30] {
        let reply_delay = Duration::from_millis(delay);
        let mut pair = Pair::ready_with(SimConfig { reply_delay, ..SimConfig::default() });
        pair.advance(Duration::from_secs(5));
        let off = pair.ask(Request::PowerOff);
        assert_eq!(pair.until_result(off), Ok(()), "{delay}");
        pair.until("away", 2, |pair| *pair.device.phase() == Phase::Away);
        assert_eq!(pair.sim.counters().links, 1, "{delay}");
    }
}

#[test]
fn showing_the_charge_says_which_device_it_is() {
    let mut pair = Pair::ready();
    let show = pair.ask(Request::ShowBattery);
    assert_eq!(pair.until_result(show), Ok(()));
    assert_eq!(pair.sim.counters().modes(5), 1);
}

#[test]
fn letting_go_closes_the_link_and_stays_quiet() {
    let mut pair = Pair::ready();
    pair.input(Input::Disconnect);
    assert_eq!(*pair.device.phase(), Phase::Idle);
    assert!(!pair.sim.is_connected());
    pair.input(Input::Heard);
    pair.advance(Duration::from_secs(60));
    assert_eq!(pair.device.poll_timeout(), None);
    assert_eq!(pair.sim.counters().links, 1);
}

#[test]
fn a_computer_that_slept_for_an_hour_finds_its_device_again() {
    let mut pair = Pair::ready();
    pair.input(Input::Watched(true));
    pair.sim.drop_link(pair.now);
    pair.now += Duration::from_secs(3600);
    pair.sim.wake(pair.now);
    pair.until("ready", 60, |pair| *pair.device.phase() == Phase::Ready && pair.sim.is_connected());
}
